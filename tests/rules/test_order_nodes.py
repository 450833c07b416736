"""The next node of an order that runs (002-42 to 002-49)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from genjin.rules.duties import WorkClass
from genjin.rules.facts import ContactPause, OutcomeKind
from genjin.rules.order_plan import Node, awaited, default_nodes, factory_gap, next_node, result_planned_on
from genjin.rules.order_states import (
    Attention,
    advice_of,
    downstream_by_sale,
    downstream_by_state,
    photos_due_on,
    state_by_nodes,
)
from genjin.rules.ordered import OrderNodeFact
from genjin.rules.sample_lines import differences
from tests.rules.build import CHEN, LIN, customer, day, dismissed, duties, setting


def waiting(planned: str, **fields: Any) -> Any:
    values: dict[str, Any] = {
        "id": 7, "order_id": 3, "number": "SC2026-0001", "kind": "MATERIAL", "planned_on": day(planned),
        "owner_id": LIN,
    }  # fmt: skip
    return OrderNodeFact(**(values | fields))


def test_a_node_is_owed_on_its_day_as_important_and_urgent() -> None:
    duty = duties(customer(order_nodes=(waiting("03-05"),)))["ORDER_NODE"]
    assert (duty.due_on, duty.owner_id, duty.work_class) == (day("03-05"), LIN, WorkClass.ORDER_NODE)
    assert (duty.is_important, duty.is_proactive) == (True, False)


def test_a_node_on_a_weekend_is_owed_the_working_day_before() -> None:
    assert duties(customer(order_nodes=(waiting("03-07"),)))["ORDER_NODE"].due_on == day("03-06")


def test_who_sees_to_the_node_owes_it() -> None:
    assert duties(customer(order_nodes=(waiting("03-05", owner_id=CHEN),)))["ORDER_NODE"].owner_id == CHEN


def test_no_pause_holds_a_node() -> None:
    paused = customer(order_nodes=(waiting("03-05"),), contact_pause=ContactPause(day("04-01")))
    assert duties(paused)["ORDER_NODE"].due_on == day("03-05")


def test_what_was_dismissed_is_so_for_its_date_only() -> None:
    settled = (dismissed("order-node:7:2026-03-05"),)
    assert settled[0].kind is OutcomeKind.DISMISSED
    assert "ORDER_NODE" not in duties(customer(order_nodes=(waiting("03-05"),), outcomes=settled))
    assert "ORDER_NODE" in duties(customer(order_nodes=(waiting("03-09"),), outcomes=settled))


def test_what_was_overdue_before_go_live_is_owed_on_day_one() -> None:
    duty = duties(customer(order_nodes=(waiting("02-10"),)), setting(go_live=day("03-03")))["ORDER_NODE"]
    assert duty.due_on == day("03-03")


D = date(2027, 1, 29)


@pytest.mark.parametrize(
    ("kind", "planned"),
    [
        ("FACTORY_DUE", date(2027, 1, 21)),
        ("FACTORY_PROMISED", None),
        ("MATERIAL", date(2026, 12, 10)),
        ("PRODUCTION", date(2027, 1, 21)),
        ("INSPECTION", date(2027, 1, 22)),
        ("BOOKING", date(2027, 1, 15)),
        ("CUTOFF", date(2027, 1, 26)),
        ("ETD", D),
    ],
)
def test_first_plans_follow_from_the_delivery(kind: str, planned: date | None) -> None:
    nodes = {n.kind: n for n in default_nodes(is_sample=False, ordered_on=date(2026, 11, 24), delivery_on=D)}
    assert nodes[kind].planned_on == planned


def test_nothing_is_planned_before_the_order() -> None:
    hurried = default_nodes(is_sample=False, ordered_on=date(2027, 1, 27), delivery_on=D)
    assert min(n.planned_on for n in hurried if n.planned_on) == date(2027, 1, 27)


def test_the_factorys_answer_stands_for_our_date() -> None:
    ours, theirs = Node("FACTORY_DUE", 0, date(2027, 1, 10)), Node("FACTORY_PROMISED", 1, date(2027, 1, 15))
    material = Node("MATERIAL", 2, date(2027, 1, 12))
    assert next_node([ours, Node("FACTORY_PROMISED", 1), material]) == ours
    assert awaited([ours, theirs, material]) == [material, theirs]
    assert factory_gap([ours, theirs]) == 5
    assert next_node([Node("ETD", 0)]) is None


@pytest.mark.parametrize(
    ("state", "nodes", "after"),
    [
        ("CONFIRMED", [], "CONFIRMED"),
        ("CONFIRMED", [Node("MATERIAL", 0, actual_on=D)], "IN_PRODUCTION"),
        ("CONFIRMED", [Node("PRODUCTION", 0, percent=5)], "IN_PRODUCTION"),
        ("CONFIRMED", [Node("FACTORY_PROMISED", 0, actual_on=D)], "READY"),
        ("CONFIRMED", [Node("SAMPLE_SENT", 0, actual_on=D)], "SHIPPED"),
        ("SHIPPED", [Node("MATERIAL", 0, actual_on=D)], "SHIPPED"),
        ("CANCELLED", [Node("MATERIAL", 0, actual_on=D)], "CANCELLED"),
    ],
)
def test_the_state_follows_the_nodes_and_never_goes_back(state: str, nodes: list[Node], after: str) -> None:
    assert state_by_nodes(state, nodes) == after


@pytest.mark.parametrize(
    ("downstream", "attention", "may_press"),
    [
        ("CONFIRMED", Attention.NATURAL, False),
        ("IN_PRODUCTION", Attention.NATURAL, False),
        ("DELIVERED", Attention.NATURAL, False),
        ("IN_TRANSIT", Attention.MAYBE_NEGLECTED, False),
        ("AT_CUSTOMS", Attention.MAYBE_NEGLECTED, False),
        ("WAREHOUSED", Attention.EASILY_NEGLECTED, True),
        ("SELLING", Attention.EASILY_NEGLECTED, True),
        ("REMAINING_STOCK", Attention.EASILY_NEGLECTED, True),
        ("UNKNOWN", Attention.NATURAL, False),
    ],
)
def test_pressing_waits_for_the_warehouse(downstream: str, attention: Attention, may_press: bool) -> None:
    advice = advice_of(downstream)
    assert (advice.attention, advice.may_press) == (attention, may_press)


def test_the_goods_state_follows_but_is_never_taken_back() -> None:
    assert downstream_by_state("CONFIRMED", "READY") == "IN_PRODUCTION"
    assert downstream_by_state("IN_TRANSIT", "SHIPPED") == "IN_TRANSIT"
    assert downstream_by_sale("WAREHOUSED", None, None, None) == "WAREHOUSED"


def test_photos_are_due_weekly_in_production() -> None:
    assert photos_due_on("IN_PRODUCTION", None, date(2027, 1, 1)) == date(2027, 1, 8)
    assert photos_due_on("IN_PRODUCTION", date(2027, 1, 5), date(2027, 1, 1)) == date(2027, 1, 12)
    assert photos_due_on("IN_TRANSIT", None, date(2027, 1, 1)) is None


def test_what_differs_from_the_sample_is_named() -> None:
    found = differences(
        {"colour": "White ", "spec": "A"}, {"colour": "white", "spec": "B"}, {"Plug": "EU"}, {"Cable": "2 m"}
    )
    assert [(d.name, d.sample, d.bulk) for d in found] == [
        ("spec", "A", "B"), ("Plug", "EU", ""), ("Cable", "", "2 m"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent_on", "planned", "result_on", "expected"),
    [
        (None, "03-16", None, "03-16"),
        ("03-06", "03-16", None, "03-20"),  # it left four days late
        ("03-01", "03-16", None, "03-15"),
        ("03-06", "03-25", None, "03-25"),  # somebody planned otherwise
        ("03-06", "03-16", "03-10", "03-16"),  # it is known
    ],
)
def test_the_result_of_a_sample_is_asked_for_two_weeks_after_it_left(
    sent_on: str | None, planned: str, result_on: str | None, expected: str
) -> None:
    sent = Node("SAMPLE_SENT", 0, day("03-02"), sent_on and day(sent_on))
    result = Node("SAMPLE_RESULT", 1, day(planned), result_on and day(result_on))
    assert result_planned_on(sent, result) == day(expected)
