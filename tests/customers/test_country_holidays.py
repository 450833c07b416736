"""Holidays: computed, corrected, warned of in time."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from genjin.customers import holiday_names
from genjin.customers.country_holidays import (
    closed_days,
    computed,
    holidays_of,
    ramadan_of,
    upcoming,
    warning,
)

CORPORA = os.environ.get("GENJIN_CORPORA", "")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass
class Row:
    first_day: date
    last_day: date
    kind: str = "ADDED"
    effect: str = "CLOSED"
    name_zh: str = "厂休"
    name_en: str = "Plant closure"
    warning_days: int = 14
    pk: int = 7


def named(found, name):
    return [(row.first_day, row.last_day) for row in found if row.name_en == name]


def test_germany_keeps_unity_day_and_china_the_spring_festival():
    assert named(holidays_of("DE", *YEAR), "German Unity Day") == [(date(2026, 10, 3), date(2026, 10, 3))]
    festival = next(row for row in holidays_of("CN", *YEAR) if row.name_zh == "春节")
    assert festival.first_day == date(2026, 2, 17)


def test_days_of_one_holiday_in_a_row_are_one_entry():
    eid = named(holidays_of("SA", *YEAR), "Eid al-Fitr Holiday")
    assert eid == [(date(2026, 3, 19), date(2026, 3, 22))]


def test_common_holidays_have_chinese_names_where_the_library_has_none():
    names = {row.name_en: row.name_zh for row in computed("US", 2026)}
    assert names["Thanksgiving Day"] == "感恩节"
    assert names["Independence Day (observed)"] == "独立日（补休）"


def test_ramadan_is_a_slow_period_up_to_the_eve_of_eid():
    (month,) = ramadan_of(2026)
    assert (month.first_day, month.last_day, month.is_closed) == (date(2026, 2, 18), date(2026, 3, 19), False)
    assert len(ramadan_of(2030)) == 2
    assert not closed_days([month])


def test_a_ramadan_that_began_in_december_is_still_there_in_january():
    found = holidays_of("ID", date(2031, 1, 3), date(2031, 1, 4), ramadan=True)
    assert [row.name_en for row in found] == ["Ramadan"]


def test_an_added_closure_stands_beside_the_computed_holidays():
    found = holidays_of("DE", *YEAR, [Row(date(2026, 8, 3), date(2026, 8, 14))])
    own = next(row for row in found if row.correction_id == 7)
    assert date(2026, 8, 10) in closed_days(found)
    assert own.name_zh == "厂休"


def test_a_removed_day_is_worked_again():
    found = holidays_of("DE", *YEAR, [Row(date(2026, 10, 3), date(2026, 10, 3), kind="REMOVED")])
    assert not named(found, "German Unity Day")
    assert date(2026, 12, 25) in closed_days(found)


def test_a_removal_inside_a_period_leaves_both_ends():
    cut = Row(date(2026, 3, 1), date(2026, 3, 2), kind="REMOVED", effect="SLOW")
    found = holidays_of("SA", *YEAR, [cut], ramadan=True)
    assert named(found, "Ramadan") == [
        (date(2026, 2, 18), date(2026, 2, 28)),
        (date(2026, 3, 3), date(2026, 3, 19)),
    ]


def test_removing_closed_days_leaves_the_slow_period_alone():
    cut = Row(date(2026, 2, 1), date(2026, 4, 30), kind="REMOVED")
    found = holidays_of("SA", *YEAR, [cut], ramadan=True)
    assert named(found, "Ramadan") and not named(found, "Eid al-Fitr Holiday")


@pytest.mark.parametrize(("days", "warned"), [(15, False), (14, True), (0, True), (-1, False)])
def test_a_warning_appears_within_its_days_and_ends_with_the_holiday(days, warned):
    found = [row for row in holidays_of("DE", *YEAR) if row.name_en == "German Unity Day"]
    assert (warning(found, date(2026, 10, 3) - timedelta(days=days)) is not None) is warned


def test_a_correction_names_its_own_warning_days():
    found = holidays_of("DE", *YEAR, [Row(date(2026, 8, 3), date(2026, 8, 14), warning_days=60)])
    assert warning(found, date(2026, 6, 10)).correction_id == 7


def test_the_next_holiday_is_the_one_going_on_or_coming():
    found = holidays_of("US", *YEAR)
    assert upcoming(found, date(2026, 11, 24)).name_en == "Thanksgiving Day"
    assert upcoming(found, date(2026, 11, 27)).name_en == "Christmas Day"


def test_an_unknown_territory_has_no_holidays():
    assert holidays_of("BV", *YEAR) == []


@pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")
def test_ramadan_and_eid_lie_within_a_day_of_the_reference():
    reference = json.loads((Path(CORPORA) / "06-calendar" / "expected.json").read_text(encoding="utf-8"))
    dates = reference["islamic_umm_al_qura"]
    for year, hijri in ((2026, 1447), (2027, 1448)):
        (month,) = ramadan_of(year)
        start = date.fromisoformat(dates[f"1 Ramadan {hijri}"])
        eid = date.fromisoformat(dates[f"Eid al-Fitr (1 Shawwal) {hijri}"])
        assert abs((month.first_day - start).days) <= 1
        assert abs((month.last_day + timedelta(days=1) - eid).days) <= 1


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        (
            "Day off (substituted from 01/04/2026)",
            "Day off (moved from 2026-01-04)",
            "休息日（由 2026-01-04 调休）",
        ),
        ("Independence Day; Unity Day", "Independence Day; Unity Day", "独立日、统一日"),
        ("Independence Day; Nobody knows", "Independence Day; Nobody knows", ""),
    ],
)
def test_a_moved_day_off_is_dated_unmistakably_and_two_in_one_are_both_named(name, english, chinese):
    assert (holiday_names.in_english(name), holiday_names.in_chinese(name)) == (english, chinese)
