"""Who looks after a customer: claiming, handing over, the public pool, collaborators (B-1, B-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers import going_along
from genjin.customers.actions.basis import (
    BATCH,
    batches,
    changed,
    check_members,
    check_version,
    may,
    require,
    tell,
)
from genjin.customers.actions.claiming import check_claim
from genjin.customers.actions.next_steps import hand_over_steps
from genjin.customers.actions.owner_notices import tell_assigned
from genjin.customers.actions.pools import chosen_pool, pools_of_owners
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Collaborator, Customer, PoolMove
from genjin.notifications import kinds
from genjin.notifications.actions import notify
from genjin.people.models import User


@transaction.atomic
def claim(*, customer_id: int, by: User, at: datetime) -> Customer:
    """Take a customer out of its pool; of two who try, one wins and the other is told who (B-4).

    Raises `Refused` with one sentence when a limit stops it.
    """
    # One claim of a person after the other: two at once must not both be the last that is allowed.
    # Not a full lock, which would wait for everybody who writes that person's name anywhere.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    customer = Customer.objects.select_related("owner", "pool").get(pk=customer_id)
    if customer.owner_id == by.pk:
        return customer
    pool = customer.pool
    if pool is not None and customer.deleted_at is None:
        check_claim(customer, pool, by=by, at=at)
        free = Customer.objects.alive().filter(pk=customer_id, owner__isnull=True, is_confirmed=True)
        if free.update(owner=by, owned_since=at, pool=None, pooled_at=None, **_renewed(at)):
            PoolMove.objects.create(
                customer=customer, pool=pool, kind=PoolMove.Kind.CLAIMED, person=by, at=at
            )
            told = {"owner_id": (None, by.pk), "pool_id": (customer.pool_id, None)}
            tell([changed(customer, "claim", told)], by=by, at=at)
            _tell_former_owner(customer, by=by, at=at)
            return Customer.objects.select_related("owner").get(pk=customer_id)
        customer = Customer.objects.select_related("owner").get(pk=customer_id)
    if customer.owner is None or customer.deleted_at is not None:
        raise Refused(_("This customer is not in the public pool any more."))
    raise Refused(said_faster(customer.owner))


def said_faster(winner: User) -> str:
    """The sentence for whoever wanted to claim what somebody else has just claimed."""
    return _("%(name)s was faster and has claimed this customer.") % {"name": winner}


def _renewed(at: datetime) -> dict[str, Any]:
    return {"version": F("version") + 1, "updated_at": at}


def _tell_former_owner(customer: Customer, *, by: User, at: datetime) -> None:
    """Who gave it back hears who looks after it now."""
    moves = PoolMove.objects.filter(customer=customer, kind__in=PoolMove.INTO, person__is_active=True)
    last = moves.order_by("-at", "-pk").first()
    if last is not None and last.person_id != by.pk:
        notify(
            kind=kinds.CLAIMED,
            user_ids=[last.person_id],
            key=f"claimed:{customer.pk}:{last.pk}",
            at=at,
            customer_id=customer.pk,
            params={"customer": customer.name, "by": by.pk},
        )


@transaction.atomic
def assign_owner(
    *,
    ids: Sequence[int],
    owner_id: int,
    by: User | None,
    at: datetime,
    why: str = "",
    expected_version: int | None = None,
) -> int:
    """Give customers to another owner, with their open next steps; how many changed hands."""
    require(by, "assign_owner", at)
    if not User.objects.filter(pk=owner_id, is_active=True).exists():
        raise Refused({"owner": _("This person does not work here (any more).")})
    if by is not None and not why.strip():
        raise Refused({"why": _("Say why the customer changes hands.")})
    moving = Customer.objects.alive().filter(pk__in=list(ids)).exclude(owner=owner_id)
    former = list(moving.order_by("pk").select_for_update().values_list("pk", "owner_id"))
    count = _move(ids, owner_id, "assign", why=why, by=by, at=at, expected=expected_version)
    tell_assigned(former, owner_id, why=why.strip(), by=by, at=at)
    return count


@transaction.atomic
def return_to_pool(
    *,
    ids: Sequence[int],
    by: User | None,
    at: datetime,
    why: str,
    pool_id: int | None = None,
    expected_version: int | None = None,
) -> int:
    """Put customers into a pool, with a reason; their owners' open next steps are cancelled (B-1).

    Without `pool_id` each goes to the pool of its owner's team.
    """
    if not why.strip():
        raise Refused({"why": _("Say why it returns to the public pool.")})
    if by is not None and not may(by, "assign_owner", at):
        strangers = Customer.objects.filter(pk__in=list(ids)).exclude(owner=by)
        if strangers.exists():
            raise Refused(_("Only the owner or a manager may return a customer to the public pool."))
    if Customer.objects.alive().filter(pk__in=list(ids), is_confirmed=False).exists():
        raise Refused(_("What nobody has accepted as a customer yet does not go to the public pool."))
    pool = chosen_pool(pool_id) if pool_id is not None else None
    return _move(
        ids, None, "return to pool", why=why, by=by, at=at, expected=expected_version,
        pool_id=pool.pk if pool else None,
    )  # fmt: skip


def _move(
    ids: Sequence[int],
    owner_id: int | None,
    verb: str,
    *,
    why: str,
    by: User | None,
    at: datetime,
    expected: int | None,
    pool_id: int | None = None,
) -> int:
    count = 0
    for part in batches(ids):
        rows = Customer.objects.alive().filter(pk__in=part).select_for_update()
        found = list(rows.order_by("pk"))
        for customer in found:
            check_version(customer, expected, {"owner_id": owner_id})
        moving = [c for c in found if c.owner_id != owner_id]
        if not moving:
            continue
        into = _into_pools(moving, owner_id, pool_id)
        groups: dict[int | None, list[int]] = defaultdict(list)
        for customer in moving:
            groups[into.get(customer.pk)].append(customer.pk)
        for target, theirs in groups.items():
            Customer.objects.filter(pk__in=theirs).update(
                owner_id=owner_id, owned_since=at if owner_id else None, pool_id=target,
                pooled_at=at if target else None, returns_on=None, return_code="", **_renewed(at),
            )  # fmt: skip
        _remember_moves(moving, owner_id, into, is_rule=by is None, at=at)
        written = [changed(c, verb, _told(c, owner_id, into.get(c.pk)), note=why.strip()) for c in moving]
        former = defaultdict(list)
        for customer in moving:
            former[customer.owner_id].append(customer.pk)
        if owner_id is not None:
            # An owner need not share the customer with himself.
            Collaborator.objects.filter(customer__in=moving, user_id=owner_id).delete()
        for from_id, theirs in former.items():
            if from_id is not None:
                hand_over_steps(customer_ids=theirs, from_id=from_id, to_id=owner_id, by=by, at=at)
                if owner_id is not None:
                    going_along.give(theirs, from_id, owner_id, by=by, at=at)
        tell(written, by=by, at=at)
        count += len(moving)
    return count


def _into_pools(
    moving: Sequence[Customer], owner_id: int | None, pool_id: int | None
) -> dict[int, int | None]:
    """The pool into which each customer comes to lie; those that get an owner, and leads, lie in none."""
    if owner_id is not None:
        return {}
    homes = {} if pool_id else pools_of_owners([c.owner_id for c in moving if c.owner_id is not None])
    return {c.pk: pool_id or homes[c.owner_id].pk for c in moving if c.is_confirmed and c.owner_id}


def _told(customer: Customer, owner_id: int | None, pool_id: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {"owner_id": (customer.owner_id, owner_id)}
    if customer.pool_id != pool_id:
        told["pool_id"] = (customer.pool_id, pool_id)
    return told


def _remember_moves(
    moving: Sequence[Customer],
    owner_id: int | None,
    into: dict[int, int | None],
    *,
    is_rule: bool,
    at: datetime,
) -> None:
    kind = PoolMove.Kind.BY_RULE if is_rule else PoolMove.Kind.RETURNED
    rows = [
        PoolMove(customer=c, pool_id=target, kind=kind, person_id=c.owner_id, at=at)
        for c in moving
        if (target := into.get(c.pk)) is not None and c.owner_id is not None
    ]
    rows += [
        PoolMove(customer=c, pool_id=c.pool_id, kind=PoolMove.Kind.ASSIGNED, person_id=owner_id, at=at)
        for c in moving
        if owner_id is not None and c.pool_id is not None
    ]
    PoolMove.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def set_collaborators(
    *,
    customer_ids: Sequence[int],
    by: User | None,
    at: datetime,
    add: Sequence[int] = (),
    remove: Sequence[int] = (),
    expected: Collection[int] | None = None,
) -> int:
    """Share customers with people beside their owners, or stop sharing; how many customers changed (共享).

    `expected` are those with whom each is shared now as far as the doer knows; None does not care.
    """
    wanted = set(User.objects.filter(pk__in=list(add), is_active=True).values_list("pk", flat=True))
    if wanted != set(add):
        raise Refused({"collaborators": _("This person does not work here (any more).")})
    count = 0
    for part in batches(customer_ids):
        rows = list(Customer.objects.alive().filter(pk__in=part).select_for_update().order_by("pk"))
        before: dict[int, set[int]] = defaultdict(set)
        links = Collaborator.objects.filter(customer__in=rows)
        for customer_id, user_id in links.values_list("customer_id", "user_id"):
            before[customer_id].add(user_id)
        fresh, written = [], []
        for customer in rows:
            check_members(customer, "collaborators", expected, before[customer.pk])
            new = wanted - before[customer.pk] - {customer.owner_id}
            after = (before[customer.pk] | new) - set(remove)
            if after == before[customer.pk]:
                continue
            fresh += [Collaborator(customer=customer, user_id=pk, since=at) for pk in sorted(new)]
            told = {"collaborators": (sorted(before[customer.pk]), sorted(after))}
            written.append(changed(customer, "share", told))
        links.filter(user_id__in=list(remove)).delete()
        Collaborator.objects.bulk_create(fresh, batch_size=BATCH)
        tell(written, by=by, at=at)
        count += len(written)
    return count
