"""A person's day: 2 + 2, a call, the month's customers called, the list cleared (000-14, 000-30 to 000-45).

Today's customers are picked once and kept as facts: planning again replaces only those who cannot be
contacted any more. Self first (001-46): the plan tells the person it is about what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from genjin.rules.facts import FollowGrade, Half, ValueClass
from genjin.rules.policy import Policy
from genjin.rules.setting import Setting
from genjin.rules.worktime import ONE_DAY, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of the person's own customers who might be picked (000-33)."""

    customer_id: int
    half: Half
    follow_grade: FollowGrade | None = None
    value_class: ValueClass | None = None
    cadence_days: int | None = None
    """The customer's own rhythm."""
    last_follow_up_at: datetime | None = None
    not_before: date | None = None
    next_step_on: date | None = None
    """For when a person planned the next contact already."""
    is_inactive: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A customer picked for today."""

    customer_id: int
    half: Half


@dataclass(frozen=True, slots=True)
class CallMade:
    """A connected call with content, by this person (000-43 to 000-45)."""

    customer_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of one person and day.

    `candidates` are the first of each half by grade and last follow-up, from which those are left out who
    rest; there must be at least twice as many as are picked, if there are so many.
    """

    user_id: int
    candidates: tuple[Candidate, ...] = ()
    closed_count: int = 0
    """Customers with orders in all; without any the other target holds (000-32)."""
    picked: tuple[Pick, ...] = ()
    """Today's picks as they were kept."""
    gone: frozenset[int] = frozenset()
    """Of these who cannot be contacted any more: given away, inactive, not before a later day."""
    followed: tuple[Pick, ...] = ()
    """Customers with a follow-up of one's own today, picked or not."""
    calls: tuple[CallMade, ...] = ()
    """Since the beginning of the month."""
    list_opened_at: datetime | None = None
    """When the tracking list was last looked at."""
    list_due: int = 0
    """Conversations due by today that nobody has touched."""


class DutyKind(StrEnum):
    """What a person owes each day or month, beside the customers."""

    CLOSED_TODAY = "CLOSED_TODAY"
    PROSPECTS_TODAY = "PROSPECTS_TODAY"
    CALL_TODAY = "CALL_TODAY"
    CUSTOMERS_CALLED = "CUSTOMERS_CALLED"
    LIST_CLEARED = "LIST_CLEARED"


REQUIREMENTS = {
    DutyKind.CLOSED_TODAY: "000-30",
    DutyKind.PROSPECTS_TODAY: "000-30",
    DutyKind.CALL_TODAY: "000-43",
    DutyKind.CUSTOMERS_CALLED: "000-44",
    DutyKind.LIST_CLEARED: "000-14",
}


@dataclass(frozen=True, slots=True)
class DayDuty:
    """A target with its progress."""

    kind: DutyKind
    done: int
    of: int
    due_on: date
    is_behind: bool = False
    """A month's target for which every working day that is left is needed, or more."""

    @property
    def is_done(self) -> bool:
        """Whether the target is reached."""
        return self.done >= self.of


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Whom to contact today and what is asked; empty on a day off."""

    day: date
    picks: tuple[Pick, ...]
    duties: tuple[DayDuty, ...]
    wake_at: datetime
    """When the clock alone changes the answer: a new day here, or a new month of the company."""


def plan_day(facts: PersonFacts, setting: Setting, now: datetime) -> DayPlan:
    """The plan of the person's day on which `now` lies; the same facts give the same plan all day."""
    calendar = setting.calendar(facts.user_id)
    today = calendar.local_date(now)
    month_day = setting.company.local_date(now)
    wake_at = min(calendar.start_of_day(today + ONE_DAY), setting.company.start_of_day(month_day + ONE_DAY))
    if not _works(facts.user_id, setting, today):
        return DayPlan(today, (), (), wake_at)
    picks = _picks(facts, setting.policy, calendar, today)
    duties = [
        *_halves(facts, picks, today),
        _call_today(facts, setting.policy, calendar, today),
        _customers_called(facts, setting, today, month_day),
        _list_cleared(facts, setting.policy, calendar, today),
    ]
    return DayPlan(today, picks, tuple(duty for duty in duties if duty.of), wake_at)


def rest_days(candidate: Candidate, policy: Policy) -> int:
    """How long a customer who was followed up is left out, so that the four rotate (000-31)."""
    if candidate.cadence_days is not None:
        return candidate.cadence_days
    if candidate.value_class is not None:
        return policy.number(f"cadence.{candidate.value_class}")
    return policy.number("daily_rest_days")


def in_order(
    candidates: Iterable[Candidate], policy: Policy, calendar: WorkCalendar, today: date
) -> list[Candidate]:
    """Who may be picked today, the highest grade first, then whoever has waited longest (000-31)."""
    possible = [one for one in candidates if _may_be_picked(one, policy, calendar, today)]
    return sorted(possible, key=_place)


