"""Day one: the place of customers from before go-live among their owner's, so that each day takes a few."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from genjin.customers.models import Customer

FEW = 20
"""So many are counted one by one; for more the owners' whole lists are read."""
ORDER = ("-is_priority", "-grade_order", "pk")
"""The most important first; nobody moves up when somebody else was followed up."""

_Places = tuple["array[int]", "array[int]"]
"""Ids in their order, and at the same index the place of each, from 0."""
_remembered: ContextVar[dict[tuple[int, date], _Places] | None] = ContextVar("triage places", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, each owner's list is read once, twelve bytes a customer: for deciding everybody."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def triage_ranks(rows: Sequence[Customer], go_live_on: date | None) -> dict[int, int]:
    """By customer from before go-live the place from 0 among all of its owner's from then.

    Asked only for those who have not been followed up since, for the others it moves nothing.
    """
    if go_live_on is None:
        return {}
    go_live = datetime.combine(go_live_on, time.min, UTC)
    asked = [
        row
        for row in rows
        if row.owner_id and row.created_at < go_live and (row.last_follow_up_at or row.created_at) < go_live
    ]
    if len(asked) <= FEW:
        return _counted([row.pk for row in asked], go_live) if asked else {}
    known = _remembered.get()
    lists = {} if known is None else known
    ranks = {}
    for row in asked:
        assert row.owner_id is not None
        key = row.owner_id, go_live_on
        if key not in lists:
            lists[key] = _places_of(row.owner_id, go_live)
        ids, places = lists[key]
        at = bisect_left(ids, row.pk)
        ranks[row.pk] = places[at] if at < len(ids) and ids[at] == row.pk else len(ids)
    return ranks


def _counted(ids: Collection[int], go_live: datetime) -> dict[int, int]:
    """How many stand before each; a window would count only whom the filter by id leaves."""
    as_important = Q(is_priority=OuterRef("is_priority"))
    as_graded = as_important & Q(grade_order=OuterRef("grade_order"))
    before = (
        Q(is_priority__gt=OuterRef("is_priority"))
        | as_important & Q(grade_order__gt=OuterRef("grade_order"))
        | as_graded & Q(pk__lt=OuterRef("pk"))
    )
    ahead = Customer.objects.alive().filter(before, owner=OuterRef("owner"), created_at__lt=go_live)
    count = Subquery(ahead.order_by().values("owner").annotate(n=Count("pk")).values("n"))
    rows: Any = Customer.objects.filter(pk__in=ids).order_by().annotate(place=Coalesce(count, Value(0)))
    return dict(rows.values_list("pk", "place"))


def _places_of(owner_id: int, go_live: datetime) -> _Places:
    rows = Customer.objects.alive().filter(owner=owner_id, created_at__lt=go_live).order_by(*ORDER)
    by_id = sorted((pk, place) for place, pk in enumerate(rows.values_list("pk", flat=True).iterator()))
    return array("q", (pk for pk, _place in by_id)), array("l", (place for _pk, place in by_id))
