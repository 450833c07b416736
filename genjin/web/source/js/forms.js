// Text areas grow, filters submit when changed, a form is sent once.
import { all, onContent } from "./page.js";

const grows = CSS.supports("field-sizing", "content");

function grow(area) {
  if (grows) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

onContent((root) => all(root, "textarea[data-grow]").forEach(grow));
document.addEventListener("input", (event) => event.target.matches("textarea[data-grow]") && grow(event.target));

document.addEventListener("change", (event) => {
  const asking = event.target.closest("[data-submit-on-change]");
  if (asking) (event.target.form ?? asking).requestSubmit();
});

// a second click while the first is under way would save twice
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.busy) event.preventDefault();
  form.dataset.busy = "1";
  setTimeout(() => delete form.dataset.busy, 4000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
});
