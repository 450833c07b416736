"""Reads of offers: the list, one customer's, what the archive of a customer tells (002-39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from genjin.customers.models.customer import KIND as CUSTOMER_KIND
from genjin.people.models import User
from genjin.sales.models import CustomerCredit, Offer, OfferLine
from genjin.search import queries as search

SHOWN = 8
FOUND = 100
"""So many customers are found by the words of a filter."""
MATCHES = 1000
"""So many offers are found by the beginning of their number."""


def listed(user: User) -> QuerySet[Any]:
    """The offers a person may see, each by the revision that counts."""
    rows = Offer.objects.visible_to(user).filter(is_latest=True)
    return rows.select_related("customer", "owner")


def narrowed(rows: QuerySet[Any], chosen: dict[str, Any], user: User, today: date) -> QuerySet[Any]:
    """Those that the filter lets through."""
    if words := chosen.get("q"):
        named = [hit.object_id for hit in search.find(user, words, [CUSTOMER_KIND], limit=FOUND)]
        rows = rows.filter(Q(pk__in=_numbered(words)) | Q(customer__in=named))
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    state = chosen.get("state")
    if state == "OPEN":
        rows = rows.filter(state__in=Offer.OPEN)
    elif state == "EXPIRED":
        rows = rows.filter(state__in=Offer.OPEN, valid_until__lt=today)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(owner=user) if chosen.get("mine") else rows


def _numbered(words: str) -> list[int]:
    """Offers whose number begins with the words; of very many the newest."""
    begins = Offer.objects.filter(number__istartswith=words, is_latest=True)
    return list(begins.order_by("-pk").values_list("pk", flat=True)[:MATCHES])


@dataclass(frozen=True)
class FirstOffer:
    """What a customer was first offered: day, quantity and unit price of its first line (002-39)."""

    day: date
    quantity: Decimal
    unit: str
    unit_price: Decimal
    currency: str
    number: str
    description: str


def first_offer(customer_id: int, user: User) -> FirstOffer | None:
    """The customer's first quotation that the person may see; two queries."""
    rows = Offer.objects.visible_to(user).filter(customer=customer_id).order_by("offered_on", "id")
    offer = rows.only("offered_on", "currency", "number").first()
    line = OfferLine.objects.filter(offer=offer).first() if offer else None
    if offer is None or line is None:
        return None
    return FirstOffer(
        offer.offered_on, line.quantity, line.unit, line.unit_price, offer.currency, offer.number,
        line.description,
    )  # fmt: skip


def of_customer(customer_id: int, user: User) -> Sequence[Any]:
    """The customer's newest offers, each by the revision that counts."""
    rows = listed(user).filter(customer=customer_id).order_by("-offered_on", "-id")
    return list(rows[: SHOWN + 1])


def usable_credits(customer_id: int, on: date) -> list[CustomerCredit]:
    """Credits that a new offer of that day may put on."""
    rows = CustomerCredit.objects.filter(customer=customer_id, state=CustomerCredit.State.GRANTED)
    return list(rows.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on)))
