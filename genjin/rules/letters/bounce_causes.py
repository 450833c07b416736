"""Why a recipient was not reached, from what the server said and its codes (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re

from genjin.rules.letters.bounce_words import ACCEPTED_FIRST, CAUSES, STATUS, WEAK_CAUSES
from genjin.rules.letters.facts import HARD, Bounced, Cause
from genjin.rules.letters.patterns import AnyOf

_Table = tuple[tuple[Cause, AnyOf], ...]

_CLEAR: _Table = tuple((cause, AnyOf(words)) for cause, words in CAUSES)
_WEAK: _Table = tuple((cause, AnyOf(words)) for cause, words in WEAK_CAUSES)
_VAGUE = frozenset(("1.0", "2.0", "3.0", "4.0", "4.1", "4.2", "5.0", "6.0", "7.0", "7.1"))
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.:/-])([45][0-5]\d)(?=[ \-:#(;,]|$)")
_ACCEPTED_FIRST = AnyOf([ACCEPTED_FIRST])
_MAILBOX_IS_THERE = frozenset(("2.0", "2.2", "2.3", "2.4", "7.1"))
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
    said = _said(_CLEAR, plain)
    if said:
        return said
    known = STATUS.get(status[2:]) if status[:1] == "5" else None
    if known and status[2:] not in _VAGUE:
        return known
    said = _said(_WEAK, plain)
    if said or known:
        return said or known or Cause.UNKNOWN
    if code in ("550", "553") and not status:
        return Cause.FILTERED
    if code == "552":
        return Cause.MAILBOX_FULL
    if code[:1] == "4":
        return Cause.SERVER
    return Cause.UNKNOWN


def _said(table: _Table, plain: str) -> Cause | None:
    return next((cause for cause, pattern in table if pattern.search(plain)), None)


def _refused_only(line: str, status: str, stage: str) -> bool:
    """Whether "user unknown" must not be believed: the code says that the mailbox is there (RFC 3463), or the
    host had taken the recipient and refused the message."""
    if status[2:] in _MAILBOX_IS_THERE:
        return True
    return not status[2:].startswith("1.") and bool(_ACCEPTED_FIRST.search(f"{line} {stage}".strip()))


def bounced(
    address: str, words: str, status: str, code: str, *, is_delayed: bool = False, stage: str = ""
) -> Bounced:
    """One recipient with cause and hardness: hard is what speaks of the address itself.

    `stage` is what else the notice says about when the host refused.
    """
    line = " ".join(words.split())[:500]
    found_status = statuses(line) if not status or status.endswith(".0.0") else status
    status = found_status or status
    code = code or smtp_code(line)
    cause = cause_of(line, status, code)
    if cause is Cause.USER_UNKNOWN and _refused_only(line, status, stage):
        cause = Cause.FILTERED
    temporary = is_delayed or status.startswith("4.") or (not status and code[:1] == "4")
    if is_delayed and cause in (Cause.UNKNOWN, Cause.EXPIRED):
        cause = Cause.DELAYED
    is_hard = cause in HARD and not is_delayed and not (cause is Cause.NOT_ACCEPTING and temporary)
    return Bounced(address.lower(), is_hard, cause, status, code, line)
