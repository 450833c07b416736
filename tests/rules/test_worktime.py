"""Working days and hours, across holidays, make-up days, lunch, summer time and odd zones."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.rules.worktime import (
    Hours,
    LocalState,
    WorkCalendar,
    instant,
    weekly,
)
from tests.rules.build import CHINA, at, day

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
ROUND_THE_CLOCK = (Hours(0, 1440),)
NEVER = WorkCalendar(BERLIN, week=weekly((), ()))


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("02-13", True),
        ("02-14", True),  # a Saturday that makes up for the festival
        ("02-15", False),
        ("02-23", False),
        ("02-24", True),
        ("02-28", True),
        ("03-01", False),  # a plain Sunday
    ],
)
def test_makeup_saturdays_are_worked_and_the_festival_is_not(text: str, works: bool) -> None:
    assert CHINA.is_workday(day(text)) is works


def test_a_closure_beats_a_makeup_workday() -> None:
    calendar = WorkCalendar(
        BERLIN, makeup_workdays=frozenset({day("02-14")}), closures=frozenset({day("02-14")})
    )
    assert not calendar.is_workday(day("02-14"))


def test_a_makeup_day_that_the_week_leaves_free_has_usual_hours() -> None:
    assert CHINA.hours_of(day("02-14")) == CHINA.hours_of(day("03-02"))


def test_a_day_in_the_festival_shifts_over_all_of_it() -> None:
    assert CHINA.next_workday(day("02-18")) == day("02-24")
    assert CHINA.previous_workday(day("02-18")) == day("02-14")


def test_workdays_are_counted_without_the_days_off() -> None:
    assert CHINA.add_workdays(day("02-13"), 2) == day("02-24")
    assert CHINA.add_workdays(day("02-15"), 0) == day("02-24")
    assert CHINA.add_workdays(day("02-24"), 5) == day("03-02")  # Saturday 28 is worked


def test_a_friday_saturday_weekend_works_on_sunday() -> None:
    riyadh = WorkCalendar(
        ZoneInfo("Asia/Riyadh"), week=weekly((6, 0, 1, 2, 3), (Hours.parse("08:00-16:00"),))
    )
    assert riyadh.next_workday(day("03-06")) == day("03-08")
    assert riyadh.in_hours(at("2026-03-08 13:30"))  # half past eight on Sunday in Riyadh


def test_lunch_is_not_working_time() -> None:
    assert not CHINA.in_hours(at("2026-03-02 12:30"))
    assert CHINA.elapsed_working(at("2026-03-02 11:00"), at("2026-03-02 14:30")) == timedelta(hours=2)
    assert CHINA.add_working_hours(at("2026-03-02 11:00"), timedelta(hours=2)) == at("2026-03-02 14:30")


def test_working_hours_run_on_after_the_weekend() -> None:
    assert CHINA.add_working_hours(at("2026-03-06 17:00"), timedelta(hours=2)) == at("2026-03-09 10:00")
    assert CHINA.elapsed_working(at("2026-03-06 17:00"), at("2026-03-09 10:00")) == timedelta(hours=2)


def test_half_hour_zones_open_at_their_own_half_hour() -> None:
    india = WorkCalendar(KOLKATA, week=weekly(range(5), (Hours.parse("09:00-18:00"),)))
    assert india.next_opening(datetime(2026, 3, 2, 0, 0, tzinfo=UTC)) == datetime(
        2026, 3, 2, 3, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_without_closing_has_as_many_hours_as_the_clock_makes(on: date, hours: int) -> None:
    calendar = WorkCalendar(BERLIN, week=(ROUND_THE_CLOCK,) * 7)
    ((opens, closes),) = calendar.openings(on)
    assert closes - opens == timedelta(hours=hours)


def test_a_time_that_summer_time_skips_is_the_moment_of_the_change() -> None:
    assert instant(NEW_YORK, date(2026, 3, 8), 150) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_a_stretch_that_summer_time_swallows_is_no_work() -> None:
    night = WorkCalendar(NEW_YORK, week=((Hours.parse("02:10-02:50"),),) * 7)
    assert night.openings(date(2026, 3, 8)) == ()
    assert night.next_opening(datetime(2026, 3, 8, 5, tzinfo=UTC)) == datetime(2026, 3, 9, 6, 10, tzinfo=UTC)


def test_a_stretch_that_happens_twice_counts_twice() -> None:
    night = WorkCalendar(NEW_YORK, week=((Hours.parse("01:00-02:00"),),) * 7)
    ((opens, closes),) = night.openings(date(2026, 11, 1))
    assert closes - opens == timedelta(hours=2)


def test_a_midnight_that_is_skipped_begins_the_day_at_the_change() -> None:
    cairo = WorkCalendar(ZoneInfo("Africa/Cairo"))
    begins = cairo.start_of_day(date(2026, 4, 24))
    assert begins == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
    assert cairo.local_date(begins) == date(2026, 4, 24)
    assert cairo.local_date(begins - timedelta(seconds=1)) == date(2026, 4, 23)


def test_a_day_that_a_country_skipped_has_no_hours() -> None:
    samoa = WorkCalendar(ZoneInfo("Pacific/Apia"), week=(ROUND_THE_CLOCK,) * 7)
    assert samoa.openings(date(2011, 12, 30)) == ()


@pytest.mark.parametrize(
    ("time", "state"),
    [
        ("07:59", LocalState.OUT),
        ("08:00", LocalState.SOON),
        ("09:00", LocalState.IN_HOURS),
        ("12:30", LocalState.SOON),  # back from lunch within the hour
        ("17:59", LocalState.IN_HOURS),
        ("18:00", LocalState.OUT),
    ],
)
def test_the_dot_beside_a_local_time(time: str, state: LocalState) -> None:
    assert CHINA.local_state(at(f"2026-03-02 {time}")) is state


def test_about_to_open_is_seen_across_midnight() -> None:
    early = WorkCalendar(BERLIN, week=(ROUND_THE_CLOCK,) + ((),) * 6)
    assert early.local_state(at("2026-03-01 23:30", BERLIN)) is LocalState.SOON


def test_a_calendar_that_never_opens_says_so() -> None:
    moment = at("2026-03-02 09:00")
    assert NEVER.next_workday(day("03-02")) is None
    assert NEVER.previous_workday(day("03-02")) is None
    assert NEVER.add_workdays(day("03-02"), 3) is None
    assert NEVER.next_opening(moment) is None
    assert NEVER.add_working_hours(moment, timedelta(hours=1)) is None
    assert NEVER.elapsed_working(moment, moment + timedelta(days=30)) == timedelta(0)


@pytest.mark.parametrize("text", ["9", "09:00", "18:00-09:00", "09:00-24:30", "aa:bb-10:00", "09:60-10:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Hours.parse(text)


def test_overlapping_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        WorkCalendar(BERLIN, week=((Hours(0, 600), Hours(540, 700)),) + ((),) * 6)


def test_hours_read_back_as_written() -> None:
    assert str(Hours.parse("09:00-24:00")) == "09:00-24:00"


ZONES = ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]
calendars = st.builds(
    WorkCalendar,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    week=st.sampled_from(
        [
            weekly(range(5), (Hours.parse("09:00-12:00"), Hours.parse("13:00-18:00"))),
            weekly((6, 0, 1, 2, 3), (Hours.parse("00:00-02:30"), Hours.parse("22:00-24:00"))),
            weekly(range(7), ROUND_THE_CLOCK),
            weekly((2,), (Hours.parse("01:30-03:15"),)),
        ]
    ),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=8),
)
moments = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(calendars, moments, st.integers(1, 6000))
@settings(max_examples=150, deadline=None)
def test_working_time_added_is_the_working_time_that_has_passed(
    calendar: WorkCalendar, start: datetime, minutes: int
) -> None:
    work = timedelta(minutes=minutes)
    end = calendar.add_working_hours(start, work)
    assert end is not None
    assert calendar.elapsed_working(start, end) == work


@given(calendars, moments, moments, moments)
@settings(max_examples=150, deadline=None)
def test_working_time_adds_up(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    parts = calendar.elapsed_working(first, middle) + calendar.elapsed_working(middle, last)
    assert parts == calendar.elapsed_working(first, last)


@given(calendars, moments)
@settings(max_examples=150, deadline=None)
def test_the_next_opening_is_in_hours_and_nothing_opens_before_it(
    calendar: WorkCalendar, moment: datetime
) -> None:
    opening = calendar.next_opening(moment)
    assert opening is not None
    assert opening >= moment
    assert calendar.in_hours(opening)
    assert calendar.elapsed_working(moment, opening) == timedelta(0)


@given(calendars, st.dates(date(2026, 1, 1), date(2026, 12, 25)))
@settings(max_examples=150, deadline=None)
def test_days_follow_each_other_without_gap_or_overlap(calendar: WorkCalendar, first: date) -> None:
    days = [first + timedelta(days=offset) for offset in range(4)]
    for one, following in pairwise(days):
        assert calendar.local_date(calendar.start_of_day(one)) == one
        assert calendar.local_date(calendar.start_of_day(following) - timedelta(microseconds=1)) == one
