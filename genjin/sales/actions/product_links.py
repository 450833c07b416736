"""What goes with a product, and what takes its place (003-40)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_members, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.models import Product, ProductLink


@transaction.atomic
def link_products(
    *,
    product_id: int,
    kind: ProductLink.Kind,
    others: Collection[int],
    by: User | None,
    at: datetime,
    expected: Collection[int] | None = None,
) -> Product:
    """Say what goes with a product, or takes its place: these and no others.

    `expected` are those that the doer knew; raises `Conflict` when somebody changed them meanwhile.
    """
    product = locked(Product.objects.alive(), product_id)
    links = ProductLink.objects.filter(product=product, kind=kind)
    there = set(links.values_list("other_id", flat=True))
    check_members(product, "others", expected, there)
    wanted = set(Product.objects.alive().filter(pk__in=list(others)).values_list("pk", flat=True))
    if product.pk in wanted:
        raise Refused({"others": _("A product cannot be linked to itself.")})
    if there == wanted:
        return product
    links.filter(other__in=there - wanted).delete()
    bulk.insert([ProductLink(product=product, other_id=pk, kind=kind) for pk in sorted(wanted - there)])
    codes = dict(Product.objects.filter(pk__in=there | wanted).values_list("pk", "code"))
    pair = (sorted(codes[pk] for pk in there), sorted(codes[pk] for pk in wanted))
    tell([changed(product, "change", {f"links_{kind.value.lower()}": pair})], by=by, at=at)
    return product
