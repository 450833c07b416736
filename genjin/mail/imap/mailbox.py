"""What a mailbox can do, whatever carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

SEEN, ANSWERED, FLAGGED, DRAFT, DELETED = "seen", "answered", "flagged", "draft", "deleted"


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as the server lists it: its path (decoded), its role, and whether it is read unless told."""

    path: str
    role: str
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder that was opened; `modseq` is None where the server does not count changes."""

    uid_validity: int
    uid_next: int
    count: int
    modseq: int | None = None
    tells_vanished: bool = False
    """Whether `changes` also tells which messages are gone (QRESYNC)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server gave it."""

    uid: int
    raw: bytes
    flags: frozenset[str]
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a count of changes: flags by UID, and UIDs that are gone."""

    flags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    vanished: Sequence[int] = ()


class Mailbox(Protocol):
    """An open mailbox. Everything raises `mail.problems.Failed`; UIDs are those of the folder opened last."""

    def folders(self) -> Sequence[Listed]: ...
    def open(self, path: str, *, to_write: bool = False) -> Opened: ...
    def uids(self, low: int, high: int, since: date | None = None) -> Sequence[int]: ...
    def sizes(self, uids: Sequence[int]) -> Mapping[int, int]: ...
    def fetch(self, uids: Sequence[int]) -> Sequence[Fetched]: ...
    def flags(self, low: int, high: int) -> Mapping[int, frozenset[str]]: ...
    def changes(self, modseq: int) -> Changes: ...
    def set_flag(self, uids: Sequence[int], flag: str, *, is_set: bool) -> None: ...
    def move(self, uids: Sequence[int], target: str) -> None: ...
    def append(self, path: str, raw: bytes, flags: Sequence[str], at: datetime) -> None: ...
    def close(self) -> None: ...
