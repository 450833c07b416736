"""What is known about a customer: the whole input of the rules apart from setting and clock.

All types are frozen; all moments are aware. The size is bounded: history is given by what the rules need
of it (last contact, last follow-up, what was done, postponed or dismissed), not as a list of everything.

Later rules add their own facts here as further fields with a default of "none": inquiries, quotations,
orders, payments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.offered import OfferFact
from genjin.rules.order_facts import DeclineFact, ReorderFact
from genjin.rules.ordered import OrderNodeFact
from genjin.rules.promised import PromiseFact
from genjin.rules.runs import Begun, Event, SequenceRun, ShipmentFact

Due = datetime | date
"""A moment, or a whole day where the person works who has to do it."""


class FollowGrade(StrEnum):
    """Follow-up grade 跟进等级 (dimension 1), from the highest to the lowest."""

    TOP = "TOP"
    UPPER_MID = "UPPER_MID"
    MID = "MID"
    LOWER_MID = "LOWER_MID"
    LOW = "LOW"

    @property
    def rank(self) -> int:
        """0 for the highest grade, 4 for the lowest: the order of the work list."""
        return _GRADE_RANK[self]


_GRADE_RANK = {grade: place for place, grade in enumerate(FollowGrade)}


class ValueClass(StrEnum):
    """Purchase class 采购量分类 (dimension 2); a customer who never bought has none."""

    A = "A"
    B = "B"
    C = "C"


class LifecycleStage(StrEnum):
    """Lifecycle stage 客户阶段 (dimension 6)."""

    PROSPECT = "PROSPECT"
    TRIAL = "TRIAL"
    OLD = "OLD"
    LARGE = "LARGE"


class DormancyState(StrEnum):
    """Dormancy 活跃状态 (dimension 7)."""

    ACTIVE = "ACTIVE"
    WARNING = "WARNING"
    DORMANT = "DORMANT"
    WON_BACK = "WON_BACK"
    LOST = "LOST"


class Channel(StrEnum):
    """How a customer is reached; OTHER leaves it to the person."""

    EMAIL = "EMAIL"
    AUDIO_CALL = "AUDIO_CALL"
    VIDEO_CALL = "VIDEO_CALL"
    CHAT = "CHAT"
    MEETING = "MEETING"
    VISIT = "VISIT"
    OTHER = "OTHER"

    @property
    def is_call(self) -> bool:
        """Whether both sides must be there at the same moment, far apart."""
        return self in (Channel.AUDIO_CALL, Channel.VIDEO_CALL)


class NextStepKind(StrEnum):
    """A next step is contact with the customer; a reminder is anything else to be done on a date (000-10)."""

    NEXT_STEP = "NEXT_STEP"
    REMINDER = "REMINDER"


class OutcomeKind(StrEnum):
    """What a person did with a duty."""

    DONE = "DONE"
    POSTPONED = "POSTPONED"
    DISMISSED = "DISMISSED"
    DELEGATED = "DELEGATED"
    """Handed to a colleague, who does it now; it is open as before."""

    @property
    def closes(self) -> bool:
        """Whether nothing is owed by that key any more."""
        return self in (OutcomeKind.DONE, OutcomeKind.DISMISSED)


@dataclass(frozen=True, slots=True)
class NextStepFact:
    """What a person wrote down as coming next: open, or closed by an outcome for its key."""

    id: int
    kind: NextStepKind
    due: Due
    purpose: str
    written_at: datetime
    written_by_id: int | None = None
    owner_id: int | None = None
    """Who has to do it; the customer's owner when nobody is named."""
    channel: Channel = Channel.OTHER
    contact_id: int | None = None

    @property
    def key(self) -> str:
        """The key of the duty that it makes."""
        return f"{'next-step' if self.kind is NextStepKind.NEXT_STEP else 'reminder'}:{self.id}"

    @property
    def is_contact(self) -> bool:
        """Whether it means contact with the customer: a pause holds it, it counts as a next step."""
        return self.kind is NextStepKind.NEXT_STEP


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, postponed or dismissed, by the key of the duty.

    Needed are those of open next steps, and of other keys those since the last follow-up.
    """

    key: str
    kind: OutcomeKind
    at: datetime
    by_id: int | None = None
    until: Due | None = None
    """When a postponed duty comes back; the first moment of a day means that day."""
    reason: str = ""
    to_id: int | None = None
    """To whom it was handed."""

    def __post_init__(self) -> None:
        if (self.to_id is not None) != (self.kind is OutcomeKind.DELEGATED):
            raise ValueError("an outcome names a colleague if, and only if, the duty was handed over")
        if (self.until is not None) != (self.kind is OutcomeKind.POSTPONED):
            raise ValueError("an outcome has a day of return if, and only if, the duty was postponed")


@dataclass(frozen=True, slots=True)
class ContactPause:
    """Do not contact before 免打扰至 (000-13).

    It stays a fact after its end, because what it has moved stays moved.
    """

    not_before: date
    reason: str = ""
    set_at: datetime | None = None
    """Since when the longest pause counts; unknown: it holds until its end."""


@dataclass(frozen=True, slots=True)
class CadenceOverride:
    """The customer's own longest gap between follow-ups, until the end of a day (001-36)."""

    max_gap_days: int
    until_on: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PreferredWindow:
    """When in his day a contact likes to be reached, in minutes after midnight there (001-37).

    An end that is not after the start lies after midnight. In private time he is reached on every day,
    also when nobody works (002-25).
    """

    start: int
    end: int
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A person at the customer, as far as it matters for when and how to reach him."""

    id: int
    name: str
    timezone: str | None = None
    """IANA name; unknown is allowed."""
    country: str | None = None
    """ISO code: which market's working week and holidays he keeps."""
    preferred: PreferredWindow | None = None
    has_phone: bool = False
    has_email: bool = False
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something done to get an answer: a mail in the conversation, a call, a visit, a chat."""

    at: datetime
    channel: Channel
    reached: bool = True
    """False for a call that nobody answered."""
    sender: str = ""
    """The mailbox that sent a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFact:
    """A conversation whose newest sent mail awaits an answer, or could not be delivered (000-25).

    A human answer ends it, so that nothing is known of it here any more. Of the outcomes for its duties only
    those since its tracking began are facts.
    """

    thread_id: int
    tracking_id: int
    owner_id: int
    """On whose list it stands."""
    days: int
    """Calendar days after the newest mail, as chosen when it was sent (000-11)."""
    began_at: datetime
    """When tracking was set, which may be after the mail was sent."""
    message_id: int
    """The newest mail, in whose conversation one writes again."""
    mails: tuple[Attempt, ...]
    """What was sent, the first tracked mail included; never empty."""
    contact_id: int | None = None
    paused_until: date | None = None
    """An automatic answer says that its writer is away until then (000-15)."""
    bounced_at: datetime | None = None
    """Nobody to whom it was addressed can be reached by mail."""

    @property
    def started_at(self) -> datetime:
        """When the first of its mails was sent."""
        return min(mail.at for mail in self.mails)

    @property
    def sent_at(self) -> datetime:
        """When the newest was."""
        return max(mail.at for mail in self.mails)


