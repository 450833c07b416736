"""What an import of orders needs of heads: checking without writing, changing many, taking all back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from genjin.customers.actions.basis import batches, changed, tell
from genjin.customers.actions.refusal import RowsRefused
from genjin.customers.models import Customer
from genjin.fields import value_actions as fields
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.payment_terms import Part, PartKind, Trigger
from genjin.sales.actions.order_basis import Saved, Told, follow_nodes, put, save_all
from genjin.sales.actions.order_drafts import Draft, NewOrder, order_problems
from genjin.sales.actions.orders import drafted
from genjin.sales.actions.plans import planned_line
from genjin.sales.models import Order, PaymentPlanLine
from genjin.sales.models.order import OPEN_STATES, ORDER_KIND

WHOLE = Decimal(100)
HEAD = (
    "delivery_on", "kind", "state", "customer_po_no", "incoterm", "incoterm_place", "port_of_loading",
    "port_of_destination", "transport_mode", "payment_method", "payment_terms", "remarks",
)  # fmt: skip
"""What an import may change of an order that is there."""


def draft_orders(*, items: Sequence[NewOrder], by: User | None, at: datetime) -> list[Draft]:
    """What `place_orders` would make of these, with what is wrong; nothing is locked or written."""
    ids = {item.customer_id for item in items}
    customers = {row.pk: row for part in batches(list(ids)) for row in Customer.objects.filter(pk__in=part)}
    return drafted(items, customers, by=by, at=at)


@transaction.atomic
def change_heads(*, changes: Mapping[int, Mapping[str, Any]], by: User | None, at: datetime) -> set[int]:
    """Change values of `HEAD` and custom fields of orders by id, closed ones among them; which differed.

    Raises `RowsRefused` by the order's id.
    """
    ids = sorted(changes)
    wanted = [changes[pk] for pk in ids]
    custom, wrong = fields.cleaned(ORDER_KIND, wanted)
    places = {pk: place for place, pk in enumerate(ids)}
    rows = Order.objects.alive().filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    saved: list[Saved] = []
    refused: dict[int, dict[str, str]] = {}
    for order in list(rows):
        place = places[order.pk]
        told = _put_head(order, changes[order.pk], at)
        for name, value in custom[place].items():
            if getattr(order, name) != value:
                told[name] = (getattr(order, name), value)
                fields.put(order, name, value)
        if problems := order_problems(order) | wrong.get(place, {}):
            refused[order.pk] = problems
        saved.append(Saved(order, told))
    if refused:
        raise RowsRefused(refused)
    save_all(saved, by=by, at=at)
    return {one.order.pk for one in saved if one.told}


def _put_head(order: Order, values: Mapping[str, Any], at: datetime) -> Told:
    told = put(order, {name: value for name, value in values.items() if name in HEAD})
    if "state" in told:
        is_open = order.state in OPEN_STATES
        told |= put(order, {"is_open": is_open, "closed_at": None if is_open else at})
        told |= {name: pair for name, pair in follow_nodes(order).items() if name != "state"}
    return told


@transaction.atomic
def set_due(*, days: Mapping[int, date], by: User | None, at: datetime) -> int:
    """Let the price of orders be due on a day, where no plan of several parts says otherwise; how many."""
    orders = {row.pk: row for row in Order.objects.alive().filter(pk__in=list(days)).order_by("pk")}
    plans: dict[int, list[PaymentPlanLine]] = {pk: [] for pk in orders}
    for line in PaymentPlanLine.objects.filter(order__in=list(orders)):
        plans[line.order_id].append(line)
    fresh, gone, written = [], [], []
    for pk, order in orders.items():
        lines = plans[pk]
        same = len(lines) == 1 and lines[0].on_date == days[pk]
        if len(lines) > 1 or same or not order.amount or any(line.paid_amount for line in lines):
            continue
        gone += [line.pk for line in lines]
        part = Part(trigger=Trigger.ON_DATE, percent=WHOLE, on_date=days[pk], kind=PartKind.BALANCE)
        fresh.append(planned_line(order, part))
        written.append(
            changed(order, "plan", {"plan": ([], [f"{order.currency} {order.amount} {days[pk]}"])})
        )
    PaymentPlanLine.objects.filter(pk__in=gone).delete()
    bulk.insert(fresh)
    tell(written, by=by, at=at)
    return len(fresh)


@transaction.atomic
def withdraw_orders(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Put orders that an import made into the recycle bin; those with money or goods on their way stay."""
    count = 0
    for part in batches(list(ids)):
        rows = Order.objects.alive().filter(pk__in=part, paid_amount=0, allocations__isnull=True)
        rows = rows.exclude(lines__shipped__shipment__deleted_at__isnull=True, lines__shipped__isnull=False)
        going = list(Order.objects.filter(pk__in=rows.values("pk")).select_for_update().order_by("pk"))
        Order.objects.filter(pk__in=[row.pk for row in going]).update(deleted_at=at)
        tell([changed(row, "recycle", {}) for row in going], by=by, at=at)
        count += len(going)
    return count
