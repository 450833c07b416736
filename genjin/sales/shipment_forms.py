"""The forms of shipments: the shipment with its lines, and the small ones of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.models import Contact
from genjin.files.forms import FilesField
from genjin.people.choices import currencies
from genjin.sales.actions.shipment_drafts import DATES, VALUES, ShippedLine
from genjin.sales.models import (
    AfterSalesStep,
    Complaint,
    ContainerType,
    OrderLine,
    Shipment,
    Testimonial,
    TransportMode,
)
from genjin.web.forms import DateField, Form, LongTextField, MomentField, Pick, TextField
from genjin.web.versions import VersionedForm

NOTHING = [("", "—")]


def decimals(label: Any, places: int, *, digits: int = 14, **more: Any) -> forms.DecimalField:
    """A quantity, weight or price; the actions say what is too small."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})
    return forms.DecimalField(
        label=label, required=False, decimal_places=places, max_digits=digits, widget=widget, **more
    )


def whole(label: Any, most: int) -> forms.IntegerField:
    """A number of things."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 9})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most, widget=widget)


class ShipmentForm(VersionedForm):
    """What is said of a shipment; its lines are forms of their own beside it."""

    number = TextField(
        label=gettext_lazy("Shipment number"), max_length=40, required=False,
        help_text=gettext_lazy("Left empty, the next one is taken."),
    )  # fmt: skip
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Contact"), queryset=Contact.objects.none(), required=False, empty_label="—"
    )
    mode = forms.ChoiceField(label=gettext_lazy("Transport"), choices=TransportMode.choices)
    forwarder = TextField(label=gettext_lazy("Freight forwarder"), max_length=120, required=False)
    booking_no = TextField(label=gettext_lazy("Booking number"), max_length=60, required=False)
    vessel = TextField(label=gettext_lazy("Vessel"), max_length=80, required=False)
    voyage = TextField(label=gettext_lazy("Voyage"), max_length=40, required=False)
    container_type = forms.ChoiceField(
        label=gettext_lazy("Container"), choices=[*NOTHING, *ContainerType.choices], required=False
    )
    container_count = whole(gettext_lazy("Number of containers"), 999)
    container_no = TextField(label=gettext_lazy("Container numbers"), max_length=200, required=False)
    bl_no = TextField(label=gettext_lazy("B/L number"), max_length=60, required=False)
    bl_type = forms.ChoiceField(
        label=gettext_lazy("Kind of B/L"), choices=[*NOTHING, *Shipment.BillOfLading.choices], required=False
    )
    bl_on = DateField(label=gettext_lazy("B/L date"), required=False)
    awb_no = TextField(label=gettext_lazy("Air waybill"), max_length=60, required=False)
    courier = TextField(label=gettext_lazy("Courier"), max_length=60, required=False)
    courier_no = TextField(label=gettext_lazy("Courier number"), max_length=60, required=False)
    port_of_loading = TextField(label=gettext_lazy("Port of loading"), max_length=80, required=False)
    port_of_destination = TextField(label=gettext_lazy("Port of destination"), max_length=80, required=False)
    si_cutoff = MomentField(label=gettext_lazy("Documents cut-off"), required=False, default_time="17:00")
    customs_cutoff = MomentField(label=gettext_lazy("Customs cut-off"), required=False, default_time="17:00")
    etd = DateField(label=gettext_lazy("Departure (ETD)"), required=False)
    eta = DateField(label=gettext_lazy("Arrival (ETA)"), required=False)
    atd = DateField(label=pgettext_lazy("shipment", "Left on"), required=False)
    ata = DateField(label=gettext_lazy("Arrived on"), required=False)
    free_days = whole(gettext_lazy("Free days"), 365)
    demurrage_rate = decimals(gettext_lazy("Demurrage a day"), 2, digits=10)
    demurrage_currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    remarks = LongTextField(label=gettext_lazy("Remarks"), max_length=5000, required=False, rows=2)

    def __init__(self, *args: Any, shipment: Shipment, **options: Any) -> None:
        names = [name for name in VALUES if name in self.base_fields]
        current = {name: getattr(shipment, name) for name in names}
        current |= {"contact": shipment.contact_id, "number": shipment.number}
        super().__init__(*args, current=current, version=shipment.version, **options)
        fields = cast("dict[str, Any]", self.fields)
        fields["contact"].queryset = Contact.objects.alive().filter(customer=shipment.customer_id)
        known = dict(currencies())
        known.setdefault(shipment.demurrage_currency, shipment.demurrage_currency)
        fields["demurrage_currency"].choices = list(known.items())
        if shipment.pk:
            del self.fields["number"]

    def values(self) -> dict[str, Any]:
        """What was typed, as the actions take it."""
        data = self.cleaned_data
        return {name: data[name] for name in VALUES if name in data} | {
            "contact_id": data["contact"].pk if data["contact"] else None
        }


class LineForm(Form):
    """How much of one order line travels, and how it is packed."""

    quantity = decimals(gettext_lazy("Quantity"), 3)
    cartons = whole(gettext_lazy("Cartons"), 9_999_999)
    gross_weight = decimals(gettext_lazy("Gross weight (kg)"), 3, digits=12)
    net_weight = decimals(gettext_lazy("Net weight (kg)"), 3, digits=12)
    volume = decimals(gettext_lazy("Volume (m³)"), 4, digits=12)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in self.fields.values():  # the rows show no labels of their own
            one.widget.attrs["aria-label"] = one.label

    def line(self, order_line_id: int) -> ShippedLine | None:
        """What is shipped of it; None where nothing was typed."""
        data = dict(self.cleaned_data)
        quantity = data.pop("quantity")
        return None if quantity is None else ShippedLine(order_line_id, quantity, data)


@dataclass
class LineRow:
    """One order line of the form: what it is, how much is left, what is typed."""

    line: OrderLine
    left: Decimal
    form: LineForm
    error: str = ""


@dataclass
class LineRows:
    """All lines that may travel in a shipment."""

    rows: list[LineRow] = field(default_factory=list)

    def are_valid(self) -> bool:
        """Whether every number typed is one."""
        checked = [row.form.is_valid() for row in self.rows]
        return all(checked)

    def shipped(self) -> list[ShippedLine]:
        """Those that travel."""
        found = (row.form.line(row.line.pk) for row in self.rows)
        return [one for one in found if one is not None]

    def refuse(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put what an action refused beside its line."""
        for row in self.rows:
            row.error = next(iter(errors.get(f"line-{row.line.pk}", ())), "")


