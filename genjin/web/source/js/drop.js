// data-drop around a file field: files may be dropped on it, and it says which one it has.
const box = (event) => event.target.closest?.("[data-drop]");

document.addEventListener("change", (event) => {
  const found = box(event);
  const file = event.target.files?.[0];
  if (!found || !file) return;
  found.classList.add("drop-filled");
  event.target.removeAttribute("aria-invalid");
  found.querySelector("[data-drop-name]").textContent = file.name;
  found.querySelector("[data-drop-size]").textContent = size(file.size);
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    box(event)?.classList.toggle("drop-over", name === "dragenter" || name === "dragover");
  });
}

const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
