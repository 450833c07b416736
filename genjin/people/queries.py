"""Reads about people and their time that other folders may call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from genjin.people.models import Absence, CalendarDay, Organisation, Team, User
from genjin.records import registry
from genjin.records.prepared import Given, Prepared
from genjin.rules import setting
from genjin.rules.worktime import Hours, WorkCalendar

_ORGANISATION = Prepared(lambda: Organisation.objects.filter(pk=1))
_PEOPLE = Prepared(lambda: User.objects.filter(pk__among=Given("ids")))


def organisation() -> Organisation:
    """The firm that runs this instance."""
    (row,) = _ORGANISATION()
    return row


def people_of(ids: Iterable[int | None], known: Mapping[int, User] | None = None) -> dict[int, User]:
    """These people by id, with those who are known already; one query, none where all are."""
    found = dict(known or {})
    if unknown := {pk for pk in ids if pk is not None} - found.keys():
        found |= {user.pk: user for user in _PEOPLE(ids=unknown)}
    return found


def work_calendar(user: User | None = None, *, firm: Organisation | None = None) -> WorkCalendar:
    """When the company works, or one person in his own zone and hours; his absences are apart."""
    firm = firm or organisation()
    return _person_calendar(firm, _company_days(), user) if user else _calendar(firm, _company_days())


def colleagues(user_ids: Iterable[int] | None = None) -> dict[int, setting.Colleague]:
    """What the rules know of people (all, if none are named): calendar, absences, manager; five queries."""
    firm, days = organisation(), _company_days()
    users = User.objects.all() if user_ids is None else User.objects.filter(pk__in=list(user_ids))
    managers = team_managers()
    absences: dict[int, list[setting.Absence]] = defaultdict(list)
    for row in Absence.objects.filter(user__in=users).order_by("first_day"):
        absences[row.user_id].append(setting.Absence(row.first_day, row.last_day, row.deputy_id))
    return {
        user.pk: setting.Colleague(
            user_id=user.pk,
            calendar=_person_calendar(firm, days, user),
            manager_id=_manager(managers.get(user.team_id or 0, []), user.pk),
            absences=tuple(absences[user.pk]),
            is_active=user.is_active,
        )
        for user in users
    }


def team_managers() -> dict[int, list[int]]:
    """The active managers of every team in order of their ids."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Team.managers.through.objects.filter(user__is_active=True).order_by("user_id")
    for team_id, user_id in rows.values_list("team_id", "user_id"):
        found[team_id].append(user_id)
    return found


def active_users() -> QuerySet[User]:
    """Those who may own customers now, invited ones included."""
    rows: QuerySet[User] = User.objects.filter(is_active=True)
    return rows


def holdings(user: User) -> list[tuple[object, int]]:
    """What a person owns, by kind of record: (its plural, how many), without zeros.

    Every registered kind with an `owner` counts, whatever folder it belongs to.
    """
    found = []
    for kind in registry.kinds():
        fields = {field.name for field in kind.model._meta.get_fields()}
        if "owner" not in fields:
            continue
        rows = kind.model._default_manager.filter(owner_id=user.pk)
        if "deleted_at" in fields:
            rows = rows.filter(deleted_at__isnull=True)
        if "closed_at" in fields:  # what is closed is history and stays with who did it
            rows = rows.filter(closed_at__isnull=True)
        count = rows.count()
        if count:
            found.append((kind.plural, count))
    return found


def _manager(ids: list[int], own: int) -> int | None:
    return next((pk for pk in ids if pk != own), None)


def _company_days() -> dict[str, frozenset[date]]:
    """Days that differ from the week: own entries win over official ones."""
    closures, makeup, holidays = set(), set(), set()
    for day, kind, source in CalendarDay.objects.values_list("day", "kind", "source"):
        if kind == CalendarDay.Kind.WORKDAY:
            makeup.add(day)
        elif source == CalendarDay.Source.OWN:
            closures.add(day)
        else:
            holidays.add(day)
    return {
        "closures": frozenset(closures),
        "makeup_workdays": frozenset(makeup),
        "holidays": frozenset(holidays),
    }


def _calendar(firm: Organisation, days: dict[str, frozenset[date]]) -> WorkCalendar:
    hours = _hours(firm.work_start, firm.work_end, firm)
    return WorkCalendar(ZoneInfo(firm.timezone), _week(firm, hours), **days)


def _person_calendar(firm: Organisation, days: dict[str, frozenset[date]], user: User) -> WorkCalendar:
    start, end = user.work_start or firm.work_start, user.work_end or firm.work_end
    if start >= end:  # only one of the two is his own and it does not fit the firm's other one
        start, end = firm.work_start, firm.work_end
    zone = ZoneInfo(user.timezone or firm.timezone)
    return WorkCalendar(zone, _week(firm, _hours(start, end, firm)), **days)


def _week(firm: Organisation, hours: tuple[Hours, ...]) -> tuple[tuple[Hours, ...], ...]:
    return tuple(hours if day in firm.work_days else () for day in range(7))


def _hours(start: time, end: time, firm: Organisation) -> tuple[Hours, ...]:
    """Working hours of a day with the lunch break cut out where it falls within them."""
    first, last = _minutes(start), _minutes(end)
    if firm.lunch_start and firm.lunch_end:
        noon, back = _minutes(firm.lunch_start), _minutes(firm.lunch_end)
        if first < noon < back < last:
            return (Hours(first, noon), Hours(back, last))
    return (Hours(first, last),)


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute
