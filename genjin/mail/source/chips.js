// data-chips: recipients as chips with completion. The field itself keeps what is sent, and is all there is without scripts.
import { composing, icon } from "web/page.js";

const PAUSE = 120;
const WIDE = { "，": ",", "；": ";", "、": ",", "＠": "@", "＜": "<", "＞": ">", "\u3000": " " };
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]{2,}$/;

// The recipients in what was typed or pasted; what is no address stays an entry that shows it.
export function parsed(text) {
  const plain = text.replace(/[，；、＠＜＞\u3000]/g, (sign) => WIDE[sign]);
  const pieces = plain.match(/(?:"[^"]*"|[^,;\n"])+/g) ?? [];
  return pieces.map((piece) => piece.trim()).filter(Boolean).map((piece) => {
    const found = /^(.*?)\s*<([^<>]*)>?$/.exec(piece);
    return found ? { name: found[1].replace(/^["']+|["']+$/g, "").trim(), address: found[2].trim() } : { name: "", address: piece.replace(/^mailto:/, "") };
  }).filter((one) => one.address);
}

const written = ({ name, address }) => (name ? `"${name.replaceAll('"', "")}" <${address}>` : address);

export function build(field, { source, texts, changed }) {
  const box = document.createElement("div");
  box.className = "chips-field";
  const input = Object.assign(document.createElement("input"), { type: "text", className: "chips-input", id: `${field.id}-text`, autocomplete: "off", spellcheck: false });
  const list = Object.assign(document.createElement("div"), { className: "combo-list", id: `${field.id}-list`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", texts.list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  if (label) label.htmlFor = input.id;
  field.hidden = true;
  field.after(box);
  box.append(input, list);
  const state = { field, box, input, list, source, texts, changed, entries: parsed(field.value), timer: 0, asking: null };
  field.addEventListener("genjin:filled", () => {
    state.entries = parsed(field.value);
    paint(state);
  });
  listen(state);
  paint(state);
  return state;
}

function listen(state) {
  const { input, list, box } = state;
  input.addEventListener("input", (event) => !event.isComposing && typed(state));
  input.addEventListener("compositionend", () => typed(state));
  input.addEventListener("keydown", (event) => key(state, event));
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[,;\n，；、]|@.*\s/.test(text)) return;
    event.preventDefault();
    add(state, text);
  });
  input.addEventListener("blur", () => setTimeout(() => {
    if (document.activeElement === input) return;
    if (input.value.trim()) add(state, input.value);
    close(state);
  }, 120));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(state, option);
  });
  box.addEventListener("click", (event) => event.target === box && input.focus());
}

function typed(state) {
  clearTimeout(state.timer);
  const words = state.input.value.trim();
  if (/[,;，；]$/.test(words) && words.length > 1) return add(state, words);
  if (!words) return close(state);
  state.timer = setTimeout(() => ask(state, words), PAUSE);
}

async function ask(state, words) {
  state.asking?.abort();
  state.asking = new AbortController();
  try {
    const answer = await fetch(`${state.source}?q=${encodeURIComponent(words)}`, { signal: state.asking.signal, headers: { Accept: "application/json" } });
    if (answer.ok) offer(state, (await answer.json()).options);
  } catch {
    close(state); // offline: whole addresses can be typed all the same
  }
}

function offer(state, options) {
  const { list, input } = state;
  if (document.activeElement !== input || !input.value.trim()) return;
  const there = new Set(state.entries.map((one) => one.address.toLowerCase()));
  const lines = options.filter((one) => !there.has(one.address.toLowerCase())).map((one, index) => {
    const line = document.createElement("div");
    line.setAttribute("role", "option");
    line.id = `${list.id}-${index}`;
    Object.assign(line.dataset, { name: one.name, address: one.address });
    const name = document.createElement("bdi");
    name.textContent = one.name ? `${one.name} <${one.address}>` : one.address;
    line.append(name);
    if (one.note) line.append(Object.assign(document.createElement("small"), { textContent: one.note }));
    return line;
  });
  if (!lines.length) return close(state);
  list.replaceChildren(...lines);
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  point(state, lines[0]);
}

function point({ list, input }, option) {
  for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function close({ list, input, asking }) {
  asking?.abort();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function take(state, option) {
  add(state, written(option.dataset));
  state.input.focus();
}

function add(state, text) {
  clearTimeout(state.timer);
  const there = new Set(state.entries.map((one) => one.address.toLowerCase()));
  for (const one of parsed(text)) if (!there.has(one.address.toLowerCase())) state.entries.push(one);
  state.input.value = "";
  close(state);
  keep(state);
}

function keep(state) {
  state.field.value = state.entries.map(written).join(", ");
  paint(state);
  state.changed();
}

function key(state, event) {
  if (composing(event)) return;
  const { input, list } = state;
  const chosen = list.hidden ? null : list.querySelector("[aria-selected=true]");
  if (["ArrowDown", "ArrowUp"].includes(event.key) && chosen) {
    event.preventDefault();
    point(state, (event.key === "ArrowDown" ? chosen.nextElementSibling : chosen.previousElementSibling) ?? chosen);
  } else if (event.key === "Escape" && chosen) {
    event.preventDefault();
    event.stopPropagation();
    close(state);
  } else if (["Enter", "Tab", ",", ";"].includes(event.key) && input.value.trim() && !event.ctrlKey && !event.metaKey) {
    if (event.key !== "Tab" || chosen) event.preventDefault();
    if (chosen && ["Enter", "Tab"].includes(event.key)) take(state, chosen);
    else add(state, input.value);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
  else if (event.key === "Backspace" && !input.value && state.entries.length) {
    event.preventDefault();
    state.entries.pop();
    keep(state);
  }
}

function paint(state) {
  for (const old of state.box.querySelectorAll(".chip-one")) old.remove();
  const chips = state.entries.map((one) => {
    const chip = Object.assign(document.createElement("span"), { className: ADDRESS.test(one.address) ? "chip-one" : "chip-one chip-wrong", title: written(one) });
    const name = Object.assign(document.createElement("bdi"), { textContent: one.name || one.address });
    const remove = Object.assign(document.createElement("button"), { type: "button" });
    remove.setAttribute("aria-label", state.texts.remove.replace("{name}", one.name || one.address));
    remove.append(icon("x"));
    remove.addEventListener("click", () => {
      state.entries.splice(state.entries.indexOf(one), 1);
      keep(state);
      state.input.focus();
    });
    chip.append(name, remove);
    return chip;
  });
  state.input.before(...chips);
}
