"""What a decision consists of: duties with their reasons, changes made by the clock, and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from genjin.rules.facts import Channel, FollowGrade, ValueClass
from genjin.rules.runs import EventKind, SequenceRun

Param = str | int | None

REASONS: dict[str, tuple[str, ...]] = {
    # why a duty exists
    "NEXT_STEP_SET": ("by_id", "written_on"),
    "REMINDER_SET": ("by_id", "written_on"),
    "FIRST_CONTACT_OWED": ("since", "workdays"),
    "NO_NEXT_STEP": ("since",),
    "NO_NEXT_STEP_AGAIN": ("dismissed_on", "days"),
    "RHYTHM_OF_CLASS": ("value_class", "days", "last_on"),
    "RHYTHM_OF_CUSTOMER": ("days", "until", "why", "last_on"),
    "NO_ANSWER": ("thread_id", "message_id", "sent_on", "attempt", "most", "made"),
    "CALL_REQUIRED": ("thread_id", "message_id", "sent_on", "mails", "most", "made"),
    "BOUNCED": ("thread_id", "bounced_on", "contact_id"),
    "RECAP_OWED": ("contact_id", "called_on", "hours"),
    "NO_PHONE": ("since",),
    "NO_PHONE_AGAIN": ("dismissed_on", "days"),
    "STEP_OF_SEQUENCE": ("sequence", "step", "number", "count", "began_on", "template"),
    "ANSWER_OWED": ("thread_id", "message_id", "since", "count"),
    "STEP_AFTER_SHIPMENT": ("step", "eta", "shipped_on", "shipment_id", "template", "message_id"),
    "PROMISED": ("what", "since"),
    "PAYMENT_DUE": ("order", "order_id", "kind", "amount", "currency", "due_on", "template"),
    "LC_DATE": ("date_of", "letter", "order", "order_id", "day"),
    "PICKED_TODAY": ("half", "grade", "days"),
    "ORDER_DECLINED": ("order", "order_id", "measure", "percent", "level", "on"),
    "REORDER_MOMENT": ("last_on", "expected_on", "from_on", "until_on", "lead_days", "why"),
    "ORDER_NODE_DUE": ("order_id", "number", "node", "planned_on"),
    "OFFER_VALIDITY": ("offer", "offer_id", "offer_kind", "sent_on", "valid_until", "message_id"),
    # how it is better done
    "CALLED_IN_VAIN": ("last_on", "count"),
    "CHANGE_SENDER": ("sender", "count"),
    "NO_NUMBER": (),
    "OVERTAKEN": ("planned",),
    "FREE_TIME": ("days", "rate"),
    "NOT_TO_PRESS": (),
    "CALL_NOW": ("contact_id",),
    # what moved it in time, or to another person
    "AWAY": ("until",),
    "POSTPONED": ("by_id", "on", "until", "why"),
    "HELD_BY_PAUSE": ("until", "why", "planned"),
    "MOVED_TO_WORKDAY": ("planned",),
    "AFTER_GO_LIVE": ("go_live_on",),
    "STANDS_IN_FOR": ("owner_id",),
    "DELEGATED": ("by_id", "on", "why"),
    "OUTSIDE_THEIR_HOURS": ("contact_id",),
    "ON_DUTY_FOR": ("owner_id",),
    # why somebody is told
    "OVERDUE": ("due_on", "workdays", "owner_id"),
    "FIRST_CONTACT_MISSED": ("due_on", "owner_id"),
    "PROMISE_DUE": ("what", "due_at", "owner_id"),
    "DELEGATED_SETTLED": ("owner_id", "on", "why"),
    "DECLINED_AGAIN": ("order", "level", "owner_id"),
}
"""Every code a rule may give, with its parameters: days and moments in ISO, people and contacts as ids."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `REASONS` with its parameters, to be rendered in the reader's language."""

    code: str
    params: Mapping[str, Param]

    def __post_init__(self) -> None:
        if set(self.params) != set(REASONS[self.code]):
            raise ValueError(f"{self.code} takes {REASONS[self.code]}, not {tuple(self.params)}")


def because(code: str, **params: Param | date) -> Reason:
    """A reason; days are written as ISO dates."""
    return Reason(code, {name: v.isoformat() if isinstance(v, date) else v for name, v in params.items()})


class Rule(StrEnum):
    """Which rule made a duty."""

    NEXT_STEP = "NEXT_STEP"
    REMINDER = "REMINDER"
    FIRST_CONTACT = "FIRST_CONTACT"
    NO_NEXT_STEP = "NO_NEXT_STEP"
    RHYTHM = "RHYTHM"
    TRACKING = "TRACKING"
    TRACKING_CALL = "TRACKING_CALL"
    BOUNCE = "BOUNCE"
    RECAP = "RECAP"
    CONTACT_DATA = "CONTACT_DATA"
    SEQUENCE = "SEQUENCE"
    AFTERSALES = "AFTERSALES"
    PROMISE = "PROMISE"
    DAILY = "DAILY"
    ANSWER = "ANSWER"
    PAYMENT = "PAYMENT"
    LETTER_OF_CREDIT = "LETTER_OF_CREDIT"
    DECLINE_CAUSE = "DECLINE_CAUSE"
    DECLINE_MEASURE = "DECLINE_MEASURE"
    REORDER = "REORDER"
    ORDER_NODE = "ORDER_NODE"
    OFFER_ENDING = "OFFER_ENDING"
    OFFER_ENDED = "OFFER_ENDED"


