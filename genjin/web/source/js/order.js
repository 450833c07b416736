// Lists that a person orders: data-order="url" on the list, data-order-item="id" on each item, data-order-grip on
// its button. Drag the grip, or press the arrow keys on it; the new order is sent at once.
import { text, token } from "./page.js";
import { tell } from "./requests.js";
import { toast } from "./toasts.js";

const items = (list) => [...list.querySelectorAll(":scope > [data-order-item]")];
let dragged = null;
let before = "";

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  if (!grip || event.button !== 0) return;
  dragged = grip.closest("[data-order-item]");
  before = order(dragged.parentElement);
  dragged.classList.add("dragged");
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const list = dragged.parentElement;
  const others = items(list).filter((item) => item !== dragged);
  const next = others.find((item) => {
    const box = item.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  const anchor = next ?? others.at(-1)?.nextElementSibling ?? null;
  if (anchor !== dragged && anchor !== dragged.nextElementSibling) list.insertBefore(dragged, anchor);
});

for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => {
    if (!dragged) return;
    const list = dragged.parentElement;
    dragged.classList.remove("dragged");
    dragged = null;
    if (order(list) !== before) send(list);
  });
}

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-order-grip]");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!grip || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const item = grip.closest("[data-order-item]");
  const found = items(item.parentElement);
  const there = found[found.indexOf(item) + step];
  if (!there) return;
  there[step < 0 ? "before" : "after"](item);
  grip.focus();
  send(item.parentElement);
});

const order = (list) => items(list).map((item) => item.dataset.orderItem).join();
let sending = Promise.resolve();

// One after the other, so that the last order that was made is the one that stays.
function send(list) {
  const body = new URLSearchParams(items(list).map((item) => ["ids", item.dataset.orderItem]));
  sending = sending.then(async () => {
    const headers = { "X-CSRFToken": token() };
    const answer = await fetch(list.dataset.order, { method: "POST", headers, body }).catch(() => null);
    if (!answer) toast(text("offline"), { tone: "bad" });
    else if (!answer.ok) tell(answer.status, answer.headers, await answer.text());
    else toast(text("order_saved"));
  });
}