@dataclass(frozen=True, slots=True)
class CallFact:
    """A call that somebody answered; given only while nothing has followed it."""

    id: int
    at: datetime
    logged_at: datetime
    by_id: int | None = None
    contact_id: int | None = None


class Half(StrEnum):
    """The two halves of 2 + 2."""

    CLOSED = "CLOSED"
    """Customers who have ordered (成交客户)."""
    PROSPECT = "PROSPECT"


@dataclass(frozen=True, slots=True)
class DailyPick:
    """That the customer is one of those whom a person follows up of his own accord on a day (000-30)."""

    user_id: int
    day: date
    half: Half


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail of a person at the customer."""

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFact:
    """A conversation in which the customer wrote last (已回复待处理, 000-15)."""

    thread_id: int
    mails: tuple[ReceivedMail, ...]
    """What came since our last mail in it; never empty."""
    contact_id: int | None = None
    owner_id: int | None = None
    """To whom it is assigned in a shared mailbox; else the customer's owner answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """Everything the rules need to know about one customer."""

    customer_id: int
    created_at: datetime
    owner_id: int | None = None
    owned_since: datetime | None = None
    is_confirmed: bool = True
    """False for a lead that nobody has accepted yet."""
    in_pool: bool = False
    follow_grade: FollowGrade | None = None
    value_class: ValueClass | None = None
    lifecycle_stage: LifecycleStage = LifecycleStage.PROSPECT
    dormancy_state: DormancyState = DormancyState.ACTIVE
    is_priority: bool = False
    is_key_account: bool = False
    contact_pause: ContactPause | None = None
    cadence_override: CadenceOverride | None = None
    next_steps: tuple[NextStepFact, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    last_follow_up_at: datetime | None = None
    last_step_closed_at: datetime | None = None
    """When the last next step was done or cancelled."""
    threads: tuple[ThreadFact, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    """What was logged since the first of the threads began: calls, answered or not, visits, chats."""
    heard_at: datetime | None = None
    """When the customer last called, or wrote otherwise than in our conversations (A.8: ends tracking)."""
    last_tracking_ended_at: datetime | None = None
    last_call: CallFact | None = None
    """The last follow-up, if it was a call that somebody answered."""
    triage_rank: int = 0
    """Place among its owner's customers at go-live, the most important first, from 0: spreads day one."""
    sequences: tuple[SequenceRun, ...] = ()
    """Those that run; one of each sequence."""
    begun: tuple[Begun, ...] = ()
    """When each sequence last began."""
    last_run_ended_at: datetime | None = None
    """When the last sequence was over."""
    evidence: tuple[Attempt, ...] = ()
    """What was done towards the customer since the first of the sequences began: mails that people sent,
    calls that were answered, meetings, visits, chats."""
    events: tuple[Event, ...] = ()
    shipments: tuple[ShipmentFact, ...] = ()
    """Those after which something may still be owed."""
    promises: tuple[PromiseFact, ...] = ()
    """Those that are open, and those about the same things kept lately."""
    intake_rank: int = 0
    """Place among its owner's important customers without a number who came on the same day, from 0."""
    daily_pick: DailyPick | None = None
    """The last day for which it was picked, unless somebody else was picked instead."""
    waiting: tuple[WaitingFact, ...] = ()
    spoken_at: datetime | None = None
    """When a follow-up was last logged that answers what waits: a talk, a chat, a mail sent elsewhere."""
    graded_at: datetime | None = None
    """When it got its follow-up grade, where a mail waits; None: it always had it."""
    payments: tuple[PaymentFact, ...] = ()
    """What is open of orders and has a due day."""
    letters: tuple[LetterFact, ...] = ()
    """Letters of credit whose documents were not presented yet."""
    reminded_at: datetime | None = None
    """When a mail last went out that reminds of money, where something is open."""
    declines: tuple[DeclineFact, ...] = ()
    """Orders that fell behind those before them, while that is open."""
    reorder: ReorderFact | None = None
    """When to speak of the next order."""
    order_nodes: tuple[OrderNodeFact, ...] = ()
    """The next node of each order that runs."""
    offers: tuple[OfferFact, ...] = ()
    """Those that the customer has and did not answer, with the day until which they are valid."""

    @property
    def is_inactive(self) -> bool:
        """Nothing is expected of this customer any more."""
        return self.dormancy_state is DormancyState.LOST

    @property
    def has_owner(self) -> bool:
        """Somebody has accepted it and owns it."""
        return self.owner_id is not None and self.is_confirmed and not self.in_pool

    @property
    def is_worked(self) -> bool:
        """Somebody owns it and is expected to look after it."""
        return self.has_owner and not self.is_inactive

    @property
    def is_important(self) -> bool:
        """Weighs more than others of the same urgency (dimension 12, 002-40)."""
        high = self.follow_grade in (FollowGrade.TOP, FollowGrade.UPPER_MID)
        return high or self.is_priority or self.is_key_account
