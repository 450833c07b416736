"""Products: making many at once, changing one, the recycle bin (D-8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.actions.basis import batches, changed, check_fields, locked, take_changes, tell
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.fields import value_actions as fields
from genjin.people.choices import CURRENCIES
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.units import UNITS, unit_code
from genjin.sales.models import Product, ProductCategory, Supplier
from genjin.sales.models.product import PRODUCT_KIND
from genjin.sales.product_rights import JOURNALED, knows_costs

FIELDS = (
    "code", "name_en", "name_zh", "names", "category_id", "spec", "model", "colour", "unit", "moq",
    "hs_code", "vat_rate", "tax_refund_rate", "packing", "units_per_carton", "carton_length",
    "carton_width", "carton_height", "gross_weight", "net_weight", "cost", "cost_currency", "supplier_id",
    "lead_time_days", "is_active",
)  # fmt: skip
OF_COSTS = ("cost", "cost_currency")
"""What only those with the right to see costs may give."""
POSITIVE = (
    "moq", "units_per_carton", "carton_length", "carton_width", "carton_height", "gross_weight",
    "net_weight", "cost",
)  # fmt: skip
RATES = ("vat_rate", "tax_refund_rate")
HS_CODE = re.compile(r"\d{4,14}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?", re.IGNORECASE)
NAME_LONGEST = 200
UNIT_CODES = frozenset(unit.code for unit in UNITS)
TAKEN = gettext_lazy("There is a product with this code already.")


@transaction.atomic
def add_products(*, rows: Sequence[Mapping[str, Any]], by: User | None, at: datetime) -> list[Product]:
    """Make products from mappings of `FIELDS` and custom fields, in their order.

    Raises `RowsRefused`; then nothing is written. Codes differ whatever their letters' case; a code of the
    recycle bin is free.
    """
    made, problems = _prepared(rows, by, at)
    if problems:
        raise RowsRefused(problems)
    try:
        with transaction.atomic():
            bulk.insert(made)
    except IntegrityError:
        # Another one took a code between the look and the write.
        raise RowsRefused(_taken(made) or {0: {"code": str(TAKEN)}}) from None
    told = [changed(product, "create", _told_of_new(product)) for product in made]
    tell(told, by=by, at=at, made=made)
    return made


def check_products(
    *, rows: Sequence[Mapping[str, Any]], by: User | None, at: datetime
) -> Mapping[int, Mapping[str, str]]:
    """What `add_products` would refuse of these rows, by index; writes nothing."""
    return _prepared(rows, by, at)[1]


def _prepared(
    rows: Sequence[Mapping[str, Any]], by: User | None, at: datetime
) -> tuple[list[Product], dict[int, dict[str, str]]]:
    custom, problems = fields.cleaned(PRODUCT_KIND, rows)
    made = []
    for index, row in enumerate(rows):
        product, wrong = _draft(row, at, may_cost=knows_costs(by, at))
        fields.put_all(product, custom[index])
        made.append(product)
        if wrong:
            problems.setdefault(index, {}).update(wrong)
    for part in (_taken(made), _strangers(made)):
        for index, wrong in part.items():
            problems.setdefault(index, {}).update(wrong)
    return made, problems


def _draft(row: Mapping[str, Any], at: datetime, *, may_cost: bool) -> tuple[Product, dict[str, str]]:
    """The unsaved product of one row and what is wrong with its values."""
    known = {name: _plain(name, row[name]) for name in FIELDS if name in row}
    product = bulk.fresh(Product, created_at=at, **known)
    wrong = _problems(product)
    if not may_cost and any(known.get(name) not in (None, "", "CNY") for name in OF_COSTS):
        wrong["cost"] = _("This needs the right to see costs.")
    return product, wrong


def _plain(name: str, value: Any) -> Any:
    """A value as it is kept: without blanks around it, units by their code."""
    if isinstance(value, str):
        value = " ".join(value.split()) if name in ("code", "name_en", "name_zh") else value.strip()
    if name == "unit" and unit_code(value or "") in UNIT_CODES:
        return unit_code(value)
    if name == "hs_code":
        return re.sub(r"[\s.]", "", value or "")
    return value


def _problems(product: Product) -> dict[str, str]:
    """What is wrong with the values of one product, by field."""
    wrong = {}
    try:
        check_fields(product)
    except Refused as refused:
        wrong = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    for name in POSITIVE:
        value = getattr(product, name)
        if name not in wrong and value is not None and value <= 0 and not (name == "cost" and value == 0):
            wrong[name] = _("This must be more than 0.")
    for name in RATES:
        if name not in wrong and not 0 <= getattr(product, name) <= 100:
            wrong[name] = _("Between 0 and 100.")
    if "tax_refund_rate" not in wrong and not wrong and product.tax_refund_rate > product.vat_rate:
        wrong["tax_refund_rate"] = _("No more than the VAT rate can be refunded.")
    if product.hs_code and not HS_CODE.fullmatch(product.hs_code):
        wrong["hs_code"] = _("An HS code has 4 to 14 digits.")
    if product.cost_currency not in CURRENCIES:
        wrong["cost_currency"] = _("Choose a currency of the list.")
    gross, net = product.gross_weight, product.net_weight
    if (
        gross is not None
        and net is not None
        and not {"gross_weight", "net_weight"} & wrong.keys()
        and net > gross
    ):
        wrong["net_weight"] = _("The net weight cannot exceed the gross weight.")
    return wrong | _wrong_names(product.names)


def _wrong_names(names: Any) -> dict[str, str]:
    is_fine = isinstance(names, Mapping) and all(
        isinstance(text, str) and LANGUAGE.fullmatch(str(code)) and 0 < len(text) <= NAME_LONGEST
        for code, text in names.items()
    )
    return {} if is_fine else {"names": _("A name in a further language has at most 200 characters.")}


def _taken(made: Sequence[Product], *, but_for: int | None = None) -> dict[int, dict[str, str]]:
    """Which of these codes stand twice, here or in the catalogue."""
    codes = [product.code.casefold() for product in made]
    others = Product.objects.alive().annotate(low=Lower("code"))
    if but_for is not None:
        others = others.exclude(pk=but_for)
    # SQLite lowers plain letters only, so both ways of writing are asked for.
    asked = sorted(set(codes) | {product.code.lower() for product in made})
    known = {
        code.casefold()
        for part in _parts(asked)
        for code in others.filter(low__in=part).values_list("code", flat=True)
    }
    first: dict[str, int] = {}
    wrong = {}
    for index, code in enumerate(codes):
        if code in known:
            wrong[index] = {"code": str(TAKEN)}
        elif code and first.setdefault(code, index) != index:
            row = first[code] + 1
            wrong[index] = {"code": _("This code stands in row %(row)d already.") % {"row": row}}
    return wrong


def _parts(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _strangers(made: Sequence[Product]) -> dict[int, dict[str, str]]:
    """Which of these name a category or a supplier that there is not."""
    wrong: dict[int, dict[str, str]] = {}
    for model, column, name in (
        (ProductCategory, "category_id", "category"),
        (Supplier, "supplier_id", "supplier"),
    ):
        wanted = {getattr(one, column) for one in made} - {None}
        rows: Any = model._default_manager.filter(pk__in=wanted)
        known = set(rows.values_list("pk", flat=True)) if wanted else set()
        for index, product in enumerate(made):
            if getattr(product, column) is not None and getattr(product, column) not in known:
                wrong.setdefault(index, {})[name] = _("This is not there any more.")
    return wrong


def _told_of_new(product: Product) -> dict[str, tuple[Any, Any]]:
    blank = Product()
    pairs = {
        name: (None, getattr(product, name))
        for name in FIELDS
        if getattr(product, name) != getattr(blank, name)
    }
    return told(pairs) | fields.told(product)


def told(difference: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """What the journal keeps of a difference: costs under names that only eyes with the right read."""
    return {JOURNALED.get(name, name): pair for name, pair in difference.items()}


def add_product(*, row: Mapping[str, Any], by: User | None, at: datetime) -> Product:
    """Make one product; raises `Refused` by field."""
    try:
        return add_products(rows=[row], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


@transaction.atomic
def change_product(
    *,
    product_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Product:
    """Change fields of a product, custom ones too; raises `Refused` by field, `Conflict` by version."""
    product = locked(Product.objects.alive(), product_id)
    custom, wrong_values = fields.cleaned(PRODUCT_KIND, [changes])
    wanted = {name: _plain(name, changes[name]) for name in FIELDS if name in changes} | custom[0]
    difference = take_changes(product, wanted, expected=expected_version)
    if not difference:
        return product
    wrong = wrong_values.get(0, {}) | _problems(product)
    if "code" in difference:
        wrong |= _taken([product], but_for=product.pk).get(0, {})
    if not knows_costs(by, at) and any(name in difference for name in OF_COSTS):
        wrong["cost"] = _("This needs the right to see costs.")
    wrong |= _strangers([product]).get(0, {})
    if wrong:
        raise Refused(dict(wrong))
    product.version += 1
    try:
        with transaction.atomic():
            product.save(update_fields=[*fields.columns_of(difference), "version"])
    except IntegrityError:
        raise Refused({"code": str(TAKEN)}) from None
    tell([changed(product, "change", told(difference))], by=by, at=at)
    return product


@transaction.atomic
def recycle_products(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Put products into the recycle bin, where those in quotations and orders stay readable; how many."""
    return _bin(Product.objects.alive(), ids, "recycle", at, by=by, at=at)


