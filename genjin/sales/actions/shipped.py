"""What follows for orders from their shipments: how much has left, how far the order and its goods are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from genjin.people.models import User
from genjin.rules import shipping
from genjin.rules.shipping import Downstream, Progress
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.actions.order_basis import Saved, move_downstream, put, save_all
from genjin.sales.models import ExecutionState, Order, OrderLine, Shipment, ShipmentLine

BY_PEOPLE = (ExecutionState.CLOSED, ExecutionState.CANCELLED)
"""What people said of an order; no shipment says otherwise."""
AFTER_LEAVING = (ExecutionState.PARTLY_SHIPPED, ExecutionState.SHIPPED, ExecutionState.DELIVERED)


@transaction.atomic
def follow_orders(*, order_ids: Iterable[int], by: User | None, at: datetime) -> list[Order]:
    """Bring shipped quantities, order states and downstream states up to date; the orders that changed.

    The caller holds the locks of the order lines concerned.
    """
    ids = sorted(set(order_ids))
    orders = list(Order.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    lines = list(OrderLine.objects.filter(order__in=ids).order_by("pk"))
    _follow_lines(lines)
    by_order: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        by_order[line.order_id].append(line)
    left = _left(ids)
    moved: list[Saved] = []
    for order in orders:
        wanted = _wanted(order, by_order[order.pk], left[order.pk])
        told = put(order, {name: value for name, value in wanted.items() if name == "state"})
        if "downstream_state" in wanted:
            told |= move_downstream(order, wanted["downstream_state"], by=by, at=at)
        if told:
            moved.append(Saved(order, told))
    save_all(moved, by=by, at=at)
    delivered = {one.order.customer_id for one in moved if one.order.state == ExecutionState.DELIVERED}
    see_to_lifecycle(customer_ids=sorted(delivered), by=by, at=at)
    return [one.order for one in moved]


def _follow_lines(lines: Iterable[OrderLine]) -> None:
    """Write how much of each line has left, where it is not known so."""
    by_id = {line.pk: line for line in lines}
    gone = dict(
        ShipmentLine.objects.filter(
            order_line__in=list(by_id),
            shipment__deleted_at__isnull=True,
            shipment__shipped_at__isnull=False,
        )
        .order_by()
        .values_list("order_line_id")
        .annotate(sum=Sum("quantity"))
    )
    changed_lines = []
    for pk, line in by_id.items():
        quantity = gone.get(pk, Decimal(0))
        if line.shipped_quantity != quantity:
            line.shipped_quantity = quantity
            changed_lines.append(line)
    OrderLine.objects.bulk_update(changed_lines, ["shipped_quantity"], batch_size=500)


def _left(order_ids: list[int]) -> Mapping[int, list[Shipment]]:
    """By order its shipments that have left."""
    found: dict[int, list[Shipment]] = defaultdict(list)
    rows = Shipment.objects.alive().filter(lines__order_line__order__in=order_ids, shipped_at__isnull=False)
    pairs = rows.values_list("lines__order_line__order_id", "pk").distinct()
    shipments = rows.distinct().in_bulk()
    for order_id, pk in pairs:
        found[order_id].append(shipments[pk])
    return found


def _wanted(order: Order, lines: list[OrderLine], left: list[Shipment]) -> dict[str, Any]:
    """What is to stand in the order; what was never shipped keeps what people and nodes say."""
    known = shipping.progress(
        [(line.quantity - line.cancelled_quantity, line.shipped_quantity) for line in lines]
    )
    if known is Progress.NONE:
        if order.state not in AFTER_LEAVING:
            return {}
        return {"state": ExecutionState.READY, "downstream_state": Downstream.IN_PRODUCTION.value}
    goods = shipping.where_all(Downstream(one.downstream_state) for one in left)
    wanted: dict[str, Any] = {}
    if goods is not None:
        wanted["downstream_state"] = _told(order, goods)
    if order.state not in BY_PEOPLE:
        wanted["state"] = _state(known, goods)
    return wanted


def _told(order: Order, goods: Downstream) -> str:
    """Where its goods are; what people told of goods in stock stays."""
    told = Downstream(order.downstream_state)
    return told.value if goods in shipping.IN_STOCK and told in shipping.IN_STOCK else goods.value


def _state(known: Progress, goods: Downstream | None) -> str:
    if known is Progress.PARTLY:
        return ExecutionState.PARTLY_SHIPPED
    return ExecutionState.DELIVERED if goods in shipping.IN_STOCK else ExecutionState.SHIPPED
