// Sticky table heads stand below the sticky page head, however high that is.
const observer = new ResizeObserver(([entry]) => {
  document.documentElement.style.setProperty("--head", `${Math.round(entry.borderBoxSize[0].blockSize)}px`);
});
const start = () => {
  const head = document.querySelector(".head");
  if (head) observer.observe(head);
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else queueMicrotask(start);
