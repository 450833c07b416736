"""Shipments out of spreadsheets: voyages, goods, what is there already, taking back; duties after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from genjin.customers.actions import duplicate_keys
from genjin.customers.models import Customer
from genjin.exchange.models import Import
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.policy import actions as policy
from genjin.sales.models import Order, ScheduleChange, Shipment, ShipmentLine

ORDERS = """订单号,下单日期,客户名称,货号,品名,数量,单价,币种,交货期
A-1,2026-08-01,Acme Lighting GmbH,L-1,Lamp,100,2.50,美元,2026-10-01
A-1,2026-08-01,Acme Lighting GmbH,L-2,Bulb,40,1.25,美元,2026-10-01
A-2,2026-09-01,Acme Lighting GmbH,L-1,Lamp,30,2.50,美元,2026-11-20
B-1,2024-03-01,Borg Ltd,L-9,Shade,5,7,EUR,2024-05-01
"""
SHIPMENTS = """订单号,船名,柜号,提单号,预计开船,预计到港,实际开船,到港日期
A-1,EVER GIVEN,TCLU1234567,MAEU001,2026-10-05,2026-11-10,2026-10-06,
"A-2",,,,2026-12-01,2027-01-05,,
B-1,MSC ANNA,MSCU7654321,MSC77,2024-05-02,2024-06-10,2024-05-03,2024-06-12
X-9,MSC ANNA,,MSC99,2024-05-02,,,
"""
Bring, Work = Callable[..., Import], Callable[..., Import]


@pytest.fixture
def orders(customer: Callable[..., Customer], bring: Bring, work: Work, moment: datetime) -> dict[str, Order]:
    firms = [customer(name="Acme Lighting GmbH", short_name="Acme"), customer(name="Borg Ltd")]
    duplicate_keys.refresh([one.pk for one in firms], at=moment)
    work(bring(ORDERS, kind="orders"), "import")
    return {order.number: order for order in Order.objects.all()}


def verdicts(job: Import) -> list[str]:
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


def test_shipments_with_chinese_headings_find_their_orders_by_number(
    orders: dict[str, Order], bring: Bring, work: Work
) -> None:
    job = work(bring(SHIPMENTS, kind="shipments"), "import")
    assert verdicts(job) == ["NEW", "NEW", "NEW", "ERROR"]
    assert "X-9" in job.rows.get(verdict="ERROR").reasons[0]
    first = Shipment.objects.get(bl_no="MAEU001")
    assert (first.vessel, first.container_no, first.etd, first.eta, first.atd, first.ata) == (
        "EVER GIVEN", "TCLU1234567", date(2026, 10, 5), date(2026, 11, 10), date(2026, 10, 6), None,
    )  # fmt: skip
    assert first.shipped_at is not None and first.advised_at is not None
    assert sorted(first.lines.values_list("order_line__code", "quantity")) == [("L-1", 100), ("L-2", 40)]
    states = dict(Order.objects.values_list("number", "state"))
    assert (states["A-1"], states["A-2"], states["B-1"]) == ("SHIPPED", "CONFIRMED", "CLOSED")
    assert Shipment.objects.get(etd=date(2026, 12, 1)).shipped_at is None


def test_the_same_list_again_adds_nothing_and_a_newer_one_moves_dates(
    orders: dict[str, Order], bring: Bring, work: Work
) -> None:
    work(bring(SHIPMENTS, kind="shipments"), "import")
    again = work(bring(SHIPMENTS, kind="shipments"), "import")
    assert verdicts(again) == ["SAME", "SAME", "SAME", "ERROR"]
    newer = SHIPMENTS.replace("2026-11-10", "2026-11-30").replace("2026-12-01,2027", "2026-11-20,2027")
    filled = work(bring(newer, kind="shipments"), "check")
    assert verdicts(filled)[0] == "SAME"
    job = work(bring(newer, kind="shipments", existing="overwrite"), "import")
    assert verdicts(job) == ["UPDATE", "UPDATE", "SAME", "ERROR"]
    moved = Shipment.objects.get(bl_no="MAEU001")
    assert moved.eta == date(2026, 11, 30)
    assert ScheduleChange.objects.get(shipment=moved, field="eta").old == date(2026, 11, 10)
    assert Shipment.objects.count() == 3
    work(job, "undo")
    moved.refresh_from_db()
    assert moved.eta == date(2026, 11, 10)
    assert Shipment.objects.filter(etd=date(2026, 12, 1)).exists()


def test_taking_back_frees_the_goods_and_the_list_can_come_again(
    orders: dict[str, Order], bring: Bring, work: Work
) -> None:
    text = (
        SHIPMENTS.replace("订单号,", "出运单号,订单号,")
        .replace("\nA-1", "\nS-1,A-1")
        .replace("\nB-1", "\nS-3,B-1")
    )
    text = text.replace('\n"A-2"', "\nS-2,A-2").replace("\nX-9", "\nS-4,X-9")
    job = work(bring(text, kind="shipments"), "import")
    assert set(Shipment.objects.values_list("number", flat=True)) == {"S-1", "S-2", "S-3"}
    work(job, "undo")
    assert not Shipment.objects.alive().exists()
    assert orders["A-1"].lines.filter(shipped_quantity__gt=0).count() == 0
    assert verdicts(work(bring(text, kind="shipments"), "import")) == ["NEW", "NEW", "NEW", "ERROR"]


def test_part_shipments_take_what_their_rows_name_and_no_more_than_is_left(
    orders: dict[str, Order], bring: Bring, work: Work
) -> None:
    text = """Shipment no,Order no,Item no,Shipped qty,ETD,ETA,ATD
