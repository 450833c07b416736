"""Putting a recommended product on the very order (003-41)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from genjin.people.models import User
from genjin.sales.actions.order_changes import EditedLine, change_order
from genjin.sales.actions.order_drafts import NewLine
from genjin.sales.models import Order, OrderLine


@transaction.atomic
def add_recommended(
    *, order_id: int, product_id: int, quantity: Decimal, unit_price: Decimal, by: User, at: datetime
) -> Order:
    """Add one line to an order that runs; its other lines stay as they are. Raises `Refused` by field."""
    Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    kept = [
        EditedLine(_as_it_is(line), line.pk)
        for line in OrderLine.objects.filter(order=order_id).order_by("position", "pk")
    ]
    new = EditedLine(NewLine(quantity=quantity, unit_price=unit_price, product_id=product_id))
    return change_order(order_id=order_id, changes={}, lines=[*kept, new], by=by, at=at)


def _as_it_is(line: OrderLine) -> NewLine:
    names = ("code", "description", "spec", "model", "colour", "unit", "cost", "below_floor_reason")
    return NewLine(
        quantity=line.quantity,
        unit_price=line.unit_price,
        product_id=line.product_id,
        cancelled_quantity=line.cancelled_quantity,
        sample_line_id=line.sample_line_id,
        spec_sheet=line.spec_sheet,
        **{name: getattr(line, name) for name in names},
    )
