// Today: a form below a row closes with Escape or its button, and the row has the focus again.
import { composing } from "../../web/source/js/page.js";

function close(form) {
  const row = form.closest("[data-row]");
  if (row) {
    form.closest(".task-work").replaceChildren();
    row.focus();
  } else {
    history.back();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-work-close]");
  if (button) close(button.closest(".work"));
  const act = event.target.closest("[data-row] [data-act]");
  if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", act.href, { target: act.closest("[data-row]").querySelector(".task-work"), swap: "innerHTML" });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || composing(event) || event.defaultPrevented) return;
  const form = event.target.closest?.(".task-work .work");
  if (form) close(form);
});

// what was opened below a row takes the focus: the content of a log, the first choice of the others
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target;
  if (!place?.matches?.(".task-work")) return;
  const form = place.querySelector(".work");
  form?.querySelector("[aria-invalid=true], [data-focus], textarea, [autofocus], input:not([type=hidden]):not([type=radio])")?.focus();
  place.closest("[data-row]")?.scrollIntoView({ block: "nearest" });
});

// the customer of the row one is in stands at the side
let shown = "";
let pause = 0;
document.addEventListener("focusin", (event) => {
  const address = event.target.closest?.("[data-card]")?.dataset.card;
  const side = document.getElementById("today-card");
  if (!address || !side || !side.getClientRects().length || (address === shown && side.childElementCount)) return;
  clearTimeout(pause);
  pause = setTimeout(() => {
    shown = address;
    window.htmx.ajax("GET", address, { target: "#today-card", swap: "innerHTML" });
  }, 120);
});

// a mail written within a row: when it was sent or put aside the row, or the one now in its place, has the focus
document.addEventListener("genjin:sent", () => document.querySelector("[data-row][data-current]")?.focus());
document.addEventListener("keydown", (event) => {
  const row = event.key === "Escape" && !composing(event) && event.target.closest?.(".task-work .compose") ? event.target.closest("[data-row]") : null;
  if (row) setTimeout(() => row.querySelector(".compose") || row.focus(), 400);
}, true);
