"""The register of what counts as contact besides what people logged: folders above tell of theirs.

The columns of a customer that say when it was first and last spoken to take all of it into account, and so
does every answer as of a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet


@dataclass(frozen=True, slots=True)
class Moments:
    """When there was contact with one customer; `count` is the number of follow-ups."""

    first: datetime | None = None
    last: datetime | None = None
    first_follow_up: datetime | None = None
    last_follow_up: datetime | None = None
    count: int = 0

    def with_(self, other: Moments) -> Moments:
        """Both together."""
        return Moments(
            _earlier(self.first, other.first),
            _later(self.last, other.last),
            _earlier(self.first_follow_up, other.first_follow_up),
            _later(self.last_follow_up, other.last_follow_up),
            self.count + other.count,
        )


def summed(rows: QuerySet[Any], moment: str, *, follow_up: Q) -> dict[int, Moments]:
    """The moments of each customer in rows that count as contact; `moment` names the field with the time."""
    found = (
        rows.order_by()
        .values_list("customer_id")
        .annotate(
            first=Min(moment),
            last=Max(moment),
            first_follow_up=Min(moment, filter=follow_up),
            last_follow_up=Max(moment, filter=follow_up),
            count=Count("pk", filter=follow_up),
        )
    )
    return {pk: Moments(*values) for pk, *values in found}


Source = Callable[[Collection[int], datetime | None], Mapping[int, Moments]]
"""Gives the moments of customers by id; with a moment only what was known and had happened by then."""
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a source; registering the same name again replaces it."""
    _sources[name] = source


def of(customer_ids: Collection[int], at: datetime | None = None) -> dict[int, Moments]:
    """What all registered sources know of these customers."""
    found: dict[int, Moments] = {}
    for source in _sources.values():
        for pk, moments in source(customer_ids, at).items():
            found[pk] = found.get(pk, Moments()).with_(moments)
    return found


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)
