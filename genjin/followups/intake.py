"""Important customers without a phone number who became somebody's on one day: their order among each other.

An import after go-live brings hundreds at once; looking for numbers is spread as at go-live, a few a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber, TruncDate

from genjin.customers.models import ContactPoint, Customer
from genjin.customers.models.dimension import KeyAccount
from genjin.rules.facts import ContactFact
from genjin.rules.gaps import IMPORTANT

IS_IMPORTANT = Q(follow_grade__in=[str(one) for one in IMPORTANT]) | Q(key_account=KeyAccount.CONFIRMED)


def intake_ranks(
    rows: Sequence[Customer], contacts: Mapping[int, Sequence[ContactFact]], go_live_on: date | None
) -> dict[int, int]:
    """By customer the place from 0 among those of the same owner and day (UTC), the most important first.

    Asked only for new important customers whom nobody can call, with one query; others it does not move.
    """
    asked = [
        row
        for row in rows
        if _is_new(row, go_live_on) and not any(one.has_phone for one in contacts.get(row.pk, ()))
    ]
    if not asked:
        return {}
    days = {row.owned_since.astimezone(UTC).date() for row in asked if row.owned_since}
    points = ContactPoint.objects.filter(
        contact__customer=OuterRef("pk"), contact__deleted_at__isnull=True, contact__left_on__isnull=True,
        kind__in=ContactPoint.CALLS,
    ).exclude(state=ContactPoint.State.INVALID)  # fmt: skip
    importance = [F("is_priority").desc(), F("grade_order").desc(), F("id").asc()]
    ranked = (
        Customer.objects.alive()
        .filter(IS_IMPORTANT, ~Exists(points), owner__in={row.owner_id for row in asked})
        .annotate(since=TruncDate("owned_since", tzinfo=UTC))
        .filter(since__in=days)
        .annotate(place=Window(RowNumber(), partition_by=[F("owner_id"), F("since")], order_by=importance))
    )
    wanted = {row.pk for row in asked}
    return {pk: place - 1 for pk, place in ranked.values_list("pk", "place") if pk in wanted}


def _is_new(row: Customer, go_live_on: date | None) -> bool:
    """Important, and not followed up since it became somebody's, which was after go-live."""
    is_important = row.follow_grade in IMPORTANT or row.key_account == KeyAccount.CONFIRMED
    if not is_important or row.owner_id is None or row.owned_since is None:
        return False
    if go_live_on is not None and row.owned_since.astimezone(UTC).date() < go_live_on:
        return False
    return row.last_follow_up_at is None or row.last_follow_up_at <= row.owned_since
