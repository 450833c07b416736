"""The market: what the orders of all customers teach, computed at night and stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from genjin.customers.actions.basis import today_of
from genjin.rules.recommending import Neighbour, neighbours
from genjin.rules.reorder import Pool, days_of_orders, pool_of
from genjin.sales.models import MarketSnapshot, NearProduct, Order, OrderLine, Product

REMEMBERED = timedelta(days=3 * 365)
"""Orders from longer ago are taken as another market."""
MOST_BOUGHT = 100
"""So many products of one customer, those of his newest lines, are counted as bought together."""
POPULAR = 50
PRODUCTS_AT_ONCE = 25


def look_at_market(*, at: datetime) -> Pool:
    """Compute the market anew and store it in small transactions; what it teaches about intervals."""
    today = today_of(None, at)
    pool = pool_of(_histories(today), today)
    baskets = _baskets(today)
    near = neighbours(baskets)
    bought = Counter(product for basket in baskets for product in basket)
    popular = [
        int(key) for key, _count in sorted(bought.items(), key=lambda one: (-one[1], one[0]))[:POPULAR]
    ]
    MarketSnapshot.objects.update_or_create(
        pk=1,
        defaults={
            "made_at": at,
            "gaps": list(pool.gaps),
            "gap_count": pool.count,
            "gap_weight": pool.weight,
            "popular": popular,
        },
    )
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), PRODUCTS_AT_ONCE):
        _store_near(ids[start : start + PRODUCTS_AT_ONCE], near, set(ids))
    return pool


def _histories(today: date) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    rows = Order.objects.counted().filter(ordered_on__gt=today - REMEMBERED, ordered_on__lte=today)
    for customer_id, day in rows.order_by().values_list("customer_id", "ordered_on").iterator():
        found[customer_id].append(day)
    return {pk: days_of_orders(days) for pk, days in found.items()}


def _baskets(today: date) -> list[set[str]]:
    """What each customer bought, as far as it is in the catalogue."""
    found: dict[int, set[str]] = defaultdict(set)
    lines = OrderLine.objects.filter(
        product__isnull=False,
        order__in=Order.objects.counted(),
        order__ordered_on__gt=today - REMEMBERED,
    )
    rows = lines.order_by("-order__ordered_on", "-id").values_list("order__customer_id", "product_id")
    for customer_id, product in rows.iterator():
        if len(found[customer_id]) < MOST_BOUGHT:
            found[customer_id].add(str(product))
    return list(found.values())


@transaction.atomic
def _store_near(ids: Sequence[int], near: Mapping[str, Sequence[Neighbour]], known: Collection[int]) -> None:
    """Replace the nearest products of a few; only what differs is written."""
    wanted = {
        (pk, int(one.product)): (round(one.likeness, 6), one.together)
        for pk in ids
        for one in near.get(str(pk), ())
        if int(one.product) in known
    }
    stored = {
        (row.product_id, row.other_id): row for row in NearProduct.objects.filter(product__in=list(ids))
    }
    gone = [row.pk for key, row in stored.items() if wanted.get(key) != (row.likeness, row.together)]
    NearProduct.objects.filter(pk__in=gone).delete()
    same = {key for key, row in stored.items() if wanted.get(key) == (row.likeness, row.together)}
    NearProduct.objects.bulk_create(
        NearProduct(product_id=product, other_id=other, likeness=likeness, together=together)
        for (product, other), (likeness, together) in wanted.items()
        if (product, other) not in same
    )
