"""Forms of products, their price tiers, links, pictures and categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from genjin.fields.forms import CustomFieldsMixin, NumberField
from genjin.fields.models import CustomField
from genjin.files.forms import FilesField
from genjin.people.choices import currencies
from genjin.sales.models import Incoterm, Product, ProductCategory, ProductLink, Supplier
from genjin.sales.models.choices import OLD_INCOTERMS
from genjin.sales.product_tree import category_choices
from genjin.web.forms import Combo, ComboMany, DateField, Form, LongTextField, RowsField, TextField
from genjin.web.versions import VersionedForm

NOTHING = ("", "—")
LANGUAGES = {
    "es": _("Name in Spanish"), "fr": _("Name in French"), "de": _("Name in German"),
    "pt": _("Name in Portuguese"), "ru": _("Name in Russian"), "ar": _("Name in Arabic"),
}  # fmt: skip
"""Further languages that the form asks for; an import may bring others, which stay."""


def trimmed(value: Any) -> Any:
    """A stored number without the zeros that only fill its column."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


def incoterms() -> list[tuple[str, str]]:
    """The terms that are still offered."""
    return [(value, str(label)) for value, label in Incoterm.choices if value not in OLD_INCOTERMS]


class ProductForm(CustomFieldsMixin, VersionedForm):
    """Everything of a product but its prices, links and pictures; costs with the right only."""

    code = TextField(label=_("Product code"), max_length=60)
    name_en = TextField(label=_("Name in English"), max_length=200)
    name_zh = TextField(label=_("Name in Chinese"), max_length=200, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    model = TextField(label=_("Model"), max_length=80, required=False)
    colour = TextField(label=_("Colour"), max_length=60, required=False)
    spec = LongTextField(label=_("Specification"), max_length=5000, required=False, rows=3)
    unit = TextField(label=_("Unit"), max_length=16, initial="pcs")
    moq = NumberField(label=_("Minimum order quantity"), max_digits=14, decimal_places=3, required=False)
    lead_time_days = forms.IntegerField(
        label=_("Lead time (days)"), min_value=0, max_value=1000, required=False
    )
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)
    packing = TextField(label=_("Packing"), max_length=200, required=False)
    units_per_carton = forms.IntegerField(
        label=_("Units per carton"), min_value=1, max_value=1_000_000, required=False
    )
    carton_length = NumberField(label=_("Carton length (cm)"), max_digits=7, decimal_places=2, required=False)
    carton_width = NumberField(label=_("Carton width (cm)"), max_digits=7, decimal_places=2, required=False)
    carton_height = NumberField(label=_("Carton height (cm)"), max_digits=7, decimal_places=2, required=False)
    gross_weight = NumberField(
        label=_("Gross weight per carton (kg)"), max_digits=9, decimal_places=3, required=False
    )
    net_weight = NumberField(
        label=_("Net weight per carton (kg)"), max_digits=9, decimal_places=3, required=False
    )
    hs_code = TextField(label=_("HS code"), max_length=20, required=False)
    vat_rate = NumberField(label=_("VAT rate (%)"), max_digits=5, decimal_places=2, initial=Decimal(13))
    tax_refund_rate = NumberField(
        label=_("Tax refund rate (%)"), max_digits=5, decimal_places=2, initial=Decimal(13)
    )
    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(), required=False,
        widget=Combo(source=reverse_lazy("sales:supplier_choices")),
    )  # fmt: skip
    cost = NumberField(label=_("Cost with VAT per unit"), max_digits=14, decimal_places=4, required=False)
    cost_currency = forms.ChoiceField(label=_("Currency of the cost"), initial="CNY", required=False)

    def __init__(
        self,
        *args: Any,
        product: Product,
        knows_costs: bool,
        categories: Sequence[ProductCategory],
        custom: Sequence[CustomField] = (),
        **options: Any,
    ) -> None:
        self.others = {code: name for code, name in product.names.items() if code not in LANGUAGES}
        current = {
            name: trimmed(getattr(product, name))
            for name in self.base_fields
            if hasattr(product, name) and name not in ("category", "supplier")
        }
        current |= {f"name_{code}": product.names.get(code, "") for code in LANGUAGES}
        current |= {"category": str(product.category_id or ""), "supplier": product.supplier_id}
        if not knows_costs:
            for name in ("cost", "cost_currency"):
                current.pop(name)
        super().__init__(*args, current=current, version=product.version, **options)
        fields: dict[str, Any] = self.fields
        for code, label in LANGUAGES.items():
            fields[f"name_{code}"] = TextField(label=label, max_length=200, required=False)
        fields["category"].choices = [NOTHING, *category_choices(categories)]
        fields["supplier"].queryset = Supplier.objects.filter(Q(deleted_at=None) | Q(pk=product.supplier_id))
        fields["unit"].widget.attrs["list"] = "units"
        fields["cost_currency"].choices = currencies()
        if not knows_costs:
            del fields["cost"], fields["cost_currency"]
        self.take_fields(custom, product if product.pk else None)

    @property
    def languages(self) -> list[forms.BoundField]:
        """The names in further languages, to be rendered."""
        return [self[f"name_{code}"] for code in LANGUAGES]

    def changes(self) -> dict[str, Any]:
        """What `change_product` and `add_product` take."""
        data = dict(self.cleaned_data)
        data["category_id"] = int(data.pop("category") or 0) or None
        supplier = data.pop("supplier")
        data["supplier_id"] = getattr(supplier, "pk", supplier)
        names = {code: data.pop(f"name_{code}") for code in LANGUAGES}
        data["names"] = self.others | {code: name for code, name in names.items() if name}
        if "cost_currency" in data:
            data["cost_currency"] = data["cost_currency"] or "CNY"
        return data


