// data-compose: the writing page and the reply box. Without scripts the same form saves and sends plain text.
import { all, onContent, text } from "web/page.js";
import { toast } from "web/toasts.js";
import { build as buildChips } from "./chips.js";
import { Presence } from "./compose/answering.js";
import { changeFiles, choosePicture, listenToDrops, upload } from "./compose/enclosing.js";
import { exchangeSignature, split } from "./compose/quoting.js";
import { count, discard, send } from "./compose/sending.js";
import { Keeper, post } from "./saving.js";

const FIELDS = ["account", "to", "cc", "bcc", "subject", "language", "track", "pixel"];
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
      html: "", onInput: () => this.touched(), onPath: (on) => this.light(on), onPictures: (files) => upload(this, files, true),
    });
    this.load(this.html.value);
    this.html.disabled = false;
    this.plainWas = this.plain.value;
    this.show();
    this.chips = [...form.querySelectorAll("[data-chips]")].map((field) => buildChips(field, { source: form.dataset.recipients, texts: this.texts, changed: () => this.touched() }));
    this.listen();
    this.keeper.begin();
    this.presence = new Presence(form);
    const empty = this.chips.find((one) => one.field.name === "to" && !one.entries.length);
    if (empty) empty.input.focus();
    else this.isPlain ? this.plain.focus() : this.editor.start();
    if ("inPlace" in form.dataset) this.place.scrollIntoView({ block: "nearest" });
  }

  // The box is gone: `told` if the server knows that already.
  end(how) {
    this.keeper.stop();
    this.presence.stop(how);
    boxes.delete(this.form.dataset.compose);
  }

  load(html) {
    const holder = document.createElement("div");
    holder.append(this.editor.fragment(html));
    this.quoted = split(holder);
    this.editor.html = holder.innerHTML;
    this.unfold.hidden = !this.quoted || this.isPlain;
    this.marked();
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

  told({ left, mistakes, text: plain, another }) {
    if (another !== undefined) this.propose(another);
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
    listenToDrops(this);
  }

  change(event) {
    if (event.target.matches("[data-add]")) {
      upload(this, [...event.target.files]);
      event.target.value = "";
    }
    if (["account", "language"].includes(event.target.name)) exchangeSignature(this);
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { dataset } = button;
    if (dataset.show) this.reveal(dataset.show);
    else if (dataset.do === "picture") choosePicture(this);
    else if (dataset.do === "link") this.askLink();
    else if (dataset.do) this.editor.do(dataset.do, dataset.value);
    else if ("linkSet" in dataset || "linkOff" in dataset) this.setLink("linkOff" in dataset);
    else if ("plainSwitch" in dataset) this.switchMode();
    else if ("unfold" in dataset) this.unfoldQuotation();
    else if (dataset.useAccount) this.useAccount(dataset.useAccount);
    else if (dataset.useTemplate) this.useTemplate(dataset.useTemplate);
    else if (dataset.remove) {
      event.preventDefault();
      changeFiles(this, dataset.remove, new FormData());
    } else if ("despite" in dataset) {
      document.getElementById(`doubts-${this.form.dataset.compose}`).close();
      send(this, this.wanted, this.doubts);
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
      send(this, { when: "now" });
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
    this.end();
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

  // Another mailbox to write from, with the reason: the server's words.
  propose(html) {
    const place = this.form.querySelector("[data-another]");
    if (place.innerHTML !== html) place.innerHTML = html;
    place.hidden = !html;
  }

  useAccount(id) {
    this.form.elements.account.value = id;
    this.propose("");
    this.touched();
    exchangeSignature(this);
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
    if (button && "discard" in button.dataset) return discard(this, button.formAction);
    if (button && "saveButton" in button.dataset) {
      this.keeper.changes ||= 1;
      return this.keeper.save();
    }
    return send(this, { when: button?.value || "now" });
  }
}

// The customer's files are chosen in the shared dialog.
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-attach-chosen]");
  const box = form && boxes.get(form.dataset.attachChosen);
  if (!box) return;
  event.preventDefault();
  const data = new FormData(form);
  form.closest("dialog")?.close();
  changeFiles(box, form.action, data);
});
