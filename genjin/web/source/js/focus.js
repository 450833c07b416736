// Focus survives swaps: the same id gets it back, with the caret where it was; else what asks for it.
import { all, onContent } from "./page.js";

let before = null;

document.addEventListener("htmx:before:swap", () => {
  before = null;
  const element = document.activeElement;
  if (!element || element === document.body) return;
  before = { element, id: element.id, name: element.name, start: caret(element), end: caret(element, "selectionEnd") };
});

document.addEventListener("htmx:after:swap", (event) => {
  const now = document.activeElement;
  // what is still there was left on purpose
  if (!before || before.element.isConnected || (now && now !== document.body && now.isConnected)) return;
  const target = event.detail.ctx?.target;
  const again = (before.id && document.getElementById(before.id)) || (before.name && document.querySelector(`[name="${CSS.escape(before.name)}"]`));
  const asking = document.querySelector("[data-focus]");
  const next = again ?? asking ?? document.querySelector("[data-row][data-current]");
  if (next) {
    next.focus({ preventScroll: Boolean(again) });
    if (again && before.start !== null) again.setSelectionRange?.(before.start, before.end);
  } else if (target?.isConnected) {
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  before = null;
});

function caret(element, side = "selectionStart") {
  try {
    return element[side] ?? null;
  } catch {
    return null;
  }
}

onContent((root) => {
  const asking = all(root, "[data-focus]")[0];
  if (asking && !document.querySelector("dialog[open]")?.contains(document.activeElement)) asking.focus();
});
