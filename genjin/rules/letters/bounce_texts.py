"""Recipients and reasons in notices of failure that are written for people only."""

from __future__ import annotations

import re

from genjin.rules.letters.bounce_causes import bounced
from genjin.rules.letters.bounce_words import ADDRESS_LABELS, RETURNED_COPY
from genjin.rules.letters.facts import Bounced, Cause, LetterFacts

_COPY = re.compile(RETURNED_COPY)
_ADDRESS = re.compile(
    r"(?<![\w.+!#$%&'*/=?^`{|}~-])[A-Za-z0-9_.+!#$%&'*/=?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?![\w@])"
)
_LINE_OF_ADDRESS = re.compile(
    rf"^\W{{0,6}}(?:(?:{ADDRESS_LABELS})\s*[:：]?\s*)?<?([^\s<>@]+@[^\s<>@:;,]+)>?", re.IGNORECASE
)
_DAEMON = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|root|support|abuse|help(?:desk)?|info|nobody|admin|service)@"
    r"|@(?:localhost)$"
)
_FOLLOWING = re.compile(r"(?i)\bfollowing (?:recipient|address|user)[^:\n]{0,40}:|不能投递到|无法投递到")
_AROUND = 700
_LIMIT = 20_000


def notice_part(text: str) -> str:
    """The notice without the copy of the message that it returns."""
    head = text[:_LIMIT]
    found = _COPY.search(head, 40)
    return head[: found.start()] if found else head


def failures(letter: LetterFacts, notice: str, *, is_delayed: bool) -> tuple[Bounced, ...]:
    """The recipients that a notice names, each with the words that belong to it."""
    named = _named(letter, notice)
    if not named:
        return (bounced("", f"{notice[:1_500]}\n{letter.subject}", "", "", is_delayed=is_delayed),)
    out: dict[str, Bounced] = {}
    for rank, (address, place) in enumerate(named):
        end = named[rank + 1][1] if rank + 1 < len(named) and named[rank + 1][1] > place else len(notice)
        words = notice[place : min(end, place + _AROUND)] if place >= 0 else notice
        if len(re.sub(r"\W+", "", words.replace(address, ""))) < 6:
            words = notice
        found = bounced(address, words, "", "", is_delayed=is_delayed)
        if found.cause is Cause.UNKNOWN:
            words = f"{notice[:1_500]}\n{letter.subject}"
            found = bounced(address, words, found.status, found.code, is_delayed=is_delayed)
        out.setdefault(found.address, found)
    return tuple(out.values())


def _named(letter: LetterFacts, notice: str) -> list[tuple[str, int]]:
    """Addresses with their places: of the listing header, else of lines that begin with one, else any."""
    listed = [
        address
        for value in letter.headers.get("x-failed-recipients", ())
        for address in _ADDRESS.findall(value)
    ]
    if listed:
        return [(address.lower(), notice.find(address)) for address in dict.fromkeys(listed)]
    senders = {*letter.from_, *letter.recipients}
    found: dict[str, int] = {}
    at = 0
    for line in notice.split("\n"):
        match = _LINE_OF_ADDRESS.match(line[:400])
        if match and _fits(match[1], senders, alone=True):
            found.setdefault(match[1].strip(".>,;:").lower(), at)
        at += len(line) + 1
    if not found:
        follows = _FOLLOWING.search(notice)
        for match in _ADDRESS.finditer(notice, follows.end() if follows else 0):
            address = match[0].strip("'").rpartition("=")[2]
            if _fits(address, senders):
                found.setdefault(address.lower(), match.start())
                break
    if not found:
        for value in letter.returned.get("to", ()):
            for address in _ADDRESS.findall(value):
                found.setdefault(address.lower(), -1)
    return list(found.items())


def _fits(address: str, senders: set[str], *, alone: bool = False) -> bool:
    """Whether an address may be a recipient: not the notice's own people, nor a help desk it mentions."""
    plain = address.strip(".>,;:").lower()
    return bool(_ADDRESS.fullmatch(plain)) and plain not in senders and (alone or not _DAEMON.search(plain))