S-1,A-1,L-1,60,2026-10-01,2026-11-01,2026-10-02
S-1,A-1,L-2,40,2026-10-01,2026-11-01,2026-10-02
S-2,A-1,L-1,40,2026-11-01,2026-12-01,2026-11-02
S-3,A-1,L-1,1,2026-11-01,2026-12-01,
S-4,A-2,L-1,10,2026-11-01,2026-10-01,
S-5,A-2 / B-1,L-1,10,2026-11-01,2026-12-01,
"""
    for what in ("check", "import"):
        job = work(bring(text, kind="shipments"), what)
        assert verdicts(job) == ["NEW", "NEW", "NEW", "ERROR", "ERROR", "ERROR"]
    assert list(
        ShipmentLine.objects.order_by("pk").values_list("shipment__number", "order_line__code", "quantity")
    ) == [("S-1", "L-1", 60), ("S-1", "L-2", 40), ("S-2", "L-1", 40)]
    assert Order.objects.get(number="A-1").state == "SHIPPED"


def test_lines_that_come_after_a_head_and_its_shipment_travel_in_it(
    orders: dict[str, Order], bring: Bring, work: Work, customer: Callable[..., Customer]
) -> None:
    heads = "Order no,Order date,Company,Total,Shipped date\nH-1,2025-01-05,Borg Ltd,500,2025-03-01\n"
    work(bring(heads, kind="orders"), "import")
    job = work(bring("Order no,Item,Qty,Price\nH-1,P-1,10,20\nH-1,P-2,6,50\n", kind="order_lines"), "import")
    order = Order.objects.get(number="H-1")
    shipped = ShipmentLine.objects.filter(order_line__order=order)
    assert (order.amount, list(shipped.values_list("order_line__code", "quantity"))) == (
        D(500), [("P-1", 10), ("P-2", 6)],
    )  # fmt: skip
    work(job, "undo")
    order.refresh_from_db()
    assert (order.amount, order.lines.get().shipped_quantity) == (D(500), 1)


def test_what_left_before_go_live_is_known_and_owes_nothing(
    orders: dict[str, Order], bring: Bring, work: Work, people: Any, moment: datetime
) -> None:
    policy.change_switches(go_live_on=date(2026, 11, 24), by=people.admin, at=moment)
    past = "Order no,Order date,Company,Item,Qty,Price,Payment terms,Due date,Shipped date,ETA\n"
    past += 'P-1,2026-05-01,Borg Ltd,L-1,5,7,"30% T/T deposit, 70% before shipment",'
    past += "2026-06-01,2026-09-20,2026-10-25\n"
    work(bring(past, kind="orders"), "import")
    work(bring(SHIPMENTS, kind="shipments"), "import")
    customers = {order.customer_id for order in orders.values()}
    decide_customers(sorted(customers), at=moment)
    duties = [one for task in Task.objects.filter(customer__in=customers) for one in task.duties]
    steps = {one["key"].rpartition(":")[2] for one in duties if one["rule"] == "AFTERSALES"}
    assert steps == {"eta+30", "eta+60-stock"}  # what was due earlier lies before go-live
    assert all(task.due_on >= date(2026, 11, 24) for task in Task.objects.filter(customer__in=customers))
