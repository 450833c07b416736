"""When places can be called during one's own day, for a drawing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from genjin.customers.local_time import LocalTime, zone_city
from genjin.followups.present import Row


@dataclass(frozen=True)
class Window:
    """When one can be called at a place during my day, as shares of it (0 to 100) for a drawing."""

    city: str
    local: LocalTime
    bars: list[tuple[float, float]]


FIRST_HOUR, LAST_HOUR = 8, 24


def windows(rows: Iterable[Row], *, today: date, now: datetime, most: int = 10) -> list[Window]:
    """The places of today's tasks, those that can be called soonest first."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(today, datetime.min.time(), zone) + timedelta(hours=FIRST_HOUR)
    length = timedelta(hours=LAST_HOUR - FIRST_HOUR)
    places = {row.local.place.zone: row.local for row in rows if row.local is not None}
    found = []
    for name, local in places.items():
        calendar = local.place.calendar()
        days = {calendar.local_date(begin), calendar.local_date(begin + length)}
        bars = []
        for opens, closes in sorted(pair for day in days for pair in calendar.openings(day)):
            start, end = max(opens, begin), min(closes, begin + length)
            if start < end:
                bars.append((_share(start - begin, length), _share(end - start, length)))
        found.append(Window(zone_city(name), local, bars))
    found.sort(key=lambda window: (window.local.opens_at or now, window.city))
    return found[:most]


def now_share(today: date, now: datetime) -> float:
    """Where now is in the drawing of the day, in percent; kept within it."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(today, datetime.min.time(), zone) + timedelta(hours=FIRST_HOUR)
    return min(max(_share(now - begin, timedelta(hours=LAST_HOUR - FIRST_HOUR)), 0.0), 100.0)


def _share(part: timedelta, whole: timedelta) -> float:
    return round(100 * part / whole, 2)
