// The rich text field (Squire). A script of its own, loaded when somebody writes: window.genjinEditor(root, options).
// The page's content policy forbids style attributes in markup; setting them through the object model is allowed, so
// markup is parsed without its styles (data-worn) and dressed afterwards.
import Squire from "squire-rte";
import DOMPurify from "dompurify";

const WORN = "data-worn";
// Also asked for attributes that are no addresses, which therefore may begin with anything but a scheme.
const HARMLESS = /^(?:(?:https?|mailto|tel|cid):|data:image\/(?:png|gif|jpeg|webp);|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i;
const FORBIDDEN = ["style", "form", "input", "button", "select", "textarea", "iframe", "svg", "math", "audio", "video", "tt", "code"];

// Outside of quoted values only: a tag is matched as a whole.
const undressed = (html) => html.replace(/<[a-z][^\s>/]*(?:"[^"]*"|'[^']*'|[^"'>])*>/gi, (tag) => tag.replace(/("[^"]*"|'[^']*')|\sstyle\s*=/gi, (match, quoted) => quoted ?? ` ${WORN}=`));

function dressed(root) {
  for (const element of root.querySelectorAll(`[${WORN}]`)) {
    const style = element.getAttribute(WORN);
    element.removeAttribute(WORN);
    if (element.style) element.style.cssText = style;
  }
  return root;
}

export function fragment(html) {
  const options = { RETURN_DOM_FRAGMENT: true, FORBID_TAGS: FORBIDDEN, FORBID_ATTR: ["id", "class", "name"], ADD_ATTR: [WORN], ALLOWED_URI_REGEXP: HARMLESS };
  return dressed(document.importNode(DOMPurify.sanitize(undressed(html), options), true));
}

class Editor extends Squire {
  // Undo puts earlier markup back: it is dressed like every other.
  _setRawHTML(html) {
    super._setRawHTML(undressed(html));
    dressed(this._root);
    return this;
  }
}

function table(rows, columns) {
  const cell = '<td style="border: 1px solid #c4c9d4; padding: 4px 8px;"><br></td>';
  return `<table style="border-collapse: collapse;"><tbody>${`<tr>${cell.repeat(columns)}</tr>`.repeat(rows)}</tbody></table><p><br></p>`;
}

function colour(editor, value) {
  const mark = { class: "color" };
  editor.changeFormat({ tag: "SPAN", attributes: mark }, { tag: "SPAN", attributes: mark });
  for (const span of editor.getRoot().querySelectorAll("span.color")) if (!span.style.color) span.style.color = value;
}

const FORMATS = { bold: "B", italic: "I", underline: "U", bullets: "UL", numbers: "OL", quote: "BLOCKQUOTE", link: "A" };
const ON = {
  bold: (e) => e.bold(), italic: (e) => e.italic(), underline: (e) => e.underline(), bullets: (e) => e.makeUnorderedList(),
  numbers: (e) => e.makeOrderedList(), quote: (e) => e.increaseQuoteLevel(), clear: (e) => e.removeAllFormatting(),
  table: (e) => e.insertHTML(table(3, 3)), colour: (e, value) => colour(e, value),
};
const OFF = {
  bold: (e) => e.removeBold(), italic: (e) => e.removeItalic(), underline: (e) => e.removeUnderline(),
  bullets: (e) => e.removeList(), numbers: (e) => e.removeList(), quote: (e) => e.decreaseQuoteLevel(),
};

window.genjinEditor = (root, { html, onInput, onPath, onPictures }) => {
  const editor = new Editor(root, {
    blockTag: "P",
    sanitizeToDOMFragment: fragment,
    tagAttributes: { a: { rel: null, target: null } },
    enableImageResize: false,
    didError: (error) => console.warn(error),
  });
  editor._imageResizer?.destroy(); // it styles its handles in markup
  editor.setHTML(html);
  editor.addEventListener("input", onInput);
  editor.addEventListener("pathChange", () => onPath(Object.fromEntries(Object.entries(FORMATS).map(([name, tag]) => [name, editor.hasFormat(tag)]))));
  editor.addEventListener("pasteImage", (event) => {
    const files = [...event.detail.clipboardData.items].filter((item) => item.kind === "file" && item.type.startsWith("image/")).map((item) => item.getAsFile());
    if (!files.length) return;
    event.preventDefault();
    onPictures(files);
  });
  return {
    get html() {
      return editor.getHTML();
    },
    set html(given) {
      editor.setHTML(given);
    },
    fragment,
    insert: (given) => editor.insertHTML(given),
    picture: (src, alt) => editor.insertImage(src, { alt }),
    append(given) {
      root.append(fragment(given));
    },
    undoPoint: () => editor.saveUndoState(),
    do(name, value) {
      (editor.hasFormat(FORMATS[name] ?? "X") && OFF[name] ? OFF[name] : ON[name])?.(editor, value);
      editor.focus();
    },
    link(address) {
      if (address) editor.makeLink(address);
      else editor.removeLink();
      editor.focus();
    },
    linkAt() {
      const at = editor.getSelection().startContainer;
      return (at.nodeType === 1 ? at : at.parentElement)?.closest("a")?.getAttribute("href") ?? "";
    },
    start() {
      editor.moveCursorToStart();
      editor.focus();
    },
  };
};