def _works(user_id: int, setting: Setting, today: date) -> bool:
    colleague = setting.people.get(user_id)
    return colleague.works_on(today) if colleague else setting.company.is_workday(today)


def _picks(facts: PersonFacts, policy: Policy, calendar: WorkCalendar, today: date) -> tuple[Pick, ...]:
    """The kept picks that are possible or done, filled up; prospects stand in for missing customers."""
    followed = {one.customer_id for one in facts.followed}
    kept = [one for one in facts.picked if one.customer_id not in facts.gone or one.customer_id in followed]
    taken = {one.customer_id for one in (*facts.picked, *facts.followed)}
    free = [
        one for one in in_order(facts.candidates, policy, calendar, today) if one.customer_id not in taken
    ]
    closed_most, total = _targets(facts, policy)
    closed = _filled(kept, free, Half.CLOSED, closed_most)
    prospects = _filled(kept, free, Half.PROSPECT, max(total - len(closed), 0))
    return (*closed, *prospects)


def _targets(facts: PersonFacts, policy: Policy) -> tuple[int, int]:
    """How many with orders at most, and how many in all."""
    if not facts.closed_count:
        return 0, policy.number("daily_followups.prospect_without_closed")
    closed = policy.number("daily_followups.closed")
    return closed, closed + policy.number("daily_followups.prospect")


def _filled(kept: Iterable[Pick], free: Iterable[Candidate], half: Half, most: int) -> list[Pick]:
    """What was kept stays, even beyond a target that was lowered; then the first of the free ones."""
    found = [one for one in kept if one.half is half]
    for one in free:
        if len(found) >= most:
            break
        if one.half is half:
            found.append(Pick(one.customer_id, half))
    return found


def _may_be_picked(one: Candidate, policy: Policy, calendar: WorkCalendar, today: date) -> bool:
    if one.is_inactive or one.follow_grade is FollowGrade.LOW:
        return False
    if one.not_before is not None and one.not_before > today:
        return False
    if one.next_step_on is not None and one.next_step_on <= today + _near(policy):
        return False
    if one.last_follow_up_at is None:
        return True
    rested = calendar.local_date(one.last_follow_up_at) + timedelta(days=rest_days(one, policy))
    return rested <= today


def _near(policy: Policy) -> timedelta:
    """Whom somebody contacts so soon anyway is left to that: a pick would draw that contact earlier."""
    return timedelta(days=policy.number("merge_window_days"))


def _place(one: Candidate) -> tuple[int, bool, float, int]:
    grade = FollowGrade.MID.rank if one.follow_grade is None else one.follow_grade.rank
    last = one.last_follow_up_at
    return grade, last is not None, last.timestamp() if last else 0.0, one.customer_id


def _halves(facts: PersonFacts, picks: Collection[Pick], today: date) -> Iterable[DayDuty]:
    """Progress of each half: also whoever was followed up without being picked counts."""
    for half, kind in ((Half.CLOSED, DutyKind.CLOSED_TODAY), (Half.PROSPECT, DutyKind.PROSPECTS_TODAY)):
        asked = sum(pick.half is half for pick in picks)
        done = len({one.customer_id for one in facts.followed if one.half is half})
        yield DayDuty(kind, min(done, asked), asked, today)


def _call_today(facts: PersonFacts, policy: Policy, calendar: WorkCalendar, today: date) -> DayDuty:
    done = sum(calendar.local_date(call.at) == today for call in facts.calls)
    return DayDuty(DutyKind.CALL_TODAY, done, policy.number("kpi_calls_per_workday"), today)


def _customers_called(facts: PersonFacts, setting: Setting, today: date, month_day: date) -> DayDuty:
    """Different customers in the company's month (000-44); its last working day is the day it is due."""
    calendar = setting.calendar(facts.user_id)
    called = {
        call.customer_id
        for call in facts.calls
        if setting.company.local_date(call.at).replace(day=1) == month_day.replace(day=1)
    }
    of = setting.policy.number("kpi_call_customers_per_month")
    next_month = (month_day.replace(day=1) + timedelta(days=32)).replace(day=1)
    days = [today + ONE_DAY * number for number in range((next_month - today).days)]
    workdays = [day for day in days if calendar.is_workday(day)]
    return DayDuty(
        DutyKind.CUSTOMERS_CALLED,
        len(called),
        of,
        max(workdays, default=today),
        is_behind=of - len(called) > 0 and of - len(called) >= len(workdays),
    )


def _list_cleared(facts: PersonFacts, policy: Policy, calendar: WorkCalendar, today: date) -> DayDuty:
    """Looked at today, and nothing that is due left untouched: opening alone is not enough (000-14)."""
    opened = facts.list_opened_at
    is_cleared = opened is not None and calendar.local_date(opened) == today and not facts.list_due
    of = policy.number("tracking_list_clear_per_day")
    return DayDuty(DutyKind.LIST_CLEARED, of if is_cleared else 0, of, today)
