// Keyboard: data-key on anything that can be clicked, Ctrl/Cmd-Enter saves, ? lists what there is.
import { composing, typing, visible } from "./page.js";
import { open } from "./dialogs.js";

const MAC = /mac|iphone|ipad/i.test(navigator.platform);
const on = () => document.body.dataset.shortcuts !== "off";
const openDialog = () => [...document.querySelectorAll("dialog[open]")].at(-1);

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save(event);
  if (event.ctrlKey || event.metaKey || event.altKey || !on() || typing(event.target)) return;
  if (event.target.closest?.("[popover]:popover-open")) return;
  if (event.key === "?" && !openDialog()) return help(event);
  const element = meant(event.key);
  if (!element) return;
  event.preventDefault();
  element.click();
  if (element.matches("input, textarea, select")) element.focus();
});

// The current row's own button first, then the page's; while a dialog is open only what is in it.
function meant(key) {
  const wanted = `[data-key="${CSS.escape(key.toLowerCase())}"]`;
  const dialog = openDialog();
  const places = dialog ? [dialog] : [document.querySelector("[data-row][data-current]"), document];
  for (const place of places) {
    const found = [...(place?.querySelectorAll(wanted) ?? [])].find((element) => visible(element) && (place !== document || !element.closest("[data-row], dialog")));
    if (found) return found;
  }
  return null;
}

// "shift+u" as it stands on keys: "Shift U".
function written(key) {
  return key.split("+").map((part) => part[0].toUpperCase() + part.slice(1)).join(" ");
}

function save(event) {
  const form = event.target.closest?.("form");
  const button = form?.querySelector(".btn-primary[type=submit], button[type=submit].btn-primary, button.btn-primary");
  if (!form || !button || button.disabled) return;
  event.preventDefault();
  form.requestSubmit(button.type === "submit" ? button : undefined);
}

function help(event) {
  event?.preventDefault();
  const dialog = document.getElementById("help");
  const list = dialog.querySelector("[data-help-list]");
  for (const old of list.querySelectorAll("[data-own]")) old.remove();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    const name = element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.replace(element.querySelector("kbd")?.textContent ?? "", "").trim();
    if (!visible(element) || seen.has(element.dataset.key) || !name) continue;
    seen.add(element.dataset.key);
    const [term, meaning, key] = ["dt", "dd", "kbd"].map((tag) => document.createElement(tag));
    term.dataset.own = meaning.dataset.own = "";
    key.textContent = written(element.dataset.key);
    meaning.textContent = name;
    term.append(key);
    list.append(term, meaning);
  }
  const told = new Set([...seen].map(written));
  for (const more of document.querySelectorAll("[data-help-more] > *")) {
    const term = more.matches("dt") ? more : more.previousElementSibling;
    if (told.has(term.textContent)) continue;
    const copy = more.cloneNode(true);
    copy.dataset.own = "";
    list.append(copy);
  }
  open(dialog);
}

document.addEventListener("click", (event) => event.target.closest("[data-help]") && help());

if (MAC) {
  const name = () => {
    for (const key of document.querySelectorAll("kbd[data-mod]")) key.textContent = key.textContent.replace("Ctrl ", "⌘");
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", name);
  else name();
  document.addEventListener("htmx:after:swap", name);
}