@transaction.atomic
def restore_products(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Take products out of the recycle bin; `Refused` while another one has such a code."""
    rows = list(Product.objects.filter(pk__in=list(ids), deleted_at__isnull=False))
    if wrong := _taken(rows):
        codes = ", ".join(rows[index].code for index in wrong)
        raise Refused(_("These codes are taken by now: %(codes)s.") % {"codes": codes[:200]})
    return _bin(Product.objects.filter(deleted_at__isnull=False), ids, "restore", None, by=by, at=at)


def _bin(
    rows: Any, ids: Collection[int], verb: str, deleted_at: datetime | None, *, by: User | None, at: datetime
) -> int:
    count = 0
    for part in batches(list(ids)):
        products = list(rows.filter(pk__in=part).select_for_update(of=("self",)).order_by("pk"))
        for product in products:
            product.deleted_at = deleted_at
            product.version += 1
        bulk.update(products, ["deleted_at", "version"])
        tell([changed(product, verb, {}) for product in products], by=by, at=at)
        count += len(products)
    return count


@transaction.atomic
def set_active(*, ids: Collection[int], is_active: bool, by: User | None, at: datetime) -> int:
    """Put products on sale or take them off it; how many were moved."""
    count = 0
    for part in batches(list(ids)):
        rows = Product.objects.alive().filter(pk__in=part).exclude(is_active=is_active)
        products = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for product in products:
            product.is_active = is_active
            product.version += 1
        bulk.update(products, ["is_active", "version"])
        moved = {"is_active": (not is_active, is_active)}
        tell([changed(product, "change", moved) for product in products], by=by, at=at)
        count += len(products)
    return count
