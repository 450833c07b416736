"""The forms of orders: head, lines, charges, and the small ones of the order's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.fields.forms import CustomFieldsMixin
from genjin.fields.models import CustomField
from genjin.files.forms import FilesField
from genjin.people.choices import currencies
from genjin.people.models import User
from genjin.sales.actions.order_drafts import TERMS, NewCharge, NewLine
from genjin.sales.models import (
    ChargeKind,
    DownstreamState,
    Incoterm,
    Order,
    OrderKind,
    OrderNode,
    PaymentMethod,
    Product,
    SampleDetails,
    Supplier,
    TransportMode,
)
from genjin.sales.models.choices import OLD_INCOTERMS
from genjin.sales.models.order import OPEN_STATES
from genjin.web.addresses import address_if_any
from genjin.web.forms import Combo, DateField, Form, LongTextField, TextField
from genjin.web.versions import VersionedForm


def decimals(label: Any, places: int, *, required: bool = False, **more: Any) -> forms.DecimalField:
    """A quantity, price or percent; the actions say what is too small."""
    return forms.DecimalField(
        label=label, required=required, decimal_places=places, max_digits=14, localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}),
        **more,
    )  # fmt: skip


class OrderForm(CustomFieldsMixin, VersionedForm):
    """The head of an order; lines and charges are forms of their own beside it."""

    customer = forms.ModelChoiceField(
        label=gettext_lazy("Customer"), queryset=Customer.objects.none(),
        widget=Combo(source=reverse_lazy("customers:options")),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind of order"), choices=OrderKind.choices)
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Contact"), queryset=Contact.objects.none(), required=False, empty_label="—"
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False)
    number = TextField(
        label=gettext_lazy("Order number"), max_length=40, required=False,
        help_text=gettext_lazy("Left empty, the next one is taken."),
    )  # fmt: skip
    customer_po_no = TextField(label=gettext_lazy("Customer's order number"), max_length=60, required=False)
    ordered_on = DateField(label=gettext_lazy("Ordered on"))
    delivery_on = DateField(label=gettext_lazy("Delivery date"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    exchange_rate = decimals(
        gettext_lazy("Exchange rate"), 8, help_text=gettext_lazy("Left empty, the one of the day is kept.")
    )
    incoterm = forms.ChoiceField(label=gettext_lazy("Incoterm"))
    incoterm_place = TextField(label=gettext_lazy("Place"), max_length=80, required=False)
    payment_method = forms.ChoiceField(label=gettext_lazy("Payment"), choices=PaymentMethod.choices)
    payment_terms = TextField(label=gettext_lazy("Payment terms"), max_length=300, required=False)
    transport_mode = forms.ChoiceField(label=gettext_lazy("Transport"), choices=TransportMode.choices)
    port_of_loading = TextField(label=gettext_lazy("Port of loading"), max_length=80, required=False)
    port_of_destination = TextField(label=gettext_lazy("Port of destination"), max_length=80, required=False)
    delivery_terms = TextField(label=gettext_lazy("Delivery"), max_length=200, required=False)
    lead_time_days = forms.IntegerField(
        label=gettext_lazy("Lead time (days)"), min_value=0, max_value=3650, required=False
    )
    more_or_less_percent = decimals(gettext_lazy("More or less (%)"), 2)
    packing = TextField(label=gettext_lazy("Packing"), max_length=300, required=False)
    shipping_marks = LongTextField(
        label=gettext_lazy("Shipping marks"), max_length=2000, required=False, rows=2
    )
    remarks = LongTextField(label=gettext_lazy("Remarks"), max_length=5000, required=False, rows=2)
    lines_shown = forms.CharField(
        label=gettext_lazy("Lines"), required=False, max_length=400_000, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        order: Order,
        customer: Customer | None,
        user: User,
        lines_text: str = "",
        custom: Sequence[CustomField] = (),
        **options: Any,
    ) -> None:
        names = ("kind", "number", "customer_po_no", "ordered_on", "delivery_on", "exchange_rate", *TERMS)
        current = {name: getattr(order, name) for name in names}
        current |= {
            "customer": customer, "contact": order.contact_id, "owner": order.owner_id,
            "lines_shown": lines_text,
        }  # fmt: skip
        super().__init__(*args, current=current, version=order.version, **options)
        self.order = order
        self._offer_choices(order, customer, user)
        self.take_fields(custom, order)

    def _offer_choices(self, order: Order, customer: Customer | None, user: User) -> None:
        fields = cast("dict[str, Any]", self.fields)
        known = dict(currencies())
        if order.currency not in known:
            known[order.currency] = order.currency
        fields["currency"].choices = list(known.items())
        fields["incoterm"].choices = [
            (value, label)
            for value, label in Incoterm.choices
            if value not in OLD_INCOTERMS or value == order.incoterm
        ]
        fields["owner"].queryset = User.objects.filter(is_active=True)
        fields["owner"].empty_label = "—"
        fields["customer"].queryset = Customer.objects.editable_by(user)
        if order.pk:
            del fields["customer"]
            is_sample = order.kind == OrderKind.SAMPLE
            fields["kind"].choices = [
                choice for choice in OrderKind.choices if (choice[0] == OrderKind.SAMPLE) == is_sample
            ]
        if customer is not None:
            fields["contact"].queryset = Contact.objects.alive().filter(customer=customer)

    def changes(self) -> dict[str, Any]:
        """What the actions take: columns of an order and custom fields."""
        data = dict(self.cleaned_data)
        for name in ("customer", "lines_shown"):
            data.pop(name, None)
        for name in ("contact", "owner"):
            chosen = data.pop(name)
            data[f"{name}_id"] = chosen.pk if chosen else None
        data["more_or_less_percent"] = data["more_or_less_percent"] or Decimal(0)
        return data


def as_id(text: object) -> int | None:
    """A posted id; None for what is none."""
    plain = str(text or "")
    return int(plain) if plain.isdecimal() and len(plain) < 19 else None


class LineForm(Form):
    """One line of an order."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=10**17)
    sample_line = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=10**17)
    product = forms.IntegerField(label=gettext_lazy("Product"), required=False, max_value=10**17)
    code = TextField(label=gettext_lazy("Product code"), max_length=60, required=False)
    description = TextField(label=gettext_lazy("Description"), max_length=300, required=False)
    colour = TextField(label=gettext_lazy("Colour"), max_length=60, required=False)
    spec = TextField(label=gettext_lazy("Specification"), max_length=2000, required=False)
    model = TextField(label=gettext_lazy("Model"), max_length=80, required=False)
    quantity = decimals(gettext_lazy("Quantity"), 3)
    unit = TextField(label=gettext_lazy("Unit"), max_length=16, required=False)
    unit_price = decimals(gettext_lazy("Unit price"), 4)

    def __init__(self, *args: Any, products: Mapping[int, Product], **options: Any) -> None:
        super().__init__(*args, **options)
        source = address_if_any("sales:product_choices")
        chosen = products.get(as_id(self.data.get(self.add_prefix("product"))) or 0)
        known = [("", ""), *([(chosen.pk, str(chosen))] if chosen else [])]
        self.fields["product"].widget = Combo(source=source, choices=known) if source else forms.HiddenInput()
        for one in self.fields.values():  # the rows show no labels of their own
            one.widget.attrs["aria-label"] = one.label
            one.widget.attrs["placeholder"] = one.label

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        names = ("product", "code", "description", "quantity", "unit_price")
        return not any(str(self.data.get(self.add_prefix(name)) or "").strip() for name in names)

    def full_clean(self) -> None:
        """Check what was typed; a row left blank has no mistakes."""
        super().full_clean()
        if self.is_blank:
            self.errors.clear()

    def clean(self) -> dict[str, Any]:
        """A line that is begun has a quantity and a price."""
        cleaned = super().clean() or self.cleaned_data
        if self.is_blank:
            return cleaned
        for name in ("quantity", "unit_price"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("This is missing."))
        return cleaned

    def line(self, sheets: Mapping[int, Mapping[str, str]]) -> NewLine:
        """What the actions take; `sheets` are specification sheets by the line that has them."""
        data = dict(self.cleaned_data)
        product = data.pop("product")
        own, sample = data.pop("id"), data.pop("sample_line")
        return NewLine(
            **data,
            product_id=product,
            sample_line_id=sample,
            spec_sheet=sheets.get(own or sample or 0, {}),
        )


