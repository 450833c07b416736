"""The sample order of the customer of the samples, and which addresses ask for what of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from genjin.sales.actions.order_changes import recycle
from genjin.sales.actions.orders import NewLine, NewOrder, place_order
from genjin.sales.models import OrderKind

_ORDER = (
    "order", "edit_order", "order_state", "order_downstream", "cancel_order", "close_order", "reopen_order",
    "recycle_order", "checklist", "shares", "sample", "sell_through", "order_files",
    "share_progress", "write_progress", "next_done", "next_moved", "add_node",
)  # fmt: skip
_NODE = ("node", "node_done", "edit_node", "remove_node")
_LINE = ("cancel_quantity", "spec_sheet")
ARGUMENTS: dict[str, dict[str, str]] = {
    "sales:customer_panel": {"pk": "customers"},
    **{f"sales:{name}": {"pk": "orders"} for name in _ORDER},
    "sales:restore_order": {"pk": "recycled_orders"},
    **{f"sales:{name}": {"pk": "order_nodes"} for name in _NODE},
    **{f"sales:{name}": {"pk": "order_lines"} for name in _LINE},
}


def made(people: Any, mine: Any, moment: Any) -> dict[str, int]:
    """A sample order of Lin's, of two lines."""
    lines = [
        NewLine(quantity=Decimal(2), unit_price=Decimal(price), code=code, description="Valve DN80")
        for code, price in (("V-80", "3.5"), ("V-81", "4"))
    ]
    item = NewOrder(
        customer_id=mine.pk, ordered_on=moment.date(), lines=lines, kind=OrderKind.SAMPLE, number="SA-HOUSE-1"
    )
    order = place_order(item=item, by=people.lin, at=moment)
    gone = place_order(item=replace(item, number="SA-HOUSE-2"), by=people.lin, at=moment)
    recycle(order_id=gone.pk, by=people.admin, at=moment)
    return {
        "orders": order.pk,
        "recycled_orders": gone.pk,
        "order_nodes": order.nodes.order_by("position")[0].pk,
        "order_lines": order.lines.order_by("position")[0].pk,
    }
