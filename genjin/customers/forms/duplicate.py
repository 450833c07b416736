"""Forms of the list of duplicates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import DuplicatePair
from genjin.customers.models.duplicate import DuplicatePairs
from genjin.people.models import User
from genjin.rules.duplicates.score import MAYBE, PROBABLY, SAME
from genjin.web.forms import Form, RowsField, TextField

State = DuplicatePair.State
FLOORS = {"": PROBABLY, "same": SAME, "all": MAYBE}


class PairFilters(forms.Form):
    """What the list of duplicates can be narrowed by."""

    likely = forms.ChoiceField(
        label=_("How likely"), required=False,
        choices=[
            ("", pgettext_lazy("duplicates", "The same and probably")),
            ("same", pgettext_lazy("duplicates", "Only the same")),
            ("all", pgettext_lazy("duplicates", "Also maybe")),
        ],
    )  # fmt: skip
    owner = RowsField(label=_("Owner"), queryset=User.objects.none(), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", State.OPEN.label), ("different", State.DIFFERENT.label)],
    )  # fmt: skip
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, owners: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def narrow(self, rows: DuplicatePairs) -> DuplicatePairs:
        """The pairs that fit; what cannot be read filters nothing."""
        asked = self.cleaned_data if self.is_valid() else {}
        is_different = asked.get("state") == "different"
        rows = rows.filter(state=State.DIFFERENT if is_different else State.OPEN)
        rows = rows.filter(score__gte=FLOORS.get(asked.get("likely") or "", PROBABLY))
        owners = [user.pk for user in asked.get("owner") or ()]
        if owners:
            rows = rows.filter(Q(first__owner__in=owners) | Q(second__owner__in=owners))
        if pk := asked.get("customer"):
            rows = rows.filter(Q(first=pk) | Q(second=pk))
        return rows


class ApartForm(Form):
    """Why two customers are not the same."""

    why = TextField(label=_("Why they are not the same"), max_length=200, required=False)
