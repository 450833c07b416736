"""The chain after a shipment, row by row of the state table (000-47 to 000-65)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from genjin.rules.aftersales import after_shipments, aftersales, enters_tracking
from genjin.rules.case import Case
from genjin.rules.decide import decide
from genjin.rules.duties import Duty
from genjin.rules.facts import Attempt, Channel, ContactPause, DormancyState
from genjin.rules.runs import ShipmentFact, StepDone
from genjin.rules.setting import Setting
from tests.rules.build import LIN, NOW, at, contact, customer, day, dismissed, setting

SHIPPED = at("2026-03-02 15:00")
ETA = day("04-10")


def shipment(**fields: Any) -> ShipmentFact:
    """Left on Monday 2 March, arrives on Friday 10 April, advised at once."""
    values: dict[str, Any] = {
        "id": 77,
        "shipped_at": SHIPPED,
        "owner_id": LIN,
        "eta": ETA,
        "advised_at": SHIPPED,
    }
    return ShipmentFact(**(values | fields))


def owed(given: ShipmentFact, firm: Setting | None = None, **fields: Any) -> list[Duty]:
    case = Case(customer(**({"contacts": (contact(),)} | fields)), firm or setting(), NOW)
    return list(aftersales(case, given))


def steps(given: ShipmentFact, firm: Setting | None = None, **fields: Any) -> list[str]:
    return [
        f"{duty.key.removeprefix('aftersales:shipment-77:')} {duty.due_on:%m-%d}"
        for duty in owed(given, firm, **fields)
    ]


def done(*names: str) -> tuple[StepDone, ...]:
    return tuple(StepDone(name, NOW) for name in names)


AFTER = ["eta+10 04-20", "eta+30 05-08", "eta+60 06-09"]
CHAINS = [
    # what is known, what is owed; 10 May is a Sunday: earlier
    ("the usual", {}, ["eta-7 04-03", *AFTER]),
    ("not advised yet", {"advised_at": None}, ["advice 03-02", "eta-7 04-03", *AFTER]),
    ("balance due", {"is_balance_due": True}, ["eta-7 04-03", "eta-7-call 04-03", *AFTER]),
    ("short transit: eight days are long", {"eta": day("03-10")},
     ["eta-7 03-03", "eta+10 03-20", "eta+30 04-09", "eta+60 05-08"]),
    ("short transit: seven days are short", {"eta": day("03-09"), "is_balance_due": True},
     ["eta+10 03-19", "eta+30 04-08", "eta+60 05-08"]),
    ("the advice was late", {"advised_at": at("2026-04-03 09:00")}, AFTER),
    ("a new order runs", {"has_new_order": True}, ["eta-7 04-03", *AFTER[:2]]),
    ("no ETA yet", {"eta": None}, []),
    ("no ETA, no advice", {"eta": None, "advised_at": None}, ["advice 03-02"]),
    ("the ETA moved, what is done stays", {"eta": day("04-20"), "done": done("eta-7")},
     ["eta+10 04-30", "eta+30 05-20", "eta+60 06-19"]),
    ("not known to be in stock: ask, do not press", {"may_press": False},
     ["eta-7 04-03", *AFTER[:2], "eta+60-stock 06-09"]),
    ("asked, still not in stock: the prices wait", {"may_press": False, "done": done("eta+60-stock")},
     ["eta-7 04-03", *AFTER[:2]]),
    ("asked, now in stock: the prices go", {"done": done("eta+60-stock")}, ["eta-7 04-03", *AFTER]),
    ("very good feedback", {"praised_at": at("2026-05-11 10:00")},
     ["eta-7 04-03", *AFTER, "testimonial 05-11"]),
    ("all is done", {"done": done("eta-7", "eta+10", "eta+30", "eta+60")}, []),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "expected"), CHAINS)
def test_what_is_owed_after_a_shipment(what: str, fields: dict[str, Any], expected: list[str]) -> None:
    assert steps(shipment(**fields)) == expected, what


def test_a_step_on_a_free_day_is_done_before_it_and_the_advice_on_the_next_working_day() -> None:
    """Shipped on a Sunday of the festival, ETA-7 on a Sunday."""
    sunday = shipment(shipped_at=at("2026-02-15 10:00"), advised_at=None, eta=date(2026, 3, 15))
    assert steps(sunday)[:2] == ["advice 02-24", "eta-7 03-06"]


@pytest.mark.parametrize(
    ("step", "dismissable", "proactive", "channel"),
    [
        ("advice", False, False, Channel.EMAIL),
        ("eta-7", True, True, Channel.EMAIL),
        ("eta-7-call", False, False, Channel.AUDIO_CALL),
        ("eta+60", True, True, Channel.EMAIL),
    ],
)
def test_what_must_be_done_and_what_counts_as_the_mail_of_its_day(
    step: str, dismissable: bool, proactive: bool, channel: Channel
) -> None:
    found = {
        duty.key.rpartition(":")[2]: duty for duty in owed(shipment(advised_at=None, is_balance_due=True))
    }
    duty = found[step]
    assert (duty.is_dismissable, duty.is_proactive, duty.channel) == (dismissable, proactive, channel)


def test_a_skipped_step_is_not_owed_again() -> None:
    skip = dismissed("aftersales:shipment-77:eta+10")
    assert steps(shipment(), outcomes=(skip,)) == ["eta-7 04-03", *AFTER[1:]]


def test_what_was_due_before_go_live_is_never_owed() -> None:
    assert steps(shipment(), setting(go_live=day("05-01"))) == AFTER[1:]
    assert steps(shipment(advised_at=None), setting(go_live=day("07-01"))) == []


def test_the_offsets_are_a_setting() -> None:
    firm = setting(aftersales_offsets=[-14, -3, 5])
    assert steps(shipment(), firm) == ["eta-14 03-27", "eta-3 04-07", "eta+5 04-15"]


def test_two_shipments_are_two_chains() -> None:
    keys = {duty.key for one in (shipment(), replace(shipment(), id=78)) for duty in owed(one)}
    assert len(keys) == 8


def test_the_mail_with_the_prices_begins_the_circle_anew_unless_an_order_runs() -> None:
    case = Case(customer(), setting(), NOW)
    sent = shipment(done=done("eta-7", "eta+10", "eta+30", "eta+60"))
    assert enters_tracking(case, sent)
    assert not enters_tracking(case, shipment())
    assert not enters_tracking(case, replace(sent, has_new_order=True))
    lost = Case(customer(dormancy_state=DormancyState.LOST), setting(), NOW)
    assert not enters_tracking(lost, sent)


def notes(
    given: ShipmentFact, now: str, year: int = 2026, **fields: Any
) -> dict[str, tuple[list[str], bool]]:
    """By step what is said of it at that moment, and whether it may be skipped."""
    case = Case(customer(contacts=(contact(),), shipments=(given,), **fields), setting(), at(f"{year}-{now}"))
    return {
        duty.key.rpartition(":")[2]: ([note.code for note in duty.notes], duty.is_dismissable)
        for duty in after_shipments(case)
    }


MISSED = [
    # ETA 10 April; when one looks; which steps' time is over
    ("04-05 09:00", []),
    ("04-10 09:00", ["eta-7", "eta-7-call"]),
    ("05-09 09:00", ["eta-7", "eta-7-call"]),
    ("05-10 09:00", ["eta+10", "eta-7", "eta-7-call"]),
    ("06-09 09:00", ["eta+10", "eta+30", "eta-7", "eta-7-call"]),
    ("12-01 09:00", ["eta+10", "eta+30", "eta-7", "eta-7-call"]),
]


@pytest.mark.parametrize(("now", "missed"), MISSED)
def test_a_step_whose_time_is_over_is_shown_so_and_may_be_skipped_whatever_it_is(
    now: str, missed: list[str]
) -> None:
    found = notes(shipment(is_balance_due=True), now)
    over = sorted(name for name, (codes, _) in found.items() if "OVERTAKEN" in codes)
    assert over == missed
    assert all(found[name][1] for name in missed), "do it now or skip it"
    assert found["eta-7-call"][1] == ("eta-7-call" in missed)


def test_an_eta_that_moves_to_the_past_overtakes_what_was_not_done_and_leaves_what_was() -> None:
    moved = shipment(eta=day("03-12"), done=done("eta+10"))
    assert sorted(notes(moved, "03-20 09:00")) == ["eta+30", "eta+60", "eta-7"]
    assert "OVERTAKEN" in notes(moved, "03-20 09:00")["eta-7"][0]


def test_no_mail_but_the_advice_itself_is_the_shipping_advice_others_count_for_their_steps() -> None:
    sent = (Attempt(at("2026-03-02 16:00"), Channel.EMAIL), Attempt(at("2026-04-03 10:00"), Channel.EMAIL))
    left = notes(shipment(advised_at=None), "04-04 09:00", evidence=sent)
    assert sorted(left) == ["advice", "eta+10", "eta+30", "eta+60"]


def test_goods_on_their_way_do_not_wait_for_the_end_of_a_pause_care_does() -> None:
    pause = ContactPause(day("05-01"), "At the fair", at("2026-03-01 09:00"))
    case = Case(
        customer(contacts=(contact(),), shipments=(shipment(advised_at=None),), contact_pause=pause),
        setting(),
        NOW,
    )
    days = {duty.key.rpartition(":")[2]: f"{duty.due_on:%m-%d}" for duty in after_shipments(case)}
    assert days == {
        "advice": "03-02",
        "eta-7": "04-03",
        "eta+10": "05-01",
        "eta+30": "05-08",
        "eta+60": "06-09",
    }


def test_the_chain_wakes_the_decision_when_a_step_is_overtaken() -> None:
    facts = customer(shipments=(shipment(),), value_class="C")
    assert decide(facts, setting(), at("2026-04-05 09:00")).wake_at == at("2026-04-10 00:00")


def test_any_mail_does_a_step_but_the_prices_and_the_testimonial_which_their_own_mail_does() -> None:
    told = tuple(
        Attempt(at(f"2026-{day} 10:00"), Channel.EMAIL) for day in ("04-03", "04-20", "05-08", "06-09")
    )
    praised = shipment(praised_at=at("2026-05-11 10:00"))
    assert sorted(notes(praised, "06-10 09:00", evidence=told)) == ["eta+60", "testimonial"]


def test_nothing_is_owed_any_more_a_year_after_the_arrival() -> None:
    assert "eta+60" in notes(shipment(), "03-01 09:00", year=2027)
    assert notes(shipment(), "04-11 09:00", year=2027) == {}
    assert notes(shipment(advised_at=None, eta=None), "03-03 09:00", year=2027) == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"advice": "SHIPPING_ADVICE", "eta-7": "ETA_NOTICE"}),
        ({"is_balance_due": True}, {"advice": "SHIPPING_ADVICE_BALANCE", "eta-7": "ETA_NOTICE_BALANCE"}),
        ({"eta": day("03-09")}, {"advice": "SHIPPING_ADVICE_SHORT", "eta-7": None}),
        ({"eta": day("03-09"), "is_balance_due": True}, {"advice": "SHIPPING_ADVICE_BALANCE"}),
        ({"eta": None}, {"advice": "SHIPPING_ADVICE"}),
        ({"may_press": False}, {"eta+60-stock": "STOCK_CHECK", "eta+60": None}),
    ],
)
def test_each_step_has_a_wording_for_what_is_the_case(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    given = shipment(**({"advised_at": None} | fields))
    found = {duty.key.rpartition(":")[2]: duty.reason.params["template"] for duty in owed(given)}
    for step, name in expected.items():
        assert found.get(step) == (name and f"aftersales.{name}")


def test_the_call_for_the_balance_tells_the_free_days_and_what_a_day_costs_after_them() -> None:
    given = shipment(is_balance_due=True, free_days=7, demurrage="USD 120")
    call = next(duty for duty in owed(given) if duty.key.endswith("eta-7-call"))
    assert [dict(note.params) for note in call.notes] == [{"days": 7, "rate": "USD 120"}]
