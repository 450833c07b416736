"""The forms of declines and of recommended products."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from genjin.sales.models import Offer, Product
from genjin.sales.order_forms import decimals
from genjin.web.forms import Combo, Form, LongTextField
from genjin.web.versions import VersionedForm


class DeclineForm(VersionedForm):
    """Why an order fell, what is done about it, what came of it (003-33, 003-34)."""

    cause = LongTextField(label=_("Cause"), max_length=300)
    measure = LongTextField(label=_("What we do about it"), max_length=300, required=False)
    result = LongTextField(label=_("Result"), max_length=300, required=False)
    close = forms.BooleanField(label=_("Close it with this result"), required=False)


class AddProductForm(Form):
    """How much of a recommended product goes onto the order."""

    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.none(),
        widget=Combo(source=reverse_lazy("sales:product_choices")),
        error_messages={"invalid_choice": _("This product is not on sale (any more). Choose another one.")},
    )
    quantity = decimals(_("Quantity"), 3, required=True)
    unit_price = decimals(_("Unit price"), 4, required=True)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["product"].queryset = Product.objects.offered()  # type: ignore[attr-defined]


class OfferProductForm(AddProductForm):
    """The same for an offer: one of the customer's drafts, or one that begins with it."""

    offer = forms.ChoiceField(label=_("Onto which offer"))

    field_order = ("offer", "product", "quantity", "unit_price")

    def __init__(self, *args: object, drafts: Sequence[Offer], **options: object) -> None:
        super().__init__(*args, **options)
        known = [
            (str(one.pk), f"{one.get_kind_display()} {one} · {one.get_state_display()}") for one in drafts
        ]
        fresh = [
            (Offer.Kind.QUOTATION.value, _("New quotation")),
            (Offer.Kind.PROFORMA.value, _("New proforma invoice")),
        ]
        self.fields["offer"].choices = [*known, *fresh]  # type: ignore[attr-defined]
