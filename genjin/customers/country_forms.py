"""Forms of countries: facts, one section of the profile, a correction of holidays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from genjin.customers.local_time import known
from genjin.customers.models import Country, HolidayCorrection
from genjin.web.forms import Checks, DateField, Form, LongTextField, Pick, TextField, TimeField
from genjin.web.versions import VersionedForm

WEEKDAYS = (
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")),
    ("4", _("Friday")), ("5", _("Saturday")), ("6", _("Sunday")),
)  # fmt: skip
LONGEST = 366
"""Days of the longest period that makes sense."""


class SectionForm(VersionedForm):
    """One section of a country's profile (002-35)."""

    text = LongTextField(label=_("Text"), required=False, max_length=20000, rows=12)


class FactsForm(VersionedForm):
    """What the product ships of a country and an administrator may set right."""

    region = forms.ChoiceField(label=_("Region"), choices=Country.Region.choices)
    calling_code = forms.RegexField(
        r"^\d{1,4}$", label=_("Calling code"), required=False, max_length=4,
        error_messages={"invalid": _("Write one to four digits without the plus sign.")},
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency"), required=False, max_length=3,
        error_messages={"invalid": _("Write the three capital letters of the currency, such as EUR.")},
    )  # fmt: skip
    timezones = LongTextField(
        label=_("Time zones"), max_length=2000,
        help_text=_("One name a line, such as Asia/Dubai; that of most people first."),
    )  # fmt: skip
    weekend_days = forms.MultipleChoiceField(
        label=_("Weekend"), choices=WEEKDAYS, widget=Checks(attrs={"inline": True}), required=False
    )
    work_start = TimeField(label=_("Work begins"))
    work_end = TimeField(label=_("Work ends"))

    def clean_timezones(self) -> str:
        """The names, one a line, all of them known."""
        names = list(dict.fromkeys(self.cleaned_data["timezones"].replace(",", "\n").split()))
        for name in names:
            if not known(name):
                raise forms.ValidationError(gettext("There is no time zone “%(name)s”.") % {"name": name})
        return "\n".join(names)

    def clean_weekend_days(self) -> list[str]:
        """At most six days of rest."""
        days: list[str] = self.cleaned_data["weekend_days"]
        if len(days) == len(WEEKDAYS):
            raise forms.ValidationError(gettext("At least one day must be left for work."))
        return days

    def clean(self) -> dict[str, Any]:
        """Work ends at another time than it begins; a night shift may pass midnight."""
        cleaned = super().clean()
        if cleaned.get("work_start") is not None and cleaned.get("work_start") == cleaned.get("work_end"):
            self.add_error("work_end", gettext("Work must end at another time than it begins."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The cleaned values as `country_actions.change_facts` takes them."""
        values = dict(self.cleaned_data)
        values["timezones"] = values["timezones"].split()
        values["weekend_days"] = sorted(int(day) for day in values["weekend_days"])
        return values


def facts_of(country: Country) -> dict[str, Any]:
    """The stored facts as the fields of `FactsForm` hold them."""
    return {
        "region": country.region,
        "calling_code": country.calling_code,
        "currency": country.currency,
        "timezones": "\n".join(country.timezones),
        "weekend_days": [str(day) for day in country.weekend_days],
        "work_start": country.work_start,
        "work_end": country.work_end,
    }


class CorrectionForm(Form):
    """Days to add to, or take out of, the computed holidays (002-36)."""

    kind = forms.ChoiceField(
        label=_("What is corrected"), widget=Pick, choices=HolidayCorrection.Kind.choices, initial="ADDED"
    )
    effect = forms.ChoiceField(
        label=_("Effect"), widget=Pick, choices=HolidayCorrection.Effect.choices, initial="CLOSED"
    )
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: one day."))
    name_zh = TextField(label=_("Name in Chinese"), required=False, max_length=80)
    name_en = TextField(label=_("Name in English"), required=False, max_length=80)
    warning_days = forms.IntegerField(
        label=_("Warn how many days before"), min_value=0, max_value=120, initial=14
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("first_day", "last_day"):
            self.fields[name].today = today  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins; what is added has a name."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is not None and last is None and "last_day" not in self.errors:
            cleaned["last_day"] = last = first
        if first is not None and last is not None and last < first:
            self.add_error("last_day", gettext("The last day lies before the first one."))
        elif first is not None and last is not None and (last - first).days > LONGEST:
            self.add_error("last_day", gettext("This is longer than a year."))
        named = cleaned.get("name_zh") or cleaned.get("name_en")
        if cleaned.get("kind") == HolidayCorrection.Kind.ADDED and not named and not self.errors:
            self.add_error("name_zh", gettext("Give it a name in one of the languages."))
        return cleaned
