"""The public pool's rule at work: who returns when, who would under another rule, and the nightly sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from genjin.customers.actions.ownership import return_to_pool
from genjin.customers.models import Customer
from genjin.customers.pool_facts import facts_of, facts_of_ids, owned
from genjin.customers.pool_notices import RETURNED, RULE_NOTES
from genjin.followups import setting
from genjin.followups.setting import Snapshot
from genjin.notifications import kinds
from genjin.notifications.actions import Telling, notify_all
from genjin.people.models import User
from genjin.rules.pool import PoolReturn, PoolRule, pool_return

CHUNK = 1000
SWEPT = 100
"""Customers returned in one transaction: on SQLite it holds the only write lock."""


class _Rules:
    """The rule of each owner, made once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._known: dict[int | None, PoolRule] = {}

    def of(self, owner_id: int | None) -> PoolRule:
        if owner_id not in self._known:
            self._known[owner_id] = self.snapshot.pool_rule(owner_id)
        return self._known[owner_id]


def returns_of(customer_ids: Sequence[int], at: datetime) -> dict[int, PoolReturn]:
    """When each of these customers returns by the rule in force; those in the recycle bin are left out."""
    rules = _Rules(setting.current(at))
    rows = facts_of_ids(customer_ids)
    return {pk: pool_return(facts, rules.of(owner_id)) for pk, (owner_id, facts) in rows.items()}


@dataclass(frozen=True)
class Affected:
    """One customer that would return."""

    customer_id: int
    owner_id: int
    back: PoolReturn


@dataclass
class Preview:
    """Who would return under a rule: at once (the first night), soon, and what changes for them."""

    today: date
    first_night: int = 0
    soon: int = 0
    now_soon: int = 0
    """How many return as soon under the rule in force."""
    by_owner: Counter[int] = field(default_factory=Counter)
    first: list[Affected] = field(default_factory=list)
    is_complete: bool = True


SOON_DAYS = 30
LISTED = 100
PATIENCE_SECONDS = 4.0


def with_layer(
    snapshot: Snapshot, scope: str, subject_id: int, values: Mapping[str, object], today: date
) -> Snapshot:
    """The setting as it would be if that layer had these values from today."""
    return replace(
        snapshot,
        layers={**snapshot.layers, (scope, subject_id): values},
        pool_changed_on={**snapshot.pool_changed_on, (scope, subject_id): today},
        _policies={},
    )


def preview(
    scope: str, subject_id: int, values: Mapping[str, object], *, at: datetime, team_id: int | None = None
) -> Preview:
    """Whom a layer with these values would send to the pool within a month; counted while patience lasts."""
    snapshot = setting.current(at)
    today = snapshot.base.company.local_date(at)
    new, old = _Rules(with_layer(snapshot, scope, subject_id, values, today)), _Rules(snapshot)
    found = Preview(today)
    first_night, end = today + timedelta(days=1), today + timedelta(days=SOON_DAYS)
    owners = None if team_id is None else [pk for pk, team in snapshot.team_of.items() if team == team_id]
    begun = monotonic()
    coming: list[Affected] = []
    for rows in _chunks(owners):
        if monotonic() - begun > PATIENCE_SECONDS:
            found.is_complete = False
            break
        for pk, (owner_id, facts) in rows.items():
            if owner_id is None:
                continue
            before = pool_return(facts, old.of(owner_id))
            found.now_soon += before.on is not None and before.on <= end
            back = pool_return(facts, new.of(owner_id))
            if back.on is not None and back.on <= end:
                coming.append(Affected(pk, owner_id, back))
                found.first_night += back.on <= _first_workday(snapshot, first_night)
    found.soon = len(coming)
    found.by_owner.update(one.owner_id for one in coming)
    found.first = sorted(coming, key=lambda one: (one.back.on or end, one.customer_id))[:LISTED]
    return found


def _first_workday(snapshot: Snapshot, day: date) -> date:
    return snapshot.base.company.next_workday(day) or day


def _chunks(owners: Sequence[int] | None) -> Iterator[dict[int, Any]]:
    """All owned customers with their facts, a bounded number at a time."""
    last = 0
    while rows := facts_of(owned(owners).filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = max(rows)


@dataclass
class Swept:
    """What a night did."""

    warned: int = 0
    returned: int = 0


def sweep(clock: Callable[[], datetime], stopping: Callable[[], bool]) -> Swept:
    """Warn of the returns that are near, then return what is due.

    All owned customers are judged on their facts, not on the stored day: a rule, calendar or go-live date
    that was changed today counts for everybody tonight. Run twice, nothing happens twice.
    """
    at, done = clock(), Swept()
    snapshot = setting.current(at)
    today = snapshot.base.company.local_date(at)
    rules = _Rules(snapshot)
    for rows in _chunks(None):
        if stopping():
            break
        back = {
            pk: (owner_id, pool_return(facts, rules.of(owner_id))) for pk, (owner_id, facts) in rows.items()
        }
        near = {pk: one for pk, one in back.items() if one[1].warn_on and one[1].warn_on <= today}
        done.warned += _warn({pk: one for pk, one in near.items() if not _is_due(one[1], today)}, at)
        due = sorted(pk for pk, one in near.items() if _is_due(one[1], today))
        for start in range(0, len(due), SWEPT):
            done.returned += _return(due[start : start + SWEPT], today, at)
    return done


def _is_due(back: PoolReturn, today: date) -> bool:
    return back.on is not None and back.on <= today


def _warn(near: Mapping[int, tuple[int | None, PoolReturn]], at: datetime) -> int:
    """Tell each owner once of each return that is near; a return that moved is told anew."""
    if not near:
        return 0
    names = dict(Customer.objects.filter(pk__in=list(near)).values_list("pk", "name"))
    return notify_all(
        [
            Telling(
                kinds.RETURN_COMING, owner_id, f"return-coming:{pk}:{back.on}", pk,
                {"customer": names[pk], "on": str(back.on), "code": str(back.code)},
            )
            for pk, (owner_id, back) in near.items()
            if owner_id is not None and pk in names
        ],
        at=at,
    )  # fmt: skip


@transaction.atomic
def _return(ids: Sequence[int], today: date, at: datetime) -> int:
    """Return those that are still due once they are locked: a call logged just now counts."""
    rows = Customer.objects.alive().filter(pk__in=list(ids)).order_by("pk")
    former = dict(rows.select_for_update(of=("self",)).values_list("pk", "owner_id"))
    names = dict(rows.values_list("pk", "name"))
    due = {pk: back for pk, back in returns_of(list(former), at).items() if _is_due(back, today)}
    for code in sorted({back.code for back in due.values()}):
        some = [pk for pk, back in due.items() if back.code == code]
        return_to_pool(ids=some, by=None, at=at, why=RULE_NOTES[code])
    notify_all(
        [
            Telling(
                RETURNED, former[pk], f"returned:{pk}:{today}", pk,
                {"customer": names[pk], "code": str(back.code)}, "",
            )
            for pk, back in due.items()
        ],
        at=at,
    )  # fmt: skip
    return len(due)


def names_of(found: Preview) -> tuple[dict[int, Customer], dict[int, User]]:
    """The listed customers and all owners, for a page; two queries."""
    customers = Customer.objects.only("pk", "name", "last_follow_up_at").in_bulk(
        [one.customer_id for one in found.first]
    )
    return customers, User.objects.in_bulk(list(found.by_owner))
