"""What orders ask of the owner of a customer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import Duty, NoticeKind, Rule
from genjin.rules.facts import DormancyState, Outcome, OutcomeKind
from genjin.rules.order_facts import DeclineFact, ReorderFact
from tests.rules.build import CHEN, LIN, NOW, at, customer, day, setting

OPENED = at("2026-03-02 08:30")


def decline(**fields: Any) -> DeclineFact:
    known: dict[str, Any] = {
        "order_id": 5, "number": "SC2026-0005", "level": 1, "opened_at": OPENED, "measure": "AMOUNT",
        "percent": "-30.00",
    }  # fmt: skip
    return DeclineFact(**known | fields)


def reorder(**fields: Any) -> ReorderFact:
    known: dict[str, Any] = {
        "order_id": 5, "last_on": date(2026, 1, 5), "moment_on": day("03-14"), "expected_on": day("05-20"),
        "from_on": day("05-01"), "until_on": day("06-10"), "lead_days": 60, "why": "BY_RHYTHM",
    }  # fmt: skip
    return ReorderFact(**known | fields)


def owed(*rules: Rule, **facts: Any) -> list[Duty]:
    return [duty for duty in decide(customer(**facts), setting(), NOW).duties if duty.rule in rules]


DECLINED = (Rule.DECLINE_CAUSE, Rule.DECLINE_MEASURE)
EXPLAINED = {"has_cause": True, "explained_at": at("2026-03-06 15:00")}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [(Rule.DECLINE_CAUSE, "03-02")]),
        (EXPLAINED, [(Rule.DECLINE_MEASURE, "03-09")]),  # over the weekend
        ({**EXPLAINED, "has_measure": True}, []),
        ({"opened_at": at("2026-02-15 10:00")}, [(Rule.DECLINE_CAUSE, "02-24")]),  # after Spring Festival
    ],
)
def test_a_decline_asks_for_cause_then_measure(fields: dict[str, Any], expected: list[Any]) -> None:
    found = owed(*DECLINED, declines=(decline(**fields),))
    assert [(duty.rule, duty.due_on) for duty in found] == [(rule, day(text)) for rule, text in expected]


def test_a_dismissed_question_is_not_asked_again() -> None:
    outcome = Outcome("decline:order-5:cause", OutcomeKind.DISMISSED, NOW, LIN)
    assert owed(*DECLINED, declines=(decline(),), outcomes=(outcome,)) == []


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (1, []),
        (2, [(NoticeKind.DECLINE_AGAIN, (CHEN,))]),
        (3, [(NoticeKind.DECLINE_LATE, (LIN, CHEN))]),
        (4, [(NoticeKind.DECLINE_LATE, (LIN, CHEN))]),
    ],
)
def test_the_second_is_told_to_the_manager_the_third_to_both(level: int, told: list[Any]) -> None:
    notices = decide(customer(declines=(decline(level=level),)), setting(), NOW).notices
    found = [(one.kind, one.recipient_ids) for one in notices if one.kind.startswith("DECLINE")]
    assert found == told


def test_the_next_order_is_spoken_of_on_its_working_day() -> None:
    (duty,) = owed(Rule.REORDER, reorder=reorder())
    assert (duty.key, duty.due_on, duty.is_proactive) == ("reorder:order-5", day("03-16"), True)
    assert duty.reason.params["expected_on"] == "2026-05-20"


@pytest.mark.parametrize("state", [DormancyState.DORMANT, DormancyState.LOST])
def test_who_is_dormant_or_lost_is_not_asked_for_the_next_order(state: DormancyState) -> None:
    assert owed(Rule.REORDER, reorder=reorder(), dormancy_state=state) == []


def test_nobody_is_asked_in_the_pool() -> None:
    facts: dict[str, Any] = {"owner_id": None, "in_pool": True}
    assert owed(*DECLINED, Rule.REORDER, declines=(decline(),), reorder=reorder(), **facts) == []
