// Mail: frames as high as their letters, keys for selected mails, the conversation beside its list.
import htmx from "htmx.org";
import { all, composing, onContent, typing } from "../../web/source/js/page.js";

const list = () => document.getElementById("mail-list");
const reading = () => document.getElementById("reading");
const narrow = () => matchMedia("(max-width: 760px)").matches;

// The frame is of our origin and runs no scripts of its own, so we may measure it.
function fit(frame) {
  const inside = frame.contentDocument;
  if (!inside?.body) return;
  const height = Math.ceil(inside.body.getBoundingClientRect().height) + 2;
  if (height > 2) frame.style.height = `${Math.min(height, 20000)}px`;
}

function watch(frame) {
  const inside = frame.contentDocument;
  if (!inside?.body || inside === frame.watched || inside.URL === "about:blank") return;
  frame.watched = inside;
  fit(frame);
  new ResizeObserver(() => fit(frame)).observe(inside.body);
  inside.addEventListener("load", () => fit(frame), true);
  const bar = frame.closest(".letter-body")?.querySelector("[data-letter-pictures]");
  if (bar) bar.hidden = inside.documentElement.dataset.blocked === "0";
}

onContent((root) => {
  for (const frame of all(root, "[data-letter-frame]")) {
    frame.addEventListener("load", () => watch(frame));
    if (frame.contentDocument?.readyState === "complete") watch(frame);
  }
});

document.addEventListener("click", (event) => {
  const show = event.target.closest?.("[data-letter-show]");
  if (show) {
    const frame = show.closest(".letter-body").querySelector("[data-letter-frame]");
    frame.src = `${frame.src.split("?")[0]}?pictures=1`;
    return;
  }
  const opened = event.target.closest?.(".mail-row [data-open]");
  if (!opened || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const row of document.querySelectorAll(".mail-row.is-shown")) row.classList.remove("is-shown");
  opened.closest(".mail-row").classList.remove("is-unread");
  opened.closest(".mail-row").classList.add("is-shown");
  document.querySelector(".mail")?.classList.add("mail-open");
});

// Back to the list without asking the server again, where it still stands beside.
document.addEventListener("click", (event) => {
  const back = event.target.closest?.(".mail-back");
  if (!back || !list() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.querySelector(".mail").classList.remove("mail-open");
  history.pushState(null, "", back.href);
  const row = document.querySelector(".mail-row.is-shown");
  row?.focus();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target?.id !== "reading") return;
  reading().scrollTop = 0;
  const first = reading().querySelector(".letter[open]");
  if (first?.previousElementSibling) first.scrollIntoView({ block: "start" });
});

// What was moved away is not read any more: the mail that is now in its place is.
document.addEventListener("genjin:mail", (event) => {
  const { verb, threads } = event.detail;
  const shown = reading()?.querySelector("[data-thread]");
  if (!shown || !threads.map(String).includes(shown.dataset.thread)) return;
  if (verb === "star" || verb === "unstar") {
    const star = shown.querySelector(".thread-acts .mail-star");
    star.setAttribute("aria-pressed", String(verb === "star"));
    star.value = verb === "star" ? "unstar" : "star";
  } else if (verb !== "read") {
    const next = document.querySelector(".mail-row[data-current] [data-open]");
    document.querySelector(".mail")?.classList.remove("mail-open");
    if (next && verb !== "unread" && !narrow()) next.click();
    else reading().replaceChildren();
  }
});

// With mails selected a key means all of them; Shift+U and Shift+I mark.
document.addEventListener(
  "keydown",
  (event) => {
    if (!list() || composing(event) || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    const picked = list().querySelector(".pickbox :checked");
    const bulk = picked && list().querySelector(`[data-bulk-key="${CSS.escape(event.key)}"]`);
    const row = document.querySelector(".mail-row[data-current]");
    const target =
      bulk ||
      (event.key === "U" && (row ?? reading())?.querySelector("[data-mark][value^=unread]")) ||
      (event.key === "I" && row?.querySelector("[data-mark][value^='read']"));
    if (target) target.click();
    if (target || ["U", "I"].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

// An answer was sent: on to the next conversation or back to the list, as the reader chose.
document.addEventListener("genjin:sent", (event) => {
  if (!list()) return;
  let next = document.querySelector(".mail-row.is-shown")?.nextElementSibling;
  while (next && !next.matches(".mail-row")) next = next.nextElementSibling;
  if (event.detail.after === "next" && next && !narrow()) next.querySelector("[data-open]").click();
  else document.querySelector(".mail-back")?.click();
});

// It has left and the reader is still there: the conversation shows how it fares.
document.addEventListener("genjin:left", (event) => {
  const shown = reading()?.querySelector(`[data-thread="${CSS.escape(event.detail.thread)}"]`);
  if (!shown || !location.pathname.includes("/conversations/")) return;
  setTimeout(() => {
    if (!shown.isConnected || shown.querySelector("form[data-compose]") || document.querySelector("dialog[open]")) return;
    htmx.ajax("GET", location.pathname + location.search, { target: "#reading", swap: "innerHTML" });
  }, 4000);
});
