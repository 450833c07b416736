"""What is handed to storing, and what comes back from it: plain values without a connection or a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """One raw message as it was found; `uid` 0 with no folder, before it was seen in one.

    `flags` are the server's, lower case without backslash: seen, answered, flagged, draft.
    """

    raw: bytes
    uid: int = 0
    uid_validity: int = 0
    flags: frozenset[str] = frozenset()
    arrived_at: datetime | None = None
    """When the server got it (INTERNALDATE)."""


@dataclass(slots=True)
class Stored:
    """What became of one arrival; ids are primary keys."""

    message_id: int
    thread_id: int
    is_new: bool
    """Whether this message was not known before; what was known gets no more than another copy."""
    direction: str
    verdict: str
    date: datetime
    arrived_at: datetime
    from_address: str
    header_id: str
    """Its Message-ID without brackets."""
    in_reply_to: str
    references: tuple[str, ...] = ()
    returns_on: day | None = None
    bounced: list[dict[str, str]] = field(default_factory=list)
    """`Message.bounce`."""
    customer_ids: tuple[int, ...] = ()
    """To whom it was filed."""
    outside: tuple[str, ...] = ()
    """Addresses in its head that are neither our mailboxes nor our colleagues."""
