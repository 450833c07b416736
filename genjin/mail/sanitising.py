"""HTML of a stranger made safe to show; plain text made HTML. What passes here is shown in a sandboxed frame.

The tree is rewritten first and cleaned last: what the rewriting overlooks, the cleaner still removes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from lxml import etree

from genjin.mail.reading.html_quotes import quotation_start
from genjin.mail.reading.html_text import html_tree
from genjin.mail.style_rules import PROPERTIES, plain_style

_TAGS = frozenset(
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp "
    "small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
_EVERYWHERE = frozenset(("style", "dir", "align", "lang"))
_CELL = frozenset(("width", "height", "valign", "bgcolor", "colspan", "rowspan", "nowrap"))
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": frozenset(("href", "title", "target")),
    "img": frozenset(("src", "alt", "width", "height", "border", "data-blocked-src")),
    "table": _CELL | {"border", "cellpadding", "cellspacing"},
    **dict.fromkeys(("td", "th", "tr"), _CELL),
    **dict.fromkeys(("col", "colgroup"), frozenset(("width", "span"))),
    "font": frozenset(("color", "size", "face")),
    "ol": frozenset(("start", "type")),
}
_CLASSES = {
    "details": {"mail-quotation"},
    "span": {"mail-true-target", "mail-blocked-picture"},
    "img": {"mail-blocked-picture"},
    "div": {"mail-signature"},
}
_PICTURE_DATA = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]+\Z", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LOOKS_LIKE_HOST = re.compile(
    r"\s*(?:[a-z][a-z0-9+.-]*://)?(?:[^\s/@]*@)?((?:[\w-]+\.)+[a-z\u00a1-\uffff]{2,24})(?::\d+)?(?:[/?#]\S*)?\s*\Z",
    re.IGNORECASE,
)
_LINK_SCHEMES = ("http", "https", "mailto", "tel")
_LIMIT = 2_000_000

PictureUrl = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML to be shown, and what the reader should know about it."""

    html: str
    blocked_pictures: int
    """Remote pictures that were not loaded."""
    has_quotation: bool
    """Whether a quotation at the end was folded."""


@dataclass(slots=True)
class _Rewriting:
    inline: PictureUrl | None
    remote: PictureUrl | None
    fold_label: str
    granted: set[str] = field(default_factory=set)
    blocked: int = 0
    folded: bool = False


def safe_html(
    source: str, *, inline: PictureUrl | None = None, remote: PictureUrl | None = None, fold_label: str = "…"
) -> SafeHtml:
    """Safe HTML of a message's HTML.

    `inline` tells the URL of the picture with a Content-ID, `remote` that to load for a remote one; without
    it all are blocked (their address stays in `data-blocked-src`). The quotation at the end is folded beneath
    `fold_label`; an empty label folds nothing.
    """
    work = _Rewriting(inline, remote, fold_label)
    root = html_tree(source[:_LIMIT])
    body = root.find("body") if root.tag == "html" else root
    body = root if body is None else body
    for element in list(body.iter("img", "image", "input", "a", "area")):
        if element.tag in ("a", "area"):
            _link(element)
        else:
            _picture(element, work)
    if fold_label:
        _fold(body, work)
    inner, shell = _inner(body), plain_style(body.get("style") or "")
    if shell:
        inner = f'<div style="{_escaped(shell)}">{inner}</div>'
    return SafeHtml(_cleaned(inner, work.granted), work.blocked, work.folded)


def _cleaned(inner: str, granted: set[str]) -> str:
    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return plain_style(value) or None
        if name == "src":
            return value if value in granted or _PICTURE_DATA.match(value) else None
        if name == "href":
            return value if _CONTROL.sub("", value).partition(":")[0].lower() in _LINK_SCHEMES else None
        if name == "target":
            return "_blank"
        return value

    return nh3.clean(
        inner,
        tags=set(_TAGS),
        clean_content_tags={
            "script",
            "style",
            "title",
            "template",
            "noscript",
            "textarea",
            "select",
            "iframe",
            "object",
        },
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=keep,
        link_rel="noopener noreferrer nofollow",
        url_schemes={*_LINK_SCHEMES, "data"},
        allowed_classes=_CLASSES,
        filter_style_properties=set(PROPERTIES),
        url_relative="pass_through",
    )


def _inner(body: Any) -> str:
    pieces = [_escaped(body.text or "")]
    pieces += [etree.tostring(child, encoding="unicode", method="html") for child in body]
    return "".join(pieces)


def _picture(element: Any, work: _Rewriting) -> None:
    source = _CONTROL.sub("", element.get("src") or "")
    for name in ("srcset", "lowsrc", "dynsrc", "data-blocked-src", "class"):
        element.attrib.pop(name, None)
    scheme = source.partition(":")[0].lower()
    shown: str | None = None
    if scheme == "cid" and work.inline:
        shown = work.inline(unquote(source[4:]).strip("<>"))
    elif scheme == "data" and _PICTURE_DATA.match(source):
        shown = source
    elif scheme in ("http", "https") or source.startswith("//"):
        address = f"https:{source}" if source.startswith("//") else source
        shown = work.remote(address) if work.remote else None
        if shown is None:
            work.blocked += 1
            element.set("data-blocked-src", address)
            element.set("class", "mail-blocked-picture")
    element.attrib.pop("src", None)
    if shown:
        work.granted.add(shown)
        element.set("src", shown)


def _link(element: Any) -> None:
    """The true target in the title, and in words where the text pretends another host."""
    for name in ("title", "target", "class"):
        element.attrib.pop(name, None)
    target = _CONTROL.sub("", element.get("href") or "")
    scheme = target.partition(":")[0].lower()
    if scheme not in _LINK_SCHEMES:
        element.attrib.pop("href", None)
        return
    element.set("href", target)
    element.set("title", target)
    element.set("target", "_blank")
    if scheme in ("http", "https"):
        host = host_of(target)
        said = _LOOKS_LIKE_HOST.match("".join(element.itertext())[:500])
        if said and not same_site(said[1].lower(), host):
            hint = etree.SubElement(element, "span")
            hint.set("class", "mail-true-target")
            hint.text = f" [{host}]"


def host_of(url: str) -> str:
    """The host that a URL really leads to, in its plain letters; "" when there is none."""
    try:
        return (urlsplit(url.replace("\\", "/")).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(said: str, host: str) -> bool:
    """Whether a host named in a text is the target's own, with or without a sub-domain of it."""
    plain = said.removeprefix("www.")
    return host == plain or host.endswith(f".{plain}")


def _fold(body: Any, work: _Rewriting) -> None:
    start = quotation_start(body)
    if start is None or start is body:
        return
    place = start
    while place.getparent() is not body and place.getparent() is not None:
        parent = place.getparent()
        before = "".join(
            text for sibling in place.itersiblings(preceding=True) for text in sibling.itertext()
        )
        if before.strip() or (parent.text or "").strip() or parent.tag in ("td", "tr", "tbody", "table"):
            break
        place = parent
    parent = place.getparent()
    following = [place, *place.itersiblings()]
    folded = etree.Element("details", {"class": "mail-quotation"})
    etree.SubElement(folded, "summary").text = work.fold_label
    parent.insert(parent.index(place), folded)
    for element in following:
        folded.append(element)
    work.folded = True


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
