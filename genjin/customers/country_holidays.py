"""Public holidays and slow periods of a country: computed, then corrected by what the team knows (002-36).

Nothing here asks the database or reads a clock; the corrections of a country are passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

import holidays
from holidays.calendars.islamic import _IslamicLunar

from genjin.customers.holiday_names import in_chinese, in_english
from genjin.people.models import bilingual

WARNING_DAYS = 14
"""How many days before a computed holiday its warning appears; corrections name their own."""

CLOSED, SLOW = "CLOSED", "SLOW"
ONE_DAY = timedelta(days=1)


class Correction(Protocol):
    """What is needed of a `HolidayCorrection` row."""

    pk: int
    first_day: date
    last_day: date
    kind: str
    effect: str
    name_zh: str
    name_en: str
    warning_days: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days on which a country is closed, or works slowly; `correction_id` says that a person entered it."""

    first_day: date
    last_day: date
    name_zh: str
    name_en: str
    effect: str = CLOSED
    warning_days: int = WARNING_DAYS
    correction_id: int | None = None

    @property
    def name(self) -> str:
        """The name in the reader's language, else the other one."""
        return bilingual(self.name_zh, self.name_en)

    @property
    def is_closed(self) -> bool:
        """Whether nobody works then; otherwise work goes slowly."""
        return self.effect == CLOSED

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first_day <= day <= self.last_day

    def days(self) -> Iterator[date]:
        """Each of its days."""
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += ONE_DAY


@lru_cache(maxsize=2048)
def computed(code: str, year: int) -> tuple[Holiday, ...]:
    """What the calendar says of a country's year, equal neighbouring days as one holiday."""
    english = _names(code, year, "en_US")
    chinese = _names(code, year, "zh_CN")
    found: list[Holiday] = []
    for day in sorted(english):
        name = in_english(english[day])
        if found and found[-1].name_en == name and found[-1].last_day + ONE_DAY == day:
            found[-1] = replace(found[-1], last_day=day)
        else:
            found.append(Holiday(day, day, chinese.get(day) or in_chinese(english[day]), name))
    return tuple(found)


REGIONS = {"GB": "ENG"}
"""Whose days stand for a country that the library divides, where what all parts share is too little."""


def _names(code: str, year: int, language: str) -> dict[date, str]:
    """Holidays by day in that language; the library's English (or only) names where it lacks the language."""
    try:
        supported = holidays.country_holidays(code).supported_languages
        if language not in supported and language == "zh_CN":
            return {}
        english = next((name for name in sorted(supported) if name.startswith("en")), None)
        spoken = language if language in supported else english
        return dict(holidays.country_holidays(code, subdiv=REGIONS.get(code), years=year, language=spoken))
    except NotImplementedError:  # a territory that the library does not know
        return {}


@lru_cache(maxsize=64)
def ramadan_of(year: int) -> tuple[Holiday, ...]:
    """Months of fasting that begin in that year, up to the eve of Eid al-Fitr; ±1 day by the moon."""
    calendar = _IslamicLunar()
    ends = {day for shown in (year, year + 1) for day, _ in calendar.eid_al_fitr_dates(shown)}
    found = []
    for start, _ in calendar.ramadan_beginning_dates(year):
        end = min((day for day in ends if day > start), default=None)
        if start.year == year and end is not None:
            found.append(Holiday(start, end - ONE_DAY, "斋月", "Ramadan", SLOW))
    return tuple(found)


def holidays_of(
    code: str, first: date, last: date, corrections: Iterable[Correction] = (), *, ramadan: bool = False
) -> list[Holiday]:
    """Holidays of a country that touch the days `first` to `last`, in order, corrections applied."""
    years = range(first.year, last.year + 1)
    found = [holiday for year in years for holiday in computed(code, year)]
    if ramadan:  # one that began in December reaches into the next year
        found.extend(month for year in (first.year - 1, *years) for month in ramadan_of(year))
    corrections = list(corrections)
    for wrong in (row for row in corrections if row.kind == "REMOVED"):
        found = [piece for holiday in found for piece in _without(holiday, wrong)]
    found.extend(
        Holiday(
            row.first_day, row.last_day, row.name_zh, row.name_en, row.effect, row.warning_days, row.pk
        )
        for row in corrections
        if row.kind == "ADDED"
    )  # fmt: skip
    touching = (holiday for holiday in found if holiday.first_day <= last and holiday.last_day >= first)
    return sorted(touching, key=lambda holiday: (holiday.first_day, holiday.last_day, holiday.name_en))


def _without(holiday: Holiday, wrong: Correction) -> Iterator[Holiday]:
    """What is left of a computed holiday when the days of a removal with the same effect are taken out."""
    if holiday.effect != wrong.effect:
        yield holiday
        return
    before = min(holiday.last_day, wrong.first_day - ONE_DAY)
    after = max(holiday.first_day, wrong.last_day + ONE_DAY)
    if before >= holiday.first_day:
        yield replace(holiday, last_day=before)
    if after <= holiday.last_day and after > before:
        yield replace(holiday, first_day=after)


def closed_days(found: Iterable[Holiday]) -> frozenset[date]:
    """The single days on which nobody works."""
    return frozenset(day for holiday in found if holiday.is_closed for day in holiday.days())


def upcoming(found: Iterable[Holiday], today: date) -> Holiday | None:
    """The holiday that is going on or comes next."""
    ahead = [holiday for holiday in found if holiday.last_day >= today]
    return min(ahead, key=lambda holiday: (holiday.first_day, not holiday.is_closed), default=None)


def warning(found: Iterable[Holiday], today: date) -> Holiday | None:
    """The holiday to warn of today: going on, or within its own warning days; closed ones first."""
    near = [
        holiday
        for holiday in found
        if holiday.last_day >= today
        and (holiday.first_day - today).days <= holiday.warning_days
    ]  # fmt: skip
    return min(near, key=lambda holiday: (not holiday.is_closed, holiday.first_day), default=None)