class ChargeForm(Form):
    """One charge or discount below the goods."""

    kind = forms.ChoiceField(label=gettext_lazy("Charge"), choices=ChargeKind.choices)
    label = TextField(label=gettext_lazy("Description"), max_length=120, required=False)
    amount = decimals(gettext_lazy("Amount"), 2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in self.fields.values():
            one.widget.attrs["aria-label"] = one.label
            one.widget.attrs["placeholder"] = one.label

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not str(self.data.get(self.add_prefix("amount")) or "").strip()

    def full_clean(self) -> None:
        """Check what was typed; a row left blank has no mistakes."""
        super().full_clean()
        if self.is_blank:
            self.errors.clear()

    def charge(self) -> NewCharge:
        """What the actions take; a discount without its sign is one all the same."""
        data = self.cleaned_data
        amount = data["amount"]
        if data["kind"] in (ChargeKind.DISCOUNT, ChargeKind.CREDIT):
            amount = -abs(amount)
        return NewCharge(kind=data["kind"], amount=amount, label=data["label"])


class SampleForm(Form):
    """What a sample has beside an order."""

    state = forms.ChoiceField(label=gettext_lazy("Sample state"), choices=SampleDetails.State.choices)
    sample_payer = forms.ChoiceField(label=gettext_lazy("The sample"), choices=SampleDetails.Payer.choices)
    freight_payer = forms.ChoiceField(label=gettext_lazy("The freight"), choices=SampleDetails.Payer.choices)
    is_refundable = forms.BooleanField(label=gettext_lazy("Deducted from the bulk order"), required=False)
    courier = TextField(label=gettext_lazy("Courier"), max_length=60, required=False)
    courier_no = TextField(label=gettext_lazy("Courier number"), max_length=60, required=False)
    sent_on = DateField(label=gettext_lazy("Sent on"), required=False)
    received_on = DateField(label=gettext_lazy("Received on"), required=False)
    result_on = DateField(label=gettext_lazy("Result on"), required=False)
    result_note = LongTextField(
        label=gettext_lazy("What the customer says of it"), max_length=2000, required=False
    )


class NewSampleForm(Form):
    """What is asked of a new sample: who pays, and when to ask how it was (002-56, 002-57)."""

    sample_payer = forms.ChoiceField(label=gettext_lazy("The sample"), choices=SampleDetails.Payer.choices)
    freight_payer = forms.ChoiceField(
        label=gettext_lazy("The freight"), choices=SampleDetails.Payer.choices,
        initial=SampleDetails.Payer.CUSTOMER,
    )  # fmt: skip
    is_refundable = forms.BooleanField(label=gettext_lazy("Deducted from the bulk order"), required=False)
    follow_up_on = DateField(
        label=gettext_lazy("Ask how the sample is on"), required=False,
        help_text=gettext_lazy("Becomes a next step: who asks for a sample is interested."),
    )  # fmt: skip


class NodeForm(VersionedForm):
    """A node with everything that is known of it."""

    name = TextField(label=pgettext_lazy("node", "Name"), max_length=80, required=False)
    planned_on = DateField(label=gettext_lazy("Planned"), required=False)
    actual_on = DateField(label=gettext_lazy("Done on"), required=False)
    percent = forms.IntegerField(
        label=gettext_lazy("Progress (%)"), min_value=0, max_value=100, required=False
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who sees to it"), queryset=User.objects.filter(is_active=True), required=False,
        empty_label="—",
    )  # fmt: skip
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.none(), required=False, empty_label="—"
    )
    note = TextField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, node: OrderNode, **options: Any) -> None:
        names = ("name", "planned_on", "actual_on", "percent", "note")
        known = {name: getattr(node, name) for name in names}
        known |= {"owner": node.owner_id, "supplier": node.supplier_id}
        super().__init__(*args, current=known, version=node.order.version, **options)
        cast("Any", self.fields["supplier"]).queryset = Supplier.objects.alive()
        if node.kind != "OTHER":
            del self.fields["name"]
        if node.kind != "PRODUCTION":
            del self.fields["percent"]

    def changes(self) -> dict[str, Any]:
        """What `change_node` takes."""
        data = dict(self.cleaned_data)
        for name in ("owner", "supplier"):
            chosen = data.pop(name)
            data[f"{name}_id"] = chosen.pk if chosen else None
        return data


