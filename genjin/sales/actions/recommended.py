"""Putting a recommended product on the very order, or on an offer (003-41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from genjin.customers.models import Contact
from genjin.people.models import User
from genjin.sales.actions.offer_drafts import NewOffer, OfferedLine
from genjin.sales.actions.offers import change_offer, item_of, make_offer, open_offer, terms_of
from genjin.sales.actions.order_changes import EditedLine, change_order
from genjin.sales.actions.order_drafts import NewLine
from genjin.sales.models import DocumentLayout, Offer, Order, OrderLine


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


@transaction.atomic
def add_to_offer(
    *, offer_id: int, product_id: int, quantity: Decimal, unit_price: Decimal, by: User, at: datetime
) -> Offer:
    """Add one line to a draft; what was approved must be approved anew. Raises `Refused` by field."""
    item = item_of(open_offer(offer_id))
    new = OfferedLine(quantity=quantity, unit_price=unit_price, product_id=product_id)
    return change_offer(offer_id=offer_id, item=replace(item, lines=(*item.lines, new)), by=by, at=at)


@transaction.atomic
def begin_offer(
    *,
    customer_id: int,
    kind: str,
    product_id: int,
    quantity: Decimal,
    unit_price: Decimal,
    on: date,
    by: User,
    at: datetime,
) -> Offer:
    """A draft that begins with one product, on the terms of the customer's last offer."""
    line = OfferedLine(quantity=quantity, unit_price=unit_price, product_id=product_id)
    layout = DocumentLayout.objects.filter(pk=1).first() or DocumentLayout(pk=1)
    until = on + timedelta(days=layout.default_validity_days)
    last = Offer.objects.alive().filter(customer=customer_id).order_by("-pk").first()
    item = NewOffer(customer_id, on, (line,), kind=kind, valid_until=until, terms={"currency": "USD"})
    if last is not None:
        contact = Contact.objects.alive().filter(pk=last.contact_id, customer=customer_id).first()
        contact_id = contact.pk if contact else None
        item = replace(item, terms=terms_of(last), language=last.language, contact_id=contact_id)
    return make_offer(item=item, by=by, at=at)


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