class WorkClass(IntEnum):
    """What comes first on the work list (C-07)."""

    COMPLAINT = 1
    APPOINTMENT = 2
    FIRST_RESPONSE = 3
    ORDER_NODE = 4
    ANSWER = 5
    TRACKING = 6
    DAILY = 7
    CADENCE = 8
    QUOTATION = 9
    CARE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something owed to a customer, by one person, at a time, for a reason."""

    key: str
    """Stable: the same duty has the same key however often and by whomever it is decided."""
    rule: Rule
    customer_id: int
    owner_id: int
    """Who has to do it now: the deputy while its owner is away."""
    due: datetime
    """In UTC; for a day without a time the moment at which its work begins."""
    due_on: date
    """The day where the owner of the duty works."""
    is_due_date_only: bool
    """False for an appointment, which nothing but a pause moves, and for a deadline to the minute."""
    earliest_on: date | None = None
    """It must not be drawn before this day: a pause or a postponement."""
    work_class: WorkClass
    reason: Reason
    notes: tuple[Reason, ...] = ()
    """What moved it, in the order in which it happened."""
    purpose: str = ""
    """The words of the person who planned it; empty when the rule's own name says it."""
    channel: Channel = Channel.OTHER
    contact_id: int | None = None
    requirement: str
    is_dismissable: bool = True
    is_proactive: bool = False
    follow_grade: FollowGrade | None = None
    value_class: ValueClass | None = None
    is_important: bool = False

    @property
    def is_proactive_mail(self) -> bool:
        """Whether it counts for "one proactive mail per customer and day"."""
        return self.is_proactive and self.channel is Channel.EMAIL


@dataclass(frozen=True, slots=True)
class EndCadenceOverride:
    """The customer's own rhythm has come to its last day: back to that of the class (001-36)."""

    customer_id: int
    until_on: date


class TrackingEnd(StrEnum):
    """What ended a tracking without a mail."""

    HEARD = "HEARD"
    """The customer called, or wrote otherwise."""
    COMPLETED = "COMPLETED"
    """The last planned attempt stayed without an answer (C-13)."""


@dataclass(frozen=True, slots=True)
class EndTracking:
    """A conversation awaits no answer any more."""

    customer_id: int
    tracking_id: int
    how: TrackingEnd
    ended_at: datetime


class SequenceEnd(StrEnum):
    """What ended a sequence without anybody stopping it."""

    COMPLETED = "COMPLETED"
    EXITED = "EXITED"
    """Something happened that makes the rest of it needless."""
    LEFT = "LEFT"
    """Nobody works with the customer any more: pooled or lost."""


@dataclass(frozen=True, slots=True)
class BeginSequence:
    """Something happened with which a sequence begins by itself."""

    customer_id: int
    run: SequenceRun
    because_of: EventKind


@dataclass(frozen=True, slots=True)
class EndSequence:
    """Nothing of a sequence is left to do."""

    customer_id: int
    key: str
    how: SequenceEnd
    ended_at: datetime | None
    """None: now."""
    because_of: EventKind | None = None


Change = EndCadenceOverride | EndTracking | BeginSequence | EndSequence
"""What the clock itself does; executed by the owning folder. Later kinds join as a union."""


class NoticeKind(StrEnum):
    """Why somebody is told (B-11)."""

    OVERDUE = "OVERDUE"
    OVERDUE_MANAGER = "OVERDUE_MANAGER"
    AT_RISK = "AT_RISK"
    FIRST_CONTACT_MISSED = "FIRST_CONTACT_MISSED"
    PROMISE_WARNED = "PROMISE_WARNED"
    PROMISE_MISSED = "PROMISE_MISSED"
    PROMISE_ESCALATED = "PROMISE_ESCALATED"
    DELEGATED_SETTLED = "DELEGATED_SETTLED"
    DECLINE_AGAIN = "DECLINE_AGAIN"
    DECLINE_LATE = "DECLINE_LATE"


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told, once per key."""

    key: str
    kind: NoticeKind
    customer_id: int
    duty_key: str
    recipient_ids: tuple[int, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer for one customer; valid until something happens to it, or `wake_at`."""

    duties: tuple[Duty, ...]
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...]
    wake_at: datetime | None
    """Before this moment the clock alone changes nothing; `None`: it never will."""
