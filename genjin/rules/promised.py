"""Facts about deadlines towards customers: what was promised, since when, and while whose turn it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PromiseKind(StrEnum):
    """What was promised."""

    FIRST_RESPONSE = "FIRST_RESPONSE"
    ASKED_FOR_CALL = "ASKED_FOR_CALL"
    COMPLAINT_REPLY = "COMPLAINT_REPLY"
    COMPLAINT_SOLUTION = "COMPLAINT_SOLUTION"


@dataclass(frozen=True, slots=True)
class Pause:
    """While the customer was to answer; without an end he still is."""

    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFact:
    """Something promised to a customer by a rule of the company."""

    id: int
    kind: PromiseKind
    subject: str
    """What it is about ("inquiry-12"): of several open ones of a kind about it only the earliest counts."""
    began_at: datetime
    owner_id: int
    kept_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def key(self) -> str:
        """The key of what is owed by it."""
        return f"promise:{self.kind.value.lower().replace('_', '-')}:{self.subject}:{self.id}"
