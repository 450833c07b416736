"""Orders of one customer and of a thousand as the rules know them, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Window
from django.db.models.functions import RowNumber

from genjin.rules.amounts import line_amount
from genjin.rules.order_states import advice_of
from genjin.rules.orders import LineFact, OrderFact
from genjin.rules.recommending import Neighbour, ProductFact
from genjin.rules.reorder import Pool, Stock
from genjin.sales.models import (
    ChargeKind,
    DownstreamState,
    ExecutionState,
    MarketSnapshot,
    NearProduct,
    Order,
    OrderCharge,
    OrderLine,
    Product,
    ProductLink,
    SellThrough,
    Shipment,
)

MOST_ORDERS = 60
"""So many orders of a customer, the newest, are looked at; older ones are taken as forgotten."""
REDUCTIONS = (ChargeKind.DISCOUNT, ChargeKind.CREDIT)
BATCH = 500


def key_of_line(product_id: int | None, code: str, description: str) -> str:
    """What tells products apart: the id, else the code or the words of the line."""
    return str(product_id) if product_id else f"{code or description}".strip().lower()


def orders_of(customer_ids: Collection[int], most: int = MOST_ORDERS) -> dict[int, list[OrderFact]]:
    """The newest orders of these customers, cancelled ones left out; three queries for each 500 customers."""
    found: dict[int, list[OrderFact]] = {pk: [] for pk in customer_ids}
    ids = sorted(found)
    for start in range(0, len(ids), BATCH):
        for row, fact in _read(ids[start : start + BATCH], most):
            found[row["customer_id"]].append(fact)
    return found


def _read(ids: Collection[int], most: int) -> Iterable[tuple[Mapping[str, Any], OrderFact]]:
    place = Window(
        RowNumber(), partition_by=F("customer_id"), order_by=[F("ordered_on").desc(), F("id").desc()]
    )
    rows = list(
        Order.objects.alive()
        .filter(customer__in=ids)
        .exclude(state=ExecutionState.CANCELLED)
        .annotate(place=place)
        .filter(place__lte=most)
        .order_by("ordered_on", "id")
        .values("id", "number", "customer_id", "ordered_on", "kind", "currency", "exchange_rate")
    )
    lines = _lines({row["id"]: row["currency"] for row in rows})
    reduced = _reductions([row["id"] for row in rows])
    for row in rows:
        yield (
            row,
            OrderFact(
                id=row["id"],
                number=row["number"],
                ordered_on=row["ordered_on"],
                lines=tuple(lines[row["id"]]),
                kind=row["kind"],
                currency=row["currency"],
                rate=row["exchange_rate"],
                extra=reduced.get(row["id"], Decimal(0)),
            ),
        )


def _lines(currencies: Mapping[int, str]) -> dict[int, list[LineFact]]:
    found: dict[int, list[LineFact]] = defaultdict(list)
    ids = sorted(currencies)
    columns = (
        "order_id", "product_id", "code", "description", "quantity", "cancelled_quantity", "unit",
        "unit_price", "product__category_id",
    )  # fmt: skip
    for start in range(0, len(ids), BATCH):
        rows = OrderLine.objects.filter(order__in=ids[start : start + BATCH]).order_by("order_id", "position")
        for order_id, product_id, code, words, quantity, cancelled, unit, price, category in rows.values_list(
            *columns
        ):
            left = quantity - cancelled
            if left > 0:
                found[order_id].append(
                    LineFact(
                        product=key_of_line(product_id, code, words),
                        quantity=left,
                        amount=line_amount(left, price, currencies[order_id]),
                        unit=unit,
                        category=str(category or ""),
                    )
                )
    return found


def _reductions(ids: Collection[int]) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(Decimal)
    known = sorted(ids)
    for start in range(0, len(known), BATCH):
        charges = OrderCharge.objects.filter(order__in=known[start : start + BATCH], kind__in=REDUCTIONS)
        for order_id, amount in charges.values_list("order_id", "amount"):
            found[order_id] += amount
    return found


def order_days(customer_ids: Collection[int], most: int = MOST_ORDERS) -> dict[int, list[tuple[date, int]]]:
    """The days of the newest orders that count, and the orders' ids, by customer; one query for each 500."""
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    ids = sorted(set(customer_ids))
    place = Window(
        RowNumber(), partition_by=F("customer_id"), order_by=[F("ordered_on").desc(), F("id").desc()]
    )
    for start in range(0, len(ids), BATCH):
        rows = Order.objects.counted().filter(customer__in=ids[start : start + BATCH])
        placed = rows.annotate(place=place).filter(place__lte=most).order_by("ordered_on", "id")
        for customer_id, day, order_id in placed.values_list("customer_id", "ordered_on", "id"):
            found[customer_id].append((day, order_id))
    return found


