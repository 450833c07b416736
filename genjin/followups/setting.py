"""Loading what is the same for many customers: policy, calendars, colleagues, markets, go-live.

One snapshot is kept in each process. A cheap stamp is read before every decision and says whether the
snapshot still holds, so that no decision is taken on numbers or calendars that were changed before it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import connection

from genjin.customers.models import Country, HolidayCorrection
from genjin.followups.markets import Markets
from genjin.followups.models import DutyDay
from genjin.people.models import Absence as AbsenceRow
from genjin.people.models import CalendarDay, Organisation, Team, User
from genjin.people.queries import colleagues, work_calendar
from genjin.policy.models import Layer as LayerRow
from genjin.policy.queries import LEVELS, in_force, switches
from genjin.rules.decide import RULES_VERSION
from genjin.rules.policy import Layer, Level, Policy
from genjin.rules.pool import POOL_RULE, PoolRule
from genjin.rules.setting import DutyTurn, Setting
from genjin.rules.worktime import ONE_DAY, WorkCalendar

Layers = Mapping[tuple[str, int], Mapping[str, object]]
"""What each layer sets, by scope and subject."""


@dataclass
class Snapshot:
    """Everything loaded at one stamp; settings of single owners are made from it when first needed.

    `parts` maps what a change concerns ("company", "team:3", "person:7") to a fingerprint of it.
    """

    stamp: str
    base: Setting
    layers: Layers
    team_of: Mapping[int, int | None]
    markets: Markets
    parts: Mapping[str, str]
    pool_changed_on: Mapping[tuple[str, int], date] = field(default_factory=dict)
    """When each layer last changed the rule of the public pool."""
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

    def pool_rule(self, owner_id: int | None) -> PoolRule:
        """The rule by which that person's customers return to the public pool."""
        own = self.for_owner(owner_id)
        scopes = (("COMPANY", 0), ("TEAM", self.team_of.get(owner_id or 0) or 0))
        changed = [self.pool_changed_on[key] for key in scopes if key in self.pool_changed_on]
        return PoolRule(
            own.policy,
            own.company,
            own.go_live_on,
            in_force_from=max(changed) + ONE_DAY if changed else None,
        )

    def _policy(self, team_id: int, owner_id: int) -> Policy:
        wanted = (("COMPANY", 0), ("TEAM", team_id), ("PERSON", owner_id))
        return Policy.in_force(
            Layer(LEVELS[scope], self.layers[scope, pk]) for scope, pk in wanted if (scope, pk) in self.layers
        )


_known: dict[str, Snapshot] = {}
"""The one snapshot of this process, by its stamp."""


_held: ContextVar[Snapshot | None] = ContextVar("held snapshot", default=None)


@contextmanager
def held(at: datetime) -> Iterator[Snapshot]:
    """Within the block everything is judged by the snapshot of its beginning, which nobody reads again."""
    snapshot = current(at)
    token = _held.set(snapshot)
    try:
        yield snapshot
    finally:
        _held.reset(token)


def current(at: datetime) -> Snapshot:
    """The snapshot that holds now; three small queries while nothing changed, none within `held`."""
    if (within := _held.get()) is not None:
        return within
    stamp = read_stamp(at)
    snapshot = _known.get(stamp)
    if snapshot is None:
        snapshot = _load(stamp, at)
        _known.clear()
        _known[stamp] = snapshot
    return snapshot


def latest(at: datetime) -> Snapshot:
    """The snapshot of this process as it was read last, perhaps outdated: for what is only prepared."""
    return next(iter(_known.values()), None) or current(at)


def read_stamp(at: datetime) -> str:
    """A text that differs whenever a policy, calendar, absence, person or market was changed."""
    counted = [
        _counted(LayerRow, "0"),
        *(_counted(model, "version") for model in (Organisation, AbsenceRow, User, Team)),
        _counted(Country, "version", key="0"),
        _counted(HolidayCorrection, "version"),
        _counted(DutyDay, "version"),
        _counted(Team.managers.through, "team_id * 1000003 + user_id"),
        _counted(CalendarDay, "0"),
    ]
    rows = _numbers(" UNION ALL ".join(counted))
    days = CalendarDay.objects.order_by("id").values_list("id", "day", "kind", "source")
    return fingerprint([RULES_VERSION, at.year, str(switches().go_live_on), rows, list(days)])


