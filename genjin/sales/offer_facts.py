"""Offers as the rules of duties must know them: sent, valid until a day, and not decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.records.prepared import Given, Prepared
from genjin.rules.offered import OfferFact
from genjin.rules.offers import LAPSES_AFTER
from genjin.sales.models import Offer, Order

LOOKED_BACK = LAPSES_AFTER + timedelta(days=2)


def unanswered(
    customer_ids: Collection[int], now: datetime | None, at: datetime | None
) -> dict[int, list[OfferFact]]:
    """By customer, in one query; with `at` those that were sent and not answered by then, as they are now.

    `now` says how far back it is worth looking; without it everything is looked at.
    """
    since = date.min if now is None else (now.astimezone(UTC) - LOOKED_BACK).date()
    found: dict[int, list[OfferFact]] = defaultdict(list)
    for offer in _OFFERS(at is not None, ids=list(customer_ids), at=at, since=since):
        assert offer.sent_at is not None and offer.valid_until is not None
        found[offer.customer_id].append(
            OfferFact(
                id=offer.pk,
                number=str(offer),
                kind=offer.kind,
                owner_id=offer.owner_id,
                sent_at=offer.sent_at,
                valid_until=offer.valid_until,
                contact_id=offer.contact_id,
                message_id=offer.sent_message_id,
            )
        )
    return found


def _offers(as_of: bool) -> QuerySet[Offer]:
    """An order that names no offer and came after this one was sent answers it as well."""
    rows = Offer.objects.filter(
        customer_id__among=Given("ids"),
        deleted_at__isnull=True,
        is_latest=True,
        sent_at__isnull=False,
        valid_until__gte=Given("since"),
    )
    is_open, ordered = Q(state=Offer.State.SENT), _ordered()
    if as_of:
        rows = rows.filter(sent_at__lte=Given("at"))
        is_open |= Q(answered_at__gt=Given("at"))
        ordered = ordered.filter(created_at__lte=Given("at"))
    return rows.filter(is_open).exclude(Exists(ordered)).order_by("pk")


def _ordered() -> QuerySet[Any]:
    return Order.objects.counted().filter(
        customer=OuterRef("customer"),
        offer__isnull=True,
        ordered_on__gte=OuterRef("offered_on"),
        created_at__gt=OuterRef("sent_at"),
    )


_OFFERS = Prepared(_offers)
