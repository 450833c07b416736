"""What screens and commands ask of orders: comparisons, recommendations, rhythm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from genjin.policy.queries import effective
from genjin.rules.orders import Comparison, OrderFact, Trend, compare, trend
from genjin.rules.recommending import Recommendation, recommend
from genjin.sales.insight_facts import catalogue_of, near_of, orders_of
from genjin.sales.models import MarketSnapshot, Order, Product, ProductCategory

MONTHS = 24
"""So many months the chart of orders shows."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product to recommend, with what it is because of by its name."""

    product: Product
    why: Recommendation
    because_of: str


@dataclass(frozen=True, slots=True)
class Month:
    """The orders of one month; `share` is the part of the largest month, 0 to 100."""

    first: date
    orders: int
    amount: Decimal
    share: int


def compared(order: Order, orders: Sequence[OrderFact] | None = None) -> Comparison | None:
    """The order beside those before it; None for a cancelled one."""
    known = orders if orders is not None else orders_of([order.customer_id])[order.customer_id]
    fact = next((one for one in known if one.id == order.pk), None)
    if fact is None:
        return None
    return compare(fact, known, effective(order.owner_id).number("order_decline.drop_percent"))


def trend_of(orders: Sequence[OrderFact], owner_id: int | None) -> Trend | None:
    """Whether the customer's orders become smaller."""
    return trend(orders, effective(owner_id).number("order_decline.drop_percent"))


def recommended(orders: Sequence[OrderFact], most: int = 8) -> list[Suggestion]:
    """What to recommend to a customer with these orders; six queries at most."""
    bought = {product for one in orders for product in one.products}
    snapshot = None if bought else MarketSnapshot.objects.filter(pk=1).first()
    popular = [str(pk) for pk in snapshot.popular] if snapshot else []
    near = near_of(bought)
    others = {one.product for found in near.values() for one in found}
    catalogue = catalogue_of(bought, others | set(popular))
    found = recommend(orders, catalogue, near, most, popular)
    products = Product.objects.in_bulk(
        [int(key) for one in found for key in (one.product, one.because_of) if key.isdigit()]
    )
    categories = {str(row.pk): str(row) for row in ProductCategory.objects.filter(
        pk__in=[int(one.because_of) for one in found if one.why == "CATEGORY"]
    )}  # fmt: skip
    return [
        Suggestion(
            products[int(one.product)],
            one,
            categories.get(one.because_of, "")
            if one.why == "CATEGORY"
            else products[int(one.because_of)].name
            if one.because_of.isdigit()
            else one.because_of,
        )
        for one in found
    ]


def months_of(orders: Sequence[OrderFact], today: date) -> list[Month]:
    """The last two years by month: how many orders that count, and how much in base currency."""
    start = today.year * 12 + today.month - MONTHS
    counts, amounts = [0] * MONTHS, [Decimal(0)] * MONTHS
    for one in orders:
        place = one.ordered_on.year * 12 + one.ordered_on.month - 1 - start
        if one.counts and 0 <= place < MONTHS:
            counts[place] += 1
            amounts[place] += one.base_amount or Decimal(0)
    most = max(amounts, default=Decimal(0)) or Decimal(max(counts, default=0))
    by_amount = any(amounts)
    return [
        Month(
            date((start + place) // 12, (start + place) % 12 + 1, 1),
            counts[place],
            amounts[place],
            int(100 * (amounts[place] if by_amount else counts[place]) / most) if most else 0,
        )
        for place in range(MONTHS)
    ]
