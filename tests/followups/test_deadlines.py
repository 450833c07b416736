"""Deadlines to the minute and holidays, against tables made by others."""

from __future__ import annotations

import csv
import json
import os
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from genjin.followups.markets import Markets
from genjin.people import actions
from genjin.people.queries import work_calendar
from genjin.rules.promises import Measure, deadline
from tests.conftest import Cast

FOLDER = Path(os.environ.get("GENJIN_CORPORA", "")) / "06-calendar"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (FOLDER / "expected.json").is_file(), reason="needs GENJIN_CORPORA"),
]
SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGINNINGS = ("00:00", "08:59", "09:00", "11:50", "12:30", "13:29", "17:45", "18:00", "23:59")
LENGTHS = (1, 30, 481, 2000)
"""Minutes: over lunch, over the evening, over days."""
OFFICE = ((540, 720), (780, 1080))
"""Nine to twelve and one to six, in minutes after midnight: the hours of the company of the tests."""


def minutes_of_work(year: int) -> list[datetime]:
    """Every minute in which an office works by the notice of the State Council, one by one."""
    notice = json.loads((FOLDER / "holiday-cn" / f"{year}.json").read_text(encoding="utf-8"))["days"]
    named = {date.fromisoformat(row["date"]): not row["isOffDay"] for row in notice}
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        if named.get(day, day.weekday() < 5):
            midnight = datetime.combine(day, datetime.min.time(), SHANGHAI).astimezone(UTC)
            found += [midnight + timedelta(minutes=m) for start, end in OFFICE for m in range(start, end)]
        day += timedelta(days=1)
    return found


def test_deadlines_in_working_time_are_right_to_the_minute_on_every_day_of_a_chinese_year(
    people: Cast, moment: datetime
) -> None:
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    calendar = work_calendar()
    work = minutes_of_work(2026)
    checked = 0
    for number in range(350):
        day = date(2026, 1, 1) + timedelta(days=number)
        for text in BEGINNINGS:
            began = datetime.fromisoformat(f"{day} {text}").replace(tzinfo=SHANGHAI).astimezone(UTC)
            first = bisect_right(work, began - timedelta(minutes=1))
            for length in LENGTHS:
                if first + length > len(work):
                    continue
                due = deadline(began, timedelta(minutes=length), Measure.WORKING, calendar)
                assert due == work[first + length - 1] + timedelta(minutes=1), (began, length)
                checked += 1
    assert checked == 12_600


def test_deadlines_by_the_calendar_do_not_know_holidays(people: Cast, moment: datetime) -> None:
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    calendar = work_calendar()
    for row in json.loads((FOLDER / "holiday-cn" / "2026.json").read_text(encoding="utf-8"))["days"]:
        began = datetime.fromisoformat(f"{row['date']} 10:17").replace(tzinfo=SHANGHAI)
        assert deadline(began, timedelta(hours=24), Measure.CALENDAR, calendar) == began + timedelta(days=1)


def test_the_holidays_that_two_sources_agree_on_are_free_in_their_market(people: Cast) -> None:
    """Days that fall on a weekend are free anyway; of the others each must be known."""
    with (FOLDER / "holidays_2026_2027.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["status"] == "agreed"]
    markets = {2026: Markets(2026), 2027: Markets(2027)}
    worked = []
    for row in rows:
        day = date.fromisoformat(row["date"])
        calendar = markets[day.year][row["country"]]
        if calendar.is_workday(day):
            worked.append((row["country"], row["date"], row["name_date_holidays"]))
    assert len(rows) == 129
    assert worked == []
