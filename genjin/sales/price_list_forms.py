"""Forms of price lists and catalogues."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.models import Customer
from genjin.people.choices import currencies
from genjin.people.models import User
from genjin.sales.documents.words import LANGUAGES
from genjin.sales.models import BelowFloor, Product, ProductCategory
from genjin.sales.price_lists import LAST_PRICE, LEAVE_OUT
from genjin.sales.product_forms import incoterms
from genjin.sales.product_tree import category_choices
from genjin.web.forms import Checks, Combo, ComboMany, DateField, Form, RowsField, TextField

MOST_BREAKS = 6
FORMATS = [("pdf", "PDF"), ("xlsx", "Excel")]


class QuantitiesField(TextField):
    """Several quantities, typed with spaces or commas between them; rising, each once."""

    def clean(self, value: Any) -> Any:
        """The quantities as numbers."""
        text = super().clean(value)
        found = set()
        for part in text.replace("，", " ").replace("、", " ").replace(",", " ").split():
            try:
                number = Decimal(part)
            except InvalidOperation:
                number = Decimal(0)
            if not number.is_finite() or not 0 < number < Decimal(10) ** 9:
                raise ValidationError(_("“%(text)s” is not a quantity.") % {"text": part[:20]})
            found.add(number)
        if len(found) > MOST_BREAKS:
            raise ValidationError(_("At most %(n)d quantities.") % {"n": MOST_BREAKS})
        return tuple(sorted(found)) or (Decimal(1),)


class _ChoiceOfProducts(Form):
    """Which products, in which language, and for which terms if with prices."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    products = RowsField(
        label=gettext_lazy("Products"), queryset=Product.objects.none(), required=False,
        widget=ComboMany(source=reverse_lazy("sales:product_choices")),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=list(LANGUAGES.items()), initial="en"
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), initial="USD")
    incoterm = forms.ChoiceField(label=gettext_lazy("Incoterm"), initial="FOB")
    quantities = QuantitiesField(
        label=gettext_lazy("For quantities"), max_length=100, initial="1", required=False,
        help_text=gettext_lazy("Several make several columns: 100, 500, 1000"),
    )  # fmt: skip

    def __init__(self, *args: Any, categories: Sequence[ProductCategory], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", "—"), *category_choices(categories)]
        fields["products"].queryset = Product.objects.offered()
        fields["currency"].choices = currencies()
        fields["incoterm"].choices = incoterms()


class PriceListForm(_ChoiceOfProducts):
    """A price list for one customer."""

    customer = forms.ModelChoiceField(
        label=gettext_lazy("Customer"), queryset=Customer.objects.none(),
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip
    bought = forms.BooleanField(
        label=gettext_lazy("What the customer bought before"), required=False, initial=True
    )
    incoterm_place = TextField(label=gettext_lazy("Place"), max_length=80, required=False)
    valid_until = DateField(label=gettext_lazy("Valid until"), required=False)
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("As"), choices=FORMATS, widget=Checks(attrs={"inline": True}), initial=["pdf"]
    )
    why = TextField(
        label=gettext_lazy("Why prices below the last deal may go out"), max_length=300, required=False
    )

    field_order = (
        "customer", "bought", "category", "products", "currency", "incoterm", "incoterm_place", "quantities",
        "valid_until", "language", "formats", "why",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["customer"].queryset = Customer.objects.editable_by(user)
        fields["incoterm_place"].widget.attrs["list"] = "ports"

    def clean(self) -> dict[str, Any]:
        """Something must be chosen."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("bought") or cleaned.get("category") or cleaned.get("products")
        if not chosen and not self.errors:
            raise ValidationError(_("Choose products, a category, or what the customer bought."))
        return cleaned


def below_choices(*, may_override: bool) -> list[tuple[str, str]]:
    """What may become of a price below the last deal price."""
    plain = [(LEAVE_OUT, _("Leave it out")), (LAST_PRICE, _("Print the last deal price"))]
    if not may_override:
        return plain
    return plain + [(value, str(label)) for value, label in BelowFloor.choices]


class CatalogueForm(_ChoiceOfProducts):
    """A catalogue, with prices or without (000-63)."""

    with_prices = forms.ChoiceField(
        label=gettext_lazy("Prices"), required=False,
        choices=[("", gettext_lazy("Without prices")), ("1", gettext_lazy("With prices"))],
    )  # fmt: skip
    format = forms.ChoiceField(label=gettext_lazy("As"), choices=FORMATS, initial="pdf")
    customer = forms.ModelChoiceField(
        label=gettext_lazy("Keep it with the files of"), queryset=Customer.objects.none(), required=False,
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip

    field_order = (
        "category", "products", "language", "format", "with_prices", "currency", "incoterm", "quantities",
        "customer",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["customer"].queryset = Customer.objects.editable_by(user)
        for name in ("currency", "incoterm"):
            fields[name].required = False
