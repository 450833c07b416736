"""Reads of products: what a list, a page and a field that finds one by typing need, in bounded queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from genjin.files import queries as files
from genjin.files.models import Attachment
from genjin.people.models import User
from genjin.rules.pricing import Tier, tier_for
from genjin.sales.actions.price_tiers import as_tier
from genjin.sales.models import PriceTier, Product, ProductCategory
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.product_tree import within
from genjin.search import queries as search

FOUND = 100
"""So many products are found by pinyin and further names beside those whose own text holds the words."""


def searched(rows: QuerySet[Product], text: str, user: User) -> QuerySet[Product]:
    """Products whose code, names or model hold the text, and those that the search finds by it."""
    if not text:
        return rows
    hits = search.find(user, text, [PRODUCT_KIND], limit=FOUND)
    held = Q(pk__in=[hit.object_id for hit in hits])
    for name in ("code", "name_en", "name_zh", "model"):
        held |= Q(**{f"{name}__icontains": text})
    return rows.filter(held)


def in_category(
    rows: QuerySet[Product], categories: Sequence[ProductCategory], pk: int | None
) -> QuerySet[Product]:
    """Those of a category and of all that lie in it."""
    return rows if pk is None else rows.filter(category__in=within(categories, pk))


def main_pictures(ids: Collection[int]) -> dict[int, Attachment]:
    """The main picture of each product that has one, by product."""
    found = files.of_records(PRODUCT_KIND, ids)
    return {pk: picture for pk, rows in found.items() if (picture := _first_picture(rows))}


def _first_picture(rows: Sequence[Attachment]) -> Attachment | None:
    return next((row for row in rows if row.file.media_type.startswith("image/")), None)


def tiers_of(ids: Collection[int]) -> dict[int, list[PriceTier]]:
    """The price tiers of products, by product; one question."""
    found: dict[int, list[PriceTier]] = defaultdict(list)
    for tier in PriceTier.objects.filter(product__in=list(ids)):
        found[tier.product_id].append(tier)
    return dict(found)


def tier_price(
    tiers: Sequence[PriceTier], *, quantity: Decimal, currency: str, incoterm: str, day: date
) -> Tier | None:
    """The tier that holds for these terms on that day."""
    rows = [as_tier(tier) for tier in tiers]
    return tier_for(rows, quantity=quantity, currency=currency, incoterm=incoterm, day=day)


def cheapest(tiers: Sequence[PriceTier], day: date) -> PriceTier | None:
    """What a list shows: of the tiers that hold on that day the one of the smallest quantity."""
    held = [tier for tier in tiers if as_tier(tier).holds_on(day)]
    return min(held, key=lambda tier: (tier.min_quantity, tier.pk), default=None)
