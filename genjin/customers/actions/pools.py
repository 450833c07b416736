"""The public pools themselves, moving customers between them, and keeping customers out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    batches,
    changed,
    check_fields,
    check_version,
    keep,
    locked,
    may,
    require,
    take_changes,
    tell,
    today_of,
)
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, PublicPool
from genjin.people.models import User

PEOPLE = ("members", "managers", "teams")


@transaction.atomic
def create_pool(
    *, names: Mapping[str, str], people: Mapping[str, Sequence[int]], by: User | None, at: datetime
) -> PublicPool:
    """Make a pool; `people` holds the ids of its `members`, `managers` and `teams`."""
    require(by, "edit_policy", at)
    pool = PublicPool(**_names(names))
    check_fields(pool)
    pool.save(force_insert=True)
    moved = _set_people(pool, people)
    told = {name: ("", getattr(pool, name)) for name in ("name_zh", "name_en")}
    tell([changed(pool, "create", told | moved)], by=by, at=at)
    return pool


@transaction.atomic
def change_pool(
    *,
    pool_id: int,
    names: Mapping[str, str],
    people: Mapping[str, Sequence[int]],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> PublicPool:
    """Rename a pool, choose its members, managers and teams; its managers may do so too."""
    pool = locked(PublicPool.objects.all(), pool_id)
    _require_manager(pool, by, at)
    wanted = _names(names)
    difference = take_changes(pool, wanted, expected=expected_version)
    check_fields(pool)
    difference |= _set_people(pool, people)
    if difference:
        pool.version += 1
        pool.save(update_fields=[*wanted, "version"])
        tell([changed(pool, "change", difference)], by=by, at=at)
    return pool


@transaction.atomic
def close_pool(*, pool_id: int, by: User | None, at: datetime) -> PublicPool:
    """Take a pool out of use; its customers move to the default pool, so that each stays in one."""
    require(by, "edit_policy", at)
    pool = locked(PublicPool.objects.all(), pool_id)
    if pool.is_default:
        raise Refused(_("The default pool stays in use: customers without another pool lie in it."))
    if not pool.is_active:
        return pool
    keep(pool, take_changes(pool, {"is_active": False}), by=by, at=at, verb="close")
    ids = list(Customer.objects.filter(pool=pool).values_list("pk", flat=True))
    _put(ids, default_pool(), by=by, at=at, why=_("“%(pool)s” was closed.") % {"pool": pool})
    return pool


@transaction.atomic
def reopen_pool(*, pool_id: int, by: User | None, at: datetime) -> PublicPool:
    """Put a pool back into use."""
    require(by, "edit_policy", at)
    pool = locked(PublicPool.objects.all(), pool_id)
    if difference := take_changes(pool, {"is_active": True}):
        keep(pool, difference, by=by, at=at, verb="reopen")
    return pool


@transaction.atomic
def move_to_pool(*, ids: Sequence[int], pool_id: int, by: User | None, at: datetime, why: str) -> int:
    """Move customers from one pool to another; how many moved. Needs to be manager of both, or the right."""
    if not why.strip():
        raise Refused({"why": _("Say why it moves to another pool.")})
    pool = chosen_pool(pool_id)
    _require_manager(pool, by, at)
    from_ids = Customer.objects.alive().filter(pk__in=list(ids), pool__isnull=False).values("pool_id")
    for source in PublicPool.objects.filter(pk__in=from_ids.distinct()):
        _require_manager(source, by, at)
    return _put(ids, pool, by=by, at=at, why=why.strip())


def _put(ids: Sequence[int], pool: PublicPool, *, by: User | None, at: datetime, why: str) -> int:
    count = 0
    for part in batches(ids):
        rows = Customer.objects.filter(pk__in=part, pool__isnull=False).exclude(pool=pool)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        Customer.objects.filter(pk__in=[row.pk for row in found]).update(
            pool=pool, version=F("version") + 1, updated_at=at
        )
        told = [changed(row, "move to pool", {"pool_id": (row.pool_id, pool.pk)}, note=why) for row in found]
        tell(told, by=by, at=at, mark=False)
        count += len(found)
    return count


@transaction.atomic
def protect(
    *,
    customer_id: int,
    is_locked: bool,
    until: date | None,
    by: User | None,
    at: datetime,
    why: str = "",
    expected_version: int | None = None,
) -> Customer:
    """Keep a customer from returning by rule, for ever or until the end of a day; neither ends it."""
    require(by, "assign_owner", at)
    customer = locked(Customer.objects.alive(), customer_id)
    if until is not None and until != customer.protected_until and until < today_of(by, at):
        raise Refused({"protected_until": _("The day must not lie in the past.")})
    if (is_locked or until) and not why.strip():
        raise Refused({"pool_note": _("Say why it is kept from the pool.")})
    wanted = {
        "pool_locked": is_locked,
        "protected_until": until,
        "pool_note": why.strip()[:200] if is_locked or until else "",
    }
    check_version(customer, expected_version, wanted)
    if difference := take_changes(customer, wanted):
        keep(customer, difference, by=by, at=at, verb="protect")
    return customer


def default_pool() -> PublicPool:
    """The pool of what names no other."""
    return PublicPool.objects.get(is_default=True)


def chosen_pool(pool_id: int) -> PublicPool:
    """A pool in use by its id; refused beside the field `pool` when there is none."""
    pool = PublicPool.objects.active().filter(pk=pool_id).first()
    if pool is None:
        raise Refused({"pool": _("This pool is not in use (any more).")})
    return pool


def pools_of_owners(owner_ids: Sequence[int]) -> dict[int, PublicPool]:
    """Where the customers of these owners return by rule: their team's pool, else the default one."""
    default = default_pool()
    teams: dict[int, PublicPool] = {}
    for pool in PublicPool.objects.active().filter(teams__isnull=False).distinct().prefetch_related("teams"):
        for team in pool.teams.all():
            teams.setdefault(team.pk, pool)
    rows = User.objects.filter(pk__in=list(owner_ids)).values_list("pk", "team_id")
    return {pk: teams.get(team_id or 0, default) for pk, team_id in rows}


def manages(pool: PublicPool, by: User | None, at: datetime) -> bool:
    """Whether the person looks after a pool: as one of its managers, or by the right to edit the policy."""
    if may(by, "edit_policy", at):
        return True
    return by is not None and pool.managers.filter(pk=by.pk).exists()


def _require_manager(pool: PublicPool, by: User | None, at: datetime) -> None:
    if not manages(pool, by, at):
        raise Refused(_("Only a manager of “%(pool)s” may do this.") % {"pool": pool})


def _names(names: Mapping[str, str]) -> dict[str, str]:
    found = {name: " ".join(names.get(name, "").split()) for name in ("name_zh", "name_en")}
    if not any(found.values()):
        raise Refused({"name_zh": _("Give a name in at least one language.")})
    return found


def _set_people(pool: PublicPool, people: Mapping[str, Sequence[int]]) -> dict[str, tuple[Any, Any]]:
    moved: dict[str, tuple[Any, Any]] = {}
    for name in PEOPLE:
        if name not in people:
            continue
        relation = getattr(pool, name)
        old = sorted(relation.values_list("pk", flat=True))
        asked = relation.model.objects.filter(pk__in=list(people[name]))
        new = sorted(set(asked.values_list("pk", flat=True)))
        if old != new:
            relation.set(new)
            moved[name] = (old, new)
    return moved
