// data-confirm="question" on a button, link or form: asked in our own dialog before anything happens.
import { open } from "./dialogs.js";

const agreed = new WeakSet();

function ask(question, danger) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.querySelector("[data-confirm-yes]").classList.toggle("btn-danger", danger);
  open(dialog);
  dialog.querySelector("[data-close]").focus();
  return new Promise((resolve) => {
    const settle = (event) => {
      const yes = event.type === "click";
      dialog.querySelector("[data-confirm-yes]").removeEventListener("click", settle);
      dialog.removeEventListener("close", settle);
      if (yes) dialog.close();
      resolve(yes);
    };
    dialog.querySelector("[data-confirm-yes]").addEventListener("click", settle);
    dialog.addEventListener("close", settle);
  });
}

async function guard(event, element, trigger, again) {
  if (agreed.delete(element)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(element.dataset.confirm, Boolean(trigger?.matches(".btn-danger, .danger")))) {
    agreed.add(element);
    again();
  }
}

// on window, capturing: before any other listener sees the click
window.addEventListener(
  "click",
  (event) => {
    const element = event.target.closest?.("[data-confirm]:not(form)");
    if (element) guard(event, element, element, () => element.click());
  },
  true,
);
window.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest?.("form[data-confirm]");
    if (form) guard(event, form, event.submitter, () => form.requestSubmit(event.submitter));
  },
  true,
);
