"""Offers as the tests of this folder make them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions.offer_drafts import NewOffer, OfferedLine
from genjin.sales.actions.offers import make_offer
from genjin.sales.models import Offer, Product

DAY = date(2026, 11, 24)


def line(quantity: Any = 1000, unit_price: Any = "2.50", **values: Any) -> OfferedLine:
    """A line of a lamp, unless told otherwise."""
    known = {"code": "L-100", "description": "Desk lamp"} | values
    return OfferedLine(quantity=Decimal(str(quantity)), unit_price=Decimal(str(unit_price)), **known)


def new_offer(customer: Customer, **values: Any) -> NewOffer:
    """A quotation of one line in dollars, FOB Ningbo, valid for a month."""
    known: dict[str, Any] = {
        "customer_id": customer.pk,
        "offered_on": DAY,
        "valid_until": date(2026, 12, 24),
        "lines": (line(),),
    }
    terms = {"currency": "USD", "incoterm": "FOB", "incoterm_place": "Ningbo"}
    return NewOffer(**known | values | {"terms": terms | values.get("terms", {})})


def offered(customer: Customer, by: User, at: datetime, **values: Any) -> Offer:
    """The same, made."""
    return make_offer(item=new_offer(customer, **values), by=by, at=at)


def lamp(at: datetime, **values: Any) -> Product:
    """A product with a cost."""
    known = {
        "code": "L-100", "name_en": "Desk lamp", "name_zh": "台灯", "cost": Decimal("11.30"), "created_at": at,
    }  # fmt: skip
    return Product.objects.create(**known | values)
