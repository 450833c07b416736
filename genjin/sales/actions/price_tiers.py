"""Price tiers: what a product is offered at, as a whole table at once (D-8)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import batches, changed, check_fields, check_version, tell
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.people.choices import CURRENCIES
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.pricing import Tier, overlapping
from genjin.sales.models import PriceTier, Product
from genjin.sales.models.choices import OLD_INCOTERMS

FIELDS = ("currency", "incoterm", "incoterm_place", "min_quantity", "price", "valid_from", "valid_until")
MOST_TIERS = 200
"""Of one product."""


@transaction.atomic
def set_tiers(
    *,
    tiers: Mapping[int, Sequence[Mapping[str, Any]]],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> int:
    """Let each of these products have these tiers and no others; how many products changed.

    `tiers` maps the product's id to mappings of `FIELDS`. Raises `RowsRefused`, by the index over all tiers
    in their order, when values are wrong or two tiers say two prices for one quantity, term and day; then
    nothing is written. `expected_version` is for one product on a form.
    """
    drafts = {pk: [_draft(pk, row) for row in rows] for pk, rows in tiers.items()}
    problems = problems_of(drafts)
    if problems:
        raise RowsRefused(problems)
    count = 0
    for part in batches(list(drafts)):
        rows = Product.objects.alive().filter(pk__in=part)
        products = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if len(products) != len(part):
            raise Refused(_("A product is not there any more."))
        count += _replace(products, drafts, expected_version, by, at)
    return count


def check_tiers(tiers: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, str]]:
    """What `set_tiers` would refuse of the tiers of one product, by index."""
    return problems_of({0: [_draft(0, row) for row in tiers]})


def _draft(product_id: int, row: Mapping[str, Any]) -> PriceTier:
    known = {name: row[name] for name in FIELDS if row.get(name) is not None}
    if "currency" in known:
        known["currency"] = str(known["currency"]).strip().upper()
    return PriceTier(product_id=product_id, **known)


def problems_of(drafts: Mapping[int, Sequence[PriceTier]]) -> dict[int, dict[str, str]]:
    """What is wrong with unsaved tiers, by index over all of them."""
    problems: dict[int, dict[str, str]] = {}
    start = 0
    for rows in drafts.values():
        for place, tier in enumerate(rows):
            if wrong := _problems(tier):
                problems[start + place] = wrong
        if len(rows) > MOST_TIERS:
            problems.setdefault(start, {})["price"] = _("At most %(n)d tiers.") % {"n": MOST_TIERS}
        elif not any(start + place in problems for place in range(len(rows))):
            for first, second in overlapping([as_tier(tier) for tier in rows]):
                said = _("Row %(row)d says another price for the same quantity, term and days.")
                problems.setdefault(start + second, {})["price"] = said % {"row": first + 1}
        start += len(rows)
    return problems


def _problems(tier: PriceTier) -> dict[str, str]:
    wrong = {}
    try:
        check_fields(tier)
    except Refused as refused:
        wrong = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    if tier.currency not in CURRENCIES:
        wrong["currency"] = _("Choose a currency of the list.")
    if tier.incoterm in OLD_INCOTERMS:
        wrong["incoterm"] = _("This Incoterm is no longer offered.")
    for name in ("price", "min_quantity"):
        value = getattr(tier, name)
        if name not in wrong and (not isinstance(value, Decimal) or value <= 0):
            wrong[name] = _("This must be more than 0.")
    begin, end = tier.valid_from, tier.valid_until
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        wrong["valid_until"] = _("The end lies before the beginning.")
    return wrong


def as_tier(tier: PriceTier) -> Tier:
    """The tier as the rules know it."""
    return Tier(
        tier.currency, tier.incoterm, tier.min_quantity, tier.price, tier.valid_from, tier.valid_until
    )


def _replace(
    products: Sequence[Product],
    drafts: Mapping[int, Sequence[PriceTier]],
    expected_version: int | None,
    by: User | None,
    at: datetime,
) -> int:
    before: dict[int, list[PriceTier]] = {product.pk: [] for product in products}
    for tier in PriceTier.objects.filter(product__in=before):
        before[tier.product_id].append(tier)
    written, moved = [], []
    fresh: list[PriceTier] = []
    for product in products:
        was, now = _texts(before[product.pk]), _texts(drafts[product.pk])
        if was == now:
            continue
        check_version(product, expected_version, {})
        product.version += 1
        moved.append(product)
        fresh += drafts[product.pk]
        written.append(changed(product, "change", {"tiers": (was, now)}))
    PriceTier.objects.filter(product__in=moved).delete()
    bulk.insert(fresh)
    bulk.update(moved, ["version"])
    tell(written, by=by, at=at)
    return len(moved)


def _texts(tiers: Sequence[PriceTier]) -> list[str]:
    """Tiers as the journal keeps and compares them."""
    return sorted(_text(tier) for tier in tiers)


def held_texts(product: Product) -> list[str]:
    """The tiers of a product as the journal keeps them."""
    return _texts(list(PriceTier.objects.filter(product=product)))


_TEXT = re.compile(
    r"(?P<incoterm>[A-Z]{3})(?: (?P<incoterm_place>.*))? (?P<currency>[A-Z]{3}) ≥(?P<min_quantity>[\d.]+): "
    r"(?P<price>[\d.]+)(?: (?P<valid_from>[\d-]*)–(?P<valid_until>[\d-]*))?"
)


def tier_in(text: str) -> dict[str, Any]:
    """What `set_tiers` takes, from how the journal keeps it."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    found: dict[str, Any] = {name: value for name, value in match.groupdict().items() if value}
    found |= {name: Decimal(found[name]) for name in ("min_quantity", "price")}
    days = {name: date.fromisoformat(found[name]) for name in ("valid_from", "valid_until") if name in found}
    return found | days


def _text(tier: PriceTier) -> str:
    days = f" {tier.valid_from or ''}–{tier.valid_until or ''}" if tier.valid_from or tier.valid_until else ""
    terms = f"{tier.incoterm} {tier.incoterm_place}".strip()
    quantity, price = tier.min_quantity.normalize(), tier.price.normalize()
    return f"{terms} {tier.currency} ≥{quantity:f}: {price:f}{days}"
