"""When a customer returns to the public pool, and what keeps it (B-2, B-3, 000-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.facts import FollowGrade
from genjin.rules.policy import Layer, Level, Policy
from genjin.rules.pool import Delay, PoolFacts, PoolReturn, PoolRule, ReturnCode, pool_return
from tests.rules.build import CHINA, at, day

RETURNS = {ReturnCode.NO_FOLLOW_UP, ReturnCode.NO_ORDER}

FACTS = PoolFacts(created_at=at("2026-03-02 09:00"))
"""A prospect without a grade since Monday 2 March."""


def rule(go_live: date | None = None, in_force_from: date | None = None, **policy: Any) -> PoolRule:
    """Values of the group `pool` by key with "__" for the dot."""
    values = {f"pool.{key.replace('__', '.')}": value for key, value in policy.items()}
    policy_ = Policy.from_layers([Layer(Level.COMPANY, values)])
    return PoolRule(policy_, CHINA, go_live, in_force_from)


@pytest.mark.parametrize(
    ("facts", "policy", "on", "code"),
    [
        ({}, {"prospect_follow_up_days__NONE": 10}, day("03-12"), "NO_FOLLOW_UP"),
        (
            {"follow_grade": FollowGrade.TOP},
            {"prospect_follow_up_days__TOP": 3},
            day("03-05"),
            "NO_FOLLOW_UP",
        ),
        (
            {"last_follow_up_at": at("2026-03-10 23:30")},
            {"prospect_follow_up_days__NONE": 10}, day("03-20"), "NO_FOLLOW_UP",
        ),
        ({"owned_since": at("2026-03-04 08:00")}, {"prospect_follow_up_days__NONE": 9}, day("03-13"),
         "NO_FOLLOW_UP"),
        ({"last_follow_up_at": at("2026-02-01 08:00")}, {"prospect_follow_up_days__NONE": 9}, day("03-11"),
         "NO_FOLLOW_UP"),
        ({}, {"prospect_order_days": 8, "prospect_follow_up_days__NONE": 9}, day("03-10"), "NO_ORDER"),
        ({}, {"prospect_follow_up_days__NONE": 12}, day("03-16"), "NO_FOLLOW_UP"),
        (
            {"has_orders": True, "last_order_on": day("03-20")},
            {"customer_order_days": 10, "customer_follow_up_days__NONE": "UNLIMITED"}, day("03-30"),
            "NO_ORDER",
        ),
        ({"has_orders": True}, {"customer_follow_up_days__NONE": 3}, day("03-05"), "NO_FOLLOW_UP"),
    ],
)  # fmt: skip
def test_the_first_clock_that_runs_out_gives_the_working_day(
    facts: dict[str, Any], policy: dict[str, Any], on: date, code: str
) -> None:
    back = pool_return(replace(FACTS, **facts), rule(**policy))
    assert (back.on, back.code, back.delay) == (on, code, Delay.NONE)


@pytest.mark.parametrize(
    ("facts", "policy", "code"),
    [
        ({"is_owned": False}, {}, ReturnCode.NOBODYS),
        ({}, {"is_on": False}, ReturnCode.RULE_OFF),
        ({"is_locked": True}, {}, ReturnCode.LOCKED),
        ({"has_open_order": True}, {}, ReturnCode.OPEN_ORDER),
        ({}, {"prospect_follow_up_days__NONE": "UNLIMITED"}, ReturnCode.NO_LIMIT),
        (
            {"has_orders": True},
            {"customer_order_days": 10, "customer_follow_up_days__NONE": "UNLIMITED"}, ReturnCode.NO_LIMIT,
        ),
    ],
)  # fmt: skip
def test_who_stays_says_why(facts: dict[str, Any], policy: dict[str, Any], code: ReturnCode) -> None:
    assert pool_return(replace(FACTS, **facts), rule(**policy)) == PoolReturn(code)


@pytest.mark.parametrize(
    ("facts", "policy", "on", "delay"),
    [
        ({"reminders": (day("03-18"),)}, {}, day("03-19"), Delay.REMINDER),
        ({"reminders": (day("03-11"),)}, {}, day("03-12"), Delay.NONE),
        ({"reminders": (day("12-31"),)}, {"reminder_max_days": 5}, day("03-17"), Delay.REMINDER),
        ({"protected_until": day("12-30")}, {"reminder_max_days": 5}, day("12-31"), Delay.PROTECTED),
    ],
)
def test_reminders_and_protection_move_the_day(
    facts: dict[str, Any], policy: dict[str, Any], on: date, delay: Delay
) -> None:
    back = pool_return(replace(FACTS, **facts), rule(prospect_follow_up_days__NONE=10, **policy))
    assert (back.on, back.delay) == (on, delay)


def test_a_changed_rule_works_from_the_next_day_and_silence_before_go_live_does_not_count() -> None:
    back = pool_return(FACTS, rule(in_force_from=day("04-01"), prospect_follow_up_days__NONE=10))
    assert (back.on, back.delay) == (day("04-01"), Delay.NEW_RULE)
    assert pool_return(FACTS, rule(day("03-10"), prospect_follow_up_days__NONE=10)).on == day("03-20")


DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 30))
MOMENTS = DAYS.map(lambda on: at(f"{on} 10:00"))
ANY = st.builds(
    PoolFacts,
    created_at=MOMENTS,
    owned_since=st.none() | MOMENTS,
    follow_grade=st.none() | st.sampled_from(FollowGrade),
    has_orders=st.booleans(),
    last_follow_up_at=st.none() | MOMENTS,
    last_order_on=st.none() | DAYS,
    is_locked=st.booleans(),
    protected_until=st.none() | DAYS,
    reminders=st.lists(DAYS, max_size=3).map(tuple),
)
RULES = st.builds(
    rule,
    st.none() | DAYS,
    st.none() | DAYS,
    prospect_order_days=st.just("UNLIMITED") | st.integers(1, 400),
    customer_order_days=st.just("UNLIMITED") | st.integers(1, 400),
    reminder_max_days=st.integers(0, 200),
    warn_days=st.integers(1, 60),
)


@given(ANY, RULES)
def test_a_return_is_a_working_day_warned_of_before_and_never_of_who_is_kept(
    facts: PoolFacts, given_rule: PoolRule
) -> None:
    back = pool_return(facts, given_rule)
    assert (back.code in RETURNS) == (back.on is not None) == (back.warn_on is not None)
    if back.on is None or back.warn_on is None:
        return
    assert not facts.is_locked
    assert CHINA.is_workday(back.on)
    assert back.warn_on < back.on
    assert facts.protected_until is None or back.on > facts.protected_until
    assert given_rule.in_force_from is None or back.on >= given_rule.in_force_from


@given(ANY, RULES, st.integers(0, 300))
def test_a_later_follow_up_never_brings_the_return_nearer(
    facts: PoolFacts, given_rule: PoolRule, days: int
) -> None:
    touched = facts.last_follow_up_at or facts.created_at
    before = pool_return(facts, given_rule)
    after = pool_return(replace(facts, last_follow_up_at=touched + timedelta(days=days)), given_rule)
    assert (before.code in RETURNS) == (after.code in RETURNS)
    assert before.on is None or (after.on is not None and after.on >= before.on)


@given(ANY, RULES)
def test_reminders_together_delay_by_no_more_than_their_limit(facts: PoolFacts, given_rule: PoolRule) -> None:
    bare = pool_return(replace(facts, reminders=()), given_rule)
    with_them = pool_return(facts, given_rule)
    if bare.on is None or with_them.on is None:
        return
    most = given_rule.policy.number("pool.reminder_max_days")
    # The bare day may have moved to a working day already, the other moves after it.
    assert bare.on <= with_them.on <= CHINA.next_workday(bare.on + timedelta(days=most))  # type: ignore[operator]
