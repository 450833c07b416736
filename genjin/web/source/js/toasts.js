// Short messages at the bottom, above everything, read aloud; those with an error or a button stay.
import { icon, onContent, text, token } from "./page.js";

const LIFE = 6000;
const region = () => document.getElementById("toasts");

export function toast(words, { tone = "ok", undo = "", href = "", action = "", newTab = false, seconds = 0 } = {}) {
  const box = document.createElement("div");
  box.className = tone === "bad" || tone === "error" ? "toast toast-bad" : "toast";
  box.dataset.toast = "";
  const line = document.createElement("span");
  line.textContent = words;
  box.append(icon(box.classList.contains("toast-bad") ? "alert" : "check"), line);
  if (undo) box.append(undoForm(undo, seconds));
  if (href) box.append(link(href, action, newTab));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-btn";
  close.setAttribute("aria-label", text("close"));
  close.dataset.toastClose = "";
  close.append(icon("x"));
  box.append(close);
  for (const old of region().querySelectorAll("[data-toast]")) {
    if (old.querySelector("span").textContent === words) old.remove();
  }
  region().append(box);
  raise();
  if (undo && seconds) countDown(box, seconds);
  else if (!undo && !href && tone === "ok") fade(box);
}

// An undo that works for some seconds only: they are counted on the button, then the toast goes.
function countDown(box, seconds) {
  const left = box.querySelector("[data-left]");
  const step = setInterval(() => {
    left.textContent = String(--seconds);
    if (seconds > 0 && box.isConnected) return;
    clearInterval(step);
    remove(box);
  }, 1000);
}

function undoForm(action, seconds) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: token() });
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", className: "btn", textContent: text("undo") });
  if (seconds) {
    const left = Object.assign(document.createElement("span"), { className: "number", textContent: String(seconds) });
    left.dataset.left = "";
    button.append(" ", left);
    button.dataset.key = "z";
  }
  form.append(field, button);
  return form;
}

function link(href, action, newTab) {
  const anchor = document.createElement("a");
  Object.assign(anchor, { href, className: "btn", textContent: action });
  if (newTab) anchor.target = "_blank";
  return anchor;
}

function fade(box) {
  setTimeout(() => {
    if (box.matches(":hover, :focus-within")) fade(box);
    else remove(box);
  }, LIFE);
}

function remove(box) {
  box.remove();
  if (!region().children.length && region().matches(":popover-open")) region().hidePopover();
}

// The top layer is a stack: coming last puts the region above an open dialog.
function raise() {
  const box = region();
  if (!box.showPopover) return;
  box.setAttribute("popover", "manual");
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-toast-close]");
  if (close) remove(close.closest("[data-toast]"));
});
document.addEventListener("genjin:toast", (event) => toast(event.detail.text, event.detail));
onContent((root) => {
  if (root !== document.body || !region()?.children.length) return;
  raise();
  for (const box of region().children) if (!box.matches(".toast-bad") && !box.querySelector("form, a")) fade(box);
});
