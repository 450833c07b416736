"""Receipts out of spreadsheets: bank charges, what they pay, credit, nothing twice, taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from genjin.customers.actions import duplicate_keys
from genjin.customers.models import Customer
from genjin.exchange.models import Import
from genjin.sales.models import Order, PaymentPlanLine, Receipt, ReceiptAllocation
from genjin.sales.receivables import ageing, everything

ORDERS = """Order no,Order date,Company,Item,Qty,Price,Currency,Payment terms
A-1,2026-08-01,Acme Lighting GmbH,L-1,100,10,USD,"30% T/T deposit, 70% against copy of B/L"
A-2,2026-09-01,Acme Lighting GmbH,L-1,50,10,USD,
B-1,2026-09-01,Borg Ltd,L-9,5,7,EUR,
"""
RECEIPTS = """收款日期,订单号,付款金额,手续费,币种,银行流水号,付款人
2026-08-03,A-1,300,15,USD,TX-1,Acme
2026-09-10,"A-1, A-2",800,,USD,TX-2,Acme
2026-09-11,B-1,50,,EUR,,Borg
2026-09-12,Z-9,50,,EUR,,Borg
2026-12-24,A-2,10,,USD,,Acme
2026-09-13,,99,,USD,,Somebody
"""
Bring, Work = Callable[..., Import], Callable[..., Import]


@pytest.fixture
def orders(customer: Callable[..., Customer], bring: Bring, work: Work, moment: datetime) -> list[Customer]:
    firms = [customer(name="Acme Lighting GmbH", short_name="Acme"), customer(name="Borg Ltd")]
    duplicate_keys.refresh([one.pk for one in firms], at=moment)
    work(bring(ORDERS, kind="orders"), "import")
    return firms


@pytest.fixture
def take(bring: Bring, work: Work, people: Any) -> Callable[..., Import]:
    """`take(text)` imports receipts as somebody of finance who may import."""
    people.zhou.role.rights = [*people.zhou.role.rights, "import"]
    people.zhou.role.save()

    def take_(text: str, what: str = "import", kind: str = "payments", **options: str) -> Import:
        return work(bring(text, kind=kind, by=people.zhou, **options), what)

    return take_


def verdicts(job: Import) -> list[str]:
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


EXPECTED = ["NEW", "NEW", "NEW", "ERROR", "ERROR", "NEW"]


def test_transfers_pay_the_oldest_parts_of_their_orders_first(
    orders: list[Customer], take: Callable[..., Import]
) -> None:
    assert verdicts(take(RECEIPTS, "check")) == EXPECTED
    job = take(RECEIPTS)
    assert verdicts(job) == EXPECTED
    first = Receipt.objects.get(reference="TX-1")
    assert (first.amount_paid, first.amount_received, first.bank_charges) == (D(300), D(285), D(15))
    parts = PaymentPlanLine.objects.filter(order__number="A-1").order_by("position")
    assert list(parts.values_list("amount", "paid_amount")) == [(300, 300), (700, 700)]
    assert dict(Order.objects.values_list("number", "paid_amount")) == {"A-1": 1000, "A-2": 100, "B-1": 35}
    assert "15" in job.rows.get(title="B-1").reasons[0]  # EUR 15 more than the order cost
    unclaimed = Receipt.objects.get(payer="Somebody")
    assert (unclaimed.state, unclaimed.customer) == ("UNCLAIMED", None)
    owed = {
        (one.customer_id, one.currency): (one.total, one.credit)
        for one in ageing(everything(), date(2026, 12, 1))
    }
    assert owed[orders[0].pk, "USD"] == (D(400), D(0))
    assert owed[orders[1].pk, "EUR"] == (D(0), D(15))


def test_the_same_list_again_adds_nothing_and_fills_what_was_empty(
    orders: list[Customer], take: Callable[..., Import]
) -> None:
    take(RECEIPTS)
    assert verdicts(take(RECEIPTS))[:3] == ["SAME", "SAME", "SAME"]
    fuller = RECEIPTS.replace("50,,EUR,,Borg\n2026-09-12", "50,,EUR,TX-3,Borg Holding\n2026-09-12")
    job = take(fuller.replace("付款人", "备注"))
    assert verdicts(job)[2] == "NEW"  # another reference is another transfer
    assert Receipt.objects.alive().filter(customer=orders[1]).count() == 2


def test_two_equal_transfers_of_a_day_are_two(orders: list[Customer], take: Callable[..., Import]) -> None:
    text = "Payment date,Order no,Amount,Currency\n" + "2026-09-10,A-2,100,USD\n" * 2
    take(text)
    assert Receipt.objects.count() == 2
    assert verdicts(take(text)) == ["SAME", "SAME"]
    assert verdicts(take(text + "2026-09-10,A-2,100,USD\n")) == ["SAME", "SAME", "NEW"]


def test_rows_of_one_receipt_pay_several_orders_and_taking_back_frees_the_number(
    orders: list[Customer], take: Callable[..., Import], work: Work
) -> None:
    text = """Receipt no,Payment date,Order no,Amount paid,Of it for this order,Currency,Bank charges
R-1,2026-09-10,A-1,700,400,USD,20
R-1,2026-09-10,A-2,700,300,USD,20
"""
    job = take(text)
    receipt = Receipt.objects.get()
    assert (receipt.number, receipt.amount_paid, receipt.bank_charges) == ("R-1", D(700), D(20))
    assert sorted(receipt.allocations.values_list("order__number", "amount")) == [
        ("A-1", 100), ("A-1", 300), ("A-2", 300),
    ]  # fmt: skip
    take(text)
    assert Receipt.objects.alive().count() == 1
    assert verdicts(take(text, "check")) == ["SAME", "SAME"]
    work(job, "undo")
    assert not ReceiptAllocation.objects.exists() and not Receipt.objects.alive().exists()
    assert set(Order.objects.values_list("paid_amount", flat=True)) == {0}
    assert verdicts(take(text)) == ["NEW", "NEW"]


def test_only_finance_registers_money(orders: list[Customer], bring: Bring, work: Work) -> None:
    job = work(bring(RECEIPTS, kind="payments"), "check")
    assert set(verdicts(job)) == {"ERROR"}
    assert "Only finance" in job.rows.get(number=2).reasons[0]
