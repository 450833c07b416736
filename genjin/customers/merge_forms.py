"""Choosing the other customer, choosing side by side, proposing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext, gettext_lazy

from genjin.customers.forms.customer import CustomerField
from genjin.customers.merge_fields import BOTH, KEPT, OTHER
from genjin.customers.merge_present import Row
from genjin.customers.models import Contact, Customer
from genjin.people.models import User
from genjin.web.forms import Combo, Form, LongTextField

SALT = "genjin.customers.merge"


class OtherCustomerForm(Form):
    """The customer that may be the same."""

    other = CustomerField(
        label=gettext_lazy("The other customer"), queryset=Customer.objects.none(),
        widget=Combo(source=reverse_lazy("customers:options")),
        help_text=gettext_lazy("By name, number, phone or mail address. You choose next which one stays."),
    )  # fmt: skip

    def __init__(self, *args: Any, customer: Customer, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Customer.objects.visible_to(user).exclude(pk=customer.pk)
        self.fields["other"].queryset = rows  # type: ignore[attr-defined]


class OtherContactForm(Form):
    """The colleague who may be the same person."""

    other = forms.TypedChoiceField(
        label=gettext_lazy("The same person"), coerce=int,
        help_text=gettext_lazy("You choose next what of each stays."),
    )  # fmt: skip

    def __init__(self, *args: Any, colleagues: Sequence[Contact], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(one.pk, _in_words(one)) for one in colleagues]
        self.fields["other"].choices = [("", "—"), *named]  # type: ignore[attr-defined]


def _in_words(contact: Contact) -> str:
    reached = next((point.value for point in contact.points.all()), "")
    return " · ".join(text for text in (contact.name, contact.job_title, reached) if text)


class MergeForm(Form):
    """One choice for each field in which two records differ; it knows what it showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200_000)

    def __init__(self, data: QueryDict | None, *, rows: Sequence[Row]) -> None:
        super().__init__(data.copy() if data is not None else None)
        self.rows = rows
        labels = {KEPT: gettext("Left"), OTHER: gettext("Right"), BOTH: gettext("Both")}
        for row in rows:
            choices = [(side, labels[side]) for side in row.sides]
            self.fields[row.name] = forms.ChoiceField(
                label=row.label, choices=choices, required=False, widget=forms.RadioSelect, initial=row.usual
            )
        self.initial["seen"] = self._snapshot()

    def _snapshot(self) -> str:
        shown = {row.name: [row.kept, row.other] for row in self.rows}
        return signing.dumps(shown, salt=SALT, compress=True)

    def clean(self) -> dict[str, Any]:
        """Refuse once what was chosen from values that are others by now, naming them."""
        cleaned = super().clean() or self.cleaned_data
        now = {row.name: [row.kept, row.other] for row in self.rows}
        try:
            shown = signing.loads(cleaned.pop("seen", ""), salt=SALT)
        except signing.BadSignature:
            raise forms.ValidationError(gettext("Look at both sides, then merge.")) from None
        finally:
            self.data["seen"] = self._snapshot()  # type: ignore[index]
        labels = [row.label for row in self.rows if shown.get(row.name) != now[row.name]]
        if labels or shown.keys() - now.keys():
            raise forms.ValidationError(
                gettext("Somebody changed this meanwhile: %(fields)s. Look again, then merge.")
                % {"fields": gettext(", ").join(labels) or gettext("some fields are the same now")}
            )
        return cleaned

    def choices(self) -> dict[str, str]:
        """The sides that were chosen, by field."""
        return {name: side for name, side in self.cleaned_data.items() if side}

    def lines(self) -> Iterator[dict[str, Any]]:
        """The rows as the page shows them: label, and of each side its words and whether it is chosen."""
        for row in self.rows:
            field = self[row.name]
            chosen = field.value() or row.usual
            words = {KEPT: row.kept, OTHER: row.other}
            sides = [
                {"side": side, "text": words.get(side, ""), "chosen": side == chosen, "is_both": side == BOTH}
                for side in row.sides
            ]
            yield {"name": row.name, "label": row.label, "sides": sides, "errors": field.errors}


class ProposalForm(Form):
    """Why two customers are one, for those who may merge them."""

    why = LongTextField(
        label=gettext_lazy("Why they are the same"), max_length=300, rows=2,
        help_text=gettext_lazy("Goes to whoever looks after them, and to the manager."),
    )  # fmt: skip
