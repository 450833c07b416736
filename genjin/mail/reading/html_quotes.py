"""Where the quotation begins in the HTML of mail programs."""

from __future__ import annotations

import re
from typing import Any

from genjin.rules.letters.trimming import introduction

_CLASSES = re.compile(
    r"(?:^|\s)(?:gmail_quote|gmail_quote_container|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote|quote-wrapper|"
    r"outlookmessageheader|qmquote|moz-forward-container|ms-outlook-mobile-reference-message|ntes-quote|wps-quote|"
    r"history_container|cloudhq-quote|freemail_quote|ymail_quote|mailquote|front-blockquote)(?:\s|$)",
    re.IGNORECASE,
)
_IDS = re.compile(
    r"^(?:x_)*(?:divrplyfwdmsg|appendonsend|isreplycontent|isforwardcontent|replysplit|origbody|yahoo_quoted_.*|"
    r"mail-editor-reference-message-container|reply-intro|mailcontentcontainer_quote|ntes-.*quote.*|original-content|"
    r"stopspelling|divtagdefaultwrapper_quote)$",
    re.IGNORECASE,
)
_OUTLOOK = re.compile(
    r"border-top\s*:\s*(?:solid\s+)?#?(?:b5c4df|e1e1e1|ccc)|"
    r"border-top\s*:\s*(?:1(?:\.0)?pt solid|#(?:b5c4df|e1e1e1) 1(?:\.0)?pt solid)",
    re.IGNORECASE,
)
_BARRED = re.compile(r"border-left(?:-width|-style|-color)?\s*:", re.IGNORECASE)
_LINES = frozenset(("div", "p", "span", "font", "td", "b", "hr", "pre", "strong", "includetail"))
_LOOKED_AT = 4_000
_INTRODUCTION = 400


def is_quote(element: Any) -> bool:
    """Whether an element holds quoted words only: a cited block, or what mail programs wrap one in."""
    get = element.get
    if element.tag == "blockquote":
        kind = (get("type") or get("class") or "").lower()
        if "cite" in kind or "quote" in kind or get("cite") or get("id"):
            return True
        return bool(_BARRED.search(get("style") or ""))
    named = get("class")
    return (
        bool(named and _CLASSES.search(named) and element.tag != "body")
        or get("name") == "messageReplySection"
    )


def quotation_start(root: Any) -> Any | None:
    """The element from which on there is nothing but quotation, or None.

    What is quoted between the writer's own lines is left where it stands.
    """
    looked_at = 0
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str):
            continue
        looked_at += 1
        if looked_at > _LOOKED_AT:
            return None
        if is_quote(element):
            if not _own_words_after(element):
                return _with_introduction(element)
        elif _begins(element, tag):
            return element
    return None


def _begins(element: Any, tag: str) -> bool:
    """Whether a header of a quotation stands here: by its mark, or by its words."""
    identity = element.get("id")
    if identity and _IDS.match(identity):
        return True
    if tag == "div" and _OUTLOOK.search(element.get("style") or ""):
        return introduction(_first_lines(element), 0) > 0
    if tag not in _LINES or not _has_own_text(element):
        return False
    lines = _first_lines(element)
    length = introduction(lines, 0)
    return length > 0 and len(" ".join(lines)) <= 3 * _INTRODUCTION and not _own_words_in(element, length)


def _has_own_text(element: Any) -> bool:
    text = element.text
    return bool(text and text.strip())


def _own_words_in(element: Any, length: int) -> bool:
    """Whether an element that begins as an introduction goes on with much more than it."""
    return len(_first_lines(element)) > length + 40


def _first_lines(element: Any) -> list[str]:
    """The lines that begin at an element: its own, then those of what follows it."""
    lines = [""]
    taken = 0
    for part in _following(element):
        if part.tag == "br" or (part.tag in ("div", "p", "tr", "hr") and lines[-1].strip()):
            lines.append("")
        for words in (part.text, None if part is element else part.tail):
            if words:
                lines[-1] += re.sub(r"\s+", " ", words)
                taken += len(words)
        if taken > _INTRODUCTION or len(lines) > 10:
            break
    return [line.strip() for line in lines if line.strip()] or [""]


def _following(element: Any) -> Any:
    yield from element.iter()
    for sibling in element.itersiblings():
        yield from sibling.iter()


def _own_words_after(element: Any) -> bool:
    """Whether anything but quotations follows an element in its document."""
    place = element
    while place is not None:
        if place.tail and place.tail.strip():
            return True
        for sibling in place.itersiblings():
            if not isinstance(sibling.tag, str):
                continue
            if not is_quote(sibling) and "".join(sibling.itertext()).strip():
                return True
            if sibling.tail and sibling.tail.strip():
                return True
        place = place.getparent()
    return False


def _with_introduction(element: Any) -> Any:
    """The element before, if all it says is that somebody wrote."""
    before = element.getprevious()
    while before is not None and (not isinstance(before.tag, str) or not "".join(before.itertext()).strip()):
        if before.tail and before.tail.strip():
            return element
        before = before.getprevious()
    if before is not None and not (before.tail and before.tail.strip()):
        words = " ".join("".join(before.itertext()).split())
        if len(words) <= _INTRODUCTION and introduction([words], 0):
            return before
    return element
