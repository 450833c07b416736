"""Every write to countries: their facts, the sections of their profile, corrections of their holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from genjin.customers.actions.basis import take_changes
from genjin.customers.actions.refusal import Conflict
from genjin.customers.models import Country, CountrySection, HolidayCorrection
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import User

FACTS = ("region", "calling_code", "currency", "timezones", "weekend_days", "work_start", "work_end")


def country_number(code: str) -> int:
    """The number under which the journal knows a country, as its own key is two letters."""
    return int(code, 36)


@transaction.atomic
def change_facts(*, by: User | None, at: datetime, code: str, version: int, **facts: Any) -> Country:
    """Set facts of a country (names of `FACTS`); `version` is the one the person saw, else `Conflict`."""
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"not facts of a country: {', '.join(sorted(unknown))}")
    country = Country.objects.select_for_update().get(pk=code)
    changes = take_changes(country, facts, expected=version)
    if not changes:
        return country
    country.version += 1
    country.save(update_fields=[*changes, "version"])
    written = Written(
        "change", "customers.country", country_number(code), title=country.name_en, changes=changes
    )  # fmt: skip
    journal.record(by=by, at=at, written=[written])
    return country


@transaction.atomic
def write_section(
    *, by: User | None, at: datetime, code: str, section: str, text: str, version: int
) -> CountrySection:
    """Replace the text of one section (002-35); `version` 0 means that the person saw none."""
    country = Country.objects.select_for_update().get(pk=code)
    row = CountrySection.objects.filter(country=country, section=section).first()
    old = row.text if row else ""
    if (row.version if row else 0) != version:
        raise Conflict(row, {"text": (text, old)})
    if row is None:
        row = CountrySection(country=country, section=section, version=0)
    elif old == text:
        return row
    row.text, row.written_at, row.written_by = text, at, by
    row.version += 1
    row.save()
    _journal(by, at, "write", row, country, f"{country.name_en}: {section}", {"text": (old, text)})
    return row


@transaction.atomic
def add_correction(
    *,
    by: User | None,
    at: datetime,
    code: str,
    first_day: date,
    last_day: date,
    kind: str,
    effect: str,
    name_zh: str = "",
    name_en: str = "",
    warning_days: int = 14,
) -> HolidayCorrection:
    """Add days that the computed holidays lack, or take out days that they have wrongly (002-36).

    Asked twice for the same correction, the first one stays alone.
    """
    country = Country.objects.select_for_update().get(pk=code)
    values = {
        "first_day": first_day, "last_day": last_day, "kind": kind, "effect": effect,
        "name_zh": name_zh, "name_en": name_en, "warning_days": warning_days,
    }  # fmt: skip
    same = HolidayCorrection.objects.filter(country=country, **values).first()
    if same is not None:
        return same
    row = HolidayCorrection.objects.create(country=country, **values)
    title = f"{country.name_en}: {name_en or name_zh or first_day}"
    _journal(by, at, "create", row, country, title, {name: (None, value) for name, value in values.items()})
    return row


@transaction.atomic
def remove_correction(*, by: User | None, at: datetime, code: str, pk: int) -> bool:
    """Take a correction back; False when it is gone already. The journal keeps what it said."""
    row = HolidayCorrection.objects.select_for_update().filter(country_id=code, pk=pk).first()
    if row is None:
        return False
    names = ("first_day", "last_day", "kind", "effect", "name_zh", "name_en", "warning_days")
    changes = {name: (getattr(row, name), None) for name in names}
    country = row.country
    title = f"{country.name_en}: {row.name_en or row.name_zh or row.first_day}"
    _journal(by, at, "delete", row, country, title, changes)
    row.delete()
    return True


def _journal(
    by: User | None,
    at: datetime,
    verb: str,
    row: CountrySection | HolidayCorrection,
    country: Country,
    title: str,
    changes: Mapping[str, tuple[Any, Any]],
) -> None:
    note = f"{country.code}"
    written = Written(verb, row._meta.label_lower, row.pk, title=title, changes=changes, note=note)
    journal.record(by=by, at=at, written=[written])
