"""Official days of a country, from the library `holidays`: public holidays and make-up workdays (调休)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import holidays as library

BRACKETS = re.compile(r"\s*[（(].*[）)]\s*")
SWAPPED = re.compile(r"由 (\d{4}-\d{2}-\d{2}) 调休")


@dataclass(frozen=True)
class OfficialDay:
    """One day that the official calendar makes CLOSED or WORKDAY."""

    day: date
    kind: str
    name_zh: str
    name_en: str


def official_days(country: str, year: int) -> list[OfficialDay]:
    """The official days of a year in order; empty for a country the library does not know."""
    try:
        english = library.country_holidays(country, years=year, language="en_US")
        chinese = library.country_holidays(country, years=year, language="zh_CN")
    except NotImplementedError:
        return []
    names = {day: (_bare(chinese.get(day, "")), _bare(english.get(day, ""))) for day in sorted(english)}
    swapped: dict[date, tuple[str, str]] = {}
    for day in list(names):
        found = SWAPPED.search(chinese.get(day, ""))
        if found:
            names[day] = _named_by_neighbour(names, day)
            swapped[date.fromisoformat(found[1])] = names[day]
    rows = [OfficialDay(day, "CLOSED", *name) for day, name in names.items()]
    for day in english.weekend_workdays:
        if day.year == year:
            zh, en = swapped.get(day, ("", ""))
            rows.append(OfficialDay(day, "WORKDAY", f"{zh}调休", f"Make-up workday {en}".strip()))
    return sorted(rows, key=lambda row: row.day)


def _bare(name: str) -> str:
    """春节（补假） -> 春节; several names of one day keep the first."""
    return BRACKETS.sub("", name.split(";", maxsplit=1)[0]).strip()


def _named_by_neighbour(names: dict[date, tuple[str, str]], day: date) -> tuple[str, str]:
    """A day off that was swapped belongs to the nearest real holiday."""
    real = [other for other in names if names[other][0] not in ("休息日", "")]
    nearest = min(real, key=lambda other: (abs((other - day).days), other > day), default=None)
    return names[nearest] if nearest else ("休息日", "Day off")
