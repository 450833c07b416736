"""The forms of declines and of recommended products."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from genjin.sales.models import Product
from genjin.sales.order_forms import decimals
from genjin.web.forms import Form, LongTextField
from genjin.web.versions import VersionedForm


class DeclineForm(VersionedForm):
    """Why an order fell, what is done about it, what came of it (003-33, 003-34)."""

    cause = LongTextField(label=_("Cause"), max_length=300)
    measure = LongTextField(label=_("What we do about it"), max_length=300, required=False)
    result = LongTextField(label=_("Result"), max_length=300, required=False)
    close = forms.BooleanField(label=_("Close it with this result"), required=False)


class AddProductForm(Form):
    """How much of a recommended product goes onto the order."""

    product = forms.ModelChoiceField(queryset=Product.objects.none(), widget=forms.HiddenInput)
    quantity = decimals(_("Quantity"), 3, required=True)
    unit_price = decimals(_("Unit price"), 4, required=True)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["product"].queryset = Product.objects.offered()  # type: ignore[attr-defined]
