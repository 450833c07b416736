// Native dialogs: data-dialog opens, data-close and a click beside closes, focus goes back where it was.
const backTo = new WeakMap();

export function open(dialog) {
  if (dialog.open) return;
  backTo.set(dialog, document.activeElement);
  dialog.showModal();
  dialog.querySelector("[autofocus], .dialog-body :is(input:not([type=hidden]), textarea, select)")?.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && !event.defaultPrevented) {
    const dialog = document.getElementById(opener.dataset.dialog);
    // what is loaded first opens when it is there
    if (dialog && !opener.hasAttribute("hx-get")) {
      event.preventDefault();
      open(dialog);
    }
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

// beside the dialog means: pressed and released on the dialog element itself, outside its box
let pressedBeside = false;
const beside = (event) => {
  if (event.target.nodeName !== "DIALOG") return false;
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
};
document.addEventListener("pointerdown", (event) => (pressedBeside = beside(event)));
document.addEventListener("click", (event) => {
  const typed = event.target.querySelector?.("form[data-touched]");
  if (pressedBeside && beside(event) && !typed) event.target.close();
});

document.addEventListener(
  "close",
  (event) => {
    const before = backTo.get(event.target);
    if (before?.isConnected) before.focus();
    else document.querySelector("[data-current]")?.focus();
    if (event.target.id === "dialog-host") event.target.replaceChildren();
  },
  true,
);

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if (target?.id === "dialog-host" && target.childElementCount) open(target);
});
document.addEventListener("genjin:saved", () => document.getElementById("dialog-host")?.close());
