// Ctrl-K: search for records, pages and commands. The server knows what one may see.
import { composing, text, token } from "./page.js";
import { open } from "./dialogs.js";
import { tell } from "./requests.js";
import { toast } from "./toasts.js";

const PAUSE = 120;
let timer = 0;
let asking = null;

const dialog = () => document.getElementById("palette");
const input = () => dialog().querySelector("input[name=q]");
const found = () => document.getElementById("palette-found");
const hits = () => [...found().querySelectorAll("[role=option]")];

function show() {
  if (!dialog()) return;
  input().value = "";
  open(dialog());
  ask();
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const words = input().value;
  const url = `${document.body.dataset.palette}?${new URLSearchParams({ q: words })}`;
  try {
    const answer = await fetch(url, { headers: { "X-Palette": "1", "HX-Request": "true" }, signal: asking.signal });
    if (!answer.ok) return tell(answer.status, answer.headers, await answer.text());
    const html = await answer.text();
    if (words !== input().value) return;
    found().innerHTML = html;
    choose(hits()[0]);
  } catch (error) {
    if (error.name !== "AbortError") toast(text("offline"), { tone: "bad" });
  }
}

function choose(hit) {
  for (const one of hits()) one.setAttribute("aria-selected", String(one === hit));
  if (hit) {
    input().setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else input().removeAttribute("aria-activedescendant");
}

function take(hit, newTab) {
  if (!hit) return;
  if (!hit.hasAttribute("data-post")) {
    if (newTab) window.open(hit.href, "_blank");
    else location.assign(hit.href);
    return;
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = hit.href;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token() });
  form.append(field);
  document.body.append(form);
  form.submit();
}

document.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (dialog()?.open) dialog().close();
    else show();
  } else if (event.key === "/" && document.body.dataset.shortcuts !== "off" && event.target === document.body) {
    event.preventDefault();
    show();
  } else if (dialog()?.open && event.target === input()) walk(event);
});

function walk(event) {
  const list = hits();
  const at = list.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(list[(at + (event.key === "ArrowDown" ? 1 : -1) + list.length) % list.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    take(list[at], event.ctrlKey || event.metaKey);
  }
}

function later(event) {
  if (event.target !== dialog()?.querySelector("input[name=q]") || event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}
document.addEventListener("input", later);
document.addEventListener("compositionend", (event) => later({ target: event.target, isComposing: false }));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show();
  }
  const hit = event.target.closest("#palette-found [data-post]");
  if (hit) {
    event.preventDefault();
    take(hit);
  }
});
