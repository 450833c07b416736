"""Receipts: registered by finance, claimed, confirmed, allocated, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from genjin.customers.actions.refusal import Conflict, Refused, RowsRefused
from genjin.customers.models import Customer
from genjin.journal.models import Entry, Mark
from genjin.people.models import User
from genjin.sales.actions.allocations import Allocation, allocate, take_back
from genjin.sales.actions.plans import plan_from_terms
from genjin.sales.actions.rates import NewRate, set_rates
from genjin.sales.actions.receipts import (
    NewReceipt,
    change_receipt,
    claim,
    confirm,
    give_back,
    recycle_receipt,
    register_receipt,
    register_receipts,
    restore_receipt,
)
from genjin.sales.models import Order, PaymentPlanLine, Receipt, ReceiptAllocation
from genjin.sales.receivables import ageing, everything
from tests.conftest import Cast
from tests.sales.ordering import line, placed

D = Decimal
DAY = date(2026, 11, 24)


def new(paid: str | None = "1000", **more: Any) -> NewReceipt:
    """A transfer of that day in US dollars."""
    values: dict[str, Any] = {"received_on": DAY, "currency": "USD", "amount_paid": paid and D(paid)}
    return NewReceipt(**(values | more))


@pytest.fixture
def order(acme: Customer, people: Cast, moment: datetime) -> Order:
    """USD 1,000 on the usual terms, planned."""
    terms = {"payment_terms": "30% T/T deposit, 70% before shipment"}
    order = placed(acme, people.lin, moment, lines=(line(100, "10"),), terms=terms)
    plan_from_terms(order_ids=[order.pk], by=people.lin, at=moment)
    return order


def parts(order: Order) -> list[PaymentPlanLine]:
    return list(PaymentPlanLine.objects.filter(order=order))


def allocate_one(
    receipt: Receipt, order: Order, amount: int, part_id: int, by: User, at: datetime
) -> ReceiptAllocation:
    share = Allocation(order.pk, D(amount), part_id)
    return allocate(receipt_id=receipt.pk, shares=[share], by=by, at=at)[0]


def test_what_is_left_out_follows_from_the_rest(people: Cast, moment: datetime) -> None:
    items = [
        new("1000", bank_charges=D(25)),
        new(None, amount_received=D(975), bank_charges=D(25)),
        new("1000", amount_received=D(975)),
        new("1000"),
    ]
    rows = register_receipts(items=items, by=people.zhou, at=moment)
    figures = [(one.amount_paid, one.amount_received, one.bank_charges) for one in rows]
    assert figures == [(D(1000), D(975), D(25))] * 3 + [(D(1000), D(1000), D(0))]
    assert [one.number for one in rows] == [f"RC2026-000{number}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("item", "field", "sentence"),
    [
        (new("0"), "amount_paid", "The amount must be more than zero."),
        (new("-5"), "amount_paid", "The amount must be more than zero."),
        (new(None), "amount_paid", "Enter an amount."),
        (new("NaN"), "amount_paid", "Enter an amount."),
        (new("0.005"), "amount_paid", "USD has no smaller coins than that: round the amount."),
        (new("1e15"), "amount_paid", "This amount is too large."),
        (new("10", amount_received=D(11)), "bank_charges", "What was paid cannot be less than what arrived."),
        (new("10", bank_charges=D(11)), "bank_charges", "The bank cannot take more than was paid."),
        (new("10", amount_received=D(8), bank_charges=D(1)), "amount_received",
         "What arrived and the bank charges must make what was paid."),
        (new("10", currency="XYZ"), "currency", "There is no currency “XYZ”."),
        (new("10", received_on=DAY + timedelta(days=1)), "received_on", "This day lies in the future."),
        (new("10", customer_id=999), "customer", "There is no such customer."),
        (new("10", method="GOLD"), "method", "Value 'GOLD' is not a valid choice."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    people: Cast, moment: datetime, item: NewReceipt, field: str, sentence: str
) -> None:
    with pytest.raises(RowsRefused) as refused:
        register_receipts(items=[new("5"), item], by=people.zhou, at=moment)
    assert refused.value.rows == {1: {field: sentence}}
    assert not Receipt.objects.exists()


def test_a_transfer_is_registered_once(people: Cast, moment: datetime) -> None:
    register_receipt(item=new(reference="TT-99"), by=people.zhou, at=moment)
    with pytest.raises(Refused, match="already registered: RC2026-0001"):
        register_receipt(item=new(reference="TT-99"), by=people.zhou, at=moment)
    register_receipt(item=new("1001", reference="TT-99"), by=people.zhou, at=moment)


def test_only_finance_registers_and_confirms(people: Cast, moment: datetime) -> None:
    for person in (people.lin, people.chen, people.guest):
        with pytest.raises(Refused, match="Only finance"):
            register_receipt(item=new(), by=person, at=moment)
    receipt = register_receipt(item=new(), by=people.zhou, at=moment)
    with pytest.raises(Refused, match="Only finance"):
        confirm(receipt_ids=[receipt.pk], by=people.lin, at=moment)


def test_of_two_who_claim_the_same_money_one_wins_and_the_other_is_told(
    acme: Customer, people: Cast, moment: datetime, customer: Callable[..., Customer]
) -> None:
    receipt = register_receipt(item=new(payer="ACME"), by=people.zhou, at=moment)
    others = customer(owner=people.wang)
    claim(receipt_id=receipt.pk, customer_id=acme.pk, by=people.lin, at=moment)
    with pytest.raises(Refused, match="Lin Xiaowen has already claimed this receipt for Acme"):
        claim(receipt_id=receipt.pk, customer_id=others.pk, by=people.wang, at=moment)
    assert Receipt.objects.get().customer_id == acme.pk


def test_one_claims_for_own_customers_only_and_sees_no_more_of_others(
    acme: Customer, people: Cast, moment: datetime
) -> None:
    receipt = register_receipt(item=new(), by=people.zhou, at=moment)
    with pytest.raises(Refused, match="Choose a customer with whom you work"):
        claim(receipt_id=receipt.pk, customer_id=acme.pk, by=people.hu, at=moment)
    assert Receipt.objects.visible_to(people.hu).count() == 1
    claim(receipt_id=receipt.pk, customer_id=acme.pk, by=people.lin, at=moment)
    assert Receipt.objects.visible_to(people.hu).count() == 0
    assert Receipt.objects.visible_to(people.lin).count() == 1


def test_a_claim_is_taken_back_by_whoever_made_it(acme: Customer, people: Cast, moment: datetime) -> None:
    receipt = register_receipt(item=new(), by=people.zhou, at=moment)
    claim(receipt_id=receipt.pk, customer_id=acme.pk, by=people.lin, at=moment)
    with pytest.raises(Refused, match="Only whoever claimed it"):
        give_back(receipt_id=receipt.pk, by=people.wang, at=moment)
    give_back(receipt_id=receipt.pk, by=people.lin, at=moment)
    stored = Receipt.objects.get()
    assert (stored.state, stored.customer_id, stored.claimed_by_id) == ("UNCLAIMED", None, None)
    told = Entry.objects.filter(kind="sales.receipt").order_by("pk")
    assert list(told.values_list("verb", "customer_id")) == [
        ("create", None), ("claim", acme.pk), ("give_back", acme.pk),
    ]  # fmt: skip


def test_money_pays_only_after_finance_has_confirmed_it(order: Order, people: Cast, moment: datetime) -> None:
    receipt = register_receipt(item=new("300"), by=people.zhou, at=moment)
    share = Allocation(order.pk, D(300), parts(order)[0].pk)
    with pytest.raises(Refused, match="Somebody has to claim"):
        allocate(receipt_id=receipt.pk, shares=[share], by=people.lin, at=moment)
    claim(receipt_id=receipt.pk, customer_id=order.customer_id, by=people.lin, at=moment)
    with pytest.raises(Refused, match="Finance has to confirm"):
        allocate(receipt_id=receipt.pk, shares=[share], by=people.lin, at=moment)
    assert confirm(receipt_ids=[receipt.pk], by=people.zhou, at=moment) == 1
    Mark.objects.all().delete()
    allocate(receipt_id=receipt.pk, shares=[share], by=people.lin, at=moment)
    order.refresh_from_db()
    assert (order.paid_amount, parts(order)[0].paid_amount) == (D(300), D(300))
    assert Mark.objects.filter(subject_id=order.customer_id).exists()


def confirmed(order: Order, people: Cast, at: datetime, paid: str, **more: Any) -> Receipt:
    return register_receipt(item=new(paid, customer_id=order.customer_id, **more), by=people.zhou, at=at)


def test_what_is_paid_beyond_stays_the_customers_and_is_shown(
    order: Order, people: Cast, moment: datetime
) -> None:
    receipt = confirmed(order, people, moment, "1100")
    deposit, balance = parts(order)
    with pytest.raises(Refused, match=r"Only USD 700\.00 are open here; the rest stays"):
        allocate_one(receipt, order, 800, balance.pk, people.zhou, moment)
    both = [Allocation(order.pk, D(300), deposit.pk), Allocation(order.pk, D(700), balance.pk)]
    allocate(receipt_id=receipt.pk, shares=both, by=people.zhou, at=moment)
    (one,) = ageing(everything(), DAY)
    assert (one.total, one.credit) == (D(0), D(100))
    with pytest.raises(Refused, match=r"Only USD 100\.00 of this receipt are left"):
        allocate(receipt_id=receipt.pk, shares=both, by=people.zhou, at=moment)


def test_what_was_allocated_is_taken_back(order: Order, people: Cast, moment: datetime) -> None:
    receipt = confirmed(order, people, moment, "300")
    row = allocate_one(receipt, order, 300, parts(order)[0].pk, people.lin, moment)
    with pytest.raises(Refused, match="Take that back first"):
        recycle_receipt(receipt_id=receipt.pk, by=people.zhou, at=moment)
    assert take_back(allocation_ids=[row.pk], by=people.lin, at=moment) == 1
    order.refresh_from_db()
    assert (order.paid_amount, parts(order)[0].paid_amount) == (D(0), D(0))
    recycle_receipt(receipt_id=receipt.pk, by=people.zhou, at=moment)
    assert not Receipt.objects.alive().exists()
    restore_receipt(receipt_id=receipt.pk, by=people.zhou, at=moment)
    assert Receipt.objects.alive().count() == 1


def test_a_receipt_in_another_currency_pays_at_the_rate_of_its_day_or_says_which_is_missing(
    order: Order, people: Cast, moment: datetime
) -> None:
    receipt = confirmed(order, people, moment, "100", currency="EUR")
    shares = [Allocation(order.pk, D(100), parts(order)[0].pk)]
    with pytest.raises(Refused, match="There is no exchange rate from EUR to CNY for 2026-11-24"):
        allocate(receipt_id=receipt.pk, shares=shares, by=people.zhou, at=moment)
    rates = [
        NewRate("EUR", date(2026, 11, 20), D("780.00"), 100),
        NewRate("USD", date(2026, 11, 1), D("7.2")),
    ]
    set_rates(items=rates, by=people.zhou, at=moment)
    (row,) = allocate(receipt_id=receipt.pk, shares=shares, by=people.zhou, at=moment)
    assert (row.amount, row.order_amount) == (D(100), D("108.33"))


def test_a_cancelled_order_takes_no_money_and_gives_back_what_it_had(
    order: Order, people: Cast, moment: datetime
) -> None:
    receipt = confirmed(order, people, moment, "400")
    share = Allocation(order.pk, D(300), parts(order)[0].pk)
    allocate(receipt_id=receipt.pk, shares=[share], by=people.zhou, at=moment)
    Order.objects.filter(pk=order.pk).update(state="CANCELLED", is_open=False)
    with pytest.raises(Refused, match="is cancelled; nothing is owed for it"):
        allocate(
            receipt_id=receipt.pk, shares=[Allocation(order.pk, D(50), parts(order)[1].pk)], by=people.zhou,
            at=moment,
        )  # fmt: skip
    (one,) = ageing(everything(), DAY)
    assert (one.total, one.credit) == (D(0), D(400))


def test_money_goes_to_the_payers_own_orders_only(
    order: Order, people: Cast, moment: datetime, customer: Callable[..., Customer]
) -> None:
    receipt = register_receipt(item=new(customer_id=customer().pk), by=people.zhou, at=moment)
    with pytest.raises(Refused, match="does not belong to the customer of the receipt"):
        allocate(
            receipt_id=receipt.pk,
            shares=[Allocation(order.pk, D(1), parts(order)[0].pk)],
            by=people.zhou,
            at=moment,
        )


def test_a_receipt_is_corrected_but_not_below_what_it_pays(
    order: Order, people: Cast, moment: datetime
) -> None:
    receipt = confirmed(order, people, moment, "400")
    allocate(
        receipt_id=receipt.pk,
        shares=[Allocation(order.pk, D(300), parts(order)[0].pk)],
        by=people.zhou,
        at=moment,
    )
    for changes, sentence in (
        ({"amount_paid": D(299), "amount_received": D(299)}, r"USD 300\.00 of it were allocated"),
        ({"currency": "EUR"}, "its currency can no longer change"),
        ({"amount_paid": D(350)}, "must make what was paid"),
    ):
        with pytest.raises(Refused, match=sentence):
            change_receipt(receipt_id=receipt.pk, changes=changes, by=people.zhou, at=moment)
    version = Receipt.objects.get().version
    changes = {"amount_paid": D(410), "bank_charges": D(10)}
    change_receipt(
        receipt_id=receipt.pk, changes=changes, by=people.zhou, at=moment, expected_version=version
    )
    with pytest.raises(Conflict):
        change_receipt(
            receipt_id=receipt.pk, changes={"note": "x"}, by=people.zhou, at=moment, expected_version=version
        )
