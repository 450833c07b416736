// Today: a form below a row closes with Escape or its button, and the row has the focus again.
import { all, composing, onContent } from "../../web/source/js/page.js";

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

// A mail was sent from within a row: the row leaves at once and the next has the focus. The server knows of it when
// the mail is out; until then a list fetched anew hides the row as well. One that leaves later stays to be seen.
const KNOWN_WITHIN = 90_000;
const sent = new Map();

document.addEventListener("genjin:sent", ({ detail: { row, seconds } }) => {
  if (!row?.matches(".task")) return;
  if (!seconds) return row.focus();
  const rows = [...document.querySelectorAll("#today .task:not([hidden])")];
  const at = rows.indexOf(row);
  sent.set(row.id, Date.now() + KNOWN_WITHIN);
  row.hidden = true;
  const next = rows[at + 1] ?? rows[at - 1];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  setTimeout(renew, (seconds + 3) * 1000);
});

onContent((root) => {
  for (const row of all(root, ".task")) if (sent.has(row.id)) row.hidden = true;
});

// not while something is being written or asked
async function renew() {
  if (document.querySelector(".task-work > *, dialog[open]")) return setTimeout(renew, 3000);
  for (const [id, until] of sent) if (until < Date.now()) sent.delete(id);
  const address = new URL(location.href);
  address.searchParams.set("shown", document.querySelectorAll("#today .task").length);
  await window.htmx.ajax("GET", address.href, { target: "#today", select: "#today", swap: "outerHTML" });
  for (const id of sent.keys()) if (!document.getElementById(id)) sent.delete(id);
  if (sent.size) setTimeout(renew, 10_000);
}

// a mail put aside with Escape: its row has the focus again
document.addEventListener("keydown", (event) => {
  const row = event.key === "Escape" && !composing(event) && event.target.closest?.(".task-work .compose") ? event.target.closest("[data-row]") : null;
  if (row) setTimeout(() => row.querySelector(".compose") || row.focus(), 400);
}, true);
