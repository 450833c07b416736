// data-offer-form: lines of goods as a table one can type and paste into. Without scripts it is a plain form; what
// lines cost is decided by the server, here it is only shown.
import { all, onContent } from "web/page.js";

const COLUMNS = ["code", "description", "quantity", "unit", "price"];
const number = (text) => Number(String(text).replace(/[,\s$€£¥￥]/g, ""));

onContent((root) => {
  for (const form of all(root, "[data-offer-form]")) {
    if ("ready" in form.dataset) continue;
    form.dataset.ready = "";
    form.addEventListener("input", () => total(form));
    form.addEventListener("change", (event) => chosen(form, event));
    form.addEventListener("click", (event) => pressed(form, event));
    form.addEventListener("paste", (event) => pasted(form, event));
    form.addEventListener("keydown", (event) => moved(form, event));
    total(form);
  }
});

const lines = (form) => [...form.querySelectorAll("[data-line]")];
const cell = (line, name) => line.querySelector(`[data-cell="${name}"]`);

function total(form) {
  let sum = 0;
  for (const line of lines(form)) {
    const amount = number(cell(line, "quantity").value) * number(cell(line, "price").value);
    const known = Number.isFinite(amount) && amount !== 0;
    line.querySelector("[data-amount]").textContent = known ? shown(amount) : "";
    if (known && !line.querySelector("[data-optional]").checked) sum += Math.round(amount * 100) / 100;
    judge(line);
  }
  form.querySelector("[data-goods-total]").textContent = sum ? shown(sum) : "";
}

const shown = (amount) => amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

// A price below the customer's last one asks for its reason at once.
function judge(line) {
  const floor = number(line.dataset.floor);
  if (!line.dataset.floor) return;
  const price = cell(line, "price").value;
  line.querySelector("[data-reason]").toggleAttribute("data-hidden", !price || number(price) >= floor);
}

async function chosen(form, event) {
  const line = event.target.closest("[data-line]");
  if (!line || !line.querySelector("select[name$='-product']").value) return;
  if (event.target.matches("[data-cell='quantity']")) return tier(form, line);
  if (!event.target.matches("select[name$='-product']")) return;
  cell(line, "quantity").focus(); // at once: what is typed while the answer comes belongs there
  const known = await asked(form, line);
  if (!known) return;
  for (const name of ["code", "description", "spec", "unit", "moq"]) cell(line, name).value = known[name];
  if (!cell(line, "price").value || cell(line, "price").value === line.dataset.given) priced(line, known);
  line.dataset.floor = known.floor;
  line.querySelector("[data-last]").textContent = known.last;
  total(form);
}

// Another quantity may have another price; one that was typed stays.
async function tier(form, line) {
  if (cell(line, "price").value && cell(line, "price").value !== line.dataset.given) return;
  const known = await asked(form, line);
  if (known) priced(line, known);
  total(form);
}

function priced(line, known) {
  cell(line, "price").value = known.price;
  line.dataset.given = known.price;
}

async function asked(form, line) {
  const url = new URL(form.dataset.lineUrl, location.href);
  url.searchParams.set("product", line.querySelector("select[name$='-product']").value);
  url.searchParams.set("currency", form.elements.currency.value);
  url.searchParams.set("incoterm", form.elements.incoterm.value);
  url.searchParams.set("quantity", cell(line, "quantity").value || "1");
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function pressed(form, event) {
  if (event.target.closest("[data-add-line]")) {
    event.preventDefault();
    const line = added(form);
    (line.querySelector("[role=combobox]") ?? cell(line, "code")).focus();
  }
  const gone = event.target.closest("[data-remove-line]")?.closest("[data-line]");
  if (!gone) return;
  const rest = lines(form);
  const next = rest[rest.indexOf(gone) + 1] ?? rest[rest.indexOf(gone) - 1];
  if (rest.length > 1) gone.remove();
  else for (const input of gone.querySelectorAll("input, select")) input.value = "";
  (next ?? gone).querySelector("[data-remove-line]").focus();
  total(form);
}

// A new line is made of the last one: emptied, with the next number, its combobox built anew.
function added(form) {
  const known = lines(form);
  const last = known.at(-1);
  const line = last.cloneNode(true);
  const place = 1 + Math.max(...known.map((one) => Number(cell(one, "code").name.match(/\d+/)[0])));
  const select = line.querySelector("select[name$='-product']");
  const box = select.closest("[data-combo]");
  box.replaceChildren(select);
  delete box.dataset.ready;
  select.hidden = false;
  select.replaceChildren(new Option("", ""));
  for (const input of line.querySelectorAll("[name]")) {
    input.name = input.name.replace(/\d+/, place);
    input.removeAttribute("id");
    input.removeAttribute("aria-invalid");
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  delete line.dataset.floor;
  delete line.dataset.given;
  line.querySelector("[data-last]").textContent = "";
  line.querySelector("[data-reason]").setAttribute("data-hidden", "");
  for (const error of line.querySelectorAll(".field-error")) error.remove();
  last.after(line);
  // as if it had been swapped in: its combobox is built anew
  line.dispatchEvent(new CustomEvent("htmx:after:process", { bubbles: true }));
  return line;
}

// Rows copied from a spreadsheet: columns go on from the field one pastes into, rows from its line.
function pasted(form, event) {
  const start = event.target.dataset?.cell;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!COLUMNS.includes(start) || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const first = lines(form).indexOf(event.target.closest("[data-line]"));
  const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").slice(0, 2000);
  rows.forEach((row, index) => {
    const line = lines(form)[first + index] ?? added(form);
    row.split("\t").forEach((value, column) => {
      const name = COLUMNS[COLUMNS.indexOf(start) + column];
      if (name) cell(line, name).value = value.trim();
    });
  });
  total(form);
}

// Enter goes down a column as in a spreadsheet; in the last line it begins another one.
function moved(form, event) {
  const name = event.target.dataset?.cell;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !name) return;
  event.preventDefault();
  const known = lines(form);
  const next = known[known.indexOf(event.target.closest("[data-line]")) + 1] ?? added(form);
  cell(next, name).focus();
}
