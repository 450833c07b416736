// The quotation that an answer carries along, and the signature above it.
// Takes the quotation at the end of an answer out, with the line above that says whose it is.
export function split(holder) {
  const quote = [...holder.children].find((child) => child.matches("blockquote[type=cite]"));
  if (!quote) return "";
  const range = document.createRange();
  const above = quote.previousElementSibling;
  range.setStartBefore(above && above !== holder.firstElementChild ? above : quote);
  range.setEndAfter(holder.lastChild);
  const part = document.createElement("div");
  part.append(range.extractContents());
  return part.innerHTML;
}

export async function exchangeSignature(box) {
  if (box.isPlain) return;
  const { account, language } = box.form.elements;
  try {
    const answer = await fetch(`${box.form.dataset.signature}?${new URLSearchParams({ account: account.value, language: language.value })}`, { headers: { Accept: "application/json" } });
    if (answer.ok) putSignature(box, (await answer.json()).html);
  } catch {
    // offline: the signature stays as it is
  }
}

// The old one reaches from the last "-- " to the end of the text; the quotation is folded away or begins after it.
export function putSignature(box, html) {
  const holder = document.createElement("div");
  holder.append(box.editor.fragment(box.editor.html));
  const marks = [...holder.children].filter((child) => /^--\s*$/.test(child.textContent.replaceAll("\u00a0", " ").trimStart()));
  const mark = marks.at(-1);
  const fresh = document.createElement("div");
  fresh.append(box.editor.fragment(html));
  if (mark) {
    const end = [...holder.children].find((child) => child.matches("blockquote[type=cite]"));
    const stop = end?.previousElementSibling === mark ? end : (end?.previousElementSibling ?? null);
    const before = mark.previousElementSibling;
    if (before && !before.textContent.trim() && before !== holder.firstElementChild) before.remove();
    for (let one = mark; one && one !== stop; ) {
      const next = one.nextSibling;
      one.remove();
      one = next;
    }
    holder.insertBefore(fragmentOf(fresh), stop);
  } else holder.append(fragmentOf(fresh));
  box.editor.html = holder.innerHTML;
  box.touched();
}

function fragmentOf(holder) {
  const part = document.createDocumentFragment();
  part.append(...holder.childNodes);
  return part;
}
