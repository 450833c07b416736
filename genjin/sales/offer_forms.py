"""The form of an offer: its head, its lines as a table, its charges, what the profit estimate counts with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.people.choices import currencies
from genjin.sales.actions.offer_drafts import EXPENSES, NewOffer, OfferedLine
from genjin.sales.actions.order_drafts import TERMS, NewCharge
from genjin.sales.documents.words import LANGUAGES
from genjin.sales.models import BelowFloor, ChargeKind, Incoterm, Offer, PaymentMethod, TransportMode
from genjin.sales.models.choices import OLD_INCOTERMS
from genjin.web.forms import DateField, Form, LongTextField, TextField
from genjin.web.versions import VersionedForm

SPARE_LINES = 3
MOST_ROWS = 2500
KEY = re.compile(r"(lines|charges)-(\d{1,5})-([a-z_]+)\Z")
LINE_TEXTS = ("code", "description", "spec", "unit")


class OfferForm(VersionedForm):
    """Everything above and below the lines."""

    lines_shown = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), required=False, label=gettext_lazy("Contact"), empty_label="—"
    )
    offered_on = DateField(label=gettext_lazy("Date"))
    valid_until = DateField(label=gettext_lazy("Valid until"), required=False)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()), label=gettext_lazy("Language"))
    currency = forms.ChoiceField(choices=currencies, label=gettext_lazy("Currency"))
    incoterm = forms.ChoiceField(label=gettext_lazy("Incoterm"))
    incoterm_place = TextField(label=gettext_lazy("Place"), max_length=80, required=False)
    port_of_loading = TextField(label=gettext_lazy("Port of loading"), max_length=80, required=False)
    port_of_destination = TextField(label=gettext_lazy("Port of destination"), max_length=80, required=False)
    transport_mode = forms.ChoiceField(choices=TransportMode.choices, label=gettext_lazy("Transport"))
    payment_method = forms.ChoiceField(choices=PaymentMethod.choices, label=gettext_lazy("Payment"))
    payment_terms = TextField(
        label=gettext_lazy("Payment terms"), max_length=300, required=False,
        help_text=gettext_lazy("Such as: 30% deposit, 70% against copy of B/L"),
    )  # fmt: skip
    lead_time_days = forms.IntegerField(
        label=gettext_lazy("Lead time (days)"), min_value=0, max_value=2000, required=False
    )
    delivery_terms = TextField(label=gettext_lazy("Delivery"), max_length=200, required=False)
    packing = TextField(label=gettext_lazy("Packing"), max_length=300, required=False)
    more_or_less_percent = forms.DecimalField(
        label=gettext_lazy("More or less (%)"), required=False, max_digits=5, decimal_places=2
    )
    shipping_marks = LongTextField(label=gettext_lazy("Shipping marks"), max_length=2000, required=False)
    remarks = LongTextField(
        label=gettext_lazy("Remarks"), max_length=5000, required=False,
        help_text=gettext_lazy("Stand on the document."),
    )  # fmt: skip
    how_we_differ = LongTextField(
        label=gettext_lazy("How we differ"), max_length=5000, required=False,
        help_text=gettext_lazy("What sets this offer apart from twenty others; stands on the document."),
    )  # fmt: skip
    competing_quotes = forms.IntegerField(
        label=gettext_lazy("Competing quotations"), min_value=0, max_value=1000, required=False
    )
    domestic = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2)
    freight = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2)
    insurance_percent = forms.DecimalField(
        label=gettext_lazy("Insurance (%)"), required=False, min_value=0, max_digits=5, decimal_places=2
    )
    commission_percent = forms.DecimalField(
        label=gettext_lazy("Commission (%)"), required=False, min_value=0, max_digits=5, decimal_places=2
    )
    bank_charges = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2)

    def __init__(
        self, *args: Any, customer: Customer, offer: Offer | None, sees_costs: bool, **options: Any
    ) -> None:
        options.setdefault("current", {})
        super().__init__(*args, version=offer.version if offer else "", **options)
        people: Any = self.fields["contact"]
        people.queryset = Contact.objects.alive().filter(customer=customer)
        kept = {offer.incoterm} if offer else set()
        choices: Any = self.fields["incoterm"]
        choices.choices = [(v, n) for v, n in Incoterm.choices if v not in OLD_INCOTERMS or v in kept]
        self.fields["domestic"].label = gettext_lazy("Domestic costs")
        self.fields["freight"].label = gettext_lazy("Freight")
        self.fields["bank_charges"].label = gettext_lazy("Bank charges")
        self.sees_costs, self.offer = sees_costs, offer
        if not sees_costs:
            for name in EXPENSES:
                del self.fields[name]

    def item(self, customer: Customer, kind: str, rows: Rows) -> NewOffer:
        """What was typed, as an offer; costs that one may not see stay as they are."""
        data = self.cleaned_data
        terms = {name: data[name] for name in TERMS if name in data}
        terms["more_or_less_percent"] = terms.get("more_or_less_percent") or Decimal(0)
        stored = self.offer.profit if self.offer else {}
        profit = {name: data[name] for name in EXPENSES} if self.sees_costs else _decimals(stored)
        return NewOffer(
            customer_id=customer.pk,
            kind=kind,
            offered_on=data["offered_on"],
            valid_until=data["valid_until"],
            contact_id=data["contact"].pk if data["contact"] else None,
            language=data["language"],
            how_we_differ=data["how_we_differ"],
            competing_quotes=data["competing_quotes"],
            terms=terms,
            profit=profit,
            lines=self._lines(rows),
            charges=rows.charges(),
        )

    def _lines(self, rows: Rows) -> list[OfferedLine]:
        """Costs that one may not see are not typed: those that were known stay."""
        lines = rows.lines()
        if self.sees_costs:
            return lines
        stored = self.offer.lines.all() if self.offer else ()
        known = {(line.product_id, line.code): line.cost for line in stored}
        return [replace(line, cost=known.get((line.product_id, line.code))) for line in lines]


def _decimals(stored: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in stored.items()}


class LineForm(Form):
    """One line."""

    product = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    code = TextField(max_length=60, required=False)
    description = TextField(max_length=300, required=False)
    spec = LongTextField(max_length=2000, required=False)
    quantity = forms.DecimalField(max_digits=14, decimal_places=3)
    unit = TextField(max_length=16, required=False)
    unit_price = forms.DecimalField(max_digits=14, decimal_places=4)
    moq = forms.DecimalField(max_digits=14, decimal_places=3, required=False)
    cost = forms.DecimalField(max_digits=14, decimal_places=4, required=False, min_value=0)
    is_optional = forms.BooleanField(required=False)
    below_floor_reason = forms.ChoiceField(choices=[("", ""), *BelowFloor.choices], required=False)


class ChargeForm(Form):
    """One charge."""

    kind = forms.ChoiceField(choices=ChargeKind.choices)
    label = TextField(max_length=120, required=False)
    amount = forms.DecimalField(max_digits=16, decimal_places=2, required=False)
    credit = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean(self) -> dict[str, Any]:
        """Only a credit knows its own amount."""
        data = super().clean() or self.cleaned_data
        if data.get("amount") is None and not data.get("credit") and "amount" not in self.errors:
            self.add_error("amount", gettext("Enter the amount."))
        return data


@dataclass
class TypedRow:
    """One row as it is shown: what stands in it, what is wrong with it."""

    place: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    cleaned: dict[str, Any] = field(default_factory=dict)
    product_label: str = ""
    verdict: Any = None


class Rows:
    """Lines and charges of an offer as they stand in the form; empty rows are left out."""

    def __init__(self, lines: Sequence[TypedRow], charges: Sequence[TypedRow]) -> None:
        self.typed = {"lines": list(lines), "charges": list(charges)}

    @classmethod
    def posted(cls, data: QueryDict) -> Rows:
        """What was typed, cleaned row by row; a comma of thousands from a spreadsheet is no mistake."""
        found: dict[str, dict[int, dict[str, str]]] = {"lines": {}, "charges": {}}
        for key in data:
            match = KEY.match(key)
            if match and len(found[match[1]]) <= MOST_ROWS:
                found[match[1]].setdefault(int(match[2]), {})[match[3]] = str(data[key])
        made = {}
        for name, form_class in (("lines", LineForm), ("charges", ChargeForm)):
            kept = [row for _place, row in sorted(found[name].items()) if _is_filled(row, name)]
            made[name] = [_cleaned(row, place, form_class) for place, row in enumerate(kept)]
        return cls(made["lines"], made["charges"])

    def text(self) -> str:
        """The rows as text: what is compared when two people change one offer."""
        lines = (
            " · ".join(
                str(row.values.get(name) or "") for name in ("code", "description", "quantity", "unit_price")
            )
            for row in self.typed["lines"]
        )
        charges = (
            " · ".join(str(row.values.get(name) or "") for name in ("kind", "label", "amount"))
            for row in self.typed["charges"]
        )
        return "\n".join([*lines, *charges])

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong with any row so far."""
        return not any(row.errors for rows in self.typed.values() for row in rows)

    def lines(self) -> list[OfferedLine]:
        """The lines for the action."""
        return [_line(row.cleaned) for row in self.typed["lines"]]

    def charges(self) -> list[NewCharge]:
        """The charges for the action."""
        return [
            NewCharge(c["kind"], c["amount"] or Decimal(0), c["label"], c["credit"])
            for c in (row.cleaned for row in self.typed["charges"])
        ]

    def refuse(self, messages: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        """Put what an action refused beside its row; gives what is about no row."""
        left = {}
        for name, sentences in messages.items():
            match = KEY.match(name)
            rows = self.typed[match[1]] if match else []
            if match and int(match[2]) < len(rows):
                rows[int(match[2])].errors[match[3]] = str(sentences[0])
            else:
                left[name] = sentences
        return left


CHARGED = ("amount", "label", "use")
"""What makes a charge one: a credit is put on by its tick alone."""


def _is_filled(row: Mapping[str, str], name: str) -> bool:
    told = ("product", "code", "description", "quantity", "unit_price") if name == "lines" else CHARGED
    return any(row.get(one, "").strip() for one in told)


def _cleaned(row: dict[str, str], place: int, form_class: type[Form]) -> TypedRow:
    tidy = {key: _plain_number(value) if key in NUMBERS else value for key, value in row.items()}
    form = form_class(tidy)
    form.full_clean()
    wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
    return TypedRow(place, row, wrong, dict(form.cleaned_data) if not wrong else {})


NUMBERS = frozenset(("quantity", "unit_price", "moq", "cost", "amount"))


def _plain_number(text: str) -> str:
    """1,200.50 as 1200.50; a currency sign pasted along is dropped."""
    bare = text.strip().lstrip("$€£¥￥").replace("\u00a0", "").replace(" ", "")
    return bare.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", bare) else bare


def _line(cleaned: Mapping[str, Any]) -> OfferedLine:
    texts = {name: cleaned[name] for name in LINE_TEXTS}
    return OfferedLine(
        quantity=cleaned["quantity"],
        unit_price=cleaned["unit_price"],
        product_id=cleaned["product"],
        cost=cleaned["cost"],
        moq=cleaned["moq"],
        is_optional=cleaned["is_optional"],
        below_floor_reason=cleaned["below_floor_reason"],
        **texts,
    )


class ExtendForm(Form):
    """A later end of validity."""

    valid_until = DateField(label=gettext_lazy("Valid until"))


class LoseForm(Form):
    """Why nothing came of it."""

    lost_reason = TextField(
        label=gettext_lazy("Why it was lost"), max_length=300,
        help_text=gettext_lazy("Price, delivery, specification, a competitor, no need any more …"),
    )  # fmt: skip


class DecisionForm(Form):
    """Approve, or send back with a reason."""

    note = TextField(label=gettext_lazy("Note"), max_length=300, required=False)


class OrderForm(Form):
    """What an order needs beside its offer."""

    customer_po_no = TextField(label=gettext_lazy("Customer's order number"), max_length=60, required=False)
    kind = forms.ChoiceField(
        choices=[
            ("BULK", gettext_lazy("Bulk order")),
            ("TRIAL", gettext_lazy("Trial order")),
            ("PROJECT", gettext_lazy("One-off project")),
        ],
        label=gettext_lazy("Kind of order"),
    )
    ordered_on = DateField(label=gettext_lazy("Ordered on"))
    delivery_on = DateField(label=gettext_lazy("Delivery date"), required=False)


class CreditForm(Form):
    """A credit that somebody proposes."""

    percent = forms.DecimalField(
        label=gettext_lazy("Percent of the next order"), required=False, max_digits=5, decimal_places=2
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Or an amount"), required=False, max_digits=14, decimal_places=2
    )
    currency = forms.ChoiceField(choices=currencies, label=gettext_lazy("Currency"), required=False)
    reason = TextField(label=gettext_lazy("Reason"), max_length=300)
    expires_on = DateField(label=gettext_lazy("Expires on"), required=False)


class OfferFilter(Form):
    """What the list shows."""

    q = TextField(required=False, max_length=100)
    kind = forms.ChoiceField(
        choices=[("", pgettext_lazy("offer", "All kinds")), *Offer.Kind.choices], required=False
    )
    state = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("All states")),
            ("OPEN", pgettext_lazy("offer", "Open")),
            ("EXPIRED", pgettext_lazy("offer", "Expired")),
            *Offer.State.choices,
        ],
        required=False,
    )
    mine = forms.BooleanField(required=False)


def first_validity(on: date, days: int) -> date:
    """When an offer of that day ends unless somebody says otherwise."""
    return on + timedelta(days=days)
