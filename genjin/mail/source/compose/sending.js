// What becomes of a draft: sent, with doubts asked first; taken back within its seconds; thrown away.
import htmx from "htmx.org";
import { text } from "web/page.js";
import { open } from "web/dialogs.js";
import { toast } from "web/toasts.js";
import { post } from "../saving.js";

export async function send(box, wanted, despite = []) {
  if (box.sending) return;
  box.sending = true;
  box.wanted = wanted;
  document.activeElement?.blur(); // what stands typed in a field of recipients becomes one
  await new Promise((resolve) => setTimeout(resolve, 150));
  while (box.keeper.running) await box.keeper.running;
  clearTimeout(box.keeper.timer);
  const data = box.keeper.data();
  data.set("when", wanted.when);
  for (const name of ["send_at_day", "send_at_time"]) data.set(name, box.form.elements[name].value);
  for (const code of despite) data.append("despite", code);
  try {
    await answered(box, await post(box.form.action, data), despite);
  } catch {
    toast(text("offline"), { tone: "bad" });
    box.sending = false;
    box.keeper.changed();
  }
}

async function answered(box, answer, despite) {
  if (answer.headers.get("Content-Type")?.includes("html")) {
    if (!answer.ok) throw new Error();
    return leave(box, await answer.text());
  }
  const told = await answer.json();
  if (told.conflict) box.keeper.conflict(told);
  else {
    box.keeper.version = told.version;
    box.mistakes(told.mistakes ?? {});
    const later = document.getElementById(`later-${box.form.dataset.compose}`);
    if (later.open && !told.mistakes?.send_at) later.close();
    if (told.doubts?.length) ask(box, told.doubts, despite);
    else box.form.querySelector("[data-mistake]:not([hidden])")?.scrollIntoView({ block: "center" });
  }
  box.sending = false;
}

function ask(box, doubts, despite) {
  box.doubts = [...despite, ...doubts.map((one) => one.code)];
  const dialog = document.getElementById(`doubts-${box.form.dataset.compose}`);
  dialog.querySelector("[data-asked]").replaceChildren(...doubts.map((one) => Object.assign(document.createElement("li"), { textContent: one.text })));
  open(dialog);
}

function leave(box, html) {
  const inPlace = "inPlace" in box.form.dataset;
  box.end({ told: true });
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const sent = holder.content.firstElementChild;
  const row = box.place.closest("[data-row]"); // within a list of tasks one always goes on
  if (inPlace && (row || ["next", "list"].includes(sent.dataset.after))) {
    const seconds = Number(sent.dataset.seconds ?? 0);
    box.place.remove();
    toast(sent.dataset.told, { undo: sent.dataset.undoUrl, seconds });
    document.dispatchEvent(new CustomEvent("genjin:sent", { detail: { after: sent.dataset.after, row, seconds } }));
    changed();
    return;
  }
  box.place.replaceWith(sent);
  htmx.process(sent);
  count(sent);
  sent.focus();
  changed();
}

const changed = () => document.body.dispatchEvent(new CustomEvent("genjin:changed", { bubbles: true }));

export async function discard(box, url) {
  const answer = await post(url, new FormData()).catch(() => null);
  if (!answer?.ok) return toast(text("offline"), { tone: "bad" });
  const told = await answer.json();
  box.end({ told: true });
  if ("inPlace" in box.form.dataset) {
    box.place.remove();
    toast(told.text, { undo: told.undo });
  } else location.assign(told.to);
}

// Undo is offered as long as it is sure to work.
export function count(sent) {
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
    if (sent.isConnected && sent.closest("[data-thread]")) document.dispatchEvent(new CustomEvent("genjin:left", { detail: { thread: sent.closest("[data-thread]").dataset.thread } }));
  }, 1000);
}
