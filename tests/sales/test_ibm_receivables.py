"""2,466 invoices of a public data set: ageing and days late as they are known, by the rule and by the tables."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from genjin.customers.models import Customer
from genjin.rules.payment_terms import Part, Trigger
from genjin.rules.receivables import Bucket, Owed, age, days_late
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.orders import NewLine, NewOrder, place_orders
from genjin.sales.actions.plans import PlannedPart, set_plan
from genjin.sales.actions.receipts import NewReceipt, register_receipts
from genjin.sales.models import PaymentPlanLine
from genjin.sales.money_commands import NAMES
from genjin.sales.receivables import ageing, everything
from tests.conftest import Cast

CORPORA = os.environ.get("GENJIN_CORPORA", "")
pytestmark = pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
ON = date(2013, 6, 30)
D = Decimal


@dataclass
class Invoice:
    """One line of the file."""

    customer: str
    number: str
    issued: date
    due: date
    settled: date
    amount: Decimal
    late: int


def _day(text: str) -> date:
    month, day, year = text.split("/")
    return date(int(year), int(month), int(day))


def invoices(name: str) -> Iterator[Invoice]:
    path = Path(CORPORA, "01-trade-db", "ibm-ar", name)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Invoice(
                row["customerID"], row["invoiceNumber"], _day(row["InvoiceDate"]), _day(row["DueDate"]),
                _day(row["SettledDate"]), D(row["InvoiceAmount"]), int(row["DaysLate"]),
            )  # fmt: skip


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, object]]:
    known = json.loads(Path(CORPORA, "01-trade-db", "expected", "ibm_ar.json").read_text())
    return dict(known)


def owed(rows: list[Invoice], on: date) -> list[Owed]:
    """What had been invoiced and not been settled by then; customers by their place."""
    places = {name: place for place, name in enumerate(sorted({row.customer for row in rows}))}
    return [
        Owed(
            customer_id=places[row.customer], order_id=number, currency="USD", amount=row.amount,
            paid=row.amount if row.settled <= on else D(0), due_on=row.due,
        )
        for number, row in enumerate(rows)
        if row.issued <= on
    ]  # fmt: skip


def test_every_invoice_is_as_late_as_the_file_says(expected: dict[str, dict[str, object]]) -> None:
    rows = list(invoices("accounts_receivable.csv"))
    assert len(rows) == expected["rows"]
    assert all(days_late(row.due, row.settled) == row.late for row in rows)
    assert sum(row.late > 0 for row in rows) == expected["late_invoices"]
    by_customer: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer].append(days_late(row.due, row.settled))
    mean = {name: round(sum(late) / len(late), 2) for name, late in by_customer.items()}
    worst = dict(sorted(mean.items(), key=lambda pair: -pair[1])[:5])
    assert worst == expected["worst_payers_mean_days_late(top5)"]


def test_the_ageing_is_the_known_one(expected: dict[str, dict[str, object]]) -> None:
    rows = list(invoices("accounts_receivable.csv"))
    found = age(owed(rows, ON), [], ON)
    told = {
        NAMES[bucket]: {
            "n": sum(one.counts[bucket] for one in found),
            "amount": float(sum((one.buckets[bucket] for one in found), D(0))),
        }
        for bucket in Bucket
    }
    assert told == expected["aging_asof_2013-06-30"]


def test_holes_in_columns_that_do_not_matter_change_nothing() -> None:
    rows = list(invoices("accounts_receivable_with_missing.csv"))
    found = age(owed(rows, ON), [], ON)
    assert sum((one.total for one in found), D(0)) == sum(
        (row.amount for row in rows if row.issued <= ON < row.settled), D(0)
    )


def test_the_same_comes_out_of_orders_plans_and_receipts(
    people: Cast, customer: Callable[..., Customer], expected: dict[str, dict[str, object]]
) -> None:
    """End to end for those that stood near the day: placed, planned, paid, asked by the command."""
    at = datetime(2014, 6, 1, tzinfo=UTC)
    rows = [row for row in invoices("accounts_receivable.csv") if row.issued <= ON < row.settled]
    rows += [row for row in invoices("accounts_receivable.csv") if row.settled <= ON][:100]
    firms = {name: customer(name=name, short_name=name) for name in sorted({row.customer for row in rows})}
    items = [
        NewOrder(
            customer_id=firms[row.customer].pk, ordered_on=row.issued, number=row.number,
            lines=(NewLine(D(1), row.amount, description="Invoice"),),
        )
        for row in rows
    ]  # fmt: skip
    orders = place_orders(items=items, by=people.lin, at=at)
    for row, order in zip(rows, orders, strict=True):
        part = Part(trigger=Trigger.ON_DATE, percent=D(100), on_date=row.due)
        set_plan(order_id=order.pk, parts=[PlannedPart(part)], by=people.lin, at=at)
    paid = register_receipts(
        items=[
            NewReceipt(row.settled, "USD", row.amount, customer_id=firms[row.customer].pk) for row in rows
        ],
        by=people.zhou, at=at,
    )  # fmt: skip
    lines = {line.order_id: line for line in PaymentPlanLine.objects.all()}
    for receipt, order in zip(paid, orders, strict=True):
        share = Allocation(order.pk, receipt.amount_paid, lines[order.pk].pk)
        allocate(receipt_id=receipt.pk, shares=[share], by=people.zhou, at=at)
    found = ageing(everything(), ON)
    assert sum(sum(one.counts.values()) for one in found) == 84
    known = expected["aging_asof_2013-06-30"]
    for bucket in Bucket:
        amount = sum((one.buckets[bucket] for one in found), D(0))
        assert {"n": sum(one.counts[bucket] for one in found), "amount": float(amount)} == known[
            NAMES[bucket]
        ]
