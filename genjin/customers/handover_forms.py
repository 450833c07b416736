"""The form of the hand-over wizard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.handover import Choice
from genjin.customers.holdings import Holding
from genjin.customers.models import Country, HandOver
from genjin.people.models import User
from genjin.web.forms import Checks, Form, Pick, TextField

STAYS = ("", gettext_lazy("Stays"))


class HandOverForm(Form):
    """Why, what, to whom and by which rule; for the rule by country one question per country."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=HandOver.Reason.choices, widget=Pick)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What is handed over"), widget=Checks(attrs={"inline": True})
    )
    receivers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("To whom"), coerce=int, required=False, widget=Checks(attrs={"inline": True})
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Divided between several"), choices=HandOver.Rule.choices, widget=Pick
    )
    why = TextField(
        label=gettext_lazy("Explanation"),
        max_length=300,
        help_text=gettext_lazy("Stands in the history of every customer."),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        inventory: Sequence[tuple[Holding, int]],
        countries: Sequence[tuple[str, int]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.by_country: dict[str, str] = {}
        names = [(person.pk, str(person)) for person in people]
        self._choices("receivers", names)
        self._choices("kinds", [(held.name, f"{held.label} ({count})") for held, count in inventory if count])
        known = {row.pk: str(row) for row in Country.objects.filter(pk__in=[code for code, _n in countries])}
        for code, number in countries:
            name = f"country-{code or 'none'}"
            self.by_country[name] = code
            label = f"{known.get(code) or _('No country')} ({number})"
            self.fields[name] = forms.TypedChoiceField(
                label=label, coerce=int, required=False, empty_value=None, choices=[STAYS, *names]
            )

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def country_fields(self) -> Iterator[forms.BoundField]:
        """The questions by country, most customers first."""
        return (self[name] for name in self.by_country)

    def clean(self) -> dict[str, Any]:
        """Somebody must get something."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("rule") == HandOver.Rule.BY_COUNTRY:
            if not self._countries(data):
                self.add_error("rule", _("Choose a receiver for at least one country below."))
        elif not data.get("receivers") and "receivers" not in self.errors:
            self.add_error("receivers", _("Choose at least one colleague."))
        return data

    def _countries(self, data: Mapping[str, Any]) -> dict[str, int]:
        return {code: data[name] for name, code in self.by_country.items() if data.get(name)}

    def choice(self) -> Choice:
        """What was chosen."""
        data = self.cleaned_data
        if data["rule"] != HandOver.Rule.BY_COUNTRY:
            return Choice(data["rule"], data["receivers"], data["kinds"])
        countries = self._countries(data)
        receivers = data["receivers"] or sorted(set(countries.values()))
        return Choice(data["rule"], receivers, data["kinds"], countries)
