"""From a letter as read to what the rules are told."""

from __future__ import annotations

from collections.abc import Iterable

from genjin.mail.reading.letter import Letter
from genjin.rules.letters.facts import LetterFacts


def facts_of(letter: Letter, own_addresses: Iterable[str] = ()) -> LetterFacts:
    """The facts of a message; `own_addresses` are those of the mailbox's owner."""
    return LetterFacts(
        headers=_by_name(letter.headers),
        from_=tuple(box.address.lower() for box in letter.from_ if box.address),
        from_name=letter.from_[0].name if letter.from_ else "",
        recipients=tuple(box.address.lower() for box in (*letter.to, *letter.cc)),
        subject=letter.subject,
        text=letter.text,
        sent_at=letter.sent_at(),
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        types=tuple(part.type for part in letter.parts),
        reports=letter.reports,
        returned=_by_name(letter.returned),
        calendar_methods=tuple(calendar.method for calendar in letter.calendars),
        own_addresses=frozenset(address.lower() for address in own_addresses),
    )


def _by_name(fields: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append(value)
    return {name: tuple(values) for name, values in found.items()}
