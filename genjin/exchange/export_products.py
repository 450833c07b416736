"""The catalogue as a sheet that an import reads again; costs only for those who may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.export_fields import custom_columns
from genjin.exchange.export_sheets import Asked, Cell, Column, Exportable, Reader, Sheet, register
from genjin.exchange.importing import products as importing
from genjin.people import access
from genjin.sales.models import PriceTier, Product, ProductCategory
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.product_rights import COSTS

CHUNK = 500
_WIDTHS = {"name_en": 30, "name_zh": 24, "spec": 40, "code": 16}


def products_seen(reader: Reader, asked: Asked) -> QuerySet[Product]:
    """All products; the filter of customers says nothing of them."""
    return Product.objects.alive() if reader.user is None else Product.objects.visible_to(reader.user)


def _tiers(product: Product) -> list[PriceTier]:
    """The tiers of the term and currency with the most of them, as many as an import reads."""
    by_term: dict[tuple[Any, ...], list[PriceTier]] = defaultdict(list)
    for tier in product.tiers.all():
        by_term[tier.currency, tier.incoterm, tier.incoterm_place, tier.valid_until].append(tier)
    best = max(by_term.values(), key=len, default=[])
    return sorted(best, key=lambda tier: tier.min_quantity)[: len(importing.PAIRS)]


def _of_tiers(name: str) -> Any:
    """A value of the price tiers by the name of its field in an import."""
    column, _sign, place = name.rpartition("_")
    if place.isdigit():
        attribute, index = {"price": "price", "quantity": "min_quantity"}[column], int(place) - 1
    else:
        attribute, index = name, 0

    def value(row: Product, reader: Reader) -> Cell:
        tiers = _tiers(row)
        return getattr(tiers[index], attribute) if index < len(tiers) else None

    return value


def _of(name: str) -> Any:
    return lambda row, reader: getattr(row, name)


def _cost_currency(row: Product, reader: Reader) -> Cell:
    return row.cost_currency if row.cost is not None else None


def _columns(reader: Reader) -> tuple[Column, ...]:
    paths = _paths()
    may_see = reader.user is None or access.of(reader.user).may(COSTS)
    of_prices = {one.name for one in importing.FIELDS if one.group == importing.PRICES}
    found = []
    for one in importing.FIELDS:
        name = one.name.removeprefix("product.")
        if one.right == COSTS and not may_see:
            continue
        if one.name in of_prices:
            value = _of_tiers(name)
        elif name == "category":
            value = lambda row, reader: paths.get(row.category_id, "")  # noqa: E731
        elif name == "supplier":
            value = lambda row, reader: row.supplier.name if row.supplier else ""  # noqa: E731
        else:
            value = _cost_currency if name == "cost_currency" else _of(name)
        found.append(Column(name, one.label, value, _WIDTHS.get(name, 14)))
    return (*found, *custom_columns(PRODUCT_KIND, reader))


def _paths() -> dict[int | None, str]:
    """Categories from the outside in, by id."""
    known = {one.pk: one for one in ProductCategory.objects.all()}

    def path(one: ProductCategory) -> str:
        above = known.get(one.parent_id or 0)
        return f"{path(above)} / {one}" if above else str(one)

    return {pk: path(one) for pk, one in known.items()}


def _sheets(reader: Reader, asked: Asked) -> Iterable[Sheet]:
    rows = products_seen(reader, asked).select_related("supplier").prefetch_related("tiers").order_by("code")
    yield Sheet(_("Products"), _columns(reader), rows.iterator(chunk_size=CHUNK))


def register_all() -> None:
    """Put the catalogue into the table."""
    register(
        Exportable("products", gettext_lazy("Products"), "box", products_seen, _sheets, is_of_customers=False)
    )
