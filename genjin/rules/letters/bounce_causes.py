"""Why a recipient was not reached, from what the server said and its codes (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re

from genjin.rules.letters.bounce_words import CAUSES, STATUS
from genjin.rules.letters.facts import HARD, Bounced, Cause

_PATTERNS = tuple(
    (cause, re.compile("|".join(f"(?:{word})" for word in words), re.IGNORECASE)) for cause, words in CAUSES
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-:#(;,]|$)")
_LIMIT = 4_000


def statuses(words: str) -> str:
    """The first enhanced status code in a text that tells more than its class; "" when there is none."""
    found = [code for code in _STATUS.findall(words[:_LIMIT]) if code[0] in "45"]
    return next((code for code in found if not code.endswith(".0.0")), found[0] if found else "")


def smtp_code(words: str) -> str:
    """The first SMTP reply code of a failure in a text."""
    found = _CODE.search(words[:_LIMIT])
    return found[1] if found else ""


def cause_of(words: str, status: str, code: str) -> Cause:
    """The cause: what is said first, then the enhanced status, then the reply code."""
    plain = " ".join(words[:_LIMIT].split())
    for cause, pattern in _PATTERNS:
        if pattern.search(plain):
            return cause
    known = STATUS.get(status[2:]) if status else None
    if known:
        return known
    if code in ("550", "553") and not status:
        return Cause.FILTERED
    if code == "552":
        return Cause.MAILBOX_FULL
    if code[:1] == "4":
        return Cause.SERVER
    return Cause.UNKNOWN


def bounced(address: str, words: str, status: str, code: str, *, is_delayed: bool = False) -> Bounced:
    """One recipient with cause and hardness: hard is what speaks of the address itself."""
    line = " ".join(words.split())[:500]
    found_status = statuses(line) if not status or status.endswith(".0.0") else status
    status = found_status or status
    code = code or smtp_code(line)
    cause = cause_of(line, status, code)
    temporary = is_delayed or status.startswith("4.") or (not status and code[:1] == "4")
    if is_delayed and cause in (Cause.UNKNOWN, Cause.EXPIRED):
        cause = Cause.DELAYED
    is_hard = cause in HARD and not is_delayed and not (cause is Cause.NOT_ACCEPTING and temporary)
    return Bounced(address.lower(), is_hard, cause, status, code, line)
