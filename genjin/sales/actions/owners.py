"""Giving what runs to another owner: orders, offers, shipments, complaints (B-4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from genjin.customers.actions.basis import changed, tell
from genjin.people.models import User
from genjin.sales.models import Complaint, Offer, Order, OrderNode, Shipment

RUNNING: tuple[tuple[Any, Q], ...] = (
    (Order, Q(is_open=True)),
    (Offer, Q(is_latest=True, state__in=[state.value for state in Offer.OPEN])),
    (Shipment, Q(received_on__isnull=True)),
    (Complaint, ~Q(state=Complaint.State.SETTLED)),
)
"""What of each kind somebody still has to see to; what is over stays whose it was."""


def running_of(model: Any, owner_id: int) -> QuerySet[Any]:
    """What of a kind runs in a person's name."""
    which = next(condition for known, condition in RUNNING if known is model)
    rows: QuerySet[Any] = model.objects.alive().filter(which, owner=owner_id)
    return rows


@transaction.atomic
def give(*, model: Any, ids: Sequence[int], to_id: int, by: User | None, at: datetime) -> int:
    """Give records of one kind to another person, with the nodes that the former one sees to; how many."""
    rows = list(
        model.objects.filter(pk__in=list(ids))
        .exclude(owner=to_id)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not rows:
        return 0
    if model is Order:
        for row in rows:
            nodes = OrderNode.objects.filter(order=row, owner=row.owner_id, actual_on=None)
            nodes.update(owner=to_id)
    model.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to_id, version=F("version") + 1)
    told = [changed(row, "hand_over", {"owner_id": (row.owner_id, to_id)}) for row in rows]
    tell(told, by=by, at=at)
    return len(rows)


def go_along(customer_ids: Sequence[int], from_id: int, to_id: int, by: User | None, at: datetime) -> None:
    """What runs of customers goes to their new owner, as far as the former one saw to it."""
    for model, _condition in RUNNING:
        rows = running_of(model, from_id).filter(customer__in=list(customer_ids))
        give(model=model, ids=list(rows.values_list("pk", flat=True)), to_id=to_id, by=by, at=at)
