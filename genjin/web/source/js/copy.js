// data-copy="text" (or data-copy="#id" of what holds it).
import { text } from "./page.js";
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy;
  const words = source.startsWith("#") ? (document.querySelector(source)?.value ?? document.querySelector(source)?.textContent ?? "") : source;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // without a secure context there is no clipboard object
    const area = Object.assign(document.createElement("textarea"), { value: words, className: "hidden-text" });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  toast(text("copied"));
});
