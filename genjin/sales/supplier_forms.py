"""Forms of suppliers and what they asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.fields.forms import NumberField
from genjin.people.choices import currencies
from genjin.sales.models import Supplier
from genjin.web.forms import Combo, DateField, Form, LongTextField, TextField
from genjin.web.versions import VersionedForm


class SupplierForm(VersionedForm):
    """A factory: whom to ask, where, how long it usually takes."""

    name = TextField(label=pgettext_lazy("supplier", "Name"), max_length=200)
    short_name = TextField(label=_("Short name"), max_length=40, required=False)
    contact_name = TextField(label=_("Contact"), max_length=80, required=False)
    phone = TextField(label=_("Phone"), max_length=40, required=False)
    email = TextField(label=_("Mail address"), max_length=254, required=False)
    city = TextField(label=_("City"), max_length=80, required=False)
    lead_time_days = forms.IntegerField(
        label=_("Usual lead time (days)"), min_value=0, max_value=1000, required=False
    )
    remarks = LongTextField(label=_("Remarks"), max_length=5000, required=False, rows=3)

    def __init__(self, *args: Any, supplier: Supplier, **options: Any) -> None:
        current = {name: getattr(supplier, name) for name in self.base_fields if name != "version"}
        super().__init__(*args, current=current, version=supplier.version, **options)


class SupplierOfferForm(Form):
    """What a factory asked for a product on a day."""

    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(),
        widget=Combo(source=reverse_lazy("sales:supplier_choices")),
    )  # fmt: skip
    cost = NumberField(label=_("Cost with VAT per unit"), max_digits=14, decimal_places=4)
    currency = forms.ChoiceField(label=_("Currency"), initial="CNY")
    min_quantity = NumberField(label=_("From quantity"), max_digits=14, decimal_places=3, initial=1)
    lead_time_days = forms.IntegerField(
        label=_("Lead time (days)"), min_value=0, max_value=1000, required=False
    )
    offered_on = DateField(label=_("Offered on"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["supplier"].queryset = Supplier.objects.alive()
        fields["currency"].choices = currencies()
