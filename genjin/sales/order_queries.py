"""What other pages and folders ask of orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.models import ExecutionState, Order, OrderLine

RECENT = 5
YEARS = 6


MATCHES = 500
"""More orders than that whose number begins alike are not looked up first."""


def numbered(rows: QuerySet[Order], words: str) -> QuerySet[Order]:
    """Those of these whose number, or the customer's, begins with the words.

    Few of them are found by their indexes; many by walking through the list until it is full.
    """
    found: list[int] = []
    for column in ("number", "customer_po_no"):
        begins = Order.objects.alive().filter(**{f"{column}__istartswith": words}).order_by()
        found += begins.values_list("pk", flat=True)[: MATCHES + 1]
    if len(found) <= MATCHES:
        return rows.filter(pk__in=found)
    return rows.filter(Q(number__istartswith=words) | Q(customer_po_no__istartswith=words))


@dataclass
class Year:
    """What a customer ordered in a year: trial and bulk orders that were not cancelled (002-51)."""

    year: int
    orders: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    quantities: dict[str, Decimal] = field(default_factory=dict)


def years_of(customer_id: int, *, most: int = YEARS) -> list[Year]:
    """The newest years of a customer, by currency and unit; two queries."""
    counted = Order.objects.counted().filter(customer=customer_id).order_by()
    found: dict[int, Year] = {}
    sums = counted.annotate(year=ExtractYear("ordered_on")).values_list("year", "currency")
    for year, currency, count, amount in sums.annotate(count=Count("pk"), sum=Sum("amount")):
        known = found.setdefault(year, Year(year))
        known.orders += count
        known.amounts[currency] = amount
    lines = OrderLine.objects.filter(order__in=counted).order_by()
    units = lines.annotate(year=ExtractYear("order__ordered_on")).values_list("year", "unit")
    for year, unit, quantity in units.annotate(sum=Sum(F("quantity") - F("cancelled_quantity"))):
        found[year].quantities[unit] = quantity
    return sorted(found.values(), key=lambda one: -one.year)[:most]


def panel_of(customer: Customer, user: User) -> dict[str, Any]:
    """What a customer's page shows of orders."""
    rows = Order.objects.visible_to(user).filter(customer=customer)
    running = list(rows.filter(is_open=True).order_by(F("next_node_on").asc(nulls_last=True), "pk")[:RECENT])
    past = list(rows.filter(is_open=False).order_by("-ordered_on", "-pk")[:RECENT])
    return {
        "running": running,
        "past": past,
        "years": years_of(customer.pk) if running or past else [],
        "newest": rows.exclude(state=ExecutionState.CANCELLED).order_by("-ordered_on", "-pk").first(),
    }
