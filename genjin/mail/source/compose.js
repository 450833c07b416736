// data-compose: the writing page and the reply box. Without scripts the same form saves and sends plain text.
import htmx from "htmx.org";
import { all, icon, onContent, text } from "web/page.js";
import { open } from "web/dialogs.js";
import { toast } from "web/toasts.js";
import { build as buildChips } from "./chips.js";
import { Keeper, post } from "./saving.js";

const FIELDS = ["account", "to", "cc", "bcc", "subject", "language", "track"];
const boxes = new Map();

onContent((root) => {
  for (const form of all(root, "form[data-compose]")) if (!("ready" in form.dataset)) start(form);
  for (const sent of all(root, "[data-sent][data-seconds]")) count(sent);
});

// The editor is a script of its own; asked for once.
let loading = null;
function editorScript(url) {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url });
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return loading;
}

async function start(form) {
  form.dataset.ready = "";
  try {
    await editorScript(form.dataset.editor);
  } catch {
    loading = null; // what is there without scripts still works
    return;
  }
  if (form.isConnected) new Box(form).begin();
}

const split = (holder) => {
  // The quotation at the end of an answer, with the line above that says whose it is.
  const quote = [...holder.children].find((child) => child.matches("blockquote[type=cite]"));
  if (!quote) return "";
  const range = document.createRange();
  const above = quote.previousElementSibling;
  range.setStartBefore(above && above !== holder.firstElementChild ? above : quote);
  range.setEndAfter(holder.lastChild);
  const part = document.createElement("div");
  part.append(range.extractContents());
  return part.innerHTML;
};

class Box {
  constructor(form) {
    this.form = form;
    this.place = form.closest(".compose");
    this.texts = { remove: form.dataset.textRemove, list: form.dataset.textList };
    for (const name of ["rich", "plain", "html", "tools", "unfold", "left", "files"]) this[name] = form.querySelector(`[data-${name}]`);
    this.quoted = "";
    boxes.set(form.dataset.compose, this);
  }

  get isPlain() {
    return this.form.elements.is_plain.value === "1";
  }

  begin() {
    const { form } = this;
    this.keeper = new Keeper(form, { read: () => this.values(), restore: (values) => this.restore(values), saved: (told) => this.told(told) });
    this.editor = window.genjinEditor(this.rich, {
      html: "", onInput: () => this.touched(), onPath: (on) => this.light(on), onPictures: (files) => this.upload(files, true),
    });
    this.load(this.html.value);
    this.html.disabled = false;
    this.plainWas = this.plain.value;
    this.show();
    this.chips = [...form.querySelectorAll("[data-chips]")].map((field) => buildChips(field, { source: form.dataset.recipients, texts: this.texts, changed: () => this.touched() }));
    this.listen();
    this.keeper.begin();
    const empty = this.chips.find((one) => one.field.name === "to" && !one.entries.length);
    if (empty) empty.input.focus();
    else this.isPlain ? this.plain.focus() : this.editor.start();
    if ("inPlace" in form.dataset) this.place.scrollIntoView({ block: "nearest" });
  }

  load(html) {
    const holder = document.createElement("div");
    holder.append(this.editorFragment(html));
    this.quoted = split(holder);
    this.editor.html = holder.innerHTML;
    this.unfold.hidden = !this.quoted || this.isPlain;
    this.marked();
  }

  editorFragment(html) {
    return this.editor.fragment(html);
  }

  values() {
    const values = Object.fromEntries(FIELDS.filter((name) => this.form.elements[name]).map((name) => [name, this.form.elements[name].value]));
    return { ...values, is_plain: this.isPlain ? "1" : "0", html: this.editor.html + this.quoted, text: this.plain.value };
  }

  restore(values) {
    for (const name of FIELDS) {
      const field = this.form.elements[name];
      if (!field || values[name] === undefined) continue;
      field.value = values[name];
      field.dispatchEvent(new Event("genjin:filled"));
    }
    this.form.elements.is_plain.value = values.is_plain;
    this.plain.value = values.text;
    this.load(values.html);
    this.show();
  }

  show() {
    const plain = this.isPlain;
    this.rich.hidden = plain;
    this.plain.hidden = !plain;
    this.tools.hidden = false;
    this.unfold.hidden = plain || !this.quoted;
    for (const button of this.tools.querySelectorAll("[data-do], [popovertarget]")) button.disabled = plain;
    this.form.querySelector("[data-plain-switch]").setAttribute("aria-pressed", String(plain));
    for (const line of this.form.querySelectorAll("[data-line]")) if (this.form.elements[line.dataset.line].value) line.classList.add("compose-on");
  }

  touched() {
    this.marked();
    this.keeper.changed();
  }

