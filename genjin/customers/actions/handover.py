"""Handing over what a person owns: started at once, carried out slice by slice, taken back within a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from genjin.customers import handover, holdings
from genjin.customers.actions.basis import BATCH, changed, tell, today_of
from genjin.customers.actions.owner_notices import tell_people
from genjin.customers.actions.refusal import Refused
from genjin.customers.handover import Choice
from genjin.customers.models import HandOver, HandOverItem
from genjin.people import access
from genjin.people.models import User

SLICE = 100
State, Item = HandOver.State, HandOverItem.State


@transaction.atomic
def start_hand_over(
    *, person: User, reason: str, choice: Choice, by: User, at: datetime, why: str = "", expected: int
) -> HandOver:
    """Decide a hand-over; the job of `genjin.customers.handover_jobs` carries it out.

    `expected` is how many things the doer was shown to move; another number is refused, so that nobody
    hands over what he did not see.
    """
    _check(person, choice, by=by, at=at)
    if not why.strip():
        raise Refused({"why": _("Say why the customer changes hands.")})
    plan = handover.plan(person.pk, choice)
    if not plan.pieces:
        raise Refused(_("There is nothing to hand over by this choice."))
    if len(plan.pieces) != expected:
        raise Refused(_("What there is to hand over has changed meanwhile. Look at it again."))
    try:
        with transaction.atomic():
            made = HandOver.objects.create(
                person=person, reason=reason, why=why.strip(), rule=choice.rule, by=by, at=at
            )
    except IntegrityError as error:
        raise Refused(_("A hand-over of this person is in progress; wait until it has ended.")) from error
    HandOverItem.objects.bulk_create(
        [
            HandOverItem(
                hand_over=made, kind=piece.kind, object_id=piece.held.object_id, title=piece.held.title[:200],
                customer_id=piece.held.customer_id, receiver_id=piece.receiver_id,
            )
            for piece in plan.pieces
        ],
        batch_size=BATCH,
    )  # fmt: skip
    tell([changed(made, "hand_over", {"pieces": (None, len(plan.pieces))}, note=made.why)], by=by, at=at)
    return made


def _check(person: User, choice: Choice, *, by: User, at: datetime) -> None:
    """Refuse what the doer may not do, and choices that name nobody."""
    access.of(by, today=today_of(by, at))
    if not handover.people_within(by).filter(pk=person.pk).exists():
        raise Refused(_("Only a manager of this person's team or a director may hand over the work."))
    wanted = {*choice.receivers, *choice.countries.values()}
    able = set(handover.receivers_within(by, person).values_list("pk", flat=True))
    if not choice.receivers or not wanted <= able:
        raise Refused({"receivers": _("Choose colleagues who may own customers.")})
    if any(holdings.find(kind) is None for kind in choice.kinds):
        raise Refused({"kinds": _("Choose what is handed over.")})


@transaction.atomic
def move_slice(*, hand_over_id: int, at: datetime) -> bool:
    """Carry out the next hundred pieces, or take them back; False when there are none left.

    What it did and how far it came is one transaction, so that a killed job goes on where it was.
    """
    hand_over = HandOver.objects.select_for_update().get(pk=hand_over_id)
    if not hand_over.is_busy:
        return False
    undoing = hand_over.state == State.UNDOING
    rows = hand_over.items.filter(state=Item.MOVED if undoing else Item.WAITING)
    if undoing and hand_over.undoing_id is not None:
        rows = rows.filter(receiver=hand_over.undoing_id)
    items = list(rows.order_by("pk")[:SLICE])
    if not items:
        _finish(hand_over, at=at)
        return False
    for (kind, _receiver), some in groupby(_grouped(items), key=_group):
        holding = holdings.get(kind)
        deed = holding.take_back if undoing else holding.give
        deed(hand_over, list(some), at)
    HandOverItem.objects.bulk_update(items, ["state", "kept", "before"], batch_size=SLICE)
    return True


def _group(item: HandOverItem) -> tuple[str, int]:
    return item.kind, item.receiver_id


def _grouped(items: Iterable[HandOverItem]) -> list[HandOverItem]:
    """By kind in the order in which kinds move, then by receiver."""
    order = {holding.name: place for place, holding in enumerate(holdings.holdings())}
    return sorted(items, key=lambda item: (order[item.kind], item.receiver_id, item.pk))


def _finish(hand_over: HandOver, *, at: datetime) -> None:
    """Say that it is done, and tell the people concerned."""
    if hand_over.state == State.RUNNING:
        hand_over.state = State.DONE
        hand_over.finished_at = at
        customers = hand_over.items.filter(kind="customers.customer", state=Item.MOVED)
        _tell(hand_over, customers.values_list("receiver_id", flat=True), at=at)
    else:
        left = hand_over.items.filter(state__in=[Item.MOVED, Item.WAITING]).exists()
        hand_over.state = State.DONE if left else State.UNDONE
        back = hand_over.items.filter(kind="customers.customer", state=Item.BACK)
        if hand_over.undoing_id is not None:
            back = back.filter(receiver=hand_over.undoing_id)
        _tell(hand_over, back.values_list("receiver_id", flat=True), at=at, undone=True)
        hand_over.undoing = None
    hand_over.save(update_fields=["state", "finished_at", "undoing"])


def _tell(hand_over: HandOver, receivers: Iterable[int], *, at: datetime, undone: bool = False) -> None:
    for receiver_id, count in Counter(receivers).items():
        key = f"hand-over:{hand_over.pk}:{receiver_id}:{'back' if undone else 'given'}"
        by = hand_over.undone_by if undone else hand_over.by
        tell_people(
            from_id=hand_over.person_id, to_id=receiver_id, count=count, by=by, at=at, key=key,
            why=hand_over.why, undone=undone,
        )  # fmt: skip


@transaction.atomic
def undo_hand_over(*, hand_over_id: int, by: User, at: datetime, receiver_id: int | None = None) -> HandOver:
    """Begin to take a hand-over back, all of it or one receiver's part; the job does it (within 7 days)."""
    hand_over = HandOver.objects.select_for_update().get(pk=hand_over_id)
    access.of(by, today=today_of(by, at))
    if not handover.people_within(by).filter(pk=hand_over.person_id).exists():
        raise Refused(_("Only a manager of this person's team or a director may hand over the work."))
    if hand_over.state == State.UNDOING:
        raise Refused(_("It is being taken back already."))
    if at > hand_over.undo_until:
        raise Refused(_("A hand-over can be taken back for 7 days only."))
    moved = hand_over.items.filter(state__in=[Item.MOVED, Item.WAITING])
    if receiver_id is not None:
        moved = moved.filter(receiver=receiver_id)
    if not moved.exists():
        raise Refused(_("There is nothing left to take back."))
    # what had not moved yet stays where it is
    moved.filter(state=Item.WAITING).update(state=Item.STAYED)
    if hand_over.items.filter(state=Item.WAITING).exists():
        raise Refused(_("It is still in progress; take back one part once it is done."))
    hand_over.state = State.UNDOING
    hand_over.undoing_id = receiver_id
    hand_over.undone_by, hand_over.undone_at = by, at
    try:
        with transaction.atomic():
            hand_over.save(update_fields=["state", "undoing", "undone_by", "undone_at"])
    except IntegrityError as error:
        raise Refused(_("A hand-over of this person is in progress; wait until it has ended.")) from error
    told = {"receiver_id": (None, receiver_id)} if receiver_id else {}
    tell([changed(hand_over, "undo", told)], by=by, at=at)
    return hand_over
