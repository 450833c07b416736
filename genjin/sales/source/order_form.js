// data-order-rows: what the lines and charges of an order come to, while one types. The server decides what it is.
import { all, onContent } from "web/page.js";

const number = (field) => Number(String(field?.value ?? "").replace(/[,\s$€£¥￥]/g, ""));
const named = (row, name) => row.querySelector(`[name$="-${name}"]`);

onContent((root) => {
  for (const rows of all(root, "[data-order-rows]")) {
    const { form } = rows.querySelector("input");
    rows.addEventListener("input", () => total(rows, form));
    form.elements.currency.addEventListener("change", () => total(rows, form));
    total(rows, form);
  }
});

function total(rows, form) {
  const currency = form.elements.currency.value;
  const { maximumFractionDigits: digits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  const coins = (amount) => (Number.isFinite(amount) ? Math.round(Number((amount * 10 ** digits).toPrecision(15))) : 0);
  let sum = 0;
  for (const line of rows.querySelectorAll("[data-order-line]")) {
    sum += coins(number(named(line, "quantity")) * number(named(line, "unit_price")));
  }
  for (const charge of rows.querySelectorAll("[data-order-charge]")) sum += coins(number(named(charge, "amount")));
  const box = rows.querySelector("[data-order-sum]");
  box.hidden = !sum;
  const amount = (sum / 10 ** digits).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  box.querySelector("output").textContent = `${currency} ${amount}`;
}
