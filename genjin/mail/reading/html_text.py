"""HTML of a stranger to plain text, in one pass over the tree and without recursion."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from genjin.mail.reading.html_quotes import is_quote

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl"))
_SILENT = frozenset(("script", "style", "head", "title", "template", "noscript", "svg", "math", "object"))
_SPACE = re.compile(r"[ \t\r\n\f\u200b\ufeff]+")
_LIMIT = 3_000_000
_BOM = "\ufeff"


def html_tree(source: str) -> Any:
    """The element tree of any text; an empty body where there is nothing to read."""
    parser = html.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
    clean = source[:_LIMIT].replace("\0", "").lstrip(_BOM)
    if clean.strip():
        try:
            root = html.document_fromstring(clean.encode("utf-8", "replace"), parser=parser)
        except (etree.LxmlError, ValueError, AssertionError):
            root = None
        if root is not None:
            return root
    return html.document_fromstring("<html><body></body></html>")


def html_text(source: str) -> str:
    """The text that a reader sees; quotation marks (`> `) stand for cited blocks."""
    return tree_text(html_tree(source))


def tree_text(root: Any) -> str:
    """The text of an element and all below."""
    lines = _Lines()
    silent: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "!"
        if silent is not None:
            if event == "end" and element is silent:
                silent = None
                lines.add(element.tail)
            continue
        if event == "start":
            if tag in _SILENT or tag == "!":
                silent = element
                continue
            _begin(lines, element, tag)
        else:
            _end(lines, element, tag)
            if element is not root:
                lines.add(element.tail)
    return lines.text()


def _begin(lines: _Lines, element: Any, tag: str) -> None:
    if tag == "br":
        lines.end()
    elif tag in _BLOCKS:
        lines.block(apart=tag in _APART)
        if tag == "blockquote":
            lines.depth += is_quote(element)
        elif tag == "li":
            lines.add("- ")
        elif tag == "pre":
            lines.kept += 1
    elif tag in ("td", "th"):
        lines.add(" ")
    lines.add(element.text)


def _end(lines: _Lines, element: Any, tag: str) -> None:
    if tag in _BLOCKS:
        lines.block(apart=tag in _APART)
        if tag == "blockquote":
            lines.depth -= is_quote(element)
        elif tag == "pre":
            lines.kept -= 1


class _Lines:
    """Text gathered line by line; spaces collapse, blocks begin a line."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.open: list[str] = []
        self.depth = 0
        self.kept = 0

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self.kept:
            first, *others = text.split("\n")
            self.open.append(first)
            for other in others:
                self.end()
                self.open.append(other)
        else:
            self.open.append(_SPACE.sub(" ", text))

    def end(self) -> None:
        line = "".join(self.open)
        line = line.rstrip() if self.kept else _SPACE.sub(" ", line).strip()
        self.done.append(f"{'> ' * self.depth}{line}".rstrip() if self.depth else line)
        self.open.clear()

    def block(self, *, apart: bool) -> None:
        if any(piece.strip() for piece in self.open):
            self.end()
        else:
            self.open.clear()
        if apart and self.done and self.done[-1].strip("> "):
            self.done.append("> " * self.depth if self.depth else "")

    def text(self) -> str:
        self.block(apart=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.done)).replace("\xa0", " ").strip()
