"""The coming weeks of a person: tasks and appointments, days off, holidays there, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count

from genjin.customers import countries
from genjin.customers.models import Country
from genjin.followups.models import Task
from genjin.followups.queries import own_tasks
from genjin.people.models import Absence, CalendarDay, User
from genjin.rules.worktime import ONE_DAY, WorkCalendar

WEEKS = 5
MOST_APPOINTMENTS = 200
KINDS_SHOWN = 4


@dataclass
class Day:
    """What one day holds; `by_class` counts tasks by class of C-07."""

    day: date
    is_workday: bool
    is_away: bool = False
    off: str = ""
    """Why the company is closed, or that it works on a weekend."""
    by_class: dict[int, int] = field(default_factory=dict)
    appointments: list[Task] = field(default_factory=list)
    holidays: list[tuple[Country, str]] = field(default_factory=list)
    """Holidays in the countries of the customers of that day."""

    @property
    def count(self) -> int:
        """All tasks of the day."""
        return sum(self.by_class.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be said of it."""
        return not (self.by_class or self.off or self.is_away)


def weeks_of(user: User, calendar: WorkCalendar, first: date) -> list[list[Day]]:
    """The weeks from the Monday `first` on, in a number of queries that does not grow with what they hold."""
    days = [Day(first + ONE_DAY * n, calendar.is_workday(first + ONE_DAY * n)) for n in range(7 * WEEKS)]
    by_day = {one.day: one for one in days}
    last = days[-1].day
    _add_tasks(by_day, user, first, last)
    for absence in Absence.objects.filter(user=user, first_day__lte=last, last_day__gte=first):
        for one in days:
            one.is_away |= absence.first_day <= one.day <= absence.last_day
    closed = CalendarDay.objects.filter(day__gte=first, day__lte=last).order_by("-source")
    for row in closed:
        by_day[row.day].off = row.name or str(row.get_kind_display())
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def _add_tasks(by_day: Mapping[date, Day], user: User, first: date, last: date) -> None:
    tasks = own_tasks(user).filter(due_on__gte=first, due_on__lte=last)
    for day, rank, count in tasks.order_by("rank").values_list("due_on", "rank").annotate(n=Count("id")):
        by_day[day].by_class[rank] = count
    timed = tasks.filter(is_date_only=False).select_related("customer").order_by("due_at", "id")
    for task in timed.only("due_at", "due_on", "customer__name", "duties")[:MOST_APPOINTMENTS]:
        by_day[task.due_on].appointments.append(task)
    places = tasks.filter(customer__country__isnull=False).order_by()
    _add_holidays(by_day, places.values_list("due_on", "customer__country_id").distinct(), first, last)


def _add_holidays(
    by_day: Mapping[date, Day], places: Iterable[tuple[date, str]], first: date, last: date
) -> None:
    days_of: dict[str, list[date]] = defaultdict(list)
    for day, code in places:
        days_of[code].append(day)
    if not days_of:
        return
    found = countries.holidays_of(sorted(days_of), first, last)
    known = Country.objects.in_bulk(list(days_of))
    for code, days in days_of.items():
        for day in days:
            names = [
                one.name for one in found[code] if one.is_closed and one.first_day <= day <= one.last_day
            ]
            if names:
                by_day[day].holidays.append((known[code], names[0]))


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
