"""What an import needs of shipments: what is left to travel, checking, changing many, taking all back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from genjin.customers.actions.basis import batches, changed, tell, today_of, zone_of
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.actions.line_imports import whole_goods
from genjin.sales.actions.plans import follow_plans
from genjin.sales.actions.shipment_drafts import ShippedLine, allotted, check_dates, locked_lines
from genjin.sales.actions.shipments import change_shipment, ship, take_back_shipping
from genjin.sales.actions.shipped import follow_orders
from genjin.sales.models import Order, OrderLine, Shipment, ShipmentLine

EDITABLE = (
    "mode", "forwarder", "booking_no", "vessel", "voyage", "container_type", "container_count",
    "container_no", "bl_no", "bl_type", "bl_on", "awb_no", "courier", "courier_no", "port_of_loading",
    "port_of_destination", "etd", "eta", "atd", "ata", "cleared_on", "received_on", "warehoused_on",
    "free_days", "demurrage_rate", "demurrage_currency", "remarks",
)  # fmt: skip
"""What an import may say of a shipment."""


def rest_of(order_ids: Collection[int]) -> dict[int, list[ShippedLine]]:
    """By order what of its lines stands in no shipment yet."""
    lines = {
        row.pk: row for row in OrderLine.objects.filter(order__in=list(order_ids)).order_by("position", "pk")
    }
    taken = allotted(lines)
    found: dict[int, list[ShippedLine]] = defaultdict(list)
    for line in lines.values():
        left = line.quantity - line.cancelled_quantity - taken.get(line.pk, Decimal(0))
        if left > 0:
            found[line.order_id].append(ShippedLine(line.pk, left))
    return found


@transaction.atomic
def stand_for_goods(*, order_ids: Collection[int], by: User | None, at: datetime) -> int:
    """Give orders of which only the head is known a line that stands for all goods, so that it can travel."""
    empty = Order.objects.alive().filter(pk__in=list(order_ids), lines__isnull=True)
    rows = [
        bulk.fresh(
            OrderLine, order_id=pk, quantity=Decimal(1), unit_price=Decimal(0), description=whole_goods()
        )
        for pk in sorted(empty.values_list("pk", flat=True))
    ]
    bulk.insert(rows)
    return len(rows)


def date_problems(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with the dates that are told of a voyage, as sentences."""
    told = {name: value for name, value in values.items() if name in EDITABLE}
    try:
        check_dates(Shipment(**told))
    except Refused as refused:
        return [texts[0] for texts in refused.message_dict.values()]
    return []


@transaction.atomic
def change_shipments(
    *, changes: Mapping[int, Mapping[str, Any]], by: User | None, at: datetime, reason: str = ""
) -> set[int]:
    """Change values of `EDITABLE` of shipments by id; which differed. Raises `RowsRefused` by id.

    Goods that left on a day that is told now have left; `shipped_at` None takes that back.
    """
    refused: dict[int, dict[str, str]] = {}
    stored = Shipment.objects.alive().in_bulk(list(changes))
    for pk in sorted(stored):
        wanted = {name: value for name, value in changes[pk].items() if name in EDITABLE}
        try:
            if stored[pk].shipped_at is not None and changes[pk].get("shipped_at", 0) is None:
                take_back_shipping(shipment_id=pk, by=by, at=at)
                wanted.pop("atd", None)
                change_shipment(shipment_id=pk, wanted=wanted, by=by, at=at, reason=reason)
            else:
                change_shipment(shipment_id=pk, wanted=wanted, by=by, at=at, reason=reason)
                _leave(stored[pk], wanted.get("atd"), by=by, at=at)
        except Refused as error:
            refused[pk] = {"": " ".join(error.messages)}
    versions = dict(Shipment.objects.filter(pk__in=list(stored)).values_list("pk", "version"))
    moved = {pk for pk, shipment in stored.items() if versions.get(pk) != shipment.version}
    if refused:
        raise RowsRefused(refused)
    return moved


def _leave(shipment: Shipment, day: date | None, *, by: User | None, at: datetime) -> None:
    """Let goods that were waiting leave on a day that is not ahead."""
    if shipment.shipped_at is None and day is not None and day <= today_of(by, at):
        zone = at.tzinfo if by is None else zone_of(by)
        left_at = min(datetime.combine(day, time(12), tzinfo=zone), at)
        ship(shipment_id=shipment.pk, by=by, at=at, shipped_at=left_at)


@transaction.atomic
def add_to_shipments(*, lines: Mapping[int, Sequence[ShippedLine]], by: User | None, at: datetime) -> None:
    """Put further lines of orders into shipments by id."""
    for pk, more in sorted(lines.items()):
        stored = ShipmentLine.objects.filter(shipment=pk).order_by("pk")
        quantities = {row.order_line_id: row.quantity for row in stored}
        for one in more:
            quantities[one.order_line_id] = quantities.get(one.order_line_id, Decimal(0)) + one.quantity
        wanted = [ShippedLine(line_id, quantity) for line_id, quantity in quantities.items()]
        change_shipment(shipment_id=pk, wanted={}, lines=wanted, by=by, at=at)


@transaction.atomic
def withdraw_shipments(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Put shipments that an import made into the recycle bin; their quantities are free again."""
    count = 0
    for part in batches(list(ids)):
        rows = Shipment.objects.alive().filter(pk__in=part).select_for_update(of=("self",)).order_by("pk")
        going = list(rows)
        lines = ShipmentLine.objects.filter(shipment__in=going)
        known = locked_lines(lines.values_list("order_line_id", flat=True))
        for shipment in going:
            shipment.deleted_at = at
            shipment.version += 1
        bulk.update(going, ["deleted_at", "version"])
        tell([changed(shipment, "recycle", {}) for shipment in going], by=by, at=at)
        orders = {line.order_id for line in known.values()}
        follow_orders(order_ids=orders, by=by, at=at)
        follow_plans(order_ids=orders, at=at)
        count += len(going)
    return count
