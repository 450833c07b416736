"""What one logged interaction counts for, and when it may still be logged or changed (domain A.8, 000-45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from genjin.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class LogLimits:
    """The numbers of the policy that hold for the logs of one writer."""

    late_after_hours: int
    """A log written later than this after the fact is marked late (000-45)."""
    backdating_days: int
    """How far back a salesperson may log; a manager may log further back (000-45)."""
    edit_hours: int
    """How long one's own log may be edited; later a correction is appended (001-43)."""
    call_content_min: int
    """Characters that the log of a call somebody answered needs at least (000-28)."""

    @classmethod
    def of(cls, policy: Policy) -> LogLimits:
        """What the policy in force for a writer says."""
        return cls(
            late_after_hours=policy.number("log.late_after_hours"),
            backdating_days=policy.number("log.backdating_days"),
            edit_hours=policy.number("log.edit_hours"),
            call_content_min=policy.number("log.call_content_min"),
        )


class Kind(StrEnum):
    """What happened."""

    NOTE = "NOTE"
    AUDIO_CALL = "AUDIO_CALL"
    VIDEO_CALL = "VIDEO_CALL"
    EMAIL = "EMAIL"
    CHAT = "CHAT"
    MEETING = "MEETING"
    VISIT = "VISIT"
    INBOUND_VISIT = "INBOUND_VISIT"
    EXHIBITION = "EXHIBITION"
    LETTER = "LETTER"
    COURTESY = "COURTESY"
    SERVICE = "SERVICE"

    @property
    def is_call(self) -> bool:
        """Whether it has an outcome: somebody answered or not."""
        return self in (Kind.AUDIO_CALL, Kind.VIDEO_CALL)


class Depth(StrEnum):
    """How near we have come to a person, from far to near (dimension 14, 003-76)."""

    NONE = "NONE"
    WROTE = "WROTE"
    SPOKE = "SPOKE"
    MET = "MET"
    VISITED_COMPANY = "VISITED_COMPANY"
    VISITED_HOME = "VISITED_HOME"
    MET_FAMILY = "MET_FAMILY"

    @property
    def rank(self) -> int:
        """0 for no contact yet; higher is nearer."""
        return list(Depth).index(self)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an interaction counts for; the columns of "What counts for what"."""

    contact: bool = False
    follow_up: bool = False
    attempt: bool = False
    cadence: bool = False
    daily: bool = False
    call_kpi: bool = False
    ends_tracking: bool = False


NOTHING = Counts()
# A personal act towards the customer: an attempt, a node of the rhythm, one of the 2 + 2, a follow-up.
_FOLLOW_UP = Counts(contact=True, follow_up=True, attempt=True, cadence=True, daily=True)
_CALL = Counts(contact=True, follow_up=True, attempt=True, cadence=True, daily=True, call_kpi=True)
_CALLED_US = Counts(
    contact=True, follow_up=True, attempt=True, cadence=True, daily=True, ends_tracking=True
)  # fmt: skip
_HEARD = Counts(contact=True, ends_tracking=True)
_KEPT_WARM = Counts(contact=True)

_WRITTEN = (Kind.EMAIL, Kind.CHAT, Kind.LETTER)
_TOGETHER = (Kind.MEETING, Kind.VISIT, Kind.INBOUND_VISIT, Kind.EXHIBITION, Kind.SERVICE)


def counts(kind: Kind, *, inbound: bool = False, connected: bool = False) -> Counts:
    """What an interaction of that kind counts for; `connected` matters for calls only.

    A call nobody answered counts for nothing; what the customer wrote to us is contact but no follow-up;
    a greeting or gift is contact, for it says nothing about business.
    """
    if kind.is_call:
        if not connected:
            return NOTHING
        return _CALLED_US if inbound else _CALL
    if kind in _WRITTEN:
        return _HEARD if inbound else _FOLLOW_UP
    if kind in _TOGETHER:
        return _FOLLOW_UP
    if kind is Kind.COURTESY:
        return _HEARD if inbound else _KEPT_WARM
    return NOTHING


_DEPTH = {
    Kind.EMAIL: Depth.WROTE,
    Kind.CHAT: Depth.WROTE,
    Kind.LETTER: Depth.WROTE,
    Kind.AUDIO_CALL: Depth.SPOKE,
    Kind.VIDEO_CALL: Depth.SPOKE,
    Kind.MEETING: Depth.MET,
    Kind.INBOUND_VISIT: Depth.MET,
    Kind.EXHIBITION: Depth.MET,
    Kind.VISIT: Depth.VISITED_COMPANY,
}


def depth_shown(kind: Kind, *, connected: bool = False) -> Depth:
    """How near to the persons named an interaction proves us to be (003-76); NONE proves nothing."""
    if kind.is_call and not connected:
        return Depth.NONE
    return _DEPTH.get(kind, Depth.NONE)


def content_minimum(kind: Kind, *, connected: bool, limits: LogLimits) -> int:
    """Characters of content that a log needs; only a call that nobody answered says enough by its outcome."""
    if kind.is_call:
        return limits.call_content_min if connected else 0
    return 1


def is_late(happened_at: datetime, logged_at: datetime, limits: LogLimits) -> bool:
    """Whether the log was written too long after the fact."""
    return logged_at - happened_at > timedelta(hours=limits.late_after_hours)


def is_too_far_back(happened_at: datetime, logged_at: datetime, limits: LogLimits) -> bool:
    """Whether only a manager may still log it."""
    return logged_at - happened_at > timedelta(days=limits.backdating_days)


def is_editable(logged_at: datetime, now: datetime, limits: LogLimits) -> bool:
    """Whether its writer may still change it, rather than append a correction."""
    return now - logged_at <= timedelta(hours=limits.edit_hours)