  told({ left, mistakes, text: plain }) {
    if (left) {
      this.left.hidden = !left.length;
      this.left.textContent = this.form.dataset.textLeft.replace("{names}", left.join(", "));
    }
    if (plain !== undefined && !this.isPlain) this.plainText = plain;
    if (mistakes) this.mistakes(mistakes);
  }

  // Fields of a template that nothing is known for are marked without touching the text.
  marked() {
    if (!window.Highlight) return;
    const ranges = [];
    const walker = document.createTreeWalker(this.rich, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const match of walker.currentNode.data.matchAll(/\{\{\s*[\w.]*\s*\}\}/g)) {
        const range = new Range();
        range.setStart(walker.currentNode, match.index);
        range.setEnd(walker.currentNode, match.index + match[0].length);
        ranges.push(range);
      }
    }
    CSS.highlights.set("merge-field", new Highlight(...ranges));
  }

  light(on) {
    for (const [name, yes] of Object.entries(on)) this.tools.querySelector(`[data-do=${name}]`)?.setAttribute("aria-pressed", String(yes));
  }

  listen() {
    const { form } = this;
    form.addEventListener("input", (event) => event.target.name && !event.target.matches("[data-add], [name^=send_at]") && this.touched());
    form.addEventListener("change", (event) => this.change(event));
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("keydown", (event) => this.key(event), true);
    this.tools.addEventListener("pointerdown", (event) => event.target.closest("[data-do]") && event.preventDefault());
    this.listenToDrops();
  }

  listenToDrops() {
    const { place } = this;
    const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    for (const name of ["dragenter", "dragover"]) {
      place.addEventListener(name, (event) => {
        if (!carries(event)) return;
        event.preventDefault();
        place.classList.add("compose-over");
      }, true);
    }
    place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || place.classList.remove("compose-over"));
    place.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      event.stopPropagation();
      place.classList.remove("compose-over");
      const files = [...event.dataTransfer.files];
      const within = this.rich.contains(event.target);
      const pictures = files.filter((file) => within && /^image\/(png|jpeg|gif|webp)$/.test(file.type));
      if (pictures.length) this.upload(pictures, true);
      const others = files.filter((file) => !pictures.includes(file));
      if (others.length) this.upload(others);
    }, true);
  }

  change(event) {
    if (event.target.matches("[data-add]")) {
      this.upload([...event.target.files]);
      event.target.value = "";
    }
    if (["account", "language"].includes(event.target.name)) this.exchangeSignature();
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { dataset } = button;
    if (dataset.show) this.reveal(dataset.show);
    else if (dataset.do === "picture") this.choosePicture();
    else if (dataset.do === "link") this.askLink();
    else if (dataset.do) this.editor.do(dataset.do, dataset.value);
    else if ("linkSet" in dataset || "linkOff" in dataset) this.setLink("linkOff" in dataset);
    else if ("plainSwitch" in dataset) this.switchMode();
    else if ("unfold" in dataset) this.unfoldQuotation();
    else if (dataset.useTemplate) this.useTemplate(dataset.useTemplate);
    else if (dataset.remove) {
      event.preventDefault();
      this.changeFiles(dataset.remove, new FormData());
    } else if ("despite" in dataset) {
      document.getElementById(`doubts-${this.form.dataset.compose}`).close();
      this.send(this.wanted, this.doubts);
    }
  }

  reveal(name) {
    this.form.querySelector(`[data-line=${name}]`).classList.add("compose-on");
    this.chips.find((one) => one.field.name === name).input.focus();
  }

  key(event) {
    const mod = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (mod && event.shiftKey && (letter === "c" || letter === "b")) {
      event.preventDefault();
      event.stopPropagation();
      this.reveal(letter === "c" ? "cc" : "bcc");
    } else if (mod && letter === "k" && this.rich.contains(event.target)) {
      event.preventDefault();
      event.stopPropagation();
      this.askLink();
    } else if (mod && event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      this.send({ when: "now" });
    } else if (event.key === "Enter" && event.target.matches("[data-link-address]")) {
      event.preventDefault();
      this.setLink(false);
    } else if (event.key === "Enter" && event.target.matches("[name=subject]") && !event.isComposing) {
      event.preventDefault();
      this.isPlain ? this.plain.focus() : this.editor.start();
    } else if (event.key === "Escape" && !event.isComposing && !event.target.closest("dialog") && "inPlace" in this.form.dataset && !event.target.matches("[aria-expanded=true]")) {
      event.stopPropagation();
      this.shut();
    }
  }

  async shut() {
    await this.keeper.save();
    if (this.keeper.changes) return; // not saved: it stays open
    this.keeper.stop();
    this.place.remove();
  }

  askLink() {
    const box = this.form.querySelector("[data-link-box]");
    box.hidden = !box.hidden;
    if (box.hidden) return;
    const field = box.querySelector("[data-link-address]");
    field.value = this.editor.linkAt();
    field.focus();
  }

  setLink(off) {
    const box = this.form.querySelector("[data-link-box]");
    const address = box.querySelector("[data-link-address]").value.trim();
    box.hidden = true;
    const whole = /^(?:https?:|mailto:|tel:)/i.test(address) ? address : address.includes("@") ? `mailto:${address}` : `https://${address}`;
    this.editor.link(off || !address ? "" : whole);
    this.touched();
  }

  unfoldQuotation() {
    this.editor.append(this.quoted);
    this.quoted = "";
    this.unfold.hidden = true;
    this.rich.focus();
  }

  // To plain text: the server makes it of the HTML, which stays; back: as it was, unless the plain text was changed.
  async switchMode() {
    const field = this.form.elements.is_plain;
    if (this.isPlain) {
      if (this.plain.value !== this.plainWas) {
        const lines = document.createElement("div");
        for (const block of this.plain.value.split(/\n{2,}/)) {
          const paragraph = lines.appendChild(document.createElement("p"));
          block.split("\n").forEach((line, index) => paragraph.append(...(index ? [document.createElement("br")] : []), line));
        }
        this.quoted = "";
        this.editor.html = lines.innerHTML;
      }
      field.value = "0";
    } else {
      this.keeper.changes ||= 1;
      await this.keeper.save();
      if (this.keeper.changes) return;
      this.plain.value = this.plainWas = this.plainText ?? this.plain.value;
      field.value = "1";
    }
    this.show();
    this.touched();
  }

  async exchangeSignature() {
    if (this.isPlain) return;
    const { account, language } = this.form.elements;
    try {
      const answer = await fetch(`${this.form.dataset.signature}?${new URLSearchParams({ account: account.value, language: language.value })}`, { headers: { Accept: "application/json" } });
      if (answer.ok) this.putSignature((await answer.json()).html);
    } catch {
      // offline: the signature stays as it is
    }
  }

  // The old one reaches from the last "-- " to the end of the text; the quotation is folded away or begins after it.
  putSignature(html) {
    const holder = document.createElement("div");
    holder.append(this.editorFragment(this.editor.html));
    const marks = [...holder.children].filter((child) => /^--\s*$/.test(child.textContent.replaceAll("\u00a0", " ").trimStart()));
    const mark = marks.at(-1);
    const fresh = document.createElement("div");
    fresh.append(this.editorFragment(html));
    if (mark) {
      const end = [...holder.children].find((child) => child.matches("blockquote[type=cite]"));
      const stop = end?.previousElementSibling === mark ? end : (end?.previousElementSibling ?? null);
      const before = mark.previousElementSibling;
      if (before && !before.textContent.trim() && before !== holder.firstElementChild) before.remove();
      for (let one = mark; one && one !== stop; ) {
        const next = one.nextSibling;
        one.remove();
        one = next;
      }
      holder.insertBefore(fragmentOf(fresh), stop);
    } else holder.append(fragmentOf(fresh));
    this.editor.html = holder.innerHTML;
    this.touched();
  }

  choosePicture() {
    const field = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true });
    field.addEventListener("change", () => this.upload([...field.files], true));
    field.click();
  }

  upload(files, asPicture = false) {
    if (!files.length) return;
    const data = new FormData();
    for (const file of files) data.append("files", file, file.name || "picture.png");
    if (asPicture) data.set("as_picture", "1");
    this.changeFiles(this.form.dataset.attach, data);
  }

  async changeFiles(url, data) {
    await this.keeper.save();
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await post(url, data);
      if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error();
      const told = await answer.json();
      if (told.version) this.keeper.version = told.version;
      if (told.files) this.list(told.files);
      this.mistakes({ attachments: Array.isArray(told.mistakes) ? told.mistakes : Object.values(told.mistakes ?? {}).flat() });
      for (const picture of told.pictures ?? []) this.editor.picture(picture.src, picture.alt);
      if (told.pictures?.length) this.touched();
    } catch {
      toast(text("offline"), { tone: "bad" });
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  list(files) {
    const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
    this.files.replaceChildren(...files.map((file) => {
      const line = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { className: "cut", href: file.href, textContent: file.name });
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon-btn icon-btn-s" });
      remove.dataset.remove = file.remove;
      remove.setAttribute("aria-label", this.texts.remove.replace("{name}", file.name));
      remove.append(icon("x"));
      line.append(link, Object.assign(document.createElement("span"), { className: "quiet small", textContent: size(file.size) }), remove);
      return line;
    }));
  }

  async useTemplate(id) {
    await this.keeper.save();
    const data = new FormData();
    data.set("template", id);
    const answer = await post(this.form.dataset.template, data).catch(() => null);
    if (!answer) return toast(text("offline"), { tone: "bad" });
    const told = await answer.json();
    this.told(told);
    if (!answer.ok) return;
    this.keeper.version = told.version;
    this.form.elements.subject.value = told.subject;
    this.form.elements.is_plain.value = "0";
    this.load(told.html);
    this.show();
    this.editor.start();
  }

  mistakes(found) {
    for (const place of this.form.querySelectorAll("[data-mistake]")) {
      if (!(place.dataset.mistake in found) && !this.sending) continue;
      const sentences = found[place.dataset.mistake] ?? [];
      place.hidden = !sentences.length;
      place.textContent = sentences.join(" ");
    }
    for (const name of ["to", "cc", "bcc"]) if (found[name]?.length) this.form.querySelector(`[data-line=${name}]`).classList.add("compose-on");
  }

  submit(event) {
    event.preventDefault();
    const button = event.submitter;
    if (button && "discard" in button.dataset) return this.discard(button.formAction);
    if (button && "saveButton" in button.dataset) {
      this.keeper.changes ||= 1;
      return this.keeper.save();
    }
    return this.send({ when: button?.value || "now" });
  }

  async send(wanted, despite = []) {
    if (this.sending) return;
    this.sending = true;
    this.wanted = wanted;
    document.activeElement?.blur(); // what stands typed in a field of recipients becomes one
    await new Promise((resolve) => setTimeout(resolve, 150));
    while (this.keeper.running) await this.keeper.running;
    clearTimeout(this.keeper.timer);
    const data = this.keeper.data();
    data.set("when", wanted.when);
    for (const name of ["send_at_day", "send_at_time"]) data.set(name, this.form.elements[name].value);
    for (const code of despite) data.append("despite", code);
    try {
      this.answered(await post(this.form.action, data));
    } catch {
      toast(text("offline"), { tone: "bad" });
      this.keeper.changed();
    }
  }

  async answered(answer) {
    if (answer.headers.get("Content-Type")?.includes("html")) {
      if (!answer.ok) throw new Error();
      return this.leave(await answer.text());
    }
    const told = await answer.json();
    if (told.conflict) this.keeper.conflict(told);
    else {
      this.keeper.version = told.version;
      this.mistakes(told.mistakes ?? {});
      const later = document.getElementById(`later-${this.form.dataset.compose}`);
      if (later.open && !told.mistakes?.send_at) later.close();
      if (told.doubts?.length) this.ask(told.doubts);
      else this.form.querySelector("[data-mistake]:not([hidden])")?.scrollIntoView({ block: "center" });
    }
    this.sending = false;
  }

  ask(doubts) {
    this.doubts = doubts.map((one) => one.code);
    const dialog = document.getElementById(`doubts-${this.form.dataset.compose}`);
    dialog.querySelector("[data-asked]").replaceChildren(...doubts.map((one) => Object.assign(document.createElement("li"), { textContent: one.text })));
    open(dialog);
  }

  leave(html) {
    this.keeper.stop();
    boxes.delete(this.form.dataset.compose);
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const sent = holder.content.firstElementChild;
    this.place.replaceWith(sent);
    htmx.process(sent);
    count(sent);
    sent.focus();
    document.dispatchEvent(new CustomEvent("genjin:changed"));
  }

  async discard(url) {
    const answer = await post(url, new FormData()).catch(() => null);
    if (!answer?.ok) return toast(text("offline"), { tone: "bad" });
    const told = await answer.json();
    this.keeper.stop();
    if ("inPlace" in this.form.dataset) {
      this.place.remove();
      toast(told.text, { undo: told.undo });
    } else location.assign(told.to);
  }
}

function fragmentOf(holder) {
  const part = document.createDocumentFragment();
  part.append(...holder.childNodes);
  return part;
}

// Undo is offered as long as it is sure to work.
function count(sent) {
  if ("counting" in sent.dataset || !sent.dataset.seconds) return;
  sent.dataset.counting = "";
  let seconds = Number(sent.dataset.seconds);
  const step = setInterval(() => {
    seconds -= 1;
    const number = sent.querySelector("[data-count]");
    if (number) number.textContent = String(seconds);
    if (seconds > 0 && sent.isConnected) return;
    clearInterval(step);
    sent.querySelector("[data-undo]")?.remove();
  }, 1000);
}

// The customer's files are chosen in the shared dialog.
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-attach-chosen]");
  const box = form && boxes.get(form.dataset.attachChosen);
  if (!box) return;
  event.preventDefault();
  const data = new FormData(form);
  form.closest("dialog")?.close();
  box.changeFiles(form.action, data);
});
