"""What is owed on any day, through a whole order's money: late, in two transfers, too much, credited."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.rules.allocating import Payable, spread
from genjin.rules.receivables import Bucket
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.credit_notes import (
    issue_credit_note,
    recycle_credit_note,
    restore_credit_note,
)
from genjin.sales.actions.plans import plan_from_terms
from genjin.sales.actions.rates import NewRate, set_rates
from genjin.sales.actions.receipts import NewReceipt, register_receipt
from genjin.sales.models import Order, PaymentPlanLine
from genjin.sales.money_commands import run_receivables
from genjin.sales.receivables import ageing, everything, of_customers, seen_by, totals_of
from tests.conftest import Cast
from tests.sales.ordering import line, placed

D = Decimal
DAY = date(2026, 11, 24)
TERMS = {"payment_terms": "30% T/T deposit, 70% 14 days before shipment"}


@pytest.fixture
def order(acme: Customer, people: Cast, moment: datetime) -> Order:
    """USD 10,000: 3,000 on 24 November, 7,000 on 15 January (ETD 29 January)."""
    order = placed(acme, people.lin, moment, lines=(line(1000, "10"),), terms=TERMS)
    plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment)
    return order


def owed(on: date) -> tuple[list[int], int]:
    """The buckets and the credit of the only customer, in whole dollars; nothing when he is even."""
    found = ageing(everything(), on)
    if not found:
        return [], 0
    (one,) = found
    return [int(one.buckets[bucket]) for bucket in Bucket], int(one.credit)


def transfer(order: Order, people: Cast, on: date, paid: str, charges: str = "0") -> None:
    """Registered on its day and spread over what is open, oldest due first."""
    at = datetime(on.year, on.month, on.day, 4, tzinfo=order.created_at.tzinfo)
    receipt = register_receipt(
        item=NewReceipt(on, "USD", D(paid), bank_charges=D(charges), customer_id=order.customer_id),
        by=people.zhou, at=at,
    )  # fmt: skip
    parts = PaymentPlanLine.objects.filter(order=order)
    open_ = [
        Payable(part_id=p.pk, open=p.amount - p.paid_amount, currency="USD", due_on=p.due_on) for p in parts
    ]
    shares, _left = spread(D(paid), "USD", open_)
    wanted = [Allocation(order.pk, share.amount, share.part_id) for share in shares]
    allocate(receipt_id=receipt.pk, shares=wanted, by=people.lin, at=at)


def test_the_ageing_is_right_on_every_day_of_an_orders_money(
    order: Order, people: Cast, moment: datetime
) -> None:
    transfer(order, people, date(2026, 12, 20), "3000", "25")
    transfer(order, people, date(2027, 1, 20), "4000", "30")
    transfer(order, people, date(2027, 3, 30), "3200")
    issue_credit_note(
        order_id=order.pk, amount=D(500), reason="12 cartons wet", issued_on=date(2027, 4, 10),
        by=people.lin, at=moment + timedelta(days=150),
    )  # fmt: skip
    course = [
        (date(2026, 11, 23), [], 0),
        (date(2026, 11, 24), [10000, 0, 0, 0, 0], 0),
        (date(2026, 11, 25), [7000, 3000, 0, 0, 0], 0),
        (date(2026, 12, 19), [7000, 3000, 0, 0, 0], 0),
        (date(2026, 12, 20), [7000, 0, 0, 0, 0], 0),
        (date(2027, 1, 15), [7000, 0, 0, 0, 0], 0),
        (date(2027, 1, 16), [0, 7000, 0, 0, 0], 0),
        (date(2027, 1, 20), [0, 3000, 0, 0, 0], 0),
        (date(2027, 2, 15), [0, 0, 3000, 0, 0], 0),
        (date(2027, 3, 17), [0, 0, 0, 3000, 0], 0),
        (date(2027, 3, 30), [0, 0, 0, 0, 0], 200),
        (date(2027, 4, 9), [0, 0, 0, 0, 0], 200),
        (date(2027, 4, 10), [0, 0, 0, 0, 0], 700),
    ]
    for on, buckets, credit in course:
        assert owed(on) == (buckets, credit), on
    order.refresh_from_db()
    assert order.paid_amount == D(10000)


def test_a_credit_note_is_never_more_than_the_price_and_is_taken_back(
    order: Order, people: Cast, moment: datetime
) -> None:
    def issue(amount: str, reason: str = "Wet", on: date = DAY) -> int:
        return issue_credit_note(
            order_id=order.pk, amount=D(amount), reason=reason, issued_on=on, by=people.lin, at=moment
        ).pk

    for values, sentence in (
        (("10000.01",), "At most USD 10,000.00: an order costs no less than nothing."),
        (("0",), "The amount must be more than zero."),
        (("5", " "), "Say what it is for."),
        (("5", "Wet", DAY + timedelta(days=1)), "This day lies in the future."),
    ):
        with pytest.raises(Refused) as refused:
            issue(*values)  # type: ignore[arg-type]
        assert refused.value.messages == [sentence]
    first = issue("9000")
    recycle_credit_note(note_id=first, by=people.lin, at=moment)
    issue("2000")
    with pytest.raises(Refused, match=r"At most USD 8,000\.00"):
        restore_credit_note(note_id=first, by=people.lin, at=moment)
    assert owed(DAY) == ([8000, 0, 0, 0, 0], 0)
    assert list(order.credit_notes.values_list("number", flat=True)) == ["CN2026-0001", "CN2026-0002"]


def test_an_order_without_a_plan_is_owed_but_never_late(
    acme: Customer, people: Cast, moment: datetime
) -> None:
    placed(acme, people.lin, moment, lines=(line(10, "10"),), terms={"payment_terms": "as always"})
    assert owed(date(2028, 1, 1)) == ([100, 0, 0, 0, 0], 0)


def test_a_person_sees_what_the_own_customers_owe(
    order: Order, people: Cast, moment: datetime, customer: Callable[..., Customer]
) -> None:
    hus = placed(customer(owner=people.hu), people.hu, moment)
    for person, expected in (
        (people.lin, {order.customer_id}),
        (people.hu, {hus.customer_id}),
        (people.zhou, {order.customer_id, hus.customer_id}),
    ):
        assert {one.customer_id for one in ageing(seen_by(person), DAY)} == expected
    one = ageing(of_customers(seen_by(people.zhou), [hus.customer_id]), DAY)
    assert [row.customer_id for row in one] == [hus.customer_id]


def test_totals_say_which_rate_is_missing_instead_of_guessing(
    order: Order, people: Cast, moment: datetime, acme: Customer
) -> None:
    placed(acme, people.lin, moment, lines=(line(1, "100"),), terms={"currency": "EUR"})
    set_rates(items=[NewRate("USD", date(2026, 11, 1), D("7.2"))], by=people.zhou, at=moment)
    totals = totals_of(ageing(everything(), DAY), DAY)
    assert (totals.base, totals.missing, totals.in_base.total) == ("CNY", ("EUR",), D(72000))
    before = totals_of(ageing(everything(), DAY), date(2026, 10, 31))
    assert (before.missing, before.in_base.total) == (("EUR", "USD"), D(0))


def test_a_rate_that_cannot_be_right_is_refused(people: Cast, moment: datetime) -> None:
    for item, sentence in (
        (NewRate("USD", DAY, D(0)), "The rate must be more than zero."),
        (NewRate("USD", DAY, D("-7")), "The rate must be more than zero."),
        (NewRate("CNY", DAY, D(1)), "This is the base currency; it needs no rate."),
        (
            NewRate("USD", DAY, D(10) ** 7),
            "This rate cannot be right: it is for 1 or 100 units of the currency.",
        ),
        (NewRate("USD", DAY + timedelta(days=1), D(7)), "This day lies in the future."),
    ):  # fmt: skip
        with pytest.raises(Exception, match="1 rows refused") as refused:
            set_rates(items=[item], by=people.zhou, at=moment)
        assert list(refused.value.rows[0].values()) == [sentence]  # type: ignore[attr-defined]
    assert set_rates(items=[NewRate("USD", DAY, D("7.2"))], by=people.zhou, at=moment) == 1
    assert set_rates(items=[NewRate("USD", DAY, D("7.20"))], by=people.zhou, at=moment) == 0


def test_many_orders_cost_no_more_queries_than_one(
    order: Order, people: Cast, moment: datetime, customer: Callable[..., Customer]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ageing(everything(), DAY)
        return len(asked)

    one = queries()
    more = [placed(customer(), people.lin, moment, terms=TERMS).pk for _number in range(4)]
    plan_from_terms(order_ids=more, by=people.lin, at=moment)
    assert queries() == one <= 6


def test_the_command_tells_the_same_and_refuses_what_is_no_day(order: Order, people: Cast) -> None:
    told = run_receivables(argparse.Namespace(at="2026-11-25"))
    (line_,) = told["customers"]
    assert (line_["currency"], line_["overdue"], line_["buckets"]["not due"]) == (
        "USD", D(3000), {"n": 1, "amount": D(7000)},
    )  # fmt: skip
    assert (told["missing_rates"], told["in_base"]["total"]) == (["USD"], D(0))
    for text in ("soon", "2026-13-40"):
        with pytest.raises(CommandError, match="is not a day such as"):
            run_receivables(argparse.Namespace(at=text))
