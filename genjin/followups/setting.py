"""Loading what is the same for many customers: policy, calendars, colleagues, markets, go-live.

One snapshot is kept in each process. A cheap stamp is read before every decision and says whether the
snapshot still holds, so that no decision is taken on numbers or calendars that were changed before it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from genjin.customers.models import Country, HolidayCorrection
from genjin.followups.markets import Markets
from genjin.people.models import Absence as AbsenceRow
from genjin.people.models import CalendarDay, Organisation, Team, User
from genjin.policy.models import CompanySwitches
from genjin.policy.models import Layer as LayerRow
from genjin.rules.decide import RULES_VERSION
from genjin.rules.policy import Layer, Level, Policy, PolicyError
from genjin.rules.setting import Absence, Colleague, Setting
from genjin.rules.worktime import OFFICE_HOURS, Hours, WorkCalendar

LEVELS = {"COMPANY": Level.COMPANY, "TEAM": Level.TEAM, "PERSON": Level.OWNER}
LONG_AGO = date(2000, 1, 1)
"""The go-live date of an instance that has none: everything in it counts."""
PAST_ABSENCES = timedelta(days=400)


@dataclass
class Snapshot:
    """Everything loaded at one stamp; settings of single owners are made from it when first needed.

    `parts` maps what a change concerns ("company", "team:3", "person:7") to a fingerprint of it.
    """

    stamp: str
    base: Setting
    layers: Mapping[tuple[str, int], Mapping[str, object]]
    team_of: Mapping[int, int | None]
    markets: Markets
    parts: Mapping[str, str]
    _policies: dict[tuple[int, int], Setting] = field(default_factory=dict)

    def for_owner(self, owner_id: int | None) -> Setting:
        """The setting that holds for the customers of that person: company, team and own layers merged."""
        team_id = self.team_of.get(owner_id or 0) or 0
        key = (team_id if ("TEAM", team_id) in self.layers else 0, owner_id or 0)
        if ("PERSON", owner_id or 0) not in self.layers:
            key = (key[0], 0)
        if key not in self._policies:
            self._policies[key] = replace(self.base, policy=self._policy(*key))
        return self._policies[key]

    def _policy(self, team_id: int, owner_id: int) -> Policy:
        wanted = (("COMPANY", 0), ("TEAM", team_id), ("PERSON", owner_id))
        return merged(
            [Layer(LEVELS[scope], self.layers[scope, pk]) for scope, pk in wanted if (scope, pk) in self.layers]
        )


def merged(layers: list[Layer]) -> Policy:
    """The policy of these layers; a value that its upper layers no longer allow is left out (C-10)."""
    values = [dict(layer.values) for layer in layers]
    while True:
        try:
            return Policy.from_layers(
                Layer(layer.level, own) for layer, own in zip(layers, values, strict=True)
            )
        except PolicyError as error:
            holder = next((own for own in reversed(values) if error.key in own), None)
            if holder is None:
                raise
            del holder[error.key]


_known: Snapshot | None = None


def current(at: datetime) -> Snapshot:
    """The snapshot that holds now; one query while nothing changed."""
    global _known
    stamp = read_stamp(at)
    if _known is None or _known.stamp != stamp:
        _known = _load(stamp, at)
    return _known


def read_stamp(at: datetime) -> str:
    """A text that differs whenever a policy, calendar, absence, person or market was changed."""
    counted = [
        _counted(LayerRow, "0"),
        *(_counted(model, "version") for model in (Organisation, AbsenceRow, User, Team)),
        *(_counted(model, "version", key=key) for model, key in ((Country, "0"), (HolidayCorrection, "id"))),
        _counted(Team.managers.through, "team_id * 1000003 + user_id"),
        _counted(CalendarDay, "0"),
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counted))
        rows = cursor.fetchall()
    days = CalendarDay.objects.order_by("id").values_list("id", "day", "kind", "source")
    go_live_on = CompanySwitches.objects.values_list("go_live_on", flat=True).first()
    return fingerprint([RULES_VERSION, at.year, str(go_live_on), [list(map(int, row)) for row in rows], list(days)])


def _counted(model: type, changing: str, key: str = "id") -> str:
    table = connection.ops.quote_name(model._meta.db_table)  # type: ignore[attr-defined]
    return f"SELECT COUNT(*), COALESCE(MAX({key}), 0), COALESCE(SUM({changing}), 0) FROM {table}"  # noqa: S608


def fingerprint(value: object) -> str:
    """A short text, equal for equal values."""
    text = json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _load(stamp: str, at: datetime) -> Snapshot:
    organisation = Organisation.objects.get(pk=1)
    company = company_calendar(organisation, CalendarDay.objects.all())
    users = list(User.objects.all())
    absences = _absences(at)
    people = {
        colleague.user_id: colleague
        for colleague in _colleagues(users, company, organisation, absences, _managers())
    }
    layers = _layers()
    markets = Markets(at.year)
    switches = CompanySwitches.objects.first()
    go_live_on = (switches and switches.go_live_on) or LONG_AGO
    policy = merged([Layer(Level.COMPANY, layers[key]) for key in [("COMPANY", 0)] if key in layers])
    base = Setting(policy=policy, company=company, go_live_on=go_live_on, people=people, markets=markets)
    parts = {"company": fingerprint([RULES_VERSION, layers.get(("COMPANY", 0)), go_live_on, repr(company), markets.stamp])}
    for (scope, subject_id), values in layers.items():
        if scope != "COMPANY":
            parts[f"{scope.lower()}:{subject_id}"] = fingerprint(values)
    for user in users:
        own = people[user.pk]
        away = [str(absence) for absence in own.absences]
        week = repr(replace(own.calendar, holidays=frozenset(), makeup_workdays=frozenset(), closures=frozenset()))
        seen = [parts.get(f"person:{user.pk}"), user.team_id, own.manager_id, own.is_active, week, away]
        parts[f"person:{user.pk}"] = fingerprint(seen)
    return Snapshot(stamp, base, layers, {user.pk: user.team_id for user in users}, markets, parts)


def company_calendar(organisation: Organisation, days: Iterable[CalendarDay]) -> WorkCalendar:
    """The week, holidays, make-up workdays and closures of the firm; an own day beats an official one."""
    by_kind: dict[str, set[date]] = defaultdict(set)
    for day in days:
        by_kind[f"{day.source}_{day.kind}"].add(day.day)
    opened, closed = by_kind["OWN_WORKDAY"], by_kind["OWN_CLOSED"]
    hours = office_hours(organisation)
    return WorkCalendar(
        zone=ZoneInfo(organisation.timezone),
        week=tuple(hours if weekday in organisation.work_days else () for weekday in range(7)),
        holidays=frozenset(by_kind["OFFICIAL_CLOSED"]),
        makeup_workdays=frozenset((by_kind["OFFICIAL_WORKDAY"] | opened) - closed),
        closures=frozenset(closed - opened),
    )


def office_hours(organisation: Organisation, user: User | None = None) -> tuple[Hours, ...]:
    """The stretches of one working day, lunch left out; a person's own begin and end count."""
    start = _minutes((user and user.work_start) or organisation.work_start)
    end = _minutes((user and user.work_end) or organisation.work_end)
    if start >= end:
        return OFFICE_HOURS
    if organisation.lunch_start is None or organisation.lunch_end is None:
        return (Hours(start, end),)
    lunch, after = _minutes(organisation.lunch_start), _minutes(organisation.lunch_end)
    if not start < lunch < after < end:
        return (Hours(start, end),)
    return (Hours(start, lunch), Hours(after, end))


