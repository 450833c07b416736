"""Who was picked for somebody's day, as a fact about the customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from genjin.followups.day_models import DayPick
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import DailyPick, Half


def picks_of(customer_ids: Collection[int], at: datetime | None = None) -> Mapping[int, DailyPick]:
    """By customer the newest open pick; with `at` as of that moment."""
    rows = _OPEN(at is not None, ids=customer_ids, at=at)
    return {row.customer_id: DailyPick(row.user_id, row.day, Half(row.half)) for row in rows}


def _open(as_of: bool) -> QuerySet[DayPick]:
    rows, is_open = DayPick.objects.filter(customer_id__among=Given("ids")), Q(closed_at__isnull=True)
    if as_of:
        rows, is_open = rows.filter(picked_at__lte=Given("at")), is_open | Q(closed_at__gt=Given("at"))
    return rows.filter(is_open).order_by("day", "pk")


_OPEN = Prepared(_open)
