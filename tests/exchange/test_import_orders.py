"""Orders out of spreadsheets: head and lines in one sheet, or in two; cancellations; taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from genjin.customers.actions import duplicate_keys
from genjin.customers.models import Customer
from genjin.exchange.models import Import
from genjin.sales.models import Order, OrderLine


@pytest.fixture
def firms(customer: Callable[..., Customer], moment: datetime) -> list[Customer]:
    found = [customer(name="Acme Lighting GmbH", short_name="Acme"), customer(name="Borg Ltd")]
    duplicate_keys.refresh([one.pk for one in found], at=moment)
    return found


@pytest.fixture
def carry(bring: Callable[..., Import], work: Callable[..., Import]) -> Callable[[str, str], Import]:
    """`carry(kind, text)` imports a sheet."""

    def carry_(kind: str, text: str) -> Import:
        state = "Status" in text.split("\n", 1)[0]
        columns = [*COLUMNS[:8], "order.state"] if state else None
        return work(bring(text, kind=kind, columns=columns), "import")

    return carry_


COLUMNS = (
    "order.number", "order.ordered_on", "customer.name", "line.code", "line.description", "line.quantity",
    "line.unit_price", "order.currency",
)  # fmt: skip
Carry = Callable[[str, str], Import]
ONE_SHEET = """Order no,Order date,Company,Item no,Description,Qty,Unit price,Currency,Status
A-1,2024-03-01,Acme Lighting GmbH,L-1,Lamp,100,2.50,USD,completed
A-1,2024-03-01,Acme Lighting GmbH,L-2,Bulb,40,1.25,USD,completed
A-1,2024-03-01,Acme Lighting GmbH,L-1,Lamp,-30,2.50,USD,completed
B-1,2026-11-01,Borg Ltd,L-1,Lamp,10,3,EUR,
C-1,2025-01-05,Borg Ltd,L-9,Shade,5,7,EUR,cancelled
D-1,2025-01-05,Nobody AG,L-9,Shade,5,7,EUR,
"""


def test_rows_of_one_number_are_one_order_and_cancellations_are_netted(
    firms: list[Customer], carry: Carry, work: Callable[..., Import]
) -> None:
    carry("orders", ONE_SHEET)
    found = {order.number: order for order in Order.objects.all()}
    assert set(found) == {"A-1", "B-1", "C-1"}
    assert found["A-1"].amount == Decimal("225.00")  # 70 × 2.50 + 40 × 1.25
    assert list(found["A-1"].lines.values_list("quantity", "cancelled_quantity")) == [(100, 30), (40, 0)]
    assert (found["A-1"].state, found["A-1"].is_open, found["A-1"].customer) == ("CLOSED", False, firms[0])
    assert (found["B-1"].state, found["B-1"].is_open, found["B-1"].currency) == ("CONFIRMED", True, "EUR")
    assert found["C-1"].state == "CANCELLED"
    assert not Order.objects.counted().filter(number="C-1").exists()


def test_the_same_sheet_again_adds_nothing_and_undo_takes_all_back(
    firms: list[Customer], carry: Carry, work: Callable[..., Import]
) -> None:
    job = carry("orders", ONE_SHEET)
    carry("orders", ONE_SHEET)
    assert Order.objects.alive().count() == 3
    work(job, "undo")
    assert not Order.objects.alive().exists()


def test_a_wrong_row_keeps_the_whole_order_out(
    firms: list[Customer], carry: Carry, work: Callable[..., Import]
) -> None:
    sheet = """Order no,Order date,Company,Item no,Qty,Unit price
A-1,2024-03-01,Acme Lighting GmbH,L-1,100,2.50
A-1,2024-03-01,Acme Lighting GmbH,L-2,0,2.50
A-2,2024-03-01,Acme Lighting GmbH,L-3,-5,2.50
A-3,2024-03-01,Acme Lighting GmbH,L-3,5,2.50
"""
    carry("orders", sheet)
    assert list(Order.objects.values_list("number", flat=True)) == ["A-3"]


def test_heads_and_lines_come_in_two_sheets(
    firms: list[Customer], carry: Carry, work: Callable[..., Import]
) -> None:
    heads = """Order no,Order date,Company,Total
A-1,2024-03-01,Acme Lighting GmbH,999
A-2,2024-04-01,Acme Lighting GmbH,500
"""
    carry("orders", heads)
    assert Order.objects.get(number="A-1").amount == Decimal(999)
    lines = """Order no,Item no,Qty,Unit price
A-1,L-1,10,20
A-1,L-2,5,4
X-9,L-2,5,4
"""
    job = carry("order_lines", lines)
    first = Order.objects.get(number="A-1")
    assert (first.amount, first.lines.count()) == (Decimal(220), 2)
    work(job, "undo")
    first.refresh_from_db()
    assert first.amount == Decimal(999)
    assert [(one.quantity, one.unit_price, one.code) for one in OrderLine.objects.filter(order=first)] == [
        (1, 999, "")
    ]
