"""What a customer paid for products: the deals that the price floor is checked against (000-62)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Rank

from genjin.rules.pricing import Deal, LastDeal, PriceTerms, last_deal_price
from genjin.sales.models import Order, OrderLine
from genjin.sales.rates import rate_on

SLICE = 5_000
"""So many products at most are named in one question."""


def deals_of(
    customer_id: int, products: Collection[int], *, but_for: int | None = None
) -> dict[int, list[Deal]]:
    """By product the customer's last deal for each kind of terms, of orders that count.

    What was cancelled is taken off; a line wholly cancelled is no deal, and samples are none either.
    `but_for` leaves out one order: the one whose own prices are checked. One question for 5,000 products.
    """
    found: dict[int, list[Deal]] = defaultdict(list)
    asked = sorted(set(products))
    for start in range(0, len(asked), SLICE):
        for line in _last_lines(customer_id, asked[start : start + SLICE], but_for):
            assert line.product_id is not None
            found[line.product_id].append(_deal(line))
    return dict(found)


def _last_lines(customer_id: int, products: list[int], but_for: int | None) -> QuerySet[OrderLine]:
    """The lines of the last order by product, currency, Incoterm and unit."""
    counted = Order.objects.counted().filter(customer_id=customer_id)
    if but_for is not None:
        counted = counted.exclude(pk=but_for)
    order = Window(
        Rank(),
        partition_by=["product_id", "order__currency", "order__incoterm", "unit"],
        order_by=[F("order__ordered_on").desc(), F("order_id").desc()],
    )
    lines = OrderLine.objects.filter(order__in=counted, product_id__in=products)
    sold = lines.filter(quantity__gt=F("cancelled_quantity"), unit_price__gt=0)
    return sold.annotate(age=order).filter(age=1).select_related("order").order_by("product_id", "id")


def _deal(line: OrderLine) -> Deal:
    order = line.order
    terms = PriceTerms(order.currency, order.incoterm, line.unit, order.exchange_rate)
    left = line.quantity - line.cancelled_quantity
    return Deal(order.pk, order.number, order.ordered_on, line.unit_price, left, terms)


def terms_on(day: date, *, currency: str, incoterm: str, unit: str) -> PriceTerms:
    """Terms to compare with, at the rate of that day."""
    return PriceTerms(currency, incoterm, unit, rate_on(currency, day))


def last_deals(
    customer_id: int, asked: dict[int, PriceTerms], *, but_for: int | None = None
) -> dict[int, LastDeal]:
    """By product the customer's last deal, seen from the terms asked for; products never sold are absent."""
    deals = deals_of(customer_id, asked.keys(), but_for=but_for)
    found = {product: last_deal_price(deals.get(product, ()), terms) for product, terms in asked.items()}
    return {product: last for product, last in found.items() if last is not None}
