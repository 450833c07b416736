"""Which state allows what after a shipment: every downstream state against every step (003-16 to 28, A.8)."""

from __future__ import annotations

from datetime import date

import pytest

from genjin.rules.aftersales import aftersales
from genjin.rules.case import Case
from genjin.rules.declines import reorders
from genjin.rules.order_facts import ReorderFact
from genjin.rules.order_states import DOWNSTREAM, Attention, advice_of
from genjin.rules.promised import PromiseFact, PromiseKind
from genjin.rules.runs import ShipmentFact, StepDone
from genjin.rules.shipping import IN_STOCK
from tests.rules.build import LIN, NOW, at, contact, customer, day, setting

SHIPPED = at("2026-03-02 15:00")
CARE = ("advice", "eta-7", "eta+10", "eta+30")

# state, attention, what of the order is pressed, photos; then by step what is owed once its day has come
TABLE = [
    ("CONFIRMED", "NATURAL", False, True, "ask"),
    ("IN_PRODUCTION", "NATURAL", False, True, "ask"),
    ("DELIVERED", "NATURAL", False, True, "ask"),
    ("IN_TRANSIT", "MAYBE_NEGLECTED", False, False, "ask"),
    ("AT_CUSTOMS", "MAYBE_NEGLECTED", False, False, "ask"),
    ("WAREHOUSED", "EASILY_NEGLECTED", True, False, "press"),
    ("SELLING", "EASILY_NEGLECTED", True, False, "press"),
    ("REMAINING_STOCK", "EASILY_NEGLECTED", True, False, "press"),
]
SIXTIETH = {"ask": {"eta+60-stock"}, "press": {"eta+60"}, "nothing": set()}


def shipment(
    state: str, *, complains: bool = False, new_order: bool = False, **fields: object
) -> ShipmentFact:
    """Left on 2 March, as the facts would tell it in that state."""
    values: dict[str, object] = {
        "id": 77, "shipped_at": SHIPPED, "owner_id": LIN, "eta": day("04-10"),
        "may_press": state in IN_STOCK and not complains, "has_new_order": new_order,
    }  # fmt: skip
    return ShipmentFact(**(values | fields))  # type: ignore[arg-type]


def case_of(given: ShipmentFact, *, why: str = "BY_RHYTHM", complains: bool = False) -> Case:
    promise = PromiseFact(
        id=1, kind=PromiseKind.COMPLAINT_SOLUTION, subject="complaint-1", began_at=NOW, owner_id=LIN
    )
    expected = ReorderFact(
        order_id=5, last_on=date(2026, 1, 5), moment_on=day("03-14"), expected_on=day("05-20"),
        from_on=None, until_on=None, lead_days=60, why=why,
    )  # fmt: skip
    facts = customer(
        contacts=(contact(),), shipments=(given,), reorder=expected,
        promises=(promise,) if complains else (),
    )  # fmt: skip
    return Case(facts, setting(), NOW)


def steps(given: ShipmentFact) -> set[str]:
    return {duty.key.rpartition(":")[2] for duty in aftersales(case_of(given), given)}


def test_every_state_stands_in_the_table() -> None:
    assert [row[0] for row in TABLE] == list(DOWNSTREAM)


@pytest.mark.parametrize(("state", "attention", "may_press", "photos", "sixtieth"), TABLE)
def test_a_state_says_what_is_allowed(
    state: str, attention: str, may_press: bool, photos: bool, sixtieth: str
) -> None:
    advice = advice_of(state)
    assert (advice.attention, advice.may_press, advice.shares_progress) == (
        Attention(attention), may_press, photos,
    )  # fmt: skip
    assert (state in IN_STOCK) is may_press, "facts and advice agree"
    assert steps(shipment(state)) == {*CARE, *SIXTIETH[sixtieth]}, "care and notices go on in every state"
    assert bool(list(reorders(case_of(shipment(state))))) is may_press


@pytest.mark.parametrize("state", DOWNSTREAM)
def test_a_complaint_stops_all_pressing_and_no_care_in_every_state(state: str) -> None:
    given = shipment(state, complains=True)
    assert steps(given) == {*CARE, "eta+60-stock"}
    for why in ("BY_RHYTHM", "STILL_COMING", "LOW_STOCK", "NOW_SOLD"):
        assert not list(reorders(case_of(given, why=why, complains=True))), why


@pytest.mark.parametrize("state", DOWNSTREAM)
def test_a_new_order_ends_the_pressing_for_the_old_goods_in_every_state(state: str) -> None:
    given = shipment(state, new_order=True)
    assert steps(given) == set(CARE)
    assert list(reorders(case_of(given))), "the older goods hold nothing back"


@pytest.mark.parametrize("state", DOWNSTREAM)
@pytest.mark.parametrize(
    ("why", "is_told"), [("LOW_STOCK", True), ("NOW_SOLD", True), ("STILL_COMING", False)]
)
def test_who_tells_that_little_is_left_has_the_goods_whatever_was_noted(
    state: str, why: str, is_told: bool
) -> None:
    allowed = is_told or state in IN_STOCK
    assert bool(list(reorders(case_of(shipment(state), why=why)))) is allowed


def test_goods_that_left_a_year_ago_hold_nothing_back() -> None:
    old = shipment("IN_TRANSIT", shipped_at=at("2024-03-02 15:00"), eta=date(2024, 4, 10))
    assert list(reorders(case_of(old)))


DAYS = [
    # day, who is owed on or before it, when everything before was done on its day
    ("03-02", "advice"),
    ("04-03", "eta-7"),
    ("04-20", "eta+10"),
    ("05-08", "eta+30"),
    ("06-09", "eta+60"),
]


@pytest.mark.parametrize("place", range(len(DAYS)))
def test_day_by_day_one_step_is_due_and_the_rest_lies_ahead(place: int) -> None:
    done = tuple(StepDone(name, at(f"2026-{on} 10:00")) for on, name in DAYS[:place])
    advised = at("2026-03-02 16:00") if place else None
    given = shipment("WAREHOUSED", advised_at=advised, done=done)
    found = {
        duty.key.rpartition(":")[2]: f"{duty.due_on:%m-%d}" for duty in aftersales(case_of(given), given)
    }
    assert found == {name: on for on, name in DAYS[place:]}
    assert min(found.values()) == DAYS[place][0]
