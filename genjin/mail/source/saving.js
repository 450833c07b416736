// Keeps a draft: in this browser at once, on the server after a pause and on leaving; tells when another copy is newer.
import { token } from "web/page.js";

const PAUSE = 1500;
const LOCAL = 300;
const MONTH = 30 * 24 * 3600 * 1000;

export async function post(url, data, more = {}) {
  return fetch(url, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": token() }, ...more });
}

export class Keeper {
  constructor(form, { read, restore, saved }) {
    Object.assign(this, { form, read, restore, saved, timer: 0, local: 0, running: null, changes: 0, stopped: false });
    this.key = `genjin.mail.${document.body.dataset.reader ?? ""}.${form.dataset.compose}`;
    this.mark = form.querySelector("[data-saved]");
    this.box = form.querySelector("[data-conflict]");
    this.box.querySelector("[data-mine]").addEventListener("click", () => this.overrule());
    this.box.querySelector("[data-theirs]").addEventListener("click", () => this.giveUp());
    this.leave = () => this.leaving();
    addEventListener("pagehide", this.leave);
    document.addEventListener("visibilitychange", this.leave);
  }

  // What the browser kept because the server never said that it has it.
  begin() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      this.forget();
    }
    if (!kept || Date.now() - kept.at > MONTH) return this.forget();
    this.restore(kept.values);
    this.version = kept.version;
    this.say("restored");
    this.changed();
  }

  get version() {
    return this.form.elements.version.value;
  }

  set version(value) {
    this.form.elements.version.value = value;
  }

  say(name) {
    this.mark.textContent = this.form.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? name;
  }

  changed() {
    if (this.stopped) return;
    this.changes += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    this.local ||= setTimeout(() => this.keep(), LOCAL);
  }

  keep() {
    clearTimeout(this.local);
    this.local = 0;
    if (this.stopped || !this.changes) return;
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), version: this.version, values: this.read() }));
    } catch {
      // full or forbidden: the server has it in a moment
    }
  }

  forget() {
    clearTimeout(this.local);
    this.local = 0;
    localStorage.removeItem(this.key);
  }

  data() {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token());
    data.set("version", this.version);
    for (const [name, value] of Object.entries(this.read())) data.set(name, value);
    return data;
  }

  // One at a time: each save answers with the version that the next one starts from.
  async save() {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.stopped || !this.changes || !this.box.hidden) return;
    this.running = this.send();
    await this.running;
    this.running = null;
  }

  async send() {
    const before = this.changes;
    this.say("saving");
    try {
      const answer = await post(this.form.dataset.save, this.data());
      const told = await answer.json();
      if (told.gone) return location.assign(told.href);
      if (told.conflict) return this.conflict(told);
      this.saved(told);
      if (!answer.ok) return this.say("offline");
      this.version = told.version;
      this.changes -= before;
      this.mark.textContent = told.saved;
      if (!this.changes) this.forget();
    } catch {
      this.say("offline");
      this.timer = setTimeout(() => this.save(), PAUSE * 4);
    }
  }

  conflict(told) {
    this.keep();
    this.newest = told.version;
    this.box.querySelector("[data-conflict-text]").textContent = told.conflict;
    this.box.hidden = false;
    this.say("offline");
  }

  overrule() {
    this.version = this.newest;
    this.box.hidden = true;
    this.changes ||= 1;
    this.save();
  }

  giveUp() {
    this.stop();
    location.reload();
  }

  leaving() {
    if (this.stopped || !this.changes || document.visibilityState === "visible") return;
    this.keep();
    if (this.running || !this.box.hidden) return;
    // The answer may never be read: should it be lost, the copy in this browser asks again.
    const before = this.changes;
    const data = this.data();
    // Browsers let so much outlive the page.
    const keepalive = [...data.values()].reduce((sum, value) => sum + value.length * 3, 0) < 60000;
    post(this.form.dataset.save, data, { keepalive }).then(async (answer) => {
      if (!answer.ok) return;
      this.version = (await answer.json()).version;
      this.changes -= before;
      if (!this.changes) this.forget();
    }, () => {});
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.forget();
    removeEventListener("pagehide", this.leave);
    document.removeEventListener("visibilitychange", this.leave);
  }
}
