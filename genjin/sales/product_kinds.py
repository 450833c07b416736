"""What the register, the rail and the notices know of products, suppliers and price lists."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from genjin.customers.kinds import choice_labels, field_labels
from genjin.fields.kinds import FieldKind, register_fields
from genjin.fields.queries import searched_text
from genjin.people.models import User
from genjin.records.registry import RecordKind, register, register_teller
from genjin.sales.models import BelowFloor, Product, ProductCategory, Supplier
from genjin.sales.models.product import PRODUCT_KIND, SUPPLIER_KIND
from genjin.sales.product_rights import CostTeller
from genjin.web import navigation

CATEGORY_KIND = "sales.productcategory"
PRODUCT_WORDS = ("code", "name_en", "name_zh", "names", "model", "hs_code", "spec")
SUPPLIER_WORDS = ("name", "short_name", "contact_name", "city", "phone", "email")
OF_PRODUCTS = {
    "tiers": _("Price tiers"), "links_complementary": _("Goes with it"),
    "links_successor": _("Takes its place"), "below_floor": _("Price below the last deal price"),
    "below_floor_reason": _("Why it may be below"), "names": _("Names in further languages"),
}  # fmt: skip

ENTRIES = (
    navigation.Entry(
        "products", _("Products"), "sales:products", "box", order=42, keywords="产品 目录 catalogue product"
    ),
    navigation.Entry(
        "new product", _("New product"), "sales:add_product", "plus", place="palette", order=43,
    ),
    navigation.Entry(
        "suppliers", _("Suppliers"), "sales:suppliers", "factory", place="palette", order=44,
        keywords="工厂 供应商 factory supplier",
    ),
    navigation.Entry(
        "product categories", _("Product categories"), "sales:categories", "list", place="settings",
        order=153, keywords="分类 category",
    ),
    navigation.Entry(
        "sales bin", _("Recycle bin of orders and products"), "sales:bin", "trash", place="palette",
        right="recycle", order=91,
    ),
    navigation.Entry(
        "price list", _("Price list"), "sales:price_list", "file", place="palette", order=45,
        keywords="价格表 报价 price list",
    ),
    navigation.Entry(
        "catalogue", _("Product catalogue"), "sales:catalogue", "file", place="palette", order=46,
        keywords="目录 画册 catalogue pdf excel",
    ),
)  # fmt: skip


def _product_text(product: Product) -> tuple[str, str]:
    further = (
        product.name_zh if product.name_en else "", *product.names.values(), product.model, product.hs_code,
        product.spec,
    )  # fmt: skip
    title = f"{product.code} {product.name_en or product.name_zh}"
    return title, "\n".join(text for text in (product.code, *further) if text)


def _supplier_text(supplier: Supplier) -> tuple[str, str]:
    further = (supplier.short_name, supplier.contact_name, supplier.city, supplier.phone, supplier.email)
    return supplier.name, "\n".join(text for text in further if text)


_of_choices = choice_labels(Product)


def _product_value(name: str, value: Any) -> str:
    """Values of choices in words; the reason of a low price is none of the product's own columns."""
    if name == "below_floor_reason" and value in BelowFloor.values:
        return str(BelowFloor(value).label)
    return str(_of_choices(name, value))


def _categories(user: User) -> QuerySet[Any]:
    """Everybody who signs in may see these."""
    return ProductCategory.objects.all()


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    register(
        RecordKind(
            name=PRODUCT_KIND, label=_("Product"), plural=_("Products"), model=Product,
            visible_to=Product.objects.visible_to, title=lambda p: f"{p.code} {p.name_en or p.name_zh}",
            url_name="sales:product", icon="box", search_text=_product_text, search_fields=PRODUCT_WORDS,
            search_more=partial(searched_text, PRODUCT_KIND),
            field_labels=field_labels(Product) | OF_PRODUCTS, value_labels=_product_value,
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=SUPPLIER_KIND, label=_("Supplier"), plural=_("Suppliers"), model=Supplier,
            visible_to=Supplier.objects.visible_to, title=lambda s: s.name, url_name="sales:supplier",
            icon="factory", search_text=_supplier_text, search_fields=SUPPLIER_WORDS,
            field_labels=field_labels(Supplier),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=CATEGORY_KIND, label=_("Product category"), plural=_("Product categories"),
            model=ProductCategory, visible_to=_categories, title=str, icon="list",
            field_labels=field_labels(ProductCategory),
        )
    )  # fmt: skip
    register_fields(FieldKind(PRODUCT_KIND, _("Products"), Product))
    register_teller("cost", CostTeller)
    for entry in ENTRIES:
        navigation.register_entry(entry)
