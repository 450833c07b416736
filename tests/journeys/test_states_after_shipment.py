"""The goods of one order pass through every state: what is owed and pressed for in each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from genjin.customers.models import Customer
from genjin.policy.models import CompanySwitches
from genjin.sales.actions.complaints import change_complaint, open_complaint
from genjin.sales.actions.order_nodes import change_node
from genjin.sales.actions.order_sales import record_sale
from genjin.sales.actions.shipments import change_shipment, revise_schedule
from genjin.sales.models import Order
from tests.conftest import Cast
from tests.journeys.trade import Trade, shipment_of
from tests.sales.ordering import placed
from tests.sales.shipping import shipped

PAST = ("2024-09-01", "2025-03-01", "2025-09-01", "2026-03-01")


def stands(trade: Trade, order: Order) -> tuple[str, str, bool, bool]:
    """The downstream state, what the sixtieth day asks for, whether one presses, and the page's warning."""
    order.refresh_from_db()
    sixtieth = [name for name in trade.owed() if name.startswith("eta+60")]
    assert len(sixtieth) <= 1
    warns = "Do not press for the next order now" in trade.get("sales:order", order.pk)
    return order.downstream_state, "".join(sixtieth), "REORDER" in trade.rules(), warns


def test_what_may_be_pressed_follows_the_goods_day_by_day(
    customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any, no_picks: None
) -> None:
    CompanySwitches.objects.update(go_live_on=date(2026, 11, 1))
    firm = customer(follow_grade="MID")
    for day in PAST:
        placed(firm, people.lin, moment, ordered_on=date.fromisoformat(day), delivery_on=None, state="CLOSED")
    trade = Trade(people, firm, moment, sign_in(people.lin))
    order = placed(firm, people.lin, trade.at, delivery_on=date(2026, 12, 20))
    seen = [stands(trade, order)]

    trade.go("2026-12-01")
    material = order.nodes.get(kind="MATERIAL")
    change_node(node_id=material.pk, changes={"actual_on": trade.today}, by=trade.lin, at=trade.at)
    seen.append(stands(trade, order))

    trade.go("2026-12-21")
    shipment = shipped(order, trade.lin, trade.at, eta=date(2027, 1, 25))
    seen.append(stands(trade, order))
    trade.go("2027-01-25")
    revise_schedule(shipment_id=shipment.pk, dates={"ata": trade.today}, by=trade.lin, at=trade.at)
    seen.append(stands(trade, order))
    trade.go("2027-02-01")
    wanted = {"received_on": trade.today, "warehoused_on": trade.today}
    change_shipment(shipment_id=shipment.pk, wanted=wanted, by=trade.lin, at=trade.at)
    seen.append(stands(trade, order))

    trade.go("2027-02-08")
    complaint = open_complaint(description="Wet crates", shipment_id=shipment.pk, by=trade.lin, at=trade.at)
    complaining = stands(trade, order)
    change_complaint(
        complaint_id=complaint.pk, wanted={"solution": "Sent anew"}, state="SETTLED", by=trade.lin,
        at=trade.at,
    )  # fmt: skip
    assert complaining[1:3] == ("eta+60-stock", False)

    trade.go("2027-02-20")
    record_sale(order_id=order.pk, day=trade.today, sold_percent=40, by=trade.lin, at=trade.at)
    seen.append(stands(trade, order))
    trade.go("2027-03-10")
    record_sale(order_id=order.pk, day=trade.today, sold_percent=80, by=trade.lin, at=trade.at)
    seen.append(stands(trade, order))

    assert seen == [
        # state, the sixtieth day, the next order pressed, the page warns
        ("CONFIRMED", "", True, True),  # planned for the days after its arrival
        ("IN_PRODUCTION", "", True, True),
        ("IN_TRANSIT", "eta+60-stock", False, True),
        ("AT_CUSTOMS", "eta+60-stock", False, True),
        ("WAREHOUSED", "eta+60", True, False),
        ("SELLING", "eta+60", True, False),
        ("REMAINING_STOCK", "eta+60", True, False),
    ]
    assert shipment_of(order).downstream_state in ("WAREHOUSED", "SELLING", "REMAINING_STOCK")
