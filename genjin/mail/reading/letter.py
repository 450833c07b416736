"""What a raw message says, as plain values: one `Letter` for any bytes whatever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_AHEAD = timedelta(days=2)
_FIRST_YEAR = 1985


class Protection(StrEnum):
    """Whether the content is signed or sealed; shown as such, never opened or checked."""

    NONE = ""
    SMIME_SIGNED = "SMIME_SIGNED"
    SMIME_ENCRYPTED = "SMIME_ENCRYPTED"
    PGP_SIGNED = "PGP_SIGNED"
    PGP_ENCRYPTED = "PGP_ENCRYPTED"


class Problem(StrEnum):
    """What could not be read as it should; the raw message always remains."""

    EMPTY = "EMPTY"
    UNREADABLE = "UNREADABLE"
    """No parser could take the structure apart; headers and the plain bytes are all there is."""
    NO_MESSAGE_ID = "NO_MESSAGE_ID"
    NO_DATE = "NO_DATE"
    BAD_DATE = "BAD_DATE"
    ABSURD_DATE = "ABSURD_DATE"
    NO_FROM = "NO_FROM"
    BAD_HEADER = "BAD_HEADER"
    BROKEN_STRUCTURE = "BROKEN_STRUCTURE"
    BROKEN_ENCODING = "BROKEN_ENCODING"
    """A part's transfer encoding is damaged; what could be decoded is kept."""
    WRONG_CHARSET = "WRONG_CHARSET"
    """The bytes were not in the character set that the message names; another one was found."""
    LOST_CHARACTERS = "LOST_CHARACTERS"
    TEXT_CUT = "TEXT_CUT"
    TOO_MANY_PARTS = "TOO_MANY_PARTS"
    BROKEN_TNEF = "BROKEN_TNEF"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One name and address of a header; the address as written, without angle brackets."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One node of the MIME tree; `path` counts from 1 ("2.1"), the root is ""."""

    path: str
    type: str
    charset: str
    name: str
    size: int
    """Bytes after decoding; 0 for a container."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text; its bytes are fetched again by `attachment_content`, not held."""

    path: str
    name: str
    type: str
    size: int
    sha256: str
    """"" when it was not asked for."""
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An invitation, its answer or its cancelling: what the first event says."""

    method: str
    uid: str
    summary: str
    starts: str
    """As written: a date or a local or UTC moment in the basic form of RFC 5545."""
    ends: str
    organiser: str
    answer: str
    """PARTSTAT of the one attendee of a REPLY: ACCEPTED, DECLINED, TENTATIVE; else ""."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as read. Every field has a value for any bytes; `problems` says what was doubtful."""

    size: int
    sha256: str
    headers: tuple[tuple[str, str], ...]
    """All header fields in order, names as written, values unfolded and decoded."""
    subject: str
    from_: tuple[Mailbox, ...]
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    message_id: str
    """With its angle brackets, as other mails refer to it; "" when there is none."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    """What the Date header says (aware), however absurd; see `sent_at`."""
    received_at: datetime | None
    """The newest moment among the Received headers (aware)."""
    text: str
    """The plain text: of the text parts, or else of the HTML."""
    html: str
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    calendars: tuple[CalendarPart, ...]
    reports: tuple[str, ...]
    """The machine-readable parts of delivery, disposition and feedback reports."""
    returned: tuple[tuple[str, str], ...]
    """Headers of the first message enclosed (the one that a bounce returns)."""
    protection: Protection
    problems: tuple[Problem, ...]

    def header(self, name: str) -> str:
        """The first value of a header, "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def sent_at(self, at: datetime | None = None) -> datetime | None:
        """The moment to sort by: the date, unless it is absent or absurd; then that of receiving.

        Absurd is what lies before 1985, two days after the receiving, or two days after `at`.
        """
        date = self.date
        bound = min((moment for moment in (self.received_at, at) if moment), default=None)
        absurd = date is not None and (
            date.year < _FIRST_YEAR or date.year > 2090 or (bound is not None and date > bound + _AHEAD)
        )
        return self.received_at if date is None or absurd else date

    @property
    def has_attachments(self) -> bool:
        """Whether there is something to show with a paper clip: pictures within the text do not count."""
        return any(not attachment.inline for attachment in self.attachments)
