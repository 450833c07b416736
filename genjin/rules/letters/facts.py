"""What the rules about letters are told, and what they answer: plain values, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Headers = Mapping[str, tuple[str, ...]]
"""Names in lower case to all their decoded values."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One message, as far as its verdict and its thread need it. Addresses are in lower case."""

    headers: Headers = field(default_factory=dict)
    from_: tuple[str, ...] = ()
    from_name: str = ""
    recipients: tuple[str, ...] = ()
    """To and Cc."""
    subject: str = ""
    text: str = ""
    """The whole plain text, quotations and all."""
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Content types of all parts in order, the root first."""
    reports: tuple[str, ...] = ()
    """The machine-readable parts of delivery, disposition and feedback reports."""
    returned: Headers = field(default_factory=dict)
    """Headers of the message that is enclosed."""
    calendar_methods: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    """The addresses of the mailbox's owner, in lower case."""

    def header(self, name: str) -> str:
        """The first value of a header named in lower case, "" when there is none."""
        return next(iter(self.headers.get(name, ())), "")


class Kind(StrEnum):
    """What a message is. Only REPLY may count as an answer."""

    REPLY = "REPLY"
    """Written by a person, as an answer or of their own accord."""
    AUTO_REPLY = "AUTO_REPLY"
    """A vacation notice or another answer that no person wrote."""
    BOUNCE = "BOUNCE"
    RECEIPT = "RECEIPT"
    """A report that a message arrived or was displayed."""
    COMPLAINT = "COMPLAINT"
    """A feedback report: somebody called our mail spam."""
    CALENDAR = "CALENDAR"
    BULK = "BULK"
    """Lists, newsletters, notifications of machines."""
    OWN = "OWN"
    """Sent by the mailbox's owner."""
    UNKNOWN = "UNKNOWN"
    """Nothing could be read that would tell."""


class Cause(StrEnum):
    """Why a recipient could not be reached."""

    USER_UNKNOWN = "USER_UNKNOWN"
    HOST_UNKNOWN = "HOST_UNKNOWN"
    MOVED = "MOVED"
    NOT_ACCEPTING = "NOT_ACCEPTING"
    """The host takes no mail at all."""
    MAILBOX_FULL = "MAILBOX_FULL"
    SUSPENDED = "SUSPENDED"
    """The mailbox is switched off or not used any more."""
    FILTERED = "FILTERED"
    """Refused by the recipient's own settings."""
    BLOCKED = "BLOCKED"
    """Our server or network is refused: reputation, block list, no reverse name."""
    AUTHENTICATION = "AUTHENTICATION"
    """SPF, DKIM or DMARC failed."""
    SPAM = "SPAM"
    VIRUS = "VIRUS"
    POLICY = "POLICY"
    SENDER_REFUSED = "SENDER_REFUSED"
    CONTENT = "CONTENT"
    TOO_BIG = "TOO_BIG"
    TOO_MANY = "TOO_MANY"
    """Too many messages, recipients or connections."""
    RELAY_DENIED = "RELAY_DENIED"
    EXPIRED = "EXPIRED"
    """Given up after many attempts."""
    DELAYED = "DELAYED"
    """Not given up: the sending server keeps trying."""
    NETWORK = "NETWORK"
    SERVER = "SERVER"
    """The receiving server's own trouble."""
    UNKNOWN = "UNKNOWN"


HARD = frozenset((Cause.USER_UNKNOWN, Cause.HOST_UNKNOWN, Cause.MOVED, Cause.NOT_ACCEPTING))


@dataclass(frozen=True, slots=True)
class Bounced:
    """One recipient that was not reached."""

    address: str
    """In lower case; "" when the notice names none."""
    is_hard: bool
    """Whether trying again is useless: the address itself is wrong."""
    cause: Cause
    status: str = ""
    """Enhanced status code (RFC 3463), "5.1.1"."""
    code: str = ""
    """SMTP reply code, "550"."""
    words: str = ""
    """What the server said, one line, at most 500 characters."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation that led to the verdict: a code and the words or header it rests on."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is and why."""

    kind: Kind
    reasons: tuple[Evidence, ...] = ()
    returns_on: date | None = None
    """Of an absence notice: the day it names for coming back (or the last day away)."""
    bounced: tuple[Bounced, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether it may count as an answer: a person wrote it (000-15)."""
        return self.kind is Kind.REPLY