class ShipForm(Form):
    """When the goods left, and what is known by then."""

    shipped_on = DateField(label=pgettext_lazy("shipment", "Left on"))
    eta = DateField(label=gettext_lazy("Arrival (ETA)"), required=False)
    bl_no = TextField(label=gettext_lazy("B/L number"), max_length=60, required=False)
    vessel = TextField(label=gettext_lazy("Vessel"), max_length=80, required=False)
    voyage = TextField(label=gettext_lazy("Voyage"), max_length=40, required=False)


class ScheduleForm(VersionedForm):
    """The dates of the voyage, and why they moved."""

    etd = DateField(label=gettext_lazy("Departure (ETD)"), required=False)
    eta = DateField(label=gettext_lazy("Arrival (ETA)"), required=False)
    atd = DateField(label=pgettext_lazy("shipment", "Left on"), required=False)
    ata = DateField(label=gettext_lazy("Arrived on"), required=False)
    reason = TextField(label=gettext_lazy("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, shipment: Shipment, **options: Any) -> None:
        current = {name: getattr(shipment, name) for name in DATES}
        super().__init__(*args, current=current, version=shipment.version, **options)


class ArrivalForm(Form):
    """What the customer says of clearance and receipt (000-55)."""

    cleared_on = DateField(label=gettext_lazy("Cleared on"), required=False)
    received_on = DateField(label=gettext_lazy("Received on"), required=False)
    warehoused_on = DateField(label=gettext_lazy("In stock on"), required=False)
    is_intact = forms.TypedChoiceField(
        label=gettext_lazy("Goods intact"), required=False, widget=Pick, empty_value=None,
        choices=[
            ("", gettext_lazy("Not known")), ("yes", gettext_lazy("Intact")), ("no", gettext_lazy("Damaged")),
        ],
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    damage = LongTextField(
        label=gettext_lazy("What is damaged"), max_length=5000, required=False, rows=2,
        help_text=gettext_lazy("Opens a complaint that is to be answered today."),
    )  # fmt: skip
    photos = FilesField(label=gettext_lazy("Photos"), required=False)

    def __init__(self, *args: Any, shipment: Shipment, **options: Any) -> None:
        names = ("cleared_on", "received_on", "warehoused_on")
        current: dict[str, Any] = {name: getattr(shipment, name) for name in names}
        current["is_intact"] = {None: "", True: "yes", False: "no"}[shipment.is_intact]
        super().__init__(*args, initial=current, **options)


class FeedbackForm(Form):
    """How the goods sell, what the market says, the quality, and how the form stands (000-57)."""

    sales = LongTextField(label=gettext_lazy("How it sells"), max_length=5000, required=False, rows=2)
    market = LongTextField(
        label=gettext_lazy("What the market says"), max_length=5000, required=False, rows=2
    )
    quality = LongTextField(
        label=pgettext_lazy("of goods", "Quality"), max_length=5000, required=False, rows=2
    )
    score = forms.IntegerField(
        label=gettext_lazy("Score (0 to 10)"), required=False, min_value=0, max_value=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 2}),
    )  # fmt: skip
    is_praise = forms.BooleanField(label=gettext_lazy("Very good: ask for a testimonial"), required=False)
    form_state = forms.ChoiceField(
        label=gettext_lazy("Quality form"), required=False,
        choices=[("", pgettext_lazy("quality form", "Not sent")), *AfterSalesStep.Form.choices],
    )  # fmt: skip


class StepForm(Form):
    """That a step was done elsewhere."""

    done_on = DateField(label=gettext_lazy("Done on"))
    note = TextField(label=gettext_lazy("Note"), max_length=300, required=False)


class TestimonialForm(Form):
    """What became of a testimonial that was asked for."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), widget=Pick,
        choices=[one for one in Testimonial.State.choices if one[0] != Testimonial.State.ASKED],
    )  # fmt: skip
    link = TextField(label=gettext_lazy("Link"), max_length=300, required=False)


class NewComplaintForm(Form):
    """What is wrong."""

    description = LongTextField(label=gettext_lazy("What is wrong"), max_length=10_000, rows=4)


class ComplaintForm(VersionedForm):
    """A complaint: what is wrong, what was done, what it cost, how far it is."""

    description = LongTextField(label=gettext_lazy("What is wrong"), max_length=10_000, rows=4)
    solution = LongTextField(label=gettext_lazy("What we did"), max_length=10_000, required=False, rows=3)
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Complaint.State.choices, widget=Pick)
    cost = decimals(gettext_lazy("What it cost"), 2)
    cost_currency = forms.ChoiceField(label=gettext_lazy("Currency"))

    def __init__(self, *args: Any, complaint: Complaint, sees_costs: bool, **options: Any) -> None:
        names = ("description", "solution", "state", "cost", "cost_currency")
        current = {name: getattr(complaint, name) for name in names}
        super().__init__(*args, current=current, version=complaint.version, **options)
        cast("Any", self.fields["cost_currency"]).choices = list(currencies())
        if not sees_costs:
            del self.fields["cost"], self.fields["cost_currency"]
