"""What of sales goes along when somebody's work is handed over: what runs, to whoever gets the customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers import going_along
from genjin.customers.holdings import Held, Holding, register
from genjin.customers.models import HandOver, HandOverItem
from genjin.sales.actions import owners
from genjin.sales.models import Complaint, Offer, Order, Shipment

State, Kept = HandOverItem.State, HandOverItem.Kept
KINDS: tuple[tuple[Any, Any], ...] = (
    (Order, _("Orders that run")),
    (Offer, _("Open quotations and proforma invoices")),
    (Shipment, _("Shipments that have not arrived")),
    (Complaint, _("Open complaints")),
)


def register_all() -> None:
    """Put what people own of sales on the registers."""
    going_along.register("sales", owners.go_along)
    for model, label in KINDS:
        register(_holding(model, label))


def _holding(model: Any, label: Any) -> Holding:
    def held(user_id: int) -> Iterator[Held]:
        rows = owners.running_of(model, user_id).select_related("customer").order_by("pk")
        for row in rows:
            yield Held(row.pk, str(row)[:200], row.customer_id, row.customer.country_id or "")

    def move(
        items: Sequence[HandOverItem], from_id: int, to_id: int, done: str, by: Any, at: datetime
    ) -> None:
        ids = [item.object_id for item in items]
        rows = owners.running_of(model, from_id).filter(pk__in=ids)
        known = set(rows.values_list("pk", flat=True))
        owners.give(model=model, ids=sorted(known), to_id=to_id, by=by, at=at)
        for item in items:
            if item.object_id in known:
                item.state = done
            else:
                item.state = State.STAYED if done == State.MOVED else State.KEPT
                item.kept = Kept.CHANGED

    def give(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
        move(items, hand_over.person_id, items[0].receiver_id, State.MOVED, hand_over.by, at)

    def take_back(hand_over: HandOver, items: Sequence[HandOverItem], at: datetime) -> None:
        move(items, items[0].receiver_id, hand_over.person_id, State.BACK, hand_over.undone_by, at)

    return Holding(
        model._meta.label_lower, label, lambda user_id: owners.running_of(model, user_id).count(), held, give,
        take_back,
    )  # fmt: skip
