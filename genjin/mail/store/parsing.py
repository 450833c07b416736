"""One raw message taken apart, with everything that its rows say; nothing is fetched and nothing written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import date as day
from datetime import datetime

from genjin.customers.normalise import email
from genjin.mail import raw
from genjin.mail.arrivals import Arrival
from genjin.mail.choices import Direction, Role, Verdict
from genjin.mail.reading import Letter, Mailbox, Problem, facts_of, read
from genjin.rules import letters
from genjin.rules.letters import Kind, LetterFacts

_VERDICTS = {
    Kind.REPLY: Verdict.HUMAN,
    Kind.AUTO_REPLY: Verdict.AUTO_REPLY,
    Kind.BOUNCE: Verdict.BOUNCE,
    Kind.RECEIPT: Verdict.AUTO_REPLY,
    Kind.COMPLAINT: Verdict.AUTO_REPLY,
    Kind.CALENDAR: Verdict.CALENDAR,
    Kind.BULK: Verdict.BULK,
    Kind.OWN: Verdict.HUMAN,
    Kind.UNKNOWN: Verdict.UNREADABLE,
}
_IDENTITY = ("message-id", "from", "to", "cc", "date", "subject")
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_SPACES = re.compile(r"\s+")
MOST_PARTICIPANTS = 1_000
LONGEST_TEXT = 200_000
"""Characters of a text that the database keeps; the raw message keeps all."""
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)


@dataclass(slots=True)
class Parsed:
    """What is known of one message before the database is asked; addresses are normalised."""

    arrival: Arrival
    content_key: str
    packed: raw.Packed
    header_id: str
    in_reply_to: str
    references: tuple[str, ...]
    looks_up: tuple[str, ...]
    """Ids by which its thread is found, the nearest first, without brackets."""
    facts: LetterFacts
    """As far as its thread needs them."""
    subject: str
    subject_key: str
    from_name: str
    from_address: str
    participants: list[tuple[str, int, str, str]]
    """(role, position, name, address)."""
    parts: list[tuple[int, str, str, int, str, bool]]
    """(position, name, media type, size, content id, inline)."""
    dated: datetime | None
    date: datetime
    arrived_at: datetime
    text: str
    searched: str
    """The words by which it is found: what is new in it, of a forwarded message all."""
    language: str
    has_attachments: bool
    direction: str
    verdict: str
    reasons: list[list[str]]
    returns_on: day | None
    bounce: list[dict[str, str]]
    problems: list[str]
    pk: int = 0
    thread_id: int = 0
    outside: tuple[str, ...] = field(default=())


def parse(arrival: Arrival, packed: raw.Packed, own: frozenset[str], at: datetime) -> Parsed:
    """Take a message apart; never raises, for reading never does."""
    letter = read(arrival.raw, with_digests=False)
    facts = facts_of(letter, own)
    verdict, judged = _judged(letter, facts)
    arrived_at = arrival.arrived_at or letter.received_at or at
    trimmed = letters.trim(facts.text)
    people = _participants(letter)
    sender = next((one for one in people if one[0] == Role.FROM), ("", 0, "", ""))
    out = judged.kind is Kind.OWN
    is_forward = letters.says_forward(letter.subject) or not trimmed.reply
    searched = letter.text if is_forward else trimmed.reply
    return Parsed(
        arrival=arrival,
        content_key=content_key(arrival.raw, letter),
        packed=packed,
        header_id=bare(letter.message_id),
        in_reply_to=bare(letter.in_reply_to[0]) if letter.in_reply_to else "",
        references=tuple(bare(one) for one in letter.references),
        looks_up=tuple(bare(one) for one in letters.ids_to_look_up(facts)),
        facts=_of_thread(facts, own),
        subject=plain(letter.subject, 500),
        subject_key=plain(letters.normalised_subject(letter.subject), 120),
        from_name=sender[2],
        from_address=sender[3],
        participants=people,
        parts=_parts(letter),
        dated=letter.date,
        date=letter.sent_at(arrived_at) or arrived_at,
        arrived_at=arrived_at,
        text=plain(trimmed.reply, LONGEST_TEXT),
        searched=plain(searched, LONGEST_TEXT),
        language=_language(trimmed.reply or letter.text),
        has_attachments=letter.has_attachments,
        direction=Direction.OUT if out else Direction.IN,
        verdict=verdict,
        reasons=[[str(judged.kind), ""], *([one.code, plain(one.detail, 200)] for one in judged.reasons)],
        returns_on=judged.returns_on,
        bounce=_bounce(judged),
        problems=[str(problem) for problem in letter.problems],
        outside=tuple(dict.fromkeys(one[3] for one in people if one[3] and one[3] not in own)),
    )


def _of_thread(facts: LetterFacts, own: frozenset[str]) -> LetterFacts:
    """Without the texts, which would be held, and sent from process to process, for nothing."""
    enclosed = {"message-id": facts.returned["message-id"]} if "message-id" in facts.returned else {}
    return replace(facts, headers={}, text="", types=(), reports=(), returned=enclosed, own_addresses=own)


def _judged(letter: Letter, facts: LetterFacts) -> tuple[str, letters.Verdict]:
    judged = letters.judge(facts)
    if Problem.UNREADABLE in letter.problems or Problem.EMPTY in letter.problems:
        return Verdict.UNREADABLE, judged
    if judged.kind is Kind.OWN and facts.header("auto-submitted").strip().lower() not in ("", "no"):
        return Verdict.AUTO_REPLY, judged  # our own notice of absence
    return _VERDICTS[judged.kind], judged


def content_key(content: bytes, letter: Letter) -> str:
    """What makes a message this one: its identity headers and its body, not the traces of transport."""
    digest = hashlib.sha256()
    told: dict[str, list[str]] = {}
    for name, value in letter.headers:
        told.setdefault(name.lower(), []).append(value)
    for name in _IDENTITY:
        value = _SPACES.sub(" ", "\n".join(told.get(name, ()))).strip()
        digest.update(f"{name}:{value}\n".encode("utf-8", "replace"))
    end = _HEAD_END.search(content)
    body = content[end.end() :] if end else b""
    digest.update(body.replace(b"\r\n", b"\n").rstrip())
    return digest.hexdigest()


def bare(message_id: str) -> str:
    """A Message-ID without its angle brackets, cut to what the columns hold."""
    return plain(message_id.strip("<>"), 300)


def plain(text: str, longest: int) -> str:
    """A text that every database takes: no NUL, no half of a surrogate pair, not too long."""
    text = text[:longest].replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def _participants(letter: Letter) -> list[tuple[str, int, str, str]]:
    rows: list[tuple[str, int, str, str]] = []
    groups: tuple[tuple[str, tuple[Mailbox, ...]], ...] = (
        (Role.FROM, letter.from_),
        (Role.SENDER, (letter.sender,) if letter.sender else ()),
        (Role.REPLY_TO, letter.reply_to),
        (Role.TO, letter.to),
        (Role.CC, letter.cc),
        (Role.BCC, letter.bcc),
    )
    for role, boxes in groups:
        for position, box in enumerate(boxes):
            address = plain(email(box.address), 254)
            if len(rows) < MOST_PARTICIPANTS and (address or box.name):
                rows.append((str(role), position, plain(box.name, 200), address))
    return rows


def _parts(letter: Letter) -> list[tuple[int, str, str, int, str, bool]]:
    return [
        (
            position, plain(one.name, 300), plain(one.type, 100), one.size, plain(one.content_id, 300),
            one.inline,
        )
        for position, one in enumerate(letter.attachments[:1_000])
    ]  # fmt: skip


def _bounce(judged: letters.Verdict) -> list[dict[str, str]]:
    return [
        {
            "address": plain(email(one.address), 254),
            "kind": "HARD" if one.is_hard else "SOFT",
            "cause": str(one.cause),
            "code": one.status or one.code,
            "text": plain(one.words, 300),
        }
        for one in judged.bounced
    ]


def _language(text: str) -> str:
    """The language as far as its script gives it away; "" for Latin letters."""
    beginning = text[:600]
    for language, script in _SCRIPTS:
        if len(script.findall(beginning)) * 12 > len(beginning):
            return language
    return ""
