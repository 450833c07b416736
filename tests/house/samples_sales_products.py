"""Products, suppliers and what they asked, to fill in addresses and to grow lists."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image

from genjin.sales.actions.price_tiers import set_tiers
from genjin.sales.actions.product_categories import add_category
from genjin.sales.actions.product_links import link_products
from genjin.sales.actions.product_pictures import add_pictures
from genjin.sales.actions.products import add_products
from genjin.sales.actions.suppliers import add_offers, add_suppliers
from genjin.sales.models import Product, ProductLink, Supplier


def picture(colour: str = "red") -> BytesIO:
    """A small picture of one colour."""
    made = BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    made.seek(0)
    return made


def samples(people: Any, moment: datetime) -> dict[str, Any]:
    """One of each, by the names that the addresses use."""
    who: dict[str, Any] = {"by": people.zhao, "at": moment}
    category = add_category(name_zh="阀门", name_en="Valves", parent_id=None, **who)
    supplier = add_suppliers(rows=[{"name": "Yuhuan Valve Factory", "city": "Yuhuan"}], **who)[0]
    rows: list[dict[str, Any]] = [
        {"code": "BV-50", "name_en": "Ball valve DN50", "name_zh": "球阀", "cost": Decimal("31.5"),
         "category_id": category.pk, "supplier_id": supplier.pk, "moq": Decimal(200)},
        {"code": "BV-80", "name_en": "Ball valve DN80"},
    ]  # fmt: skip
    product, other = add_products(rows=rows, **who)
    tier = {"currency": "USD", "incoterm": "FOB", "min_quantity": Decimal(200), "price": Decimal("5.2")}
    set_tiers(tiers={product.pk: [tier]}, **who)
    link_products(product_id=product.pk, kind=ProductLink.Kind.COMPLEMENTARY, others=[other.pk], **who)
    add_pictures(product_id=product.pk, pictures=[(picture(), "valve.png")], **who)
    asked = {
        "supplier_id": supplier.pk, "product_id": product.pk, "cost": Decimal(30),
        "offered_on": moment.date(),
    }  # fmt: skip
    offer = add_offers(rows=[asked], **who)[0]
    return {
        "products": product.pk, "categories": category.pk, "suppliers": supplier.pk,
        "supplier_offers": offer.pk, "picture": 0, "link_kind": "COMPLEMENTARY",
    }  # fmt: skip


def grow(people: Any, moment: datetime, number: int) -> None:
    """One more product, supplier, category, tier, link, offer and picture."""
    who: dict[str, Any] = {"by": people.zhao, "at": moment}
    first = Product.objects.get(code="BV-50")
    supplier = add_suppliers(rows=[{"name": f"Factory {number}"}], **who)[0]
    category = add_category(name_zh="", name_en=f"Sort {number}", parent_id=first.category_id, **who)
    common = Supplier.objects.get(name="Yuhuan Valve Factory").pk
    row: dict[str, Any] = {
        "code": f"GV-{number}", "name_en": f"Gate valve {number}", "category_id": category.pk,
        "supplier_id": common,
    }  # fmt: skip
    made = add_products(rows=[row], **who)[0]
    tiers = [
        {"currency": "USD", "incoterm": "FOB", "min_quantity": Decimal(least), "price": Decimal(5)}
        for least in range(1, number + 2)
    ]
    set_tiers(tiers={made.pk: tiers, first.pk: tiers}, **who)
    linked = [*first.links.values_list("other_id", flat=True), made.pk]
    link_products(product_id=first.pk, kind=ProductLink.Kind.COMPLEMENTARY, others=linked, **who)
    for product in (first, made):
        add_pictures(product_id=product.pk, pictures=[(picture("blue"), f"{number}.png")], **who)
    asked = {"product_id": first.pk, "cost": Decimal(30), "offered_on": moment.date()}
    add_offers(rows=[asked | {"supplier_id": pk} for pk in (supplier.pk, common)], **who)
