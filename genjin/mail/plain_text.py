"""Plain text as HTML: links, levels of quotation, the quotation at the end folded."""

from __future__ import annotations

import re
from itertools import groupby

from genjin.mail.sanitising import SafeHtml
from genjin.rules.letters import Mark, marked

_LINK = re.compile(
    r"(?P<url>https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]{1,2000})|(?P<www>\bwww\.[^\s<>\"'\u3000-\u303f\uff00-\uffef]{3,500})"
    r"|(?P<mail>[A-Za-z0-9_.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"^((?:[ \t]?>)+) ?(.*)$")
_TRAILING = ".,;:!?)]}'*_。，；"
_DEEPEST = 12


def text_html(text: str, *, fold_label: str = "…") -> SafeHtml:
    """HTML of a plain text; the quotation at the end is folded beneath `fold_label`, "" folds nothing."""
    lines = marked(text.rstrip())
    own = [place for place, (mark, line) in enumerate(lines) if mark is not Mark.QUOTED and line.strip()]
    last = own[-1] + 1 if own else 0
    head, tail = lines[:last], lines[last:]
    quoted = any(line.strip() for _, line in tail)
    if not fold_label or not quoted or not head:
        return SafeHtml(_levels([line for _, line in lines]), 0, has_quotation=False)
    folded = (
        f'<details class="mail-quotation"><summary>{_escaped(fold_label)}</summary>'
        f"{_levels([line for _, line in tail])}</details>"
    )
    return SafeHtml(_marked(head) + folded, 0, has_quotation=True)


def _marked(lines: list[tuple[Mark, str]]) -> str:
    pieces = []
    for mark, group in groupby(lines, key=lambda pair: pair[0] is Mark.SIGNATURE):
        content = _levels([line for _, line in group])
        pieces.append(f'<div class="mail-signature">{content}</div>' if mark else content)
    return "".join(pieces)


def _levels(lines: list[str]) -> str:
    """Lines nested in blockquotes by their leading `>`."""
    out: list[str] = []
    level = 0
    for line in lines:
        found = _QUOTES.match(line)
        wanted = min(found[1].count(">"), _DEEPEST) if found else 0
        out.append(
            "<blockquote>" * (wanted - level) if wanted >= level else "</blockquote>" * (level - wanted)
        )
        level = wanted
        out.append(f"{_linked(found[2] if found else line)}<br>")
    out.append("</blockquote>" * level)
    return "".join(out)


def _linked(line: str) -> str:
    pieces = []
    at = 0
    for found in _LINK.finditer(line):
        words = found[0].rstrip(_TRAILING)
        if words.endswith("/") is False and found[0][len(words) : len(words) + 1] == ")" and "(" in words:
            words += ")"
        target = f"mailto:{words}" if found["mail"] else words if found["url"] else f"https://{words}"
        pieces.append(_escaped(line[at : found.start()]))
        pieces.append(
            f'<a href="{_escaped(target)}" title="{_escaped(target)}" target="_blank" '
            f'rel="noopener noreferrer nofollow">'
            f"{_escaped(words)}</a>"
        )
        at = found.start() + len(words)
    pieces.append(_escaped(line[at:]))
    return "".join(pieces).replace("  ", " \u00a0")


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#x27;")
    )
