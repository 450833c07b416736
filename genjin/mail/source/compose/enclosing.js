// Files of a mail: chosen, dropped, taken out; pictures go within the text.
import { icon, text } from "web/page.js";
import { toast } from "web/toasts.js";
import { post } from "../saving.js";

export function listenToDrops(box) {
  const { place } = box;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const name of ["dragenter", "dragover"]) {
    place.addEventListener(name, (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      place.classList.add("compose-over");
    }, true);
  }
  place.addEventListener("dragleave", (event) => place.contains(event.relatedTarget) || place.classList.remove("compose-over"));
  place.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    place.classList.remove("compose-over");
    const files = [...event.dataTransfer.files];
    const within = box.rich.contains(event.target);
    const pictures = files.filter((file) => within && /^image\/(png|jpeg|gif|webp)$/.test(file.type));
    if (pictures.length) upload(box, pictures, true);
    const others = files.filter((file) => !pictures.includes(file));
    if (others.length) upload(box, others);
  }, true);
}

export function choosePicture(box) {
  const field = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true });
  field.addEventListener("change", () => upload(box, [...field.files], true));
  field.click();
}

export function upload(box, files, asPicture = false) {
  if (!files.length) return;
  const data = new FormData();
  for (const file of files) data.append("files", file, file.name || "picture.png");
  if (asPicture) data.set("as_picture", "1");
  changeFiles(box, box.form.dataset.attach, data);
}

export async function changeFiles(box, url, data) {
  await box.keeper.save();
  box.form.setAttribute("aria-busy", "true");
  try {
    const answer = await post(url, data);
    if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error();
    const told = await answer.json();
    if (told.version) box.keeper.version = told.version;
    if (told.files) list(box, told.files);
    box.mistakes({ attachments: Array.isArray(told.mistakes) ? told.mistakes : Object.values(told.mistakes ?? {}).flat() });
    for (const picture of told.pictures ?? []) box.editor.picture(picture.src, picture.alt);
    if (told.pictures?.length) box.touched();
  } catch {
    toast(text("offline"), { tone: "bad" });
  } finally {
    box.form.removeAttribute("aria-busy");
  }
}

function list(box, files) {
  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
  box.files.replaceChildren(...files.map((file) => {
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { className: "cut", href: file.href, textContent: file.name });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon-btn icon-btn-s" });
    remove.dataset.remove = file.remove;
    remove.setAttribute("aria-label", box.texts.remove.replace("{name}", file.name));
    remove.append(icon("x"));
    line.append(link, Object.assign(document.createElement("span"), { className: "quiet small", textContent: size(file.size) }), remove);
    return line;
  }));
}
