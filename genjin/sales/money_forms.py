"""Forms of money: receipts, claims, plans, credit notes, letters of credit, rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.rules.payment_terms import Part, PartKind, Trigger
from genjin.sales.actions.plans import PlannedPart
from genjin.sales.models import (
    LetterOfCredit,
    PaymentMethod,
    PaymentPlanLine,
    PaymentTrigger,
    Receipt,
)
from genjin.web.forms import Combo, DateField, Form, TextField
from genjin.web.versions import VersionedForm


def amounts(label: Any, *, required: bool = True, places: int = 2, **more: Any) -> forms.DecimalField:
    """A sum as it is typed; what it may be is said by the action."""
    return forms.DecimalField(label=label, required=required, max_digits=20, decimal_places=places, **more)


def currencies(**more: Any) -> TextField:
    """The three letters of a currency."""
    return TextField(label=_("Currency"), max_length=3, **more)


class CustomerChoice(Form):
    """To which customer money belongs."""

    customer = forms.ModelChoiceField(
        queryset=Customer.objects.none(),
        label=_("Customer"),
        widget=Combo(source=reverse_lazy("customers:options")),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)  # type: ignore[attr-defined]


class ReceiptForm(CustomerChoice):
    """A transfer as the bank tells of it; of its three sums one may be left out."""

    received_on = DateField(label=_("Received on"))
    payer = TextField(label=_("Payer"), required=False)
    currency = currencies(initial="USD")
    amount_paid = amounts(_("Amount paid"), required=False)
    bank_charges = amounts(_("Bank charges"), required=False)
    amount_received = amounts(_("Amount received"), required=False)
    method = forms.ChoiceField(label=_("Payment"), choices=PaymentMethod.choices, initial=PaymentMethod.TT)
    reference = TextField(label=_("Bank reference"), required=False, max_length=120)
    note = TextField(label=_("Note"), required=False, max_length=300)
    field_order = ("received_on", "payer", "currency", "amount_paid", "bank_charges", "amount_received")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["customer"].required = False
        self.fields["customer"].help_text = _("Leave it empty if you do not know: somebody will claim it.")

    def clean_currency(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["currency"]).upper()


class CorrectReceiptForm(VersionedForm):
    """A registered transfer set right."""

    received_on = DateField(label=_("Received on"))
    payer = TextField(label=_("Payer"), required=False)
    currency = currencies()
    amount_paid = amounts(_("Amount paid"))
    bank_charges = amounts(_("Bank charges"))
    amount_received = amounts(_("Amount received"))
    method = forms.ChoiceField(label=_("Payment"), choices=PaymentMethod.choices)
    reference = TextField(label=_("Bank reference"), required=False, max_length=120)
    note = TextField(label=_("Note"), required=False, max_length=300)

    @staticmethod
    def of(receipt: Receipt) -> dict[str, Any]:
        """What is stored, by field."""
        names = (name for name in CorrectReceiptForm.base_fields if name != "version")
        return {name: getattr(receipt, name) for name in names}


class ShareForm(Form):
    """How much of a receipt goes to one part, and what that is in the order's currency."""

    amount = amounts(_("Amount"), required=False)
    order_amount = amounts(_("In the order's currency"), required=False)


class PartForm(Form):
    """One part of a payment plan: a percentage or an amount, and what makes it due."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=10**18)
    kind = forms.ChoiceField(label=_("Part"), choices=PaymentPlanLine.Kind.choices, required=False)
    percent = amounts(_("Percent"), required=False, places=4)
    amount = amounts(_("Amount"), required=False)
    trigger = forms.ChoiceField(label=_("Due"), choices=PaymentTrigger.choices, required=False)
    days = forms.IntegerField(label=_("Days"), required=False, min_value=0, max_value=720)
    on_date = DateField(label=_("Date"), required=False)
    holds_release = forms.BooleanField(label=_("Holds the goods"), required=False)

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote a sum into it."""
        values = self.cleaned_data
        return values.get("percent") is None and values.get("amount") is None

    def clean(self) -> dict[str, Any]:
        """Either a percentage or an amount."""
        cleaned = super().clean() or {}
        if cleaned.get("percent") is not None and cleaned.get("amount") is not None:
            self.add_error("amount", _("Enter either a percentage or an amount."))
        return cleaned

    def part(self) -> PlannedPart:
        """What was typed, as the action takes it."""
        values = self.cleaned_data
        part = Part(
            trigger=Trigger(values["trigger"] or Trigger.ON_ORDER),
            percent=values["percent"],
            amount=values["amount"],
            days=values["days"] or 0,
            on_date=values["on_date"],
            kind=PartKind(values["kind"] or PartKind.PART),
            holds_release=values["holds_release"],
        )
        return PlannedPart(part, values["id"])


class CreditNoteForm(Form):
    """By how much an order's price is lowered, and why."""

    amount = amounts(_("Amount"))
    reason = TextField(label=_("Reason"), max_length=300)
    issued_on = DateField(label=_("Issued on"))


class LetterForm(VersionedForm):
    """A letter of credit with its dates."""

    number = TextField(label=_("L/C number"), max_length=60)
    issuing_bank = TextField(label=_("Issuing bank"), max_length=120, required=False)
    amount = amounts(_("Amount"))
    currency = currencies()
    lc_latest_shipment = DateField(label=_("Latest shipment (44C)"), required=False)
    lc_expiry = DateField(label=_("Expiry (31D)"))
    lc_presentation_days = forms.IntegerField(label=_("Presentation period (48)"), min_value=0, max_value=366)
    usance_days = forms.IntegerField(label=_("Usance (days, 0 at sight)"), min_value=0, max_value=720)

    @staticmethod
    def of(letter: LetterOfCredit) -> dict[str, Any]:
        """What is stored, by field."""
        names = (name for name in LetterForm.base_fields if name != "version")
        return {name: getattr(letter, name) for name in names}


class PresentForm(Form):
    """When the documents were presented, and what the bank found."""

    presented_on = DateField(label=_("Presented on"))
    lc_discrepancy = TextField(label=_("Discrepancy"), max_length=300, required=False)


class RateForm(Form):
    """What a currency was worth on a day."""

    currency = currencies(initial="USD")
    day = DateField(label=_("Day"))
    rate = amounts(_("Exchange rate"), places=8)
    units = forms.ChoiceField(
        label=_("Units of the currency"), choices=(("1", "1"), ("100", "100")), initial="1"
    )

    def clean_currency(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["currency"]).upper()


class RateSheetForm(Form):
    """Rates by the sheet: one line each, as they are copied from a bank's table."""

    text = forms.CharField(
        label=_("Rates"), widget=forms.Textarea(attrs={"rows": 10}), max_length=200_000,
        help_text=_("One rate a line: currency, day, rate, and 100 if it is for 100 units. "
                    "Such as: USD 2026-11-24 7.1056"),
    )  # fmt: skip


class DayForm(Form):
    """As of which day."""

    at = DateField(label=_("As of"), required=False)

    def day(self, today: date) -> date:
        """The day asked for; today when it is not one."""
        return (self.cleaned_data.get("at") if self.is_valid() else None) or today
