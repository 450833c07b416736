"""Who looks after a customer: claiming, handing over, the public pool, collaborators (B-1, B-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

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
from genjin.customers.actions.next_steps import hand_over_steps
from genjin.customers.actions.owner_notices import tell_assigned
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Collaborator, Customer
from genjin.people.models import User


@transaction.atomic
def claim(*, customer_id: int, by: User, at: datetime) -> Customer:
    """Take a customer out of the public pool; of two who try, one wins and the other is told who."""
    free = Customer.objects.alive().filter(pk=customer_id, owner__isnull=True, is_confirmed=True)
    won = free.update(owner=by, owned_since=at, version=F("version") + 1, updated_at=at)
    customer = Customer.objects.select_related("owner").get(pk=customer_id)
    if not won:
        if customer.owner_id == by.pk:
            return customer
        if customer.owner is None or customer.deleted_at is not None:
            raise Refused(_("This customer is not in the public pool any more."))
        raise Refused(_("%(name)s was faster and has claimed this customer.") % {"name": customer.owner})
    tell([changed(customer, "claim", {"owner_id": (None, by.pk)})], by=by, at=at)
    return customer


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
    *, ids: Sequence[int], by: User | None, at: datetime, why: str, expected_version: int | None = None
) -> int:
    """Give customers back to everybody, with a reason; their open next steps are cancelled (B-1)."""
    if not why.strip():
        raise Refused({"why": _("Say why it returns to the public pool.")})
    if by is not None and not may(by, "assign_owner", at):
        strangers = Customer.objects.filter(pk__in=list(ids)).exclude(owner=by)
        if strangers.exists():
            raise Refused(_("Only the owner or a manager may return a customer to the public pool."))
    if Customer.objects.alive().filter(pk__in=list(ids), is_confirmed=False).exists():
        raise Refused(_("What nobody has accepted as a customer yet does not go to the public pool."))
    return _move(ids, None, "return to pool", why=why, by=by, at=at, expected=expected_version)


def _move(
    ids: Sequence[int],
    owner_id: int | None,
    verb: str,
    *,
    why: str,
    by: User | None,
    at: datetime,
    expected: int | None,
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
        Customer.objects.filter(pk__in=[c.pk for c in moving]).update(
            owner_id=owner_id,
            owned_since=at if owner_id else None,
            version=F("version") + 1,
            updated_at=at,
        )
        written = [changed(c, verb, {"owner_id": (c.owner_id, owner_id)}, note=why.strip()) for c in moving]
        former = defaultdict(list)
        for customer in moving:
            former[customer.owner_id].append(customer.pk)
        if owner_id is not None:
            # An owner need not share the customer with himself.
            Collaborator.objects.filter(customer__in=moving, user_id=owner_id).delete()
        for from_id, theirs in former.items():
            if from_id is not None:
                hand_over_steps(customer_ids=theirs, from_id=from_id, to_id=owner_id, by=by, at=at)
        tell(written, by=by, at=at)
        count += len(moving)
    return count


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