class ProductFilter(Form):
    """What the list of products is narrowed by."""

    q = TextField(label=_("Search"), max_length=100, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.none(), required=False)
    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=[("", _("On sale")), ("off", _("Not on sale")), ("all", _("All products"))],
    )  # fmt: skip

    def __init__(self, *args: Any, categories: Sequence[ProductCategory], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", _("All categories")), *category_choices(categories)]
        fields["supplier"].queryset = Supplier.objects.alive()


class TierForm(Form):
    """One row of the table of prices."""

    currency = forms.ChoiceField(label=_("Currency"))
    incoterm = forms.ChoiceField(label=_("Incoterm"))
    incoterm_place = TextField(label=_("Place"), max_length=80, required=False)
    min_quantity = NumberField(label=_("From quantity"), max_digits=14, decimal_places=3)
    price = NumberField(label=_("Unit price"), max_digits=14, decimal_places=4)
    valid_from = DateField(label=_("Valid from"), required=False)
    valid_until = DateField(label=_("Valid until"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["currency"].choices = currencies()
        fields["incoterm"].choices = incoterms()
        fields["incoterm_place"].widget.attrs["list"] = "ports"
        for field in fields.values():  # the rows show no labels of their own
            field.widget.attrs["aria-label"] = field.label


def tiers_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Tiers as one comparable text, for edits at the same time."""
    return "; ".join(
        sorted(
            " ".join(str(trimmed(row.get(name)) or "") for name in TierForm.base_fields)
            for row in rows
            if row.get("price") not in (None, "")
        )
    )


class TiersForm(VersionedForm):
    """The table of prices as a whole; the rows are forms of their own."""

    tiers_shown = forms.CharField(
        label=_("Price tiers"), required=False, max_length=40_000, widget=forms.HiddenInput
    )


class LinksForm(VersionedForm):
    """What goes with a product, or takes its place."""

    others = RowsField(
        label=_("Products"), queryset=Product.objects.none(), required=False,
        widget=ComboMany(source=reverse_lazy("sales:product_choices")),
    )  # fmt: skip

    def __init__(self, *args: Any, product: Product, kind: ProductLink.Kind, **options: Any) -> None:
        chosen = Product.objects.filter(linked_from__product=product, linked_from__kind=kind)
        current = {"others": chosen}
        known = ",".join(str(pk) for pk in sorted(chosen.values_list("pk", flat=True)))
        super().__init__(*args, current=current, version=known, **options)
        fields: dict[str, Any] = self.fields
        fields["others"].queryset = Product.objects.alive()
        fields["others"].label = kind.label


class PicturesForm(Form):
    """Pictures to be put to a product."""

    pictures = FilesField(label=_("Pictures"))


class CategoryForm(VersionedForm):
    """A category of products."""

    name_zh = TextField(label=_("Name in Chinese"), max_length=80, required=False)
    name_en = TextField(label=_("Name in English"), max_length=80, required=False)
    parent = forms.ChoiceField(label=_("Lies within"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        category: ProductCategory,
        categories: Sequence[ProductCategory],
        **options: Any,
    ) -> None:
        current = {
            "name_zh": category.name_zh, "name_en": category.name_en,
            "parent": str(category.parent_id or ""), "is_active": category.is_active,
        }  # fmt: skip
        super().__init__(*args, current=current, version=category.version, **options)
        fields: dict[str, Any] = self.fields
        others = [one for one in categories if one.pk != category.pk]
        fields["parent"].choices = [NOTHING, *category_choices(others)]

    def changes(self) -> dict[str, Any]:
        """What `change_category` takes."""
        data = dict(self.cleaned_data)
        data["parent_id"] = int(data.pop("parent") or 0) or None
        return data
