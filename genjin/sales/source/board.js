// The board: a card dragged to another column has that state. By keyboard the card's own key (S) does the same.
import { token } from "../../web/source/js/page.js";
import { tell } from "../../web/source/js/requests.js";

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-moves]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("[data-open]")?.textContent ?? "");
  dragged.classList.add("dragged");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  over(null);
});

const over = (lane) => {
  for (const one of document.querySelectorAll("[data-lane]")) one.toggleAttribute("data-over", one === lane);
};

document.addEventListener("dragover", (event) => {
  const lane = dragged && event.target.closest?.("[data-lane]");
  if (!lane) return;
  event.preventDefault();
  over(lane);
});

document.addEventListener("drop", (event) => {
  const lane = dragged && event.target.closest?.("[data-lane]");
  if (!lane) return;
  event.preventDefault();
  if (lane !== dragged.closest("[data-lane]")) move(dragged, lane);
});

// The card moves at once; if the server does not agree the page shows how it is.
async function move(card, lane) {
  const before = card.parentElement;
  const next = card.nextElementSibling;
  lane.querySelector(".lane-none")?.remove();
  lane.querySelector("ul").prepend(card);
  const body = new URLSearchParams({ state: lane.dataset.lane, version: card.dataset.version });
  const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
  const answer = await fetch(card.dataset.moves, { method: "POST", headers, body }).catch(() => null);
  if (answer?.status === 204) return location.reload();
  before.insertBefore(card, next);
  if (answer) tell(answer.status, answer.headers, await answer.text());
}
