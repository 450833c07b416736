"""Suppliers: a light record, and what they asked for which product (D-26)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    batches,
    changed,
    check_fields,
    keep,
    locked,
    require,
    take_changes,
    tell,
)
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.people.choices import CURRENCIES
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.models import Product, Supplier, SupplierOffer
from genjin.sales.product_rights import COSTS

FIELDS = (
    "name", "short_name", "contact_name", "phone", "email", "city", "lead_time_days", "remarks",
)  # fmt: skip
OF_OFFERS = ("cost", "currency", "min_quantity", "lead_time_days", "offered_on")


@transaction.atomic
def add_suppliers(*, rows: Sequence[Mapping[str, Any]], by: User | None, at: datetime) -> list[Supplier]:
    """Make suppliers from mappings of `FIELDS`; raises `RowsRefused`, then nothing is written."""
    made, problems = [], {}
    for index, row in enumerate(rows):
        known = {name: _stripped(row[name]) for name in FIELDS if name in row}
        made.append(bulk.fresh(Supplier, created_at=at, **known))
        if wrong := _problems(made[-1]):
            problems[index] = wrong
    if problems:
        raise RowsRefused(problems)
    bulk.insert(made)
    blank = Supplier()
    told = [
        changed(
            one, "create",
            {n: (None, getattr(one, n)) for n in FIELDS if getattr(one, n) != getattr(blank, n)},
        )
        for one in made
    ]  # fmt: skip
    tell(told, by=by, at=at, made=made)
    return made


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _problems(supplier: Supplier) -> dict[str, str]:
    wrong = {}
    try:
        check_fields(supplier)
    except Refused as refused:
        wrong = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    if supplier.email and "email" not in wrong:
        try:
            validate_email(supplier.email)
        except ValidationError:
            wrong["email"] = _("This is not an e-mail address.")
    return wrong


def add_supplier(*, row: Mapping[str, Any], by: User | None, at: datetime) -> Supplier:
    """Make one supplier; raises `Refused` by field."""
    try:
        return add_suppliers(rows=[row], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


@transaction.atomic
def change_supplier(
    *,
    supplier_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> Supplier:
    """Change fields of a supplier; raises `Refused` by field, `Conflict` by version."""
    supplier = locked(Supplier.objects.alive(), supplier_id)
    wanted = {name: _stripped(changes[name]) for name in FIELDS if name in changes}
    difference = take_changes(supplier, wanted, expected=expected_version)
    if difference:
        if wrong := _problems(supplier):
            raise Refused(dict(wrong))
        keep(supplier, difference, by=by, at=at)
    return supplier


@transaction.atomic
def recycle_suppliers(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Put suppliers into the recycle bin; products and nodes keep naming them. How many."""
    return _bin(Supplier.objects.alive(), ids, "recycle", at, by=by, at=at)


@transaction.atomic
def restore_suppliers(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Take suppliers out of the recycle bin; how many."""
    return _bin(Supplier.objects.filter(deleted_at__isnull=False), ids, "restore", None, by=by, at=at)


def _bin(
    rows: Any, ids: Collection[int], verb: str, deleted_at: datetime | None, *, by: User | None, at: datetime
) -> int:
    count = 0
    for part in batches(list(ids)):
        suppliers = list(rows.filter(pk__in=part).select_for_update(of=("self",)).order_by("pk"))
        for supplier in suppliers:
            supplier.deleted_at = deleted_at
            supplier.version += 1
        bulk.update(suppliers, ["deleted_at", "version"])
        tell([changed(supplier, verb, {}) for supplier in suppliers], by=by, at=at)
        count += len(suppliers)
    return count


@transaction.atomic
def add_offers(*, rows: Sequence[Mapping[str, Any]], by: User, at: datetime) -> list[SupplierOffer]:
    """Keep what factories asked: mappings of `OF_OFFERS`, `supplier_id` and `product_id`.

    Needs the right to see costs. Raises `RowsRefused`; then nothing is written.
    """
    require(by, COSTS, at)
    made, problems = [], {}
    for index, row in enumerate(rows):
        known = {name: row[name] for name in OF_OFFERS if row.get(name) is not None}
        offer = SupplierOffer(supplier_id=row["supplier_id"], product_id=row["product_id"], by=by, **known)
        made.append(offer)
        if wrong := _offer_problems(offer):
            problems[index] = wrong
    if problems:
        raise RowsRefused(problems)
    bulk.insert(made)
    products = {one.pk: one for one in Product.objects.filter(pk__in={offer.product_id for offer in made})}
    suppliers = {one.pk: str(one) for one in Supplier.objects.filter(pk__in={o.supplier_id for o in made})}
    told = [
        changed(
            products[offer.product_id], "change",
            {"cost.offer": (None, f"{suppliers[offer.supplier_id]}: {offer.cost} {offer.currency}")},
        )
        for offer in made
    ]  # fmt: skip
    tell(told, by=by, at=at)
    return made


def _offer_problems(offer: SupplierOffer) -> dict[str, str]:
    wrong = {}
    try:
        check_fields(offer)
    except Refused as refused:
        wrong = {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    for name in ("cost", "min_quantity"):
        value = getattr(offer, name)
        if name not in wrong and (not isinstance(value, Decimal) or value <= 0):
            wrong[name] = _("This must be more than 0.")
    if offer.currency not in CURRENCIES:
        wrong["currency"] = _("Choose a currency of the list.")
    if not Supplier.objects.alive().filter(pk=offer.supplier_id).exists():
        wrong["supplier"] = _("This is not there any more.")
    return wrong


@transaction.atomic
def remove_offer(*, offer_id: int, by: User | None, at: datetime) -> None:
    """Take away a cost quotation that was entered by mistake."""
    require(by, COSTS, at)
    offer = locked(SupplierOffer.objects.select_related("supplier", "product"), offer_id)
    said = (f"{offer.supplier}: {offer.cost} {offer.currency}", None)
    tell([changed(offer.product, "change", {"cost.offer": said})], by=by, at=at)
    offer.delete()
