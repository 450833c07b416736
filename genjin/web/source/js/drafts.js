// data-draft="key": what is typed is kept in this browser until a save was acknowledged.
import { all, onContent, text } from "./page.js";

const PREFIX = "genjin.draft.";
const SENT = "genjin.sent";
const MONTH = 30 * 24 * 3600 * 1000;
const timers = new WeakMap();
// Each person's own: the next one at this computer does not read what this one left unsent.
const key = (form) => (form.dataset.draft ? `${PREFIX}${document.body.dataset.reader ?? ""}.${form.dataset.draft}` : "");

function fields(form) {
  return [...form.elements].filter((field) => field.name && !field.matches("[type=hidden], [type=password], [type=file], [type=submit], button, fieldset, [data-no-draft]"));
}

function values(form) {
  return fields(form).map((field) => {
    if (field.matches("[type=checkbox], [type=radio]")) return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => [option.value, option.text])];
    return [field.name, field.value, field.matches("select") ? field.selectedOptions[0]?.text : null];
  });
}

function keep(form) {
  try {
    localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values: values(form) }));
    mark(form, text("draft_saved"));
  } catch {
    mark(form, "");
  }
}

function mark(form, words) {
  const place = form.querySelector("[data-draft-mark]");
  if (place) place.textContent = words;
}

function drop(name) {
  localStorage.removeItem(name);
}

document.addEventListener("input", touched);
document.addEventListener("change", touched);
function touched(event) {
  const form = event.target.form;
  if (!form) return;
  form.dataset.touched = "";
  if (!key(form) || event.target.matches("[data-no-draft]")) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 400));
}

onContent((root) => {
  if (root === document.body) settleSent();
  for (const form of all(root, "form[data-draft]")) if (key(form) && !("draftSeen" in form.dataset)) restore(form);
});

// Sent and answered by a page: kept if that page shows the same form with mistakes, dropped otherwise.
function settleSent() {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (!sent) return;
  const again = [...document.querySelectorAll("form[data-draft]")].find((form) => key(form) === sent);
  if (!again?.querySelector(".errors, .field-error")) drop(sent);
}

function restore(form) {
  form.dataset.draftSeen = "";
  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(key(form)));
  } catch {
    drop(key(form));
  }
  if (!draft) return;
  // mistakes shown by the server are fresher than the draft
  if (Date.now() - draft.at > MONTH || form.querySelector(".errors, .field-error")) return;
  if (JSON.stringify(draft.values) === JSON.stringify(values(form))) return;
  const byName = (name) => fields(form).filter((field) => field.name === name);
  for (const [name, value, more] of draft.values) {
    for (const field of byName(name)) fill(field, value, more);
  }
  form.dataset.touched = "";
  offerDiscard(form);
}

function fill(field, value, more) {
  if (field.matches("[type=checkbox], [type=radio]")) {
    if (field.value === value) field.checked = more;
  } else if (field.multiple) {
    for (const option of field.options) option.selected = false;
    for (const [chosen, label] of value) pick(field, chosen, label);
  } else if (field.matches("select")) pick(field, value, more);
  else field.value = value;
  field.dispatchEvent(new Event("genjin:filled", { bubbles: true }));
}

function pick(select, value, label) {
  const option = [...select.options].find((one) => one.value === value) ?? select.appendChild(new Option(label ?? value, value));
  option.selected = true;
}

function offerDiscard(form) {
  mark(form, text("restored"));
  const place = form.querySelector("[data-draft-mark]");
  if (!place) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost", textContent: text("discard") });
  button.addEventListener("click", () => {
    drop(key(form));
    form.reset();
    for (const field of fields(form)) field.dispatchEvent(new Event("genjin:filled", { bubbles: true }));
    delete form.dataset.touched;
    mark(form, "");
  });
  place.append(" ", button);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  form.dataset.sending = "";
  setTimeout(() => delete form.dataset.sending, 10000);
  clearTimeout(timers.get(form));
  if (!key(form)) return;
  keep(form);
  if (!form.matches("[hx-post], [hx-put], [hx-patch]") && !event.defaultPrevented) sessionStorage.setItem(SENT, key(form));
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  if (!form) return;
  delete form.dataset.sending;
  if (ctx.response.status >= 400) return;
  delete form.dataset.touched;
  if (key(form)) drop(key(form));
});

addEventListener("beforeunload", (event) => {
  const lost = [...document.querySelectorAll("form[data-dirty-guard][data-touched]")].some((form) => !key(form) && !("sending" in form.dataset));
  if (lost) event.preventDefault();
});