class NodeDaysForm(Form):
    """What may be typed into a node's row."""

    version = forms.IntegerField(required=False, max_value=10**9)
    planned_on = DateField(label=gettext_lazy("Planned"), required=False)
    actual_on = DateField(label=gettext_lazy("Done on"), required=False)
    percent = forms.IntegerField(
        label=gettext_lazy("Progress (%)"), min_value=0, max_value=100, required=False
    )


class NewNodeForm(Form):
    """A node of one's own."""

    name = TextField(label=pgettext_lazy("node", "Name"), max_length=80)
    planned_on = DateField(label=gettext_lazy("Planned"), required=False)


class DayForm(Form):
    """A day."""

    day = DateField(label=gettext_lazy("Date"))


class StateForm(Form):
    """How far an order is."""

    state = forms.ChoiceField(
        label=gettext_lazy("Order state"), choices=[(one.value, one.label) for one in OPEN_STATES]
    )


class DownstreamForm(Form):
    """What became of the goods."""

    state = forms.ChoiceField(label=gettext_lazy("Downstream state"), choices=DownstreamState.choices)


class CancelForm(Form):
    """Why an order is cancelled."""

    reason = TextField(label=gettext_lazy("Why it is cancelled"), max_length=300)


class CancelQuantityForm(CancelForm):
    """How much of a line is cancelled, and why."""

    quantity = decimals(gettext_lazy("Quantity"), 3, required=True)
    field_order = ("quantity", "reason")


