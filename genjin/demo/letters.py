"""One mail of the demo as raw bytes, composed as any mail is, with the traces of its way here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from genjin.demo import firm, post
from genjin.mail import composing, outgoing_html, quoting
from genjin.mail.composing import Composition, Enclosure
from genjin.mail.reading import Letter, read

SEED = "lankor"
PREFIXES = {"de": "AW", "zh": "回复", "fr": "RE", "es": "RE"}
_BOUNDARY = re.compile(rb"={15}\d{19}==")
LONGEST_QUOTE = 6_000
"""Letters of a quotation; people cut what grows too long."""


@dataclass(frozen=True)
class Correspondent:
    """Somebody who writes or is written to; `first` is how one addresses him."""

    name: str
    address: str
    first: str
    zone: ZoneInfo
    language: str = "en"
    signature: str = ""
    client: str = ""
    is_html: bool = True

    @property
    def pair(self) -> list[str]:
        """As recipients are kept."""
        return [self.name, self.address]

    @property
    def domain(self) -> str:
        """What stands behind the sign."""
        return self.address.rpartition("@")[2]


@dataclass
class Mail:
    """What is to be said by whom to whom; with `answers` (raw bytes) below what he got."""

    sender: Correspondent
    to: Sequence[Correspondent]
    text: str
    at: datetime
    key: str
    subject: str = ""
    cc: Sequence[Correspondent] = ()
    answers: bytes = b""
    to_all: bool = False
    enclosures: Sequence[Enclosure] = ()
    html: str = ""

    @property
    def message_id(self) -> str:
        """The same every time for the same key."""
        return f"{post.key_of(SEED, self.key)}@{self.sender.domain}"


def write(mail: Mail) -> bytes:
    """The bytes of a mail, as they lie in the mailbox of whoever got it."""
    sender = mail.sender
    signed = f"{mail.text}\n\n{sender.signature}" if sender.signature else mail.text
    html = mail.html or (outgoing_html.html_of(signed) if sender.is_html else "")
    to, cc = [one.pair for one in mail.to], [one.pair for one in mail.cc]
    subject, in_reply_to = mail.subject, ""
    references: list[str] = []
    if mail.answers:
        letter = read(mail.answers)
        start = quoting.reply(
            letter, zone=sender.zone, at=mail.at, own=[sender.address], language=sender.language,
            to_all=mail.to_all,
        )  # fmt: skip
        subject = subject or _prefixed(start.subject, sender.language)
        signed = f"{signed}{start.text[:LONGEST_QUOTE]}"
        html = f"{html}{start.html}" if html and len(start.html) < 3 * LONGEST_QUOTE else html
        to = to or start.to
        cc = cc or start.cc
        in_reply_to, references = _conversation(letter)
    raw = composing.composed(
        Composition(
            sender=sender.pair, to=to, cc=cc, subject=subject, text=signed, html=html,
            message_id=mail.message_id, date=mail.at.astimezone(sender.zone), in_reply_to=in_reply_to,
            references=references, language=sender.language, enclosures=mail.enclosures,
        )
    )  # fmt: skip
    return traces(sender, mail.at) + steady(raw, mail.key)


def traces(sender: Correspondent, at: datetime) -> bytes:
    """The head that servers on the way put before a mail from outside."""
    if sender.domain == firm.DOMAIN:
        return b""
    moment = format_datetime(at.astimezone(UTC))
    lines = [f"Received: from mail.{sender.domain} by mx.{firm.DOMAIN} with ESMTPS; {moment}"]
    if sender.client:
        lines.append(f"X-Mailer: {sender.client}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def steady(raw: bytes, key: str) -> bytes:
    """The same bytes every time: the library draws the lines between parts by lot."""
    lines = list(dict.fromkeys(_BOUNDARY.findall(raw)))
    for number, line in enumerate(lines):
        drawn = int(post.key_of(key, number), 16) % 10**19
        raw = raw.replace(line, b"===============%019d==" % drawn)
    return raw


def _prefixed(subject: str, language: str) -> str:
    prefix = PREFIXES.get(language)
    return (
        f"{prefix}{'：' if language == 'zh' else ':'} {subject.removeprefix('Re: ')}" if prefix else subject
    )


def _conversation(letter: Letter) -> tuple[str, list[str]]:
    answered = letter.message_id.strip("<>")
    return answered, composing.references(list(letter.references), answered)