def _minutes(clock_time: object) -> int:
    return clock_time.hour * 60 + clock_time.minute  # type: ignore[attr-defined,no-any-return]


def _colleagues(
    users: Iterable[User],
    company: WorkCalendar,
    organisation: Organisation,
    absences: Mapping[int, tuple[Absence, ...]],
    managers: Mapping[int, list[int]],
) -> Iterable[Colleague]:
    for user in users:
        calendar = company
        if user.timezone or user.work_start or user.work_end:
            hours = office_hours(organisation, user)
            calendar = replace(
                company,
                zone=ZoneInfo(user.timezone or organisation.timezone),
                week=tuple(hours if open_ else () for open_ in company.week),
            )
        over = [pk for pk in managers.get(user.team_id or 0, ()) if pk != user.pk]
        yield Colleague(
            user_id=user.pk,
            calendar=calendar,
            manager_id=over[0] if over else None,
            absences=absences.get(user.pk, ()),
            is_active=user.is_active,
        )


def _managers() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    links = Team.managers.through.objects.filter(user__is_active=True).order_by("id")
    for team_id, user_id in links.values_list("team_id", "user_id"):
        found[team_id].append(user_id)
    return found


def _absences(at: datetime) -> dict[int, tuple[Absence, ...]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    for row in AbsenceRow.objects.filter(last_day__gte=(at - PAST_ABSENCES).date()).order_by("id"):
        found[row.user_id].append(Absence(row.first_day, row.last_day, row.deputy_id))
    return {user_id: tuple(rows) for user_id, rows in found.items()}


def _layers() -> dict[tuple[str, int], Mapping[str, object]]:
    """The newest version of each layer."""
    rows = LayerRow.objects.order_by("version").values_list("scope", "subject_id", "values")
    return {(scope, subject_id): values for scope, subject_id, values in rows}
