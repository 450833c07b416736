"""What customers owe, read for a person, a customer or a command, at the end of any day (D-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Round

from genjin.people.models import User
from genjin.rules.receivables import Ageing, Bucket, Credit, Owed, age
from genjin.sales.models import (
    CreditNote,
    ExecutionState,
    Order,
    PaymentPlanLine,
    Receipt,
    ReceiptAllocation,
)
from genjin.sales.models.order import Orders
from genjin.sales.rates import KnownRates, base_currency

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Source:
    """Whose orders and receipts are looked at."""

    orders: Orders
    receipts: QuerySet[Receipt]
    customers: tuple[int, ...] | None = None
    """Of these customers only; None for all."""


def everything() -> Source:
    """Those of all customers, for commands."""
    return Source(Order.objects.alive(), Receipt.objects.alive())


def seen_by(user: User) -> Source:
    """Those that a person may see."""
    return Source(Order.objects.visible_to(user), Receipt.objects.visible_to(user))


def of_customers(source: Source, ids: Sequence[int]) -> Source:
    """The same, of some customers."""
    return Source(
        source.orders.filter(customer__in=ids), source.receipts.filter(customer__in=ids), tuple(ids)
    )


def ageing(source: Source, on: date) -> list[Ageing]:
    """What is owed at the end of that day by customer and currency, in six queries at most.

    Counted is what had been ordered, received and credited by then; a cancelled order owes nothing, and what
    was paid for it is the customer's credit.
    """
    owed, credits = _owed(source, on)
    return age(owed, [*credits, *_unallocated(source.receipts, on)], on)


def _owed(source: Source, on: date) -> tuple[list[Owed], list[Credit]]:
    rows = (
        source.orders.with_money()
        .filter(ordered_on__lte=on, pk__in=_unsettled(source.customers, on))
        .exclude(Q(amount=0), Q(paid_amount=0))
        .exclude(Q(state=ExecutionState.CANCELLED), Q(paid_amount=0))
        .order_by()
    )
    columns = ("pk", "customer_id", "currency", "amount", "state")
    found = {row[0]: row for row in rows.values_list(*columns)}
    paid, whole = _paid(list(found), on)
    owed: list[Owed] = []
    credits: list[Credit] = []
    planned: set[int] = set()
    lines: Any = PaymentPlanLine.objects.filter(order_id__among=list(found)).order_by()
    for pk, order_id, position, amount, due_on in lines.values_list(
        "pk", "order_id", "position", "amount", "due_on"
    ):
        _pk, customer_id, currency, _amount, state = found[order_id]
        planned.add(order_id)
        if state != ExecutionState.CANCELLED:
            owed.append(
                Owed(
                    customer_id=customer_id, order_id=order_id, currency=currency, amount=amount,
                    paid=paid.get(pk, NOTHING), due_on=due_on, part_id=pk, position=position,
                )
            )  # fmt: skip
    for pk, customer_id, currency, amount, state in found.values():
        if state == ExecutionState.CANCELLED:
            credits.append(Credit(customer_id=customer_id, currency=currency, amount=whole[pk]))
        elif pk not in planned:
            owed.append(
                Owed(customer_id=customer_id, order_id=pk, currency=currency, amount=amount, paid=whole[pk])
            )
    return owed, [*credits, *_notes(found, on)]


def _unsettled(customers: Sequence[int] | None, on: date) -> QuerySet[Any, Any]:
    """Ids of orders of which something may have been open, or too much, at the end of that day.

    Each kind of them has an index; one condition with OR would walk through all orders there ever were.
    """
    orders: QuerySet[Order] = Order.objects.order_by()
    allocations = ReceiptAllocation.objects.filter(receipt__received_on__gt=on).order_by()
    notes = CreditNote.objects.filter(deleted_at__isnull=True).order_by()
    if customers is not None:
        orders = orders.filter(customer__in=customers)
        allocations = allocations.filter(order__customer__in=customers)
        notes = notes.filter(order__customer__in=customers)
    differing = orders.filter(~Q(paid_amount=F("amount")), deleted_at__isnull=True).values("pk")
    cancelled = orders.filter(state=ExecutionState.CANCELLED, paid_amount__gt=0).values("pk")
    return differing.union(cancelled, allocations.values("order_id"), notes.values("order_id"))


def _paid(order_ids: Sequence[int], on: date) -> tuple[dict[int | None, Decimal], dict[int, Decimal]]:
    """By part and by order: what had been received by then."""
    parts: dict[int | None, Decimal] = {}
    whole: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    found: Any = ReceiptAllocation.objects.filter(order_id__among=order_ids, receipt__received_on__lte=on)
    sums = found.order_by().values_list("order_id", "plan_line_id").annotate(sum=Sum("order_amount"))
    for order_id, part_id, amount in sums:
        whole[order_id] += amount
        parts[part_id] = amount
    return parts, whole


def _notes(found: Mapping[int, Any], on: date) -> list[Credit]:
    """The credit notes of these orders; all there are is read, which is little beside the orders."""
    notes = CreditNote.objects.filter(deleted_at__isnull=True, issued_on__lte=on).order_by("pk")
    return [
        Credit(customer_id=found[pk][1], currency=found[pk][2], amount=amount, order_id=pk)
        for pk, amount in notes.values_list("order_id", "amount")
        if pk in found and found[pk][4] != ExecutionState.CANCELLED
    ]


def with_unallocated(receipts: QuerySet[Receipt]) -> QuerySet[Any, Any]:
    """Receipts with `unallocated`: what no order takes of them."""
    # To the cent: SQLite reckons with floats, and what is left of them is nobody's credit.
    return receipts.annotate(unallocated=Round(F("amount_paid") - F("allocated_amount"), 2))


def not_used_up(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """Receipts of customers that no order takes wholly."""
    return receipts.filter(allocated_amount__lt=F("amount_paid"), customer__isnull=False)


def _unallocated(receipts: QuerySet[Receipt], on: date) -> list[Credit]:
    rows = with_unallocated(not_used_up(receipts).filter(received_on__lte=on)).order_by()
    return [
        Credit(customer_id=customer_id or 0, currency=currency, amount=amount)
        for customer_id, currency, amount in rows.values_list("customer_id", "currency", "unallocated")
    ]


@dataclass(frozen=True)
class Totals:
    """Everything together: by currency, and in the base currency as far as rates are known."""

    base: str
    by_currency: Mapping[str, Ageing]
    in_base: Ageing
    missing: tuple[str, ...]
    """Currencies without a rate for that day, which `in_base` leaves out."""


def totals_of(rows: Iterable[Ageing], on: date) -> Totals:
    """The sums of these rows; a currency without a rate is named, never guessed."""
    base = base_currency()
    by_currency: dict[str, Ageing] = {}
    for row in rows:
        _add(by_currency.setdefault(row.currency, Ageing(0, row.currency)), row, Decimal(1))
    rates = KnownRates(set(by_currency), on)
    in_base = Ageing(0, base)
    missing = []
    for currency, row in sorted(by_currency.items()):
        rate = rates.on(currency, on)
        if rate is None:
            missing.append(currency)
        else:
            _add(in_base, row, rate)
    return Totals(base, dict(sorted(by_currency.items())), in_base, tuple(missing))


def _add(total: Ageing, row: Ageing, rate: Decimal) -> None:
    for bucket in Bucket:
        total.buckets[bucket] += (row.buckets[bucket] * rate).quantize(Decimal("0.01"))
        total.counts[bucket] += row.counts[bucket]
    total.credit += (row.credit * rate).quantize(Decimal("0.01"))
