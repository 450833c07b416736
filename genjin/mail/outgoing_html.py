"""HTML as we write it: cleaned, with its styles on the elements themselves, and the plain text of it.

Outlook draws mails with Word and Gmail drops style sheets, so every style stands on its element and tables,
lists and paragraphs carry the few properties that both respect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

import css_inline
import nh3
from lxml import etree, html

from genjin.mail.reading.html_text import html_tree, tree_text

PICTURE = "cid:file-"
"""How a picture within the text names the attachment that it is: `cid:file-17`."""
PICTURE_DATA = re.compile(r"data:image/(png|gif|jpeg|webp);base64,([A-Za-z0-9+/=\s]+)\Z")

_TAGS = frozenset(
    "a b blockquote br caption code col colgroup dd div dl dt em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre "
    "s small span strike strong sub sup table tbody td tfoot th thead tr u ul".split()
)  # fmt: skip
_CELL = frozenset(("width", "height", "valign", "align", "bgcolor", "colspan", "rowspan"))
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "align", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", "border"},
    "table": {*_CELL, "border", "cellpadding", "cellspacing"},
    **{tag: set(_CELL) for tag in ("td", "th", "tr")},
    "col": {"width", "span"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "blockquote": {"type", "cite"},
}
_PROPERTIES = {
    "color", "background-color", "font-family", "font-size", "font-style", "font-weight", "line-height",
    "text-align", "text-decoration", "text-indent", "vertical-align", "white-space", "width", "height",
    "max-width", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding",
    "padding-top", "padding-right", "padding-bottom", "padding-left", "border", "border-top",
    "border-right", "border-bottom", "border-left", "border-color", "border-style", "border-width",
    "border-collapse", "list-style-type", "direction", "mso-line-height-rule",
}  # fmt: skip
_SHEET = """
p { margin: 0 0 12px }
ul, ol { margin: 0 0 12px; padding-left: 24px }
blockquote { margin: 0 0 0 4px; padding: 0 0 0 10px; border-left: 2px solid #c4c9d4 }
table { border-collapse: collapse }
td, th { vertical-align: top; padding: 4px 8px }
pre { margin: 0 0 12px; font-family: Consolas, Menlo, monospace; white-space: pre-wrap }
img { border: 0 }
a { color: #1155cc }
hr { border: 0; border-top: 1px solid #d5d9e2; margin: 12px 0 }
"""
_FONT = "font-family: Arial, 'Microsoft YaHei', 'PingFang SC', sans-serif; font-size: 14px; line-height: 1.5"
_WIDE = re.compile(r"(\d{1,4})(?:px)?\Z")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
_final = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, extra_css=_SHEET)


def cleaned(source: str) -> str:
    """HTML that may be kept and sent: no script, no frame, no form, styles moved onto their elements.

    Pictures remain that are attached (`cid:`), pasted (`data:`) or remote; links to the web, mail and phones.
    """
    if not source.strip():
        return ""
    if "<style" in source.lower():
        source = _inlined(source, _inliner)
    return nh3.clean(
        source, tags=set(_TAGS), attributes=_ATTRIBUTES, attribute_filter=_kept, link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        clean_content_tags={"script", "style", "title", "template", "head", "noscript", "iframe", "object"},
        filter_style_properties=_PROPERTIES,
    ).strip()  # fmt: skip


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute that may stay; None takes it away."""
    if name == "href":
        return None if value.lower().startswith(("data:", "cid:")) else value
    if name == "src":
        scheme = value.partition(":")[0].lower()
        if scheme == "data":
            return value if PICTURE_DATA.match(value) else None
        return value if scheme in ("cid", "http", "https") else None
    return value


def finished(source: str, *, language: str = "") -> str:
    """The HTML document that is sent, from cleaned HTML."""
    lang = f' lang="{language}"' if re.fullmatch(r"[A-Za-z-]{2,8}", language) else ""
    document = (
        f"<!DOCTYPE html><html{lang}><head>"
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
        f'<div style="{_FONT}">{source}</div></body></html>'
    )
    return _with_widths(_inlined(document, _final))


def _inlined(source: str, inliner: css_inline.CSSInliner) -> str:
    try:
        return inliner.inline(source)
    except (css_inline.InlineError, ValueError):  # a sheet that cannot be read: the cleaner removes it
        return source


def _with_widths(document: str) -> str:
    """Outlook knows the width of a picture from its attribute only: `width: 480px` becomes `width="480"`."""
    root = html.document_fromstring(document)
    for picture in root.iter("img"):
        width = re.search(r"(?:^|;)\s*width:\s*(\d{1,4})px", picture.get("style") or "")
        if width and not picture.get("width"):
            picture.set("width", width[1])
        told = _WIDE.match((picture.get("width") or "").strip())
        if told:
            picture.set("width", told[1])
    body: str = etree.tostring(root, method="html", encoding="unicode")
    return f"<!DOCTYPE html>\n{body}"


def plain_text(source: str) -> str:
    """The text of our HTML for readers without HTML: links with their address, quotations with `> `."""
    root = html_tree(source)
    for link in list(root.iter("a")):
        target = (link.get("href") or "").removeprefix("mailto:")
        shown = "".join(link.itertext()).strip()
        if target.startswith(("http://", "https://")) and target.rstrip("/") != shown.rstrip("/"):
            link.tail = f" <{target}>{link.tail or ''}"
    for quoted in root.iter("blockquote"):
        quoted.set("type", "cite")
    return tree_text(root)


def html_of(text: str) -> str:
    """Plain text as HTML: a paragraph for each block, lines kept."""
    blocks = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n"))
    return "".join(f"<p>{'<br>'.join(escaped(block).split(chr(10)))}</p>" for block in blocks if block)


def escaped(text: str) -> str:
    """Text that may stand between tags and in quoted attributes."""
    return escape(text)


def picture_ids(source: str) -> set[int]:
    """The attachments that stand as pictures within the text."""
    return {int(found) for found in re.findall(rf"{PICTURE}(\d{{1,18}})\b", source)}


def with_pictures(source: str, names: Mapping[str, str]) -> str:
    """The HTML with other sources of pictures: those of `names`, from source to source."""
    return changed_pictures(source, lambda src: names.get(src, src))


def changed_pictures(source: str, change: Callable[[str], str]) -> str:
    """The HTML with the source of each picture changed."""

    def one(match: re.Match[str]) -> str:
        return f'{match[1]}{escape(change(unescape(match[2])))}"'

    return re.sub(r'(<img\b[^>]*?\bsrc=")([^"]*)"', one, source)


def has_text(source: str) -> bool:
    """Whether there is anything to read or see in it."""
    return "<img" in source or bool(plain_text(source).strip())
