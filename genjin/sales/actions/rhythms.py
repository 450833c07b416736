"""When customers order next: computed when one of their orders changes, and for all at night (002-54)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from genjin.customers.models import Customer
from genjin.journal.actions import mark_customers
from genjin.policy.queries import effective_for
from genjin.rules.policy import Policy
from genjin.rules.reorder import Pool, Reorder, Stock, expect, moment_of, usual_months
from genjin.sales.actions.following import Follower, waits
from genjin.sales.insight_facts import lead_days_of, order_days, pool, stocks_of
from genjin.sales.models import OrderRhythm

BATCH = 200


@transaction.atomic
def renew_rhythms(*, customer_ids: Collection[int], at: datetime, market: Pool | None = None) -> int:
    """Compute when these customers order next; how many rows changed. Those customers are decided again."""
    if waits(Follower.RHYTHMS, customer_ids):
        return 0
    ids = sorted(set(customer_ids))
    market = pool() if market is None else market
    changed: list[int] = []
    for start in range(0, len(ids), BATCH):
        changed += _renew(ids[start : start + BATCH], market)
    mark_customers(changed, at=at)
    return len(changed)


def _renew(ids: Sequence[int], market: Pool) -> list[int]:
    history = order_days(ids)
    last = {pk: days[-1][1] for pk, days in history.items()}
    stocks, leads = stocks_of(last.values()), lead_days_of(last.values())
    owners = dict(Customer.objects.filter(pk__in=list(history)).values_list("pk", "owner_id"))
    policies = effective_for(owners.values())
    wanted = {
        pk: _row(pk, days, market, stocks[last[pk]], leads[last[pk]], policies[owners[pk]])
        for pk, days in history.items()
        if pk in owners
    }
    stored = {row.pk: row for row in OrderRhythm.objects.filter(pk__in=ids).select_for_update()}
    gone = [pk for pk in stored if pk not in wanted]
    OrderRhythm.objects.filter(pk__in=gone).delete()
    differing = [row for pk, row in wanted.items() if pk not in stored or _values(row) != _values(stored[pk])]
    OrderRhythm.objects.bulk_create(
        differing, update_conflicts=True, unique_fields=["customer"], update_fields=COLUMNS
    )
    return [*gone, *(row.pk for row in differing)]


COLUMNS = [f.name for f in OrderRhythm._meta.concrete_fields if not f.primary_key]
_ATTRIBUTES = [f.attname for f in OrderRhythm._meta.concrete_fields]


def _values(row: OrderRhythm) -> list[Any]:
    return [getattr(row, name) for name in _ATTRIBUTES]


def _row(
    customer_id: int,
    days: Sequence[tuple[date, int]],
    market: Pool,
    stock: Stock,
    lead: tuple[int | None, int | None],
    policy: Policy,
) -> OrderRhythm:
    dates = [day for day, _order in days]
    expected = expect(dates, market, dates[-1])
    production, transit = lead
    lead_days = (policy.number("reorder.production_days") if production is None else production) + (
        policy.number("reorder.transit_days") if transit is None else transit
    )
    moment = moment_of(expected, stock, lead_days=lead_days, margin_days=policy.number("reorder.margin_days"))
    return OrderRhythm(
        customer_id=customer_id,
        last_order_id=days[-1][1],
        last_on=dates[-1],
        lead_days=lead_days,
        moment_on=moment[0] if moment else None,
        moment_why=moment[1] if moment else "",
        months=list(usual_months(dates)),
        **_expected(expected),
    )


def _expected(found: Reorder) -> Mapping[str, Any]:
    names = ("orders", "own_share", "interval_days", "own_interval_days", "usual_on", "from_on", "until_on")
    return {"basis": str(found.basis)} | {name: getattr(found, name) for name in names}
