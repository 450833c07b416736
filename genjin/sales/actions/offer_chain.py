"""One step further along the chain: quotation → proforma invoice → order (B-14, D-9)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, keep, take_changes, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.sales.actions import credits
from genjin.sales.actions.numbers import next_number
from genjin.sales.actions.offer_states import need_free
from genjin.sales.actions.offers import copy_of, open_offer
from genjin.sales.actions.order_drafts import TERMS, NewCharge, NewLine, NewOrder
from genjin.sales.actions.orders import place_order
from genjin.sales.actions.plans import plan_from_terms
from genjin.sales.models import NumberKind, Offer, Order, OrderKind
from genjin.sales.rates import rate_on

State = Offer.State


@transaction.atomic
def to_proforma(
    *,
    offer_id: int,
    on: date,
    valid_until: date | None,
    by: User | None,
    at: datetime,
    version: int | None = None,
) -> Offer:
    """A draft of a proforma invoice with everything of a quotation, at the rate of its own day.

    What was approved stays approved as long as nothing is changed; the quotation counts as accepted.
    """
    old = open_offer(offer_id, version)
    if old.kind != Offer.Kind.QUOTATION:
        raise Refused(_("Only a quotation becomes a proforma invoice."))
    if old.state == State.LOST:
        raise Refused(_("This quotation was lost. Revise it first."))
    if old.made_into.filter(kind=Offer.Kind.PROFORMA, deleted_at__isnull=True).exists():
        raise Refused(_("There is a proforma invoice from this quotation already."))
    need_free(old)
    new = copy_of(
        old, at=at, kind=Offer.Kind.PROFORMA, number=next_number(NumberKind.PROFORMA, on), revision=0,
        made_from_id=old.pk, offered_on=on, valid_until=valid_until,
        exchange_rate=rate_on(old.currency, on),
    )  # fmt: skip
    if old.approved_by_id is not None:
        values: dict[str, Any] = {
            "state": State.APPROVED, "approved_by_id": old.approved_by_id, "approved_at": old.approved_at,
        }  # fmt: skip
        take_changes(new, values)
        new.save(update_fields=list(values))
    told = {"amount": (None, new.amount), "made_from_id": (None, old.pk)}
    tell([changed(new, "create", told)], by=by, at=at)
    _accept(old, by=by, at=at)
    return new


@transaction.atomic
def to_order(
    *,
    offer_id: int,
    on: date,
    by: User,
    at: datetime,
    kind: str = OrderKind.BULK,
    customer_po_no: str = "",
    delivery_on: date | None = None,
    version: int | None = None,
) -> Order:
    """The order of an offer: lines that are not optional, charges, terms, credits, and a payment plan."""
    offer = open_offer(offer_id, version)
    if offer.state == State.LOST:
        raise Refused(_("This offer was lost. Revise it first."))
    if offer.orders.filter(deleted_at__isnull=True).exclude(state="CANCELLED").exists():
        raise Refused(_("There is an order from this offer already."))
    need_free(offer)
    order = place_order(
        item=NewOrder(
            customer_id=offer.customer_id,
            ordered_on=on,
            lines=_lines(offer),
            charges=_charges(offer),
            kind=kind,
            terms={name: getattr(offer, name) for name in TERMS},
            owner_id=offer.owner_id,
            contact_id=offer.contact_id,
            offer_id=offer.pk,
            customer_po_no=customer_po_no,
            delivery_on=delivery_on,
        ),
        by=by,
        at=at,
    )
    used = [charge.credit_id for charge in offer.charges.all() if charge.credit_id]
    for credit_id in used:
        credits.use(credit_id=credit_id, order=order, on=on, by=by, at=at)
    plan_from_terms(order_ids=[order.pk], by=by, at=at)
    _accept(offer, by=by, at=at)
    return order


def _lines(offer: Offer) -> list[NewLine]:
    names = ("product_id", "code", "description", "spec", "model", "colour", "unit", "cost")
    return [
        NewLine(
            quantity=line.quantity,
            unit_price=line.unit_price,
            below_floor_reason=line.below_floor_reason,
            **{name: getattr(line, name) for name in names},
        )
        for line in offer.lines.all()
        if not line.is_optional
    ]


def _charges(offer: Offer) -> list[NewCharge]:
    return [
        NewCharge(charge.kind, charge.amount, charge.label, charge.credit_id)
        for charge in offer.charges.all()
        if charge.amount != Decimal(0)
    ]


def _accept(offer: Offer, *, by: User | None, at: datetime) -> None:
    """What leads on was accepted, whatever way the customer said so."""
    if offer.state != State.ACCEPTED:
        moved = take_changes(offer, {"state": State.ACCEPTED, "answered_at": at})
        keep(offer, moved, by=by, at=at, verb="accept")