class SaleForm(Form):
    """What the customer says of the sale."""

    day = DateField(label=gettext_lazy("As of"))
    sold_percent = decimals(gettext_lazy("Sold (%)"), 2)
    stock_left = decimals(gettext_lazy("Remaining stock"), 3)
    safety_stock = decimals(gettext_lazy("Safety stock"), 3)
    informant = forms.ModelChoiceField(
        label=gettext_lazy("Who told us"), queryset=Contact.objects.none(), required=False, empty_label="—"
    )
    note = TextField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, customer_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Contact.objects.alive().filter(customer=customer_id)
        cast("Any", self.fields["informant"]).queryset = people


class SpecSheetForm(Form):
    """The specification sheet of a sample: one entry a line, “what: how”."""

    sheet = LongTextField(
        label=gettext_lazy("Specification sheet"), max_length=10_000, required=False, rows=8,
        help_text=gettext_lazy("One entry a line, such as “Function: dimmable” or “Colour: RAL 9010”."),
    )  # fmt: skip

    def entries(self) -> list[tuple[str, str]]:
        """What is asked, and how."""
        lines = self.cleaned_data["sheet"].replace("：", ":").splitlines()
        parts = [line.partition(":") for line in lines if line.strip()]
        return [(name, text) if colon else (_("Special"), name) for name, colon, text in parts]


class SharesForm(Form):
    """Whose result an order is; up to five people."""

    PEOPLE = 5

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(is_active=True)
        for place in range(self.PEOPLE):
            self.fields[f"user_{place}"] = forms.ModelChoiceField(
                label=gettext_lazy("Person"), queryset=people, required=False, empty_label="—"
            )
            self.fields[f"percent_{place}"] = decimals(gettext_lazy("Share (%)"), 2)

    def shares(self) -> dict[int, Decimal]:
        """Percent by person; of one who is named twice both together."""
        found: dict[int, Decimal] = {}
        for place in range(self.PEOPLE):
            person, percent = self.cleaned_data[f"user_{place}"], self.cleaned_data[f"percent_{place}"]
            if person is not None:
                found[person.pk] = found.get(person.pk, Decimal(0)) + (percent or Decimal(0))
        return found


class OrderFilesForm(Form):
    """Photos of the progress, and other files of an order."""

    attachments = FilesField(label=gettext_lazy("Photos and files"), required=True)
