// data-combo: a select becomes a field to type in; its choices come from data-source or from itself.
import { all, composing, onContent, text, icon } from "./page.js";

const PAUSE = 150;
let serial = 0;

onContent((root) => {
  for (const box of all(root, "[data-combo]")) if (!("ready" in box.dataset)) build(box);
});

function build(box) {
  box.dataset.ready = "";
  const select = box.querySelector("select");
  const many = "many" in box.dataset;
  const id = select.id || `combo-${++serial}`;
  const input = Object.assign(document.createElement("input"), { type: "text", className: "input", id: `${id}-text`, autocomplete: "off", spellcheck: false });
  const list = Object.assign(document.createElement("div"), { className: "combo-list", id: `${id}-list`, hidden: true });
  const chosen = Object.assign(document.createElement("div"), { className: "combo-chosen" });
  list.setAttribute("role", "listbox");
  const about = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "data-no-draft": "", placeholder: select.getAttribute("placeholder") ?? "" };
  for (const [name, value] of Object.entries(about)) input.setAttribute(name, value);
  for (const name of ["aria-label", "aria-describedby", "aria-invalid", "autofocus"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (label) {
    label.htmlFor = input.id;
    list.setAttribute("aria-label", label.textContent.trim());
  }
  input.disabled = select.disabled;
  select.hidden = true;
  select.tabIndex = -1;
  box.append(...(many ? [chosen] : []), input, list);
  const state = { box, select, many, input, list, chosen, timer: 0, asking: null, awaits: false, wanted: false };
  attach(state);
  paint(state);
}

function attach(state) {
  const { input, list, select } = state;
  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    search(state);
  });
  input.addEventListener("compositionend", () => search(state));
  input.addEventListener("click", () => list.hidden && search(state, true));
  input.addEventListener("keydown", (event) => keys(state, event));
  input.addEventListener("blur", () => setTimeout(() => leave(state), 120));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(state, option);
  });
  select.addEventListener("genjin:filled", () => paint(state));
}

function paint({ select, many, input, chosen, box }) {
  if (!many) {
    input.value = select.selectedOptions[0]?.value ? select.selectedOptions[0].text : "";
    return;
  }
  chosen.replaceChildren(
    ...[...select.selectedOptions].map((option) => {
      const tag = Object.assign(document.createElement("span"), { className: "combo-tag", textContent: option.text });
      const remove = Object.assign(document.createElement("button"), { type: "button" });
      remove.setAttribute("aria-label", text("remove", { name: option.text }));
      remove.append(icon("x"));
      remove.addEventListener("click", () => {
        option.selected = false;
        select.dispatchEvent(new Event("change", { bubbles: true }));
        paint({ select, many, input, chosen, box });
        input.focus();
      });
      tag.append(remove);
      return tag;
    }),
  );
}

function search(state, whole = false) {
  clearTimeout(state.timer);
  const words = whole ? "" : state.input.value.trim();
  if (!state.box.dataset.source) {
    const own = [...state.select.options].filter((option) => option.value && option.text.toLowerCase().includes(words.toLowerCase()));
    return offer(state, own.map((option) => ({ value: option.value, label: option.text })));
  }
  // Until the answer is there, what stands in the list belongs to other words.
  state.awaits = Boolean(words);
  state.wanted = false;
  state.timer = setTimeout(() => ask(state, words), PAUSE);
}

async function ask(state, words) {
  state.asking?.abort();
  state.asking = new AbortController();
  const url = new URL(state.box.dataset.source, location.href);
  url.searchParams.set("q", words);
  try {
    const answer = await fetch(url, { signal: state.asking.signal, headers: { Accept: "application/json" } });
    offer(state, answer.ok ? (await answer.json()).options : []);
  } catch (error) {
    if (error.name !== "AbortError") offer(state, []);
  }
}

function offer(state, options) {
  const { list, input } = state;
  const taken = state.wanted;
  state.awaits = state.wanted = false;
  if (document.activeElement !== input) return;
  list.replaceChildren(
    ...options.map((option, index) => {
      const line = document.createElement("div");
      line.setAttribute("role", "option");
      line.id = `${list.id}-${index}`;
      line.dataset.value = option.value;
      line.dataset.label = option.label;
      const name = document.createElement("span");
      name.textContent = option.label;
      line.append(name);
      if (option.note) line.append(Object.assign(document.createElement("small"), { textContent: option.note }));
      return line;
    }),
  );
  if (!options.length) list.append(Object.assign(document.createElement("div"), { className: "combo-none", textContent: text("nothing") }));
  open(state, true);
  const first = list.querySelector("[role=option]");
  point(state, first);
  if (taken && first) take(state, first);
}

function open({ list, input }, yes) {
  list.hidden = !yes;
  input.setAttribute("aria-expanded", String(yes));
  if (!yes) input.removeAttribute("aria-activedescendant");
}

function point({ list, input }, option) {
  for (const one of list.querySelectorAll("[role=option]")) one.setAttribute("aria-selected", String(one === option));
  if (!option) return;
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(state, option) {
  const { select, many, input } = state;
  const { value, label } = option.dataset;
  const entry = [...select.options].find((one) => one.value === value) ?? select.appendChild(new Option(label, value));
  entry.selected = true;
  if (many) input.value = "";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  paint(state);
  open(state, false);
  input.focus();
}

function keys(state, event) {
  if (composing(event)) return;
  const { list, input, many, select } = state;
  const options = [...list.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) search(state, true);
    else point(state, options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
  } else if (event.key === "Enter" && (!list.hidden || state.awaits) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (state.awaits) state.wanted = true;
    else if (options[at]) take(state, options[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    leave(state, true);
  } else if (event.key === "Backspace" && many && !input.value && select.selectedOptions.length) {
    [...select.selectedOptions].at(-1).selected = false;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    paint(state);
  }
}

// Emptied means nothing; half a name means what was chosen before.
function leave(state, force = false) {
  const { select, many, input } = state;
  if (!force && document.activeElement === input) return;
  clearTimeout(state.timer);
  state.awaits = state.wanted = false;
  open(state, false);
  if (!many && !input.value.trim() && select.value) {
    const none = [...select.options].find((option) => !option.value) ?? select.insertBefore(new Option("", ""), select.firstChild);
    none.selected = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (many) input.value = "";
  else paint(state);
}
