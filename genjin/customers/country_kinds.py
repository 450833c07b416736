"""Countries, their profiles and corrections as the journal knows them, and their place in the rail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Country, CountrySection, HolidayCorrection
from genjin.records.registry import RecordKind, register
from genjin.web import navigation

LABELS: dict[str, Any] = {
    "region": _("Region"),
    "calling_code": _("Calling code"),
    "currency": _("Currency"),
    "timezones": _("Time zones"),
    "weekend_days": _("Weekend"),
    "work_start": _("Work begins"),
    "work_end": _("Work ends"),
    "text": _("Text"),
    "first_day": _("First day"),
    "last_day": _("Last day"),
    "kind": _("What is corrected"),
    "effect": _("Effect"),
    "name_zh": _("Name in Chinese"),
    "name_en": _("Name in English"),
    "warning_days": _("Warn how many days before"),
}


def register_all() -> None:
    """Put the kinds on the register and the list of countries into the navigation."""
    register(
        RecordKind(
            name="customers.country", label=_("Country"), plural=_("Countries"), model=Country,
            visible_to=lambda user: Country.objects.all(), title=str, icon="world", field_labels=LABELS,
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="customers.countrysection", label=_("Country profile"), plural=_("Country profiles"),
            model=CountrySection, visible_to=lambda user: CountrySection.objects.all(),
            title=lambda row: f"{row.country}: {row.get_section_display()}", icon="world",
            field_labels=LABELS,
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="customers.holidaycorrection", label=_("Holiday correction"),
            plural=_("Holiday corrections"), model=HolidayCorrection,
            visible_to=lambda user: HolidayCorrection.objects.all(),
            title=lambda row: f"{row.country}: {row.name_en or row.first_day}", icon="calendar",
            field_labels=LABELS,
        )
    )  # fmt: skip
    navigation.register_entry(
        navigation.Entry(
            name="countries", label=_("Countries"), url="countries:list", icon="world", order=70,
            keywords="国家 时差 节假日 country holiday time zone",
        )
    )  # fmt: skip
