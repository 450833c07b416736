"""Working days and hours, holidays and time zones: due times and elapsed working time.

Days and hours are counted where the calendar is; moments are aware and compared in UTC. Every search is
bounded by `SEARCH_DAYS`: a calendar that never opens answers `None` instead of looking for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
SEARCH_DAYS = 400
"""How far a search for the next opening goes; longer than a year, so that yearly closures are passed."""

ONE_DAY = timedelta(days=1)
SOON = timedelta(minutes=60)


class Direction(StrEnum):
    """Where a due day goes that is not a working day (C-15)."""

    LATER = "LATER"
    EARLIER = "EARLIER"


class LocalState(StrEnum):
    """Whether somebody can be reached at a moment by his own working hours."""

    IN_HOURS = "IN_HOURS"
    SOON = "SOON"
    OUT = "OUT"


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch of work within a day, in minutes after midnight; `end` may be 1440 (midnight)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= MINUTES_A_DAY:
            raise ValueError(f"working hours {self.start}-{self.end} do not lie within one day")

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read "09:00-12:30"; "24:00" is the end of the day. Raises ValueError for anything else."""
        start, separator, end = text.partition("-")
        if not separator:
            raise ValueError(f"working hours {text!r} are not like 09:00-18:00")
        return cls(_minutes(start), _minutes(end))

    def __str__(self) -> str:
        return f"{_clock_face(self.start)}-{_clock_face(self.end)}"


def _minutes(text: str) -> int:
    hour, separator, minute = text.strip().partition(":")
    if not separator or not (hour.isdigit() and minute.isdigit()) or int(minute) > 59:
        raise ValueError(f"{text!r} is not a time of day like 09:00")
    return int(hour) * 60 + int(minute)