def stocks_of(order_ids: Collection[int]) -> dict[int, Stock]:
    """What is known of the goods of these orders: on their way, in stock, selling; three queries."""
    ids = list(order_ids)
    shipments = Shipment.objects.filter(deleted_at__isnull=True, lines__order_line__order__in=ids)
    dates = shipments.order_by().values_list("lines__order_line__order")
    voyages = {pk: (stored, eta) for pk, stored, eta in dates.annotate(Max("warehoused_on"), Max("eta"))}
    told: dict[int, SellThrough] = {}
    for row in SellThrough.objects.filter(order__in=ids).order_by("day", "id"):
        told[row.order_id] = row
    found = {}
    for pk, state, since, is_open in Order.objects.filter(pk__in=ids).values_list(
        "id", "downstream_state", "downstream_since", "is_open"
    ):
        word = told.get(pk)
        stored, eta = voyages.get(pk, (None, None))
        may_press = advice_of(state).may_press
        found[pk] = Stock(
            warehoused_on=stored or (since if state == DownstreamState.WAREHOUSED else None),
            arrives_on=eta,
            is_on_its_way=is_open and not may_press and word is None and stored is None,
            told_on=word.day if word else None,
            stock_left=word.stock_left if word else None,
            safety_stock=word.safety_stock if word else None,
            sold_percent=word.sold_percent if word else None,
        )
    return found


def lead_days_of(order_ids: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """Days of production and of transit by these orders; None where they do not tell. Two queries."""
    ids = list(order_ids)
    production = dict(Order.objects.filter(pk__in=ids).values_list("id", "lead_time_days"))
    transit: dict[int, int] = {}
    shipments = Shipment.objects.filter(
        deleted_at__isnull=True, lines__order_line__order__in=ids, etd__isnull=False, eta__isnull=False
    )
    for pk, etd, eta in shipments.order_by("id").values_list("lines__order_line__order", "etd", "eta"):
        transit[pk] = max(0, (eta - etd).days)
    return {pk: (production.get(pk), transit.get(pk)) for pk in ids}


def pool() -> Pool:
    """What the market says about intervals; an empty one before the first night."""
    row = MarketSnapshot.objects.filter(pk=1).first()
    return Pool(tuple(row.gaps), row.gap_weight, row.gap_count) if row else Pool()


def near_of(products: Iterable[str]) -> dict[str, list[Neighbour]]:
    """The nearest products of these; one query."""
    ids = [int(key) for key in products if key.isdigit()]
    found: dict[str, list[Neighbour]] = defaultdict(list)
    rows = NearProduct.objects.filter(product__in=ids).order_by("product_id", "-likeness", "other_id")
    for product, other, likeness, together in rows.values_list(
        "product_id", "other_id", "likeness", "together"
    ):
        found[str(product)].append(Neighbour(str(other), likeness, together))
    return found


MOST_OF_A_CATEGORY = 200
"""So many products of the categories bought are looked at; the newest."""


def catalogue_of(bought: Collection[str], others: Iterable[str]) -> dict[str, ProductFact]:
    """The products bought and near, those linked to them, and those of the same categories; three queries."""
    mine = {int(key) for key in bought if key.isdigit()}
    links = list(ProductLink.objects.filter(product__in=mine).values_list("product_id", "other_id", "kind"))
    wanted = mine | {int(key) for key in others if key.isdigit()} | {other for _, other, _ in links}
    columns = ("id", "category_id", "is_active", "deleted_at")
    rows = list(Product.objects.filter(pk__in=wanted).values_list(*columns))
    categories = {category for pk, category, _active, _gone in rows if pk in mine and category}
    same = Product.objects.offered().filter(category__in=categories).order_by("-id")
    rows += list(same.values_list(*columns)[:MOST_OF_A_CATEGORY])
    goes_with: dict[int, set[str]] = defaultdict(set)
    follows: dict[int, list[str]] = defaultdict(list)
    for product, other, kind in links:
        if kind == ProductLink.Kind.COMPLEMENTARY:
            goes_with[product].add(str(other))
        else:
            follows[product].append(str(other))
    return {
        str(pk): ProductFact(
            key=str(pk),
            category=str(category or ""),
            is_offered=is_active and gone is None,
            complements=frozenset(goes_with[pk]),
            successors=tuple(follows[pk]),
        )
        for pk, category, is_active, gone in rows
    }
