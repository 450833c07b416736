"""What a shipment is made from, and what it may not be: too much, of others, or arriving before it leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.rules import shipping
from genjin.sales.models import ExecutionState, OrderLine, Shipment, ShipmentLine
from genjin.sales.shipment_words import plain

DATES = ("etd", "eta", "atd", "ata")
VALUES = (
    "mode", "forwarder", "booking_no", "vessel", "voyage", "container_type", "container_count",
    "container_no", "bl_no", "bl_type", "bl_on", "awb_no", "courier", "courier_no", "port_of_loading",
    "port_of_destination", "si_cutoff", "customs_cutoff", *DATES, "cleared_on", "received_on",
    "warehoused_on", "is_intact", "free_days", "demurrage_rate", "demurrage_currency", "remarks",
)  # fmt: skip
"""What people say of a shipment, besides customer, contact, owner and lines."""
PACKING = ("cartons", "gross_weight", "net_weight", "volume")
MOST_LINES = 1000
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class ShippedLine:
    """How much of an order's line travels, and how it is packed."""

    order_line_id: int
    quantity: Decimal
    packing: Mapping[str, Any] = field(default_factory=dict)
    """By `PACKING`."""


@dataclass(frozen=True)
class NewShipment:
    """A shipment to be made of one customer's order lines; `number` "" takes the next one."""

    customer_id: int
    lines: Sequence[ShippedLine]
    values: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    owner_id: int | None = None
    contact_id: int | None = None
    shipped_at: datetime | None = None
    """When it left; None: not yet."""
    advised_at: datetime | None = None
    is_history: bool = False
    """Told by an import of times long past: nothing is owed for what is over."""


def check_dates(shipment: Shipment) -> None:
    """Refuse an arrival before the departure, planned or actual."""
    errors: dict[str, str] = {}
    said = _("The arrival cannot lie before the departure.")
    if not shipping.is_in_order(shipment.etd, shipment.eta):
        errors["eta"] = said
    if not shipping.is_in_order(shipment.atd, shipment.ata):
        errors["ata"] = said
    elif not shipment.ata and not shipping.is_in_order(shipment.atd, shipment.eta):
        errors["eta"] = said
    journey = (shipment.ata, shipment.cleared_on, shipment.received_on, shipment.warehoused_on)
    left = shipment.atd or shipment.etd
    for name, day in zip(("ata", "cleared_on", "received_on", "warehoused_on"), journey, strict=True):
        if name not in errors and not shipping.is_in_order(left, day):
            errors[name] = said if name == "ata" else _("This lies before the departure.")
    if errors:
        raise Refused(errors)


def locked_lines(ids: Iterable[int]) -> dict[int, OrderLine]:
    """These order lines with their orders, locked until the transaction ends."""
    rows = OrderLine.objects.select_for_update(of=("self",)).filter(pk__in=sorted(set(ids)))
    return {row.pk: row for row in rows.select_related("order").order_by("pk")}


def allotted(line_ids: Iterable[int], *, but: int | None = None) -> dict[int, Decimal]:
    """How much of these lines stands in shipments already, one shipment left aside."""
    rows = ShipmentLine.objects.filter(
        order_line__in=sorted(set(line_ids)), shipment__deleted_at__isnull=True
    )
    if but is not None:
        rows = rows.exclude(shipment=but)
    summed = rows.order_by().values_list("order_line_id").annotate(sum=Sum("quantity"))
    return defaultdict(Decimal, summed)


def left_of(line: OrderLine, taken: Mapping[int, Decimal]) -> Decimal:
    """How much of an order's line may still be put into a shipment, the more-or-less clause included."""
    due = line.quantity - line.cancelled_quantity
    most = due * (1 + line.order.more_or_less_percent / 100)
    return max(most - taken.get(line.pk, Decimal(0)), Decimal(0)).quantize(THOUSANDTH, ROUND_DOWN)


def check_lines(
    customer_id: int,
    wanted: Sequence[ShippedLine],
    known: Mapping[int, OrderLine],
    taken: Mapping[int, Decimal],
) -> None:
    """Refuse nothing, too much, twice the same, and what is another customer's or cancelled.

    The message of a line stands under `line-<order line>`.
    """
    if not wanted:
        raise Refused({"lines": _("Say what is shipped: give at least one line a quantity.")})
    if len(wanted) > MOST_LINES:
        raise Refused({"lines": _("At most %(count)d at a time.") % {"count": MOST_LINES}})
    errors: dict[str, str] = {}
    seen: set[int] = set()
    for one in wanted:
        problem = _problem(customer_id, one, known.get(one.order_line_id), taken, seen)
        if problem:
            errors[f"line-{one.order_line_id}"] = problem
        seen.add(one.order_line_id)
    if errors:
        raise Refused(errors)


def _problem(
    customer_id: int,
    one: ShippedLine,
    line: OrderLine | None,
    taken: Mapping[int, Decimal],
    seen: set[int],
) -> str:
    if line is None or line.order.customer_id != customer_id or line.order.deleted_at is not None:
        return _("This order line is not one of the customer's.")
    if line.order.state == ExecutionState.CANCELLED:
        return _("Order %(number)s was cancelled.") % {"number": line.order.number}
    if one.order_line_id in seen:
        return _("This line stands in the shipment twice.")
    if one.quantity <= 0:
        return _("A quantity is greater than zero.")
    left = left_of(line, taken)
    if one.quantity > left:
        said = _("Only %(left)s of %(code)s are left to ship (ordered %(ordered)s).")
        ordered = line.quantity - line.cancelled_quantity
        return said % {
            "left": plain(left), "code": line.code or line.description, "ordered": plain(ordered),
        }  # fmt: skip
    return ""
