"""What is open and must be watched: parts of orders with a due day, letters of credit; for the brain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from genjin.policy.queries import switches
from genjin.records.prepared import Given, Prepared
from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.receivables import Owed, netted
from genjin.sales.models import (
    CreditNote,
    ExecutionState,
    LetterOfCredit,
    Order,
    PaymentPlanLine,
    Shipment,
)
from genjin.sales.models.order import OPEN_STATES

NOTHING = Decimal(0)
GONE = (ExecutionState.PARTLY_SHIPPED, ExecutionState.SHIPPED, ExecutionState.DELIVERED)


def _owing() -> QuerySet[Order]:
    rows = Order.objects.alive().filter(customer_id__among=Given("ids"), paid_amount__lt=F("amount"))
    rows = rows.with_money().exclude(state=ExecutionState.CANCELLED)
    return rows.only("customer_id", "number", "owner_id", "contact_id", "currency", "state", "created_at")


def _letters() -> QuerySet[LetterOfCredit]:
    rows = LetterOfCredit.objects.filter(order__customer_id__among=Given("ids"), presented_on__isnull=True)
    left = Shipment.objects.alive().filter(lines__order_line__order=OuterRef("order"))
    bl = left.order_by().values("lines__order_line__order").annotate(day=Min("bl_on"), left=Min("atd"))
    return (
        rows.filter(order__deleted_at__isnull=True, order__state__in=OPEN_STATES)
        .annotate(bl_on=Subquery(bl.values("day")[:1]), left_on=Subquery(bl.values("left")[:1]))
        .select_related("order")
        .order_by("pk")
    )


_OWING, _LETTERS = Prepared(_owing), Prepared(_letters)


def open_parts_of(ids: Sequence[int], at: datetime | None) -> Iterator[tuple[int, PaymentFact]]:
    """(customer, part) of what is open and has a due day, less what credit notes took off.

    As of a moment those orders that were there; what was paid is as known now.
    """
    orders = {one.pk: one for one in _OWING(ids=list(ids)) if at is None or one.created_at <= at}
    if not orders:
        return
    plans: dict[int, list[PaymentPlanLine]] = defaultdict(list)
    for line in PaymentPlanLine.objects.filter(order__in=list(orders)):
        plans[line.order_id].append(line)
    notes: Any = (
        CreditNote.objects.filter(order__in=list(plans), deleted_at__isnull=True)
        .order_by()
        .values_list("order_id")
        .annotate(sum=Sum("amount"))
    )
    credited: dict[int, Decimal] = dict(notes)
    ranks = _triage_ranks([line for lines in plans.values() for line in lines])
    for pk, lines in plans.items():
        by_id = {line.pk: line for line in lines}
        _left, open_ = netted([owed_of(line, orders[pk]) for line in lines], credited.get(pk, NOTHING))
        for owed, amount in open_:
            if owed.due_on is not None:
                line, rank = by_id[owed.part_id], ranks.get(owed.part_id, 0)
                yield orders[pk].customer_id, _fact(line, orders[pk], owed.due_on, amount, rank)


def _triage_ranks(lines: Sequence[PaymentPlanLine]) -> dict[int, int]:
    """By part that was due before go-live its customer's place among those who owed its owner then.

    The most important customers come first; nobody moves up when another one has paid.
    """
    if not lines:
        return {}
    day = switches().go_live_on
    asked = {line.pk for line in lines if day and line.due_on and line.due_on < day}
    if not asked:
        return {}
    orders = Order.objects.alive().with_money().exclude(state=ExecutionState.CANCELLED)
    owners = Order.objects.filter(plan__in=asked).values("owner")
    old = PaymentPlanLine.objects.filter(due_on__lt=day, order__in=orders, order__owner__in=owners).order_by()
    asked_first = ("order__customer__is_priority", "order__customer__grade_order")
    columns = ("pk", "order__owner", *asked_first, "order__customer")
    # Two questions, each by its own index; a window in one query would count only whom a filter leaves.
    rows: set[Any] = set(old.filter(paid_amount__lt=F("amount")).values_list(*columns))
    rows |= set(old.filter(allocations__receipt__received_on__gte=day).values_list(*columns))
    queues: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    places = {}
    for pk, owner, is_priority, grade, customer in rows:
        places[pk] = owner, (-is_priority, -grade, customer)
        queues[owner].add(places[pk][1])
    turns = {owner: {one: n for n, one in enumerate(sorted(queue))} for owner, queue in queues.items()}
    return {pk: turns[owner][one] for pk, (owner, one) in places.items() if pk in asked}


def owed_of(line: PaymentPlanLine, order: Order) -> Owed:
    """A part as the rules of receivables know it."""
    return Owed(
        customer_id=order.customer_id, order_id=order.pk, currency=order.currency, amount=line.amount,
        paid=line.paid_amount, due_on=line.due_on, part_id=line.pk, position=line.position,
    )  # fmt: skip


def _fact(line: PaymentPlanLine, order: Order, due_on: date, amount: Decimal, rank: int) -> PaymentFact:
    return PaymentFact(
        id=line.pk,
        order_id=order.pk,
        order=order.number,
        owner_id=order.owner_id,
        kind=line.kind,
        due_on=due_on,
        open=amount,
        currency=order.currency,
        holds_release=line.holds_release,
        is_shipped=order.state in GONE,
        contact_id=order.contact_id,
        triage_rank=rank,
    )


def letters_of(ids: Sequence[int], at: datetime | None) -> Iterator[tuple[int, LetterFact]]:
    """(customer, letter) of those that were not presented, of orders that run."""
    for letter in _LETTERS(ids=list(ids)):
        order = letter.order
        if at is not None and order.created_at > at:
            continue
        yield (
            order.customer_id,
            LetterFact(
                id=letter.pk,
                order_id=order.pk,
                order=order.number,
                number=letter.number,
                owner_id=order.owner_id,
                expiry=letter.lc_expiry,
                latest_shipment=letter.lc_latest_shipment,
                presentation_days=letter.lc_presentation_days,
                shipped_on=letter.bl_on or letter.left_on,  # type: ignore[attr-defined]
                contact_id=order.contact_id,
            ),
        )


def holds_release(order_ids: Sequence[int], on: date) -> set[int]:
    """Orders with a part that is open, must be paid before the goods are released, and is not due later."""
    parts = PaymentPlanLine.objects.filter(
        Q(due_on__isnull=True) | Q(due_on__lte=on),
        order__in=list(order_ids),
        holds_release=True,
        paid_amount__lt=F("amount"),
    )
    return set(parts.values_list("order_id", flat=True))
