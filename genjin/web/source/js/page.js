// What the other behaviours share: texts, new content, what counts as typing.
document.documentElement.classList.add("js");

let texts = null;

// A text of the page in the reader's language, {name} filled in.
export function text(key, values = {}) {
  texts ??= JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// Runs for the page as it is and for everything that is swapped in later.
export function onContent(visit) {
  const start = () => {
    visit(document.body);
    document.addEventListener("htmx:after:process", (event) => {
      const root = event.target === document ? document.body : event.target;
      if (root.isConnected) visit(root);
    });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  // after all of this script ran: a visit may use what stands further down
  else queueMicrotask(start);
}

// An element and its descendants that match.
export function all(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  return found;
}

// Keys pressed while an input method composes belong to the input method (229 is Safari's last Enter).
export const composing = (event) => event.isComposing || event.keyCode === 229;

export function typing(target) {
  return Boolean(target?.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]:not([contenteditable=false])"));
}

export const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

export const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export function icon(name) {
  return document.getElementById(`icon-${name}`)?.content.cloneNode(true) ?? document.createTextNode("");
}
