"""When a customer goes back to the public pool by rule, and why it does not (B-2, B-3, 000-13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from genjin.rules.facts import FollowGrade
from genjin.rules.policy import Policy, catalogue
from genjin.rules.worktime import ONE_DAY, WorkCalendar

CLAIM_LIMITS = ("pool.claims_per_day", "pool.holding_max", "pool.former_owner_days", "pool.frozen_days")
"""Limits on claiming; they hold at once, as nobody loses a customer by them."""
POOL_RULE = frozenset(
    key for key, spec in catalogue().items() if spec.group == "pool" and key not in CLAIM_LIMITS
)
"""The settings that decide when a customer returns."""


class ReturnCode(StrEnum):
    """Why a customer returns, or why it stays."""

    NO_FOLLOW_UP = "NO_FOLLOW_UP"
    NO_ORDER = "NO_ORDER"
    NOBODYS = "NOBODYS"
    """Nobody owns it, or nobody has accepted it as a customer yet."""
    RULE_OFF = "RULE_OFF"
    LOCKED = "LOCKED"
    OPEN_ORDER = "OPEN_ORDER"
    NO_LIMIT = "NO_LIMIT"
    """The policy sets no limit for such a customer."""


class Delay(StrEnum):
    """What moved a return to a later day, the last one that did."""

    NONE = ""
    REMINDER = "REMINDER"
    PROTECTED = "PROTECTED"
    NEW_RULE = "NEW_RULE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """What the rule needs to know of one customer."""

    created_at: datetime
    is_owned: bool = True
    owned_since: datetime | None = None
    follow_grade: FollowGrade | None = None
    has_orders: bool = False
    last_follow_up_at: datetime | None = None
    last_order_on: date | None = None
    """Unknown for customers whose orders are not in the system: their order clock stands still."""
    has_open_order: bool = False
    is_locked: bool = False
    protected_until: date | None = None
    """The last day on which it may not be taken."""
    reminders: tuple[date, ...] = ()
    """The days of open next steps and reminders, and the end of a pause."""


@dataclass(frozen=True, slots=True)
class PoolRule:
    """What is the same for all customers of one owner."""

    policy: Policy
    calendar: WorkCalendar
    go_live_on: date | None = None
    """Silence before this day does not count."""
    in_force_from: date | None = None
    """The day from which the rule as it stands takes effect: the one after it was changed."""


@dataclass(frozen=True, slots=True)
class PoolReturn:
    """The working day on which a customer returns, the warning before it; no day when it stays."""

    code: ReturnCode
    on: date | None = None
    warn_on: date | None = None
    delay: Delay = Delay.NONE


def pool_return(facts: PoolFacts, rule: PoolRule) -> PoolReturn:
    """When and why a customer returns; the same facts give the same day whenever it is asked.

    Reminders move the day back, together by no more than `pool.reminder_max_days`: a reminder renewed for
    ever must not keep a customer from those who would look after it.
    """
    stays = _reason_to_stay(facts, rule.policy)
    if stays is not None:
        return PoolReturn(stays)
    clocks = list(_clocks(facts, rule))
    if not clocks:
        return PoolReturn(ReturnCode.NO_LIMIT)
    due, code = min(clocks)
    delay = Delay.NONE
    latest = due + timedelta(days=rule.policy.number("pool.reminder_max_days"))
    for moved, cause in (
        (min(max(facts.reminders, default=due - ONE_DAY) + ONE_DAY, latest), Delay.REMINDER),
        ((facts.protected_until or due - ONE_DAY) + ONE_DAY, Delay.PROTECTED),
        (rule.in_force_from or due, Delay.NEW_RULE),
    ):
        if moved > due:
            due, delay = moved, cause
    on = rule.calendar.next_workday(due) or due
    return PoolReturn(code, on, on - timedelta(days=rule.policy.number("pool.warn_days")), delay)


def _reason_to_stay(facts: PoolFacts, policy: Policy) -> ReturnCode | None:
    if not facts.is_owned:
        return ReturnCode.NOBODYS
    if not policy.is_on("pool.is_on"):
        return ReturnCode.RULE_OFF
    if facts.is_locked:
        return ReturnCode.LOCKED
    return ReturnCode.OPEN_ORDER if facts.has_open_order else None


def _clocks(facts: PoolFacts, rule: PoolRule) -> Iterator[tuple[date, ReturnCode]]:
    """The day at which each clock that runs for this customer runs out."""
    kind = "customer" if facts.has_orders else "prospect"
    owned = _day(facts.owned_since or facts.created_at, rule)
    grade = facts.follow_grade or "NONE"
    days = rule.policy.limit(f"pool.{kind}_follow_up_days.{grade}")
    if days is not None:
        touched = _day(facts.last_follow_up_at, rule) if facts.last_follow_up_at else owned
        yield max(owned, touched) + timedelta(days=days), ReturnCode.NO_FOLLOW_UP
    days = rule.policy.limit(f"pool.{kind}_order_days")
    if days is not None and (facts.last_order_on is not None or not facts.has_orders):
        yield max(owned, facts.last_order_on or owned) + timedelta(days=days), ReturnCode.NO_ORDER


def _day(moment: datetime, rule: PoolRule) -> date:
    found = rule.calendar.local_date(moment)
    return max(found, rule.go_live_on) if rule.go_live_on else found
