"""A customer picked for somebody's day: owed that day, beside whatever else, and not carried over."""

from datetime import timedelta
from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import Duty, WorkClass
from genjin.rules.facts import ContactPause, CustomerFacts, DailyPick, DormancyState, Half
from genjin.rules.setting import Absence
from genjin.rules.worklist import merge
from tests.rules.build import (
    CUSTOMER,
    LIN,
    NOW,
    WANG,
    at,
    customer,
    day,
    dismissed,
    done,
    duties,
    postponed,
    setting,
    step,
)

PICK = DailyPick(LIN, day("03-02"), Half.CLOSED)
KEY = f"daily:{CUSTOMER}:2026-03-02"
BEFORE = at("2026-02-01 10:00")


def picked(**fields: Any) -> CustomerFacts:
    """A customer of Lin's, picked for Monday 2 March, last followed up a month ago."""
    return customer(**({"daily_pick": PICK, "last_follow_up_at": BEFORE} | fields))


def daily(facts: CustomerFacts, now: Any = NOW, **options: Any) -> Duty | None:
    return duties(facts, setting(**options), now).get("DAILY")


def test_a_pick_is_owed_on_its_day_and_says_why() -> None:
    duty = daily(picked())
    assert duty is not None
    assert (duty.key, duty.owner_id, duty.due_on) == (KEY, LIN, day("03-02"))
    assert (duty.work_class, duty.is_dismissable, duty.is_proactive) == (WorkClass.DAILY, True, True)
    assert duty.reason.params == {"half": "CLOSED", "grade": "MID", "days": 29}


NOT_OWED = [
    {"last_follow_up_at": at("2026-03-02 08:00")},
    {"outcomes": (done(KEY),)},
    {"outcomes": (dismissed(KEY),)},
    {"owner_id": WANG},
    {"dormancy_state": DormancyState.LOST},
    {"contact_pause": ContactPause(day("03-20"))},
    {"daily_pick": DailyPick(LIN, day("02-27"), Half.CLOSED)},
]


@pytest.mark.parametrize("fields", NOT_OWED)
def test_it_is_fulfilled_dismissed_or_impossible(fields: dict[str, Any]) -> None:
    assert daily(picked(**fields)) is None


def test_a_pick_ends_with_its_day_by_the_clock_alone() -> None:
    decision = decide(picked(), setting(), NOW)
    midnight = at("2026-03-03 00:00")
    assert decision.wake_at is not None and decision.wake_at <= midnight
    assert daily(picked(), midnight - timedelta(seconds=1)) is not None
    assert daily(picked(), midnight) is None


def test_a_postponed_pick_is_owed_on_that_day_only() -> None:
    facts = picked(outcomes=(postponed(KEY, day("03-05")),))
    assert [duty.due_on for duty in [daily(facts)] if duty] == [day("03-05")]
    assert daily(facts, at("2026-03-05 23:00")) is not None
    assert daily(facts, at("2026-03-06 00:00")) is None


def test_whoever_stands_in_follows_up_who_was_picked() -> None:
    duty = daily(picked(), absences=(Absence(day("03-02"), day("03-04"), WANG),))
    assert duty is not None and duty.owner_id == WANG


def test_one_contact_serves_the_pick_and_the_step_planned_for_it() -> None:
    facts = picked(next_steps=(step(day("03-03")),))
    (item,) = [
        one for one in merge(decide(facts, setting(), NOW).duties, setting()) if one.due_on <= day("03-03")
    ]
    assert {duty.rule.value for duty in item.duties} == {"DAILY", "NEXT_STEP"}


def test_a_pick_joins_what_is_overdue_with_the_customer() -> None:
    facts = picked(next_steps=(step(day("02-10")),))
    items = [item for item in merge(decide(facts, setting(), NOW).duties, setting()) if len(item.duties) > 1]
    assert [[duty.rule.value for duty in item.duties] for item in items] == [["NEXT_STEP", "DAILY"]]
