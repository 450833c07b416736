"""Countries as others need them: the shipped facts, and reads of rows and corrections in few queries."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from importlib import resources

from genjin.customers import country_holidays
from genjin.customers.country_holidays import Holiday
from genjin.customers.models import Country, HolidayCorrection
from genjin.records.prepared import Given, Prepared

LOOK_AHEAD = timedelta(days=120)
NEARBY = timedelta(days=62)
"""Corrections of neighbouring days matter too: a removal may cut a period that began earlier."""
Corrections = Mapping[str, Sequence[HolidayCorrection]]

_COUNTRIES = Prepared(lambda: Country.objects.filter(code__among=Given("codes")))
_CORRECTIONS = Prepared(
    lambda: HolidayCorrection.objects.filter(
        country_id__among=Given("codes"), first_day__lte=Given("last"), last_day__gte=Given("first")
    )
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the product ships of one country (made by `tools/make_countries.py`)."""

    code: str
    name_zh: str
    name_en: str
    region: str
    calling_code: str
    currency: str
    timezones: tuple[str, ...]
    weekend_days: tuple[int, ...]
    work_start: time
    work_end: time
    ramadan: bool


@lru_cache(maxsize=1)
def shipped() -> dict[str, Facts]:
    """Facts of every ISO 3166-1 country and territory by code."""
    text = resources.files("genjin.customers").joinpath("data", "countries.json").read_text(encoding="utf-8")
    return {row["code"]: _facts(row) for row in json.loads(text)}


def _facts(row: dict[str, object]) -> Facts:
    values = dict(row)
    start, end = str(values.pop("hours")).split("-")
    values["timezones"] = tuple(values["timezones"])  # type: ignore[arg-type]
    values["weekend_days"] = tuple(values["weekend_days"])  # type: ignore[arg-type]
    return Facts(work_start=time.fromisoformat(start), work_end=time.fromisoformat(end), **values)  # type: ignore[arg-type]


def keeps_ramadan(code: str) -> bool:
    """Whether work is slow there in Ramadan."""
    facts = shipped().get(code)
    return facts is not None and facts.ramadan


def countries_of(codes: Collection[str]) -> dict[str, Country]:
    """The rows of these countries; one query, none for no codes."""
    return {row.code: row for row in _COUNTRIES(codes=sorted(set(codes)))} if codes else {}


def corrections_of(codes: Collection[str], first: date, last: date) -> Corrections:
    """Corrections that touch those days, by country; one query, none for no codes."""
    found: dict[str, list[HolidayCorrection]] = {}
    for row in _CORRECTIONS(codes=sorted(set(codes)), first=first, last=last) if codes else ():
        found.setdefault(row.country_id, []).append(row)
    return found


def holidays_of(codes: Collection[str], first: date, last: date) -> dict[str, list[Holiday]]:
    """Holidays of several countries between two days, corrected; one query."""
    return corrected(codes, first, last, corrections_of(codes, first - NEARBY, last + NEARBY))


def corrections_around(codes: Collection[str], day: date) -> Corrections:
    """All corrections that matter for what a page says on a day; one query."""
    return corrections_of(codes, day - NEARBY, day + LOOK_AHEAD + NEARBY)


def corrected(
    codes: Collection[str], first: date, last: date, corrections: Corrections
) -> dict[str, list[Holiday]]:
    """Holidays of several countries between two days, with corrections of at least `NEARBY` around them."""
    return {
        code: country_holidays.holidays_of(
            code, first, last, corrections.get(code, ()), ramadan=keeps_ramadan(code)
        )
        for code in set(codes)
    }  # fmt: skip


def warning_of(code: str, today: date, corrections: Corrections) -> Holiday | None:
    """The holiday to warn of today in a country, if there is one (002-36)."""
    listed = corrected([code], today, today + LOOK_AHEAD, corrections)[code]
    return country_holidays.warning(listed, today)


def next_holidays(codes: Collection[str], today: date) -> dict[str, Holiday]:
    """The holiday that goes on or comes next in each country that has one within a few months; one query."""
    found = holidays_of(codes, today, today + LOOK_AHEAD)
    ahead = {code: country_holidays.upcoming(listed, today) for code, listed in found.items()}
    return {code: holiday for code, holiday in ahead.items() if holiday is not None}
