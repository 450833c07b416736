"""Moving the kinds of this folder from one person to another, and back: customers, steps, collaborations.

Nothing is reset: grades, dimensions, rhythm and history stay; open next steps go along, past ones stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, tell
from genjin.customers.models import Collaborator, Customer, HandOver, HandOverItem, NextStep
from genjin.people import saved_views
from genjin.people.models import SavedView

State, Kept = HandOverItem.State, HandOverItem.Kept


def give_customers(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give customers to their receiver with the open next steps; those that changed hands meanwhile stay."""
    to_id = items[0].receiver_id
    rows = _locked(items)
    shared = _links(list(rows), to_id)
    own = _open_steps(rows, to_id)
    moving, theirs = [], []
    for item in items:
        customer = rows.get(item.object_id)
        if not _is_still(item, customer, hand_over.person_id) or customer is None:
            continue
        link = shared.get(customer.pk)
        item.state = State.MOVED
        item.before = {
            "owned_since": customer.owned_since.isoformat() if customer.owned_since else None,
            "shared_since": link.since.isoformat() if link else None,
            "own_steps": own[customer.pk],
        }
        moving.append(customer)
        theirs.append(item)
    steps = _open_steps([customer.pk for customer in moving], hand_over.person_id)
    for customer, item in zip(moving, theirs, strict=True):
        item.before |= {"steps": steps[customer.pk], "version": customer.version + 1}
        customer.owned_since = at
    _pass(moving, to_id, at)
    Collaborator.objects.filter(customer__in=moving, user=to_id).delete()
    _give_steps([pk for found in steps.values() for pk in found], to_id)
    _tell_customers(moving, hand_over, hand_over.person_id, to_id, hand_over.why, at)


def take_customers_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give customers back to the person, unless they changed hands since; says what else stays."""
    from_id, to_id = items[0].receiver_id, hand_over.person_id
    rows = _locked(items)
    coming = []
    for item in items:
        customer = rows.get(item.object_id)
        if not _is_still(item, customer, from_id, State.KEPT) or customer is None:
            continue
        item.state = State.BACK
        if customer.version != item.before["version"]:
            item.kept = Kept.CHANGED
        since = item.before["owned_since"]
        customer.owned_since = datetime.fromisoformat(since) if since else None
        coming.append((item, customer))
    theirs = [customer for _item, customer in coming]
    open_now = _open_steps([customer.pk for customer in theirs], from_id)
    back, links = [], []
    for item, customer in coming:
        if set(item.before["steps"]) - set(open_now[customer.pk]):
            item.kept = Kept.CLOSED
        back += [pk for pk in open_now[customer.pk] if pk not in item.before["own_steps"]]
        if item.before["shared_since"]:
            since = datetime.fromisoformat(item.before["shared_since"])
            links.append(Collaborator(customer=customer, user_id=from_id, since=since))
    _pass(theirs, to_id, at)
    Collaborator.objects.filter(customer__in=theirs, user=to_id).delete()
    Collaborator.objects.bulk_create(links, ignore_conflicts=True)
    _give_steps(back, to_id)
    _tell_customers(theirs, hand_over, from_id, to_id, _("Hand-over taken back"), at)


def _locked(items: Sequence[HandOverItem]) -> dict[int, Customer]:
    rows = Customer.objects.filter(pk__in=[item.object_id for item in items]).select_for_update()
    return {row.pk: row for row in rows.order_by("pk")}


def _is_still(
    item: HandOverItem, customer: Customer | None, owner_id: int, otherwise: str = State.STAYED
) -> bool:
    """Whether the customer is where the hand-over left it; says in the item when it is not."""
    if customer is None or customer.deleted_at is not None:
        item.state, item.kept = otherwise, Kept.DELETED
        return False
    if customer.owner_id != owner_id:
        item.state, item.kept = otherwise, Kept.OWNER
        return False
    return True


def _links(customer_ids: Sequence[int], user_id: int) -> dict[int, Collaborator]:
    rows = Collaborator.objects.filter(customer__in=customer_ids, user=user_id)
    return {row.customer_id: row for row in rows}


def _open_steps(customer_ids: Iterable[int], owner_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = NextStep.objects.filter(
        customer__in=list(customer_ids), owner=owner_id, state=NextStep.State.OPEN
    ).order_by("pk")
    for customer_id, pk in rows.values_list("customer_id", "pk"):
        found[customer_id].append(pk)
    return found


def _pass(customers: Sequence[Customer], owner_id: int, at: datetime) -> None:
    for customer in customers:
        customer.owner_id = owner_id
        customer.version += 1
        customer.updated_at = at
    Customer.objects.bulk_update(customers, ["owner", "owned_since", "version", "updated_at"])


def _give_steps(ids: Collection[int], owner_id: int) -> None:
    NextStep.objects.filter(pk__in=list(ids)).update(owner_id=owner_id, version=F("version") + 1)


def _tell_customers(
    customers: Sequence[Customer], hand_over: HandOver, from_id: int, to_id: int, note: str, at: datetime
) -> None:
    by = hand_over.undone_by if hand_over.state == HandOver.State.UNDOING else hand_over.by
    written = [changed(c, "assign", {"owner_id": (from_id, to_id)}, note=note) for c in customers]
    tell(written, by=by, at=at)


def give_steps(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give open next steps on others' customers to their receiver."""
    _move_steps(hand_over, items, hand_over.person_id, items[0].receiver_id, State.MOVED, at)


