"""Products as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.files.models import Attachment
from genjin.sales import product_queries as queries
from genjin.sales.actions.price_tiers import as_tier
from genjin.sales.models import PriceTier, Product, ProductLink
from genjin.sales.pick_lists import unit_name


def number(value: Decimal | int | None) -> str:
    """A number without the zeros that only fill its column, its thousands grouped."""
    if value is None:
        return ""
    return f"{Decimal(value).normalize():,f}"


@dataclass(frozen=True)
class ProductCells:
    """One row of the list."""

    product: Product
    picture: Attachment | None
    price: str

    @property
    def moq(self) -> str:
        """The least quantity, with its unit."""
        return quantity(self.product.moq, self.product.unit)

    @property
    def carton(self) -> str:
        """How it is packed, in short."""
        return carton(self.product)

    @property
    def cost(self) -> str:
        """For eyes with the right only; the view leaves the column out for others."""
        found = self.product
        return f"{found.cost_currency} {number(found.cost)}" if found.cost is not None else ""


def cells(rows: Sequence[Product], *, today: date) -> list[ProductCells]:
    """What a page of the list shows: pictures and prices in one question each."""
    ids = [row.pk for row in rows]
    pictures, tiers = queries.main_pictures(ids), queries.tiers_of(ids)
    return [
        ProductCells(row, pictures.get(row.pk), price_text(queries.cheapest(tiers.get(row.pk, ()), today)))
        for row in rows
    ]


def price_text(tier: PriceTier | None) -> str:
    """A price with its currency and term."""
    return f"{tier.currency} {price(tier.price)} {tier.incoterm}" if tier else ""


def price(value: Decimal) -> str:
    """A unit price: two digits, further ones only if they say something."""
    short = value.quantize(Decimal("0.01"))
    return f"{short:,}" if short == value else f"{value.normalize():,f}"


def quantity(value: Decimal | None, unit: str) -> str:
    """A quantity with its unit."""
    return f"{number(value)} {unit_name(unit)}" if value is not None else ""


def carton(product: Product) -> str:
    """Units, sides and volume of a carton, as far as they are known."""
    parts = []
    if product.units_per_carton:
        parts.append(f"{product.units_per_carton} {unit_name(product.unit)}")
    sides = (product.carton_length, product.carton_width, product.carton_height)
    if all(sides):
        parts.append(" × ".join(number(side) for side in sides) + " cm")
    if volume := product.carton_volume:
        parts.append(f"{number(volume.quantize(Decimal('0.0001')))} CBM")
    return " · ".join(parts)


def facts(product: Product) -> list[tuple[Any, str]]:
    """What is known of a product, label and value, what is empty left out."""
    weights = (
        (_("Gross weight per carton"), product.gross_weight),
        (_("Net weight per carton"), product.net_weight),
    )
    rows: list[tuple[Any, str]] = [
        (_("Model"), product.model),
        (_("Colour"), product.colour),
        (_("Unit"), unit_name(product.unit)),
        (_("Minimum order quantity"), quantity(product.moq, product.unit)),
        (_("Lead time"), _("%(n)d days") % {"n": product.lead_time_days} if product.lead_time_days else ""),
        (_("Packing"), product.packing),
        (_("Carton"), carton(product)),
        *((label, f"{number(value)} kg" if value is not None else "") for label, value in weights),
        (_("HS code"), product.hs_code),
        (_("VAT and tax refund"), f"{number(product.vat_rate)} % · {number(product.tax_refund_rate)} %"),
    ]
    return [(label, value) for label, value in rows if value]


@dataclass(frozen=True)
class TierRow:
    """One price of the table on a product's page."""

    tier: PriceTier
    is_valid: bool

    @property
    def price(self) -> str:
        """The unit price with its currency."""
        return f"{self.tier.currency} {price(self.tier.price)}"

    @property
    def least(self) -> str:
        """From which quantity on."""
        return number(self.tier.min_quantity)


def tier_rows(product: Product, today: date) -> list[TierRow]:
    """All prices of a product, those that do not hold today too."""
    rows = product.tiers.order_by(
        "currency", "incoterm", "incoterm_place", "min_quantity", "valid_from", "pk"
    )
    return [TierRow(tier, as_tier(tier).holds_on(today)) for tier in rows]


@dataclass(frozen=True)
class LinkGroup:
    """Products linked in one way."""

    kind: str
    label: Any
    products: list[Product]
    backwards: list[Product]


def link_groups(product: Product) -> list[LinkGroup]:
    """What goes with a product and what takes its place; and the other way round. Two questions."""
    ahead = list(product.links.filter(other__deleted_at=None).select_related("other"))
    back = list(product.linked_from.filter(product__deleted_at=None).select_related("product"))
    return [
        LinkGroup(
            kind.value, kind.label,
            [link.other for link in ahead if link.kind == kind],
            [link.product for link in back if link.kind == kind],
        )
        for kind in ProductLink.Kind
    ]  # fmt: skip
