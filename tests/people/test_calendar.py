"""The company's calendar and people's working time."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from genjin.people import actions, holidays, jobs, queries
from genjin.people.models import Absence, CalendarDay, Organisation, User

MAKE_UP_2026 = {date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))}


def test_the_make_up_workdays_of_2026_are_those_of_the_notice(people, moment):
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    days = CalendarDay.objects.filter(kind="WORKDAY").values_list("day", flat=True)
    assert set(days) == MAKE_UP_2026
    assert CalendarDay.objects.get(day=date(2026, 2, 14)).name_zh == "春节调休"
    assert CalendarDay.objects.get(day=date(2026, 2, 23)).name_zh == "春节"


def test_the_whole_of_2026_is_worked_and_closed_as_the_notice_says(people, moment):
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    work = queries.work_calendar()
    folder = os.environ.get("GENJIN_CORPORA", "")
    path = Path(folder) / "06-calendar" / "holiday-cn" / "2026.json"
    if not folder or not path.is_file():
        pytest.skip("the notices are not on this machine")
    notice = {date.fromisoformat(d["date"]): not d["isOffDay"] for d in json.loads(path.read_text())["days"]}
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert work.is_workday(day) == notice.get(day, day.weekday() < 5), day
        day += timedelta(days=1)


def test_refreshing_twice_changes_nothing_and_own_days_stay(people, moment):
    actions.set_own_day(day=date(2026, 10, 10), kind="CLOSED", name_en="Fair", by=people.admin, at=moment)
    assert actions.refresh_official_days(years=[2026], by=None, at=moment) > 20
    assert actions.refresh_official_days(years=[2026], by=None, at=moment) == 0
    assert CalendarDay.objects.filter(source="OWN").count() == 1
    assert not queries.work_calendar().is_workday(date(2026, 10, 10))


def test_an_own_workday_wins_over_a_public_holiday(people, moment):
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    assert not queries.work_calendar().is_workday(date(2026, 10, 1))
    row = actions.set_own_day(day=date(2026, 10, 1), kind="WORKDAY", by=people.admin, at=moment)
    assert queries.work_calendar().is_workday(date(2026, 10, 1))
    actions.remove_own_day(day_id=row.pk, by=people.admin, at=moment)
    assert not queries.work_calendar().is_workday(date(2026, 10, 1))


def test_a_person_works_his_own_hours_in_his_own_zone_with_the_firms_lunch(people, moment):
    User.objects.filter(pk=people.lin.pk).update(
        timezone="Asia/Kolkata", work_start=time(10), work_end=time(19)
    )
    work = queries.work_calendar(User.objects.get(pk=people.lin.pk))
    assert work.zone == ZoneInfo("Asia/Kolkata")
    assert [str(hours) for hours in work.hours_of(date(2026, 11, 24))] == ["10:00-12:00", "13:00-19:00"]
    assert work.in_hours(datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    assert not work.in_hours(datetime(2026, 11, 24, 4, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (time(13), time(18), ["13:00-18:00"]),
        (time(8), time(12), ["08:00-12:00"]),
        (time(19), None, ["09:00-12:00", "13:00-18:00"]),
    ],
)
def test_lunch_is_cut_out_only_where_it_falls_within(people, start, end, expected):
    User.objects.filter(pk=people.lin.pk).update(work_start=start, work_end=end)
    work = queries.work_calendar(User.objects.get(pk=people.lin.pk))
    assert [str(hours) for hours in work.hours_of(date(2026, 11, 24))] == expected


def test_colleagues_know_manager_absences_and_calendar_in_a_fixed_number_of_queries(
    people, django_assert_num_queries
):
    day = date(2026, 12, 1)
    Absence.objects.create(user=people.lin, deputy=people.wang, first_day=day, last_day=day)
    with django_assert_num_queries(5):
        found = queries.colleagues()
    assert found[people.lin.pk].manager_id == people.chen.pk
    assert found[people.chen.pk].manager_id is None
    assert found[people.lin.pk].absences[0].deputy_id == people.wang.pk
    assert set(found) == set(User.objects.values_list("pk", flat=True))


def test_another_country_has_its_own_holidays(people, moment):
    actions.refresh_official_days(years=[2026], by=None, at=moment)
    actions.change_organisation(values={"country": "DE"}, version=None, by=people.admin, at=moment)
    assert CalendarDay.objects.filter(day=date(2026, 10, 3), name_en__icontains="unity").exists()
    assert not CalendarDay.objects.filter(day__year=2026, kind="WORKDAY").exists()
    assert holidays.official_days("QQ", 2026) == []


def test_the_yearly_job_works_in_winter_only(people, moment, monkeypatch):
    assert jobs.refresh_calendar.func() == 0
    monkeypatch.setattr(jobs.instance, "business_now", lambda: moment.replace(month=12))
    assert jobs.refresh_calendar.func() > 20
    assert CalendarDay.objects.filter(day__year=2027).exists()


def test_a_changed_calendar_concerns_everybody(people, moment, monkeypatch):
    told = []
    monkeypatch.setattr("genjin.policy.actions._listeners", [lambda: told.append("changed")])
    actions.set_own_day(day=date(2026, 12, 31), kind="CLOSED", by=people.admin, at=moment)
    actions.change_organisation(values={"name_en": "Other"}, version=None, by=people.admin, at=moment)
    actions.change_organisation(values={"work_end": time(17)}, version=None, by=people.admin, at=moment)
    assert len(told) == 2
    assert Organisation.objects.get().version == 3
