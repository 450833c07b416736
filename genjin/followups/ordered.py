"""What orders ask of customers' owners, as the rules know it: open declines, the moment of the next order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from genjin.records.prepared import Given, Prepared
from genjin.rules.declines import CAUSE, MEASURE
from genjin.rules.order_facts import DeclineFact, ReorderFact
from genjin.sales.models import OrderDecline, OrderRhythm


@dataclass(slots=True)
class Ordered:
    """What is known of the orders of one customer."""

    declines: list[DeclineFact] = field(default_factory=list)
    reorder: ReorderFact | None = None

    @property
    def keys(self) -> list[str]:
        """The keys of duties for which what was done holds beyond a follow-up."""
        found = [one.key(what) for one in self.declines for what in (CAUSE, MEASURE)]
        return [*found, self.reorder.key] if self.reorder else found


def ordered_of(ids: Sequence[int], at: datetime | None) -> Mapping[int, Ordered]:
    """By customer, in two queries. With `at` declines are as of then; rhythms are those of now, if the last
    order was placed by then.
    """
    found: dict[int, Ordered] = defaultdict(Ordered)
    for row in _DECLINES(at is not None, ids=ids, at=at):
        found[row.customer_id].declines.append(_decline(row, at))
    for rhythm in _RHYTHMS(ids=ids):
        if rhythm.moment_on is not None and (at is None or rhythm.last_on <= at.date()):
            found[rhythm.customer_id].reorder = _reorder(rhythm)
    return found


def _declines(as_of: bool) -> QuerySet[OrderDecline]:
    rows, is_open = OrderDecline.objects.filter(customer_id__among=Given("ids")), Q(closed_at__isnull=True)
    if as_of:
        rows, is_open = rows.filter(opened_at__lte=Given("at")), is_open | Q(closed_at__gt=Given("at"))
    return rows.filter(is_open).select_related("order").order_by("pk")


_DECLINES = Prepared(_declines)
_RHYTHMS: Prepared[Any] = Prepared(lambda: OrderRhythm.objects.filter(customer_id__among=Given("ids")))


def _decline(row: OrderDecline, at: datetime | None) -> DeclineFact:
    worst: Mapping[str, Any] = min(row.measures, key=lambda one: Decimal(one["percent"] or 0), default={})
    has_cause = row.cause_at is not None and (at is None or row.cause_at <= at)
    return DeclineFact(
        order_id=row.order_id,
        number=row.order.number,
        level=row.level,
        opened_at=row.opened_at,
        measure=worst.get("measure", ""),
        percent=worst.get("percent") or "0",
        has_cause=has_cause,
        has_measure=has_cause and bool(row.measure),
        explained_at=row.cause_at if has_cause else None,
    )


def _reorder(row: OrderRhythm) -> ReorderFact:
    assert row.moment_on is not None
    return ReorderFact(
        order_id=row.last_order_id,
        last_on=row.last_on,
        moment_on=row.moment_on,
        expected_on=row.usual_on,
        from_on=row.from_on,
        until_on=row.until_on,
        lead_days=row.lead_days,
        why=row.moment_why,
    )
