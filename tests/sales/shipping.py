"""Orders and shipments to try things on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions.shipment_drafts import NewShipment, ShippedLine
from genjin.sales.actions.shipments import create_shipment, ship
from genjin.sales.models import Order, OrderLine, Shipment


def order_of(
    customer: Customer, at: datetime, *, number: str = "SC2026-0001", quantities: tuple[int, ...] = (100, 50),
    **fields: Any,
) -> Order:  # fmt: skip
    """An order with lines of so many pieces."""
    values: dict[str, Any] = {
        "number": number, "customer": customer, "owner": customer.owner, "ordered_on": at.date(),
        "created_at": at, "created_by": customer.owner, "amount": Decimal(1000),
    }  # fmt: skip
    order = Order.objects.create(**(values | fields))
    for place, quantity in enumerate(quantities, 1):
        OrderLine.objects.create(
            order=order, position=place, code=f"V-{place}", description=f"Valve {place}",
            quantity=Decimal(quantity), unit_price=Decimal(5),
        )  # fmt: skip
    return order


def parts(order: Order, *quantities: int) -> list[ShippedLine]:
    """So many of each line."""
    lines = order.lines.order_by("position")
    return [ShippedLine(line.pk, Decimal(n)) for line, n in zip(lines, quantities, strict=False) if n]


def packed(
    order: Order, by: User, at: datetime, *quantities: int, lines: list[ShippedLine] | None = None,
    contact_id: int | None = None, **values: Any,
) -> Shipment:  # fmt: skip
    """A shipment of these quantities, everything without."""
    wanted = lines or parts(order, *(quantities or [int(one.quantity) for one in order.lines.all()]))
    item = NewShipment(customer_id=order.customer_id, lines=wanted, values=values, contact_id=contact_id)
    return create_shipment(item=item, by=by, at=at)


def shipped(order: Order, by: User, at: datetime, eta: date | None = None, **values: Any) -> Shipment:
    """Everything of an order, on its way."""
    shipment = packed(order, by, at, eta=eta, **values)
    return ship(shipment_id=shipment.pk, by=by, at=at)
