"""Asking for money and keeping the dates of letters of credit, on the day on which it is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from genjin.rules.case import Case
from genjin.rules.decide import decide
from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.duties import Duty, WorkClass
from genjin.rules.payments import letters_of_credit, payments
from tests.rules.build import LIN, NOW, at, customer, day, dismissed, done, postponed, setting


def part(**fields: Any) -> PaymentFact:
    """USD 7,000 that hold the goods, due on Wednesday 18 March."""
    values: dict[str, Any] = {
        "id": 5, "order_id": 9, "order": "SC2026-0009", "owner_id": LIN, "kind": "BALANCE",
        "due_on": day("03-18"), "open": Decimal("7000.00"), "currency": "USD", "holds_release": True,
    }  # fmt: skip
    return PaymentFact(**(values | fields))


def letter(**fields: Any) -> LetterFact:
    """Ships by 31 March, expires on 20 April, 15 days for the documents."""
    values: dict[str, Any] = {
        "id": 3, "order_id": 9, "order": "SC2026-0009", "number": "LC-77", "owner_id": LIN,
        "latest_shipment": day("03-31"), "expiry": day("04-20"), "presentation_days": 15,
    }  # fmt: skip
    return LetterFact(**(values | fields))


def asked(given: PaymentFact, now: str = "2026-03-02 09:00", **fields: Any) -> Duty:
    (duty,) = payments(Case(customer(payments=(given,), **fields), setting(), at(now)))
    return duty


DEPOSIT = {"kind": "DEPOSIT", "due_on": day("03-02")}
OPEN_ACCOUNT = {"holds_release": False}


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({}, "03-16"),  # three days before is a Sunday
        (DEPOSIT, "03-05"),
        (OPEN_ACCOUNT, "03-19"),
    ],
)
def test_the_first_reminder_has_its_day(fields: dict[str, Any], first: str) -> None:
    assert asked(part(**fields)).due_on == day(first)


def test_what_holds_the_goods_ranks_with_the_nodes_of_the_order() -> None:
    assert asked(part()).work_class is WorkClass.ORDER_NODE
    assert asked(part(**OPEN_ACCOUNT)).work_class is WorkClass.CADENCE


@pytest.mark.parametrize(
    ("fields", "now", "template"),
    [
        ({}, "2026-03-16 09:00", "payment.BALANCE"),
        ({"is_shipped": True}, "2026-03-16 09:00", "payment.DEMURRAGE"),
        ({"is_shipped": True}, "2026-04-01 00:00", "payment.DEMURRAGE_FORMAL"),
        (DEPOSIT, "2026-03-05 09:00", "payment.DEPOSIT"),
        (DEPOSIT, "2026-03-16 00:00", "payment.DEPOSIT_FORMAL"),
        (OPEN_ACCOUNT, "2026-03-19 09:00", "payment.OVERDUE"),
    ],
)
def test_the_wording_fits_what_is_owed_and_how_long(fields: dict[str, Any], now: str, template: str) -> None:
    assert asked(part(**fields), now).reason.params["template"] == template


def test_a_reminder_that_was_done_comes_again_until_it_is_paid() -> None:
    first = asked(part())
    again = asked(part(), outcomes=(done(first.key, at("2026-03-16 15:00")),))
    assert (again.key != first.key, again.due_on) == (True, day("03-23"))
    assert not list(payments(Case(customer(), setting(), NOW)))


def test_a_mail_that_carried_the_balance_is_a_reminder_as_well() -> None:
    assert asked(part(), reminded_at=at("2026-03-13 10:00")).due_on == day("03-20")
    assert asked(part(), reminded_at=at("2026-03-02 10:00")).due_on == day("03-16")


def test_it_may_be_postponed_and_dropped_for_a_while() -> None:
    first = asked(part())
    assert asked(part(), outcomes=(postponed(first.key, day("03-25")),)).due_on == day("03-25")
    dropped = asked(part(), outcomes=(dismissed(first.key, at("2026-03-16 15:00")),))
    assert dropped.due_on == day("03-23")


def alarms(given: LetterFact, **fields: Any) -> dict[str, date]:
    case = Case(customer(letters=(given,), **fields), setting(), NOW)
    return {str(duty.reason.params["date_of"]): duty.due_on for duty in letters_of_credit(case)}


def test_before_shipment_the_letter_asks_for_shipment_and_against_expiry() -> None:
    # ten days before, on a working day: 21 March is a Saturday, 10 April a Friday
    assert alarms(letter()) == {"SHIPMENT": day("03-20"), "EXPIRY": day("04-10")}


def test_after_shipment_it_asks_for_the_documents() -> None:
    assert alarms(letter(shipped_on=day("03-20"))) == {"PRESENTATION": day("03-27")}
    assert alarms(letter(shipped_on=day("04-10"))) == {"PRESENTATION": day("04-10")}


def test_an_alarm_seen_to_stays_so_until_the_letter_is_amended() -> None:
    case = Case(customer(letters=(letter(),)), setting(), NOW)
    keys = [duty.key for duty in letters_of_credit(case)]
    seen = tuple(done(key) for key in keys)
    assert alarms(letter(), outcomes=seen) == {}
    assert alarms(letter(expiry=day("05-20")), outcomes=seen) == {"EXPIRY": day("05-08")}


def test_no_pause_and_no_dismissal_moves_the_date_of_a_letter() -> None:
    (duty, _other) = letters_of_credit(Case(customer(letters=(letter(),)), setting(), NOW))
    assert (duty.is_dismissable, duty.work_class) == (False, WorkClass.ORDER_NODE)


def test_money_owed_since_before_go_live_is_asked_for_from_then_on() -> None:
    firm = setting(go_live=day("03-02"))
    facts = customer(payments=(part(due_on=date(2025, 11, 3), **OPEN_ACCOUNT),))
    duty = next(one for one in decide(facts, firm, NOW).duties if one.rule == "PAYMENT")
    assert duty.due_on == day("03-02")
    later = decide(replace(facts, payments=(replace(facts.payments[0], triage_rank=60),)), firm, NOW).duties
    assert next(one for one in later if one.rule == "PAYMENT").due_on > day("03-02")