def take_steps_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give back those that are still open and still the receiver's."""
    _move_steps(hand_over, items, items[0].receiver_id, hand_over.person_id, State.BACK, at)


def _move_steps(
    hand_over: HandOver, items: Sequence[HandOverItem], from_id: int, to_id: int, done: str, at: datetime
) -> None:
    otherwise = State.STAYED if done == State.MOVED else State.KEPT
    found = NextStep.objects.filter(pk__in=[item.object_id for item in items]).select_for_update()
    rows = {row.pk: row for row in found.order_by("pk")}
    moving = []
    for item in items:
        step = rows.get(item.object_id)
        if step is None:
            item.state, item.kept = otherwise, Kept.DELETED
        elif step.state != NextStep.State.OPEN:
            item.state, item.kept = otherwise, Kept.CLOSED
        elif step.owner_id != from_id:
            item.state, item.kept = otherwise, Kept.OWNER
        else:
            item.state = done
            moving.append(step)
    _give_steps([step.pk for step in moving], to_id)
    by = hand_over.undone_by if done == State.BACK else hand_over.by
    written = [changed(step, "assign", {"owner_id": (from_id, to_id)}, note=hand_over.why) for step in moving]
    tell(written, by=by, at=at)


def give_collaborations(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Have the receiver share what the person shared; owners and sharers need no second link."""
    person_id, to_id = hand_over.person_id, items[0].receiver_id
    rows = _locked(items)
    before = _sharers(rows)
    fresh, written = [], []
    for item in items:
        customer = rows.get(item.object_id)
        if customer is None or person_id not in before[item.object_id]:
            item.state, item.kept = State.STAYED, Kept.CHANGED
            continue
        since = before[customer.pk].pop(person_id)
        is_new = to_id not in before[customer.pk] and customer.owner_id != to_id
        item.state = State.MOVED
        item.before = {"since": since.isoformat(), "made": is_new}
        old = sorted([*before[customer.pk], person_id])
        if is_new:
            fresh.append(Collaborator(customer=customer, user_id=to_id, since=at))
        new = sorted([*before[customer.pk], *([to_id] if is_new else [])])
        written.append(changed(customer, "share", {"collaborators": (old, new)}, note=hand_over.why))
    moved = [item.object_id for item in items if item.state == State.MOVED]
    Collaborator.objects.filter(customer__in=moved, user=person_id).delete()
    Collaborator.objects.bulk_create(fresh)
    tell(written, by=hand_over.by, at=at)


def take_collaborations_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Have the person share them again; the receiver's link goes if the hand-over made it."""
    person_id, from_id = hand_over.person_id, items[0].receiver_id
    rows = _locked(items)
    before = _sharers(rows)
    links, gone, written = [], [], []
    for item in items:
        customer = rows.get(item.object_id)
        if customer is None or person_id in before[item.object_id] or customer.owner_id == person_id:
            item.state, item.kept = State.KEPT, Kept.CHANGED
            continue
        item.state = State.BACK
        old = set(before[customer.pk])
        new = {*old, person_id} - ({from_id} if item.before["made"] else set())
        if item.before["made"]:
            gone.append(customer.pk)
        since = datetime.fromisoformat(item.before["since"])
        links.append(Collaborator(customer=customer, user_id=person_id, since=since))
        told = {"collaborators": (sorted(old), sorted(new))}
        written.append(changed(customer, "share", told, note=_("Hand-over taken back")))
    Collaborator.objects.filter(customer__in=gone, user=from_id).delete()
    Collaborator.objects.bulk_create(links)
    tell(written, by=hand_over.undone_by, at=at)


def _sharers(customer_ids: Iterable[int]) -> dict[int, dict[int, Any]]:
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in Collaborator.objects.filter(customer__in=list(customer_ids)):
        found[row.customer_id][row.user_id] = row.since
    return found


def give_views(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give shared saved views to a receiver, so that the team keeps them."""
    _move_views(items, hand_over.person_id, items[0].receiver_id, State.MOVED, by=hand_over.by, at=at)


def take_views_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
    """Give them back."""
    _move_views(items, items[0].receiver_id, hand_over.person_id, State.BACK, by=hand_over.undone_by, at=at)


def _move_views(
    items: Sequence[HandOverItem], from_id: int, to_id: int, done: str, *, by: Any, at: datetime
) -> None:
    otherwise = State.STAYED if done == State.MOVED else State.KEPT
    there = SavedView.objects.filter(pk__in=[item.object_id for item in items], user=from_id)
    known = set(there.values_list("pk", flat=True))
    for item in items:
        if item.object_id in known:
            saved_views.give_view(view_id=item.object_id, to_id=to_id, by=by, at=at)
            item.state = done
        else:
            item.state, item.kept = otherwise, Kept.DELETED