def _counted(model: type, changing: str, key: str = "id") -> str:
    table = connection.ops.quote_name(model._meta.db_table)  # type: ignore[attr-defined]
    return f"SELECT COUNT(*), COALESCE(MAX({key}), 0), COALESCE(SUM({changing}), 0) FROM {table}"  # noqa: S608


def _numbers(sql: str) -> list[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [[int(value) for value in row] for row in cursor.fetchall()]


def fingerprint(value: object) -> str:
    """A short text, equal for equal values."""
    text = json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _load(stamp: str, at: datetime) -> Snapshot:
    company, people = work_calendar(), colleagues()
    team_of = dict(User.objects.values_list("pk", "team_id"))
    layers = _layers()
    markets = Markets(at.year)
    policy = Policy.in_force([Layer(Level.COMPANY, layers.get(("COMPANY", 0), {}))])
    base = Setting(
        policy=policy, company=company, go_live_on=switches().go_live_on, people=people, markets=markets,
        duty_roster=_roster(company),
    )  # fmt: skip
    parts = _parts(base, layers, team_of)
    return Snapshot(stamp, base, layers, team_of, markets, parts, _pool_changes(company))


def _roster(company: WorkCalendar) -> tuple[DutyTurn, ...]:
    """Who is on duty, each from the beginning of the company's day to its end."""
    return tuple(
        DutyTurn(person, company.start_of_day(day), company.start_of_day(day + ONE_DAY))
        for day, person in DutyDay.objects.values_list("day", "person_id")
    )


def _parts(base: Setting, layers: Layers, team_of: Mapping[int, int | None]) -> dict[str, str]:
    """What is told apart when something changes, so that only those whom it concerns are decided again."""
    markets = [
        _numbers(sql)
        for sql in (_counted(Country, "version", key="0"), _counted(HolidayCorrection, "version"))
    ]
    company = [RULES_VERSION, layers.get(("COMPANY", 0)), base.go_live_on, _week(base.company), markets]
    parts = {"company": fingerprint([*company, _days(base.company)])}
    parts["roster"] = fingerprint([str(turn) for turn in base.duty_roster])
    for (scope, subject_id), values in layers.items():
        if scope != "COMPANY":
            parts[f"{scope.lower()}:{subject_id}"] = fingerprint(values)
    for user_id, team_id in team_of.items():
        own = base.people[user_id]
        away = [str(absence) for absence in own.absences]
        seen = [
            parts.get(f"person:{user_id}"),
            team_id,
            own.manager_id,
            own.is_active,
            _week(own.calendar),
            away,
        ]
        parts[f"person:{user_id}"] = fingerprint(seen)
    return parts


def _week(calendar: WorkCalendar) -> list[str]:
    return [str(calendar.zone), *(" ".join(map(str, hours)) for hours in calendar.week)]


def _days(calendar: WorkCalendar) -> list[list[date]]:
    return [sorted(days) for days in (calendar.holidays, calendar.makeup_workdays, calendar.closures)]


def _pool_changes(company: WorkCalendar) -> dict[tuple[str, int], date]:
    """The day on which each layer got the values of the pool's rule that it has now."""
    changed: dict[tuple[str, int], date] = {}
    before: dict[tuple[str, int], dict[str, object]] = defaultdict(dict)
    for row in LayerRow.objects.exclude(scope="PERSON").order_by("version"):
        key = (row.scope, row.subject_id)
        values = {name: value for name, value in row.values.items() if name in POOL_RULE}
        if values != before[key]:
            changed[key] = company.local_date(row.at)
        before[key] = values
    return changed


def _layers() -> Layers:
    return {(row.scope, row.subject_id): row.values for row in in_force()}
