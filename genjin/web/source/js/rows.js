// Lists: j and k walk, Enter opens, x selects (with Shift a range); the bulk bar counts.
import { all, composing, onContent, text, typing } from "./page.js";

let lastId = "";
let lastIndex = -1;
let lastBox = null;

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length);
const current = () => document.querySelector("[data-row][data-current]");

export function go(row, { focus = true } = {}) {
  for (const old of document.querySelectorAll("[data-current]")) old.removeAttribute("data-current");
  if (!row) return;
  row.dataset.current = "";
  lastId = row.id;
  lastIndex = rows().indexOf(row);
  row.tabIndex = -1;
  if (!focus) return; // a scroll between press and release would move what is clicked away from the pointer
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
  const found = rows();
  if (!found.length) return;
  const at = found.indexOf(current());
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    go(found[key === "j" ? Math.min(at + 1, found.length - 1) : Math.max(at - 1, 0)]);
  } else if (key === "x" && at >= 0) {
    const box = found[at].querySelector("input[type=checkbox]");
    // a row without a box may use x as its own key
    if (box) {
      event.preventDefault();
      box.click();
    }
  } else if (event.key === "Enter" && at >= 0 && event.target === found[at]) {
    found[at].querySelector("[data-open]")?.click();
  }
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && row !== current()) go(row, { focus: false });
});

// after a swap the same row, or the one now in its place, is current again
onContent((root) => {
  for (const list of all(root, "[data-bulk]")) count(list);
  if (lastIndex < 0 || current()) return;
  const found = rows();
  const again = (lastId && document.getElementById(lastId)) || found[Math.min(lastIndex, found.length - 1)];
  const lost = document.activeElement === document.body;
  if (again?.matches("[data-row]")) go(again, { focus: lost });
});

const boxes = (form) => [...form.querySelectorAll("[data-row] .pickbox input[type=checkbox]")];

function count(bar) {
  const form = bar.closest("form");
  if (!form) return;
  const n = boxes(form).filter((box) => box.checked).length;
  bar.toggleAttribute("data-empty", n === 0);
  bar.querySelector("[data-bulk-count]").textContent = text("selected", { n });
  const every = form.querySelector("[data-select-all]");
  if (every) {
    every.checked = n > 0 && n === boxes(form).length;
    every.indeterminate = n > 0 && !every.checked;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".pickbox input[type=checkbox]");
  const form = box?.closest("form");
  if (!form) return;
  const list = boxes(form);
  if (box.matches("[data-select-all]")) for (const one of list) one.checked = box.checked;
  else if (event.shiftKey && list.includes(lastBox)) {
    const [from, to] = [list.indexOf(lastBox), list.indexOf(box)].sort((a, b) => a - b);
    for (const one of list.slice(from, to + 1)) one.checked = box.checked;
  }
  lastBox = box;
  const bar = form.querySelector("[data-bulk]");
  if (bar) count(bar);
});