def _clock_face(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


OFFICE_HOURS = (Hours(9 * 60, 12 * 60), Hours(13 * 60 + 30, 18 * 60))
"""What an office keeps unless it says otherwise: a morning, a lunch break, an afternoon."""


def weekly(workdays: Collection[int], hours: tuple[Hours, ...]) -> tuple[tuple[Hours, ...], ...]:
    """A week with the same hours on each of these days; Monday is 0."""
    return tuple(hours if weekday in workdays else () for weekday in range(7))


def daily(start: int, end: int) -> tuple[Hours, ...]:
    """Hours between two times of day: over midnight in two stretches, the whole day if both are the same."""
    if start < end:
        return (Hours(start, end),)
    pieces = ((0, end), (start, MINUTES_A_DAY))
    return tuple(Hours(begin, close) for begin, close in pieces if begin < close)


FIVE_DAYS = weekly(range(5), OFFICE_HOURS)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When one person, company or market works: a week (Monday first) and the days that differ from it.

    A closure beats a make-up workday (调休), which beats a holiday, which beats the week. A make-up
    workday that the week leaves free has the hours of the first weekday that works.
    """

    zone: ZoneInfo
    week: tuple[tuple[Hours, ...], ...] = FIVE_DAYS
    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    closures: frozenset[date] = frozenset()
    _usual: tuple[Hours, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for hours in self.week:
            if any(later.start < sooner.end for sooner, later in pairwise(hours)):
                raise ValueError("the working hours of a day must be in order and not overlap")
        object.__setattr__(self, "_usual", next((hours for hours in self.week if hours), OFFICE_HOURS))

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """The stretches of work on a day; empty when nobody works."""
        if day in self.closures:
            return ()
        if day in self.makeup_workdays:
            return self.week[day.weekday()] or self._usual
        if day in self.holidays:
            return ()
        return self.week[day.weekday()]

    def is_workday(self, day: date) -> bool:
        """Whether anybody works on that day."""
        return bool(self.hours_of(day))

    def next_workday(self, day: date) -> date | None:
        """The first working day on or after `day`."""
        return self._search(day, ONE_DAY)

    def previous_workday(self, day: date) -> date | None:
        """The last working day on or before `day`."""
        return self._search(day, -ONE_DAY)

    def _search(self, day: date, step: timedelta) -> date | None:
        for _ in range(SEARCH_DAYS):
            if self.is_workday(day):
                return day
            day += step
        return None

    def add_workdays(self, day: date, count: int) -> date | None:
        """The working day that is `count` working days after `day`; 0 is the first on or after it."""
        found = self.next_workday(day) if count == 0 else day
        for _ in range(count):
            if found is None:
                return None
            found = self.next_workday(found + ONE_DAY)
        return found

    def local_date(self, moment: datetime) -> date:
        """The day it is here at that moment."""
        return moment.astimezone(self.zone).date()

    def start_of_day(self, day: date) -> datetime:
        """The moment at which that day begins here, in UTC, also where midnight is skipped."""
        return instant(self.zone, day, 0)

    def openings(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches of work on a day as moments in UTC, without those that summer time swallows."""
        pairs = (
            (instant(self.zone, day, hours.start), instant(self.zone, day, hours.end, last=True))
            for hours in self.hours_of(day)
        )
        return tuple((start, end) for start, end in pairs if start < end)

    def opening_of(self, day: date) -> datetime:
        """When work begins on that day; its first moment if nobody works."""
        openings = self.openings(day)
        return openings[0][0] if openings else self.start_of_day(day)

    def in_hours(self, moment: datetime) -> bool:
        """Whether work goes on at that moment."""
        moment = moment.astimezone(UTC)
        return any(start <= moment < end for start, end in self.openings(self.local_date(moment)))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The earliest moment from `moment` on at which work goes on: itself when it does."""
        moment = moment.astimezone(UTC)
        return next((max(start, moment) for start, _ in self._openings_from(moment)), None)

    def local_state(self, moment: datetime) -> LocalState:
        """In hours, about to open within the hour, or out."""
        moment = moment.astimezone(UTC)
        if self.in_hours(moment):
            return LocalState.IN_HOURS
        soon = moment + SOON
        days = {self.local_date(moment), self.local_date(soon)}
        opens = any(moment < start <= soon for day in days for start, _ in self.openings(day))
        return LocalState.SOON if opens else LocalState.OUT

    def add_working_hours(self, moment: datetime, work: timedelta) -> datetime | None:
        """The moment at which that much working time has passed since `moment`, in UTC."""
        moment = moment.astimezone(UTC)
        if work <= timedelta(0):
            return moment
        for start, end in self._openings_from(moment):
            begin = max(start, moment)
            if end - begin >= work:
                return begin + work
            work -= end - begin
        return None

    def elapsed_working(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; nothing when `end` is not after `start`."""
        total = timedelta(0)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        day, last = self.local_date(start), self.local_date(end)
        while day <= last:
            for opens, closes in self.openings(day):
                total += max(timedelta(0), min(closes, end) - max(opens, start))
            day += ONE_DAY
        return total

    def _openings_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches that end after `moment` (in UTC), until the calendar stays shut for `SEARCH_DAYS`."""
        day: date | None = self.local_date(moment)
        while day is not None and (day := self.next_workday(day)) is not None:
            for start, end in self.openings(day):
                if end > moment:
                    yield start, end
            day += ONE_DAY


@lru_cache(maxsize=20_000)
def instant(zone: ZoneInfo, day: date, minutes: int, *, last: bool = False) -> datetime:
    """The moment in UTC at which clocks in `zone` show that time of that day.

    A time that happens twice is its first occurrence, or its last when `last` is set; a time that is
    skipped is the moment of the change.
    """
    wall = datetime.combine(day, datetime.min.time(), tzinfo=zone) + timedelta(minutes=minutes)
    first = wall.astimezone(UTC)
    second = wall.replace(fold=1).astimezone(UTC)
    if first == second:
        return first
    if first < second:
        return second if last else first
    return _moment_of_change(zone, second, first)


def _moment_of_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Halve the time between two moments until the one change of offset between them is found."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
