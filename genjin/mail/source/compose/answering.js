// In a shared mailbox: says that the box is open, and shows who else answers the same mail or just did.
import { post } from "../saving.js";

const EVERY = 20_000;

export class Presence {
  constructor(form) {
    this.url = form.dataset.answering;
    this.draft = form.dataset.compose;
    this.place = form.querySelector("[data-others]");
    if (!this.url) return;
    this.end = () => this.tell({ done: "1" });
    addEventListener("pagehide", this.end);
    this.timer = setInterval(() => this.tell(), EVERY);
    this.tell();
  }

  async tell(more = {}) {
    if (!more.done && !this.place.isConnected) return this.stop(); // another conversation was opened over it
    const data = new FormData();
    for (const [name, value] of Object.entries({ draft: this.draft, ...more })) data.set(name, value);
    const answer = await post(this.url, data, { keepalive: true }).catch(() => null);
    if (!answer?.ok || more.done) return;
    const { others } = await answer.json();
    const words = others.join(" ");
    if (this.place.textContent !== words) this.place.textContent = words;
    this.place.hidden = !words;
  }

  // `told`: the server knows already, as the mail was sent or thrown away.
  stop({ told = false } = {}) {
    if (!this.url) return;
    clearInterval(this.timer);
    removeEventListener("pagehide", this.end);
    if (!told) this.tell({ done: "1" });
  }
}
