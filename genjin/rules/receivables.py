"""What customers owe, and how late it is: ageing by customer and currency at a date (D-10, B-17).

A part is late from the day after its due day on; one whose trigger has not happened is not due. What was
paid by that day is taken off, credit notes lower the last open parts of their order, and what a customer paid
beyond all that stays his credit, shown beside what he owes and never hidden in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal(0)


class Bucket(StrEnum):
    """How late money is, in days after its due day."""

    NOT_DUE = "NOT_DUE"
    TO_30 = "TO_30"
    TO_60 = "TO_60"
    TO_90 = "TO_90"
    OVER_90 = "OVER_90"


LIMITS = ((0, Bucket.NOT_DUE), (30, Bucket.TO_30), (60, Bucket.TO_60), (90, Bucket.TO_90))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A part of an order's price with what had been paid of it."""

    customer_id: int
    order_id: int
    currency: str
    amount: Decimal
    paid: Decimal = NOTHING
    due_on: date | None = None
    part_id: int = 0
    position: int = 0

    @property
    def open(self) -> Decimal:
        """What is still to come of it; never less than nothing."""
        return max(NOTHING, self.amount - self.paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Money of a customer that no order takes, or by which an order's price was lowered."""

    customer_id: int
    currency: str
    amount: Decimal
    order_id: int | None = None
    """Of a credit note, whose price it lowers first."""


@dataclass(frozen=True, slots=True)
class OpenPart:
    """What is open of a part at a date, and how late it is."""

    owed: Owed
    amount: Decimal
    days_late: int
    bucket: Bucket


@dataclass(slots=True)
class Ageing:
    """What one customer owes in one currency."""

    customer_id: int
    currency: str
    buckets: dict[Bucket, Decimal] = field(default_factory=lambda: dict.fromkeys(Bucket, NOTHING))
    counts: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    credit: Decimal = NOTHING
    """Paid, or credited, beyond what he owes."""
    parts: list[OpenPart] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Everything open, due or not."""
        return sum(self.buckets.values(), NOTHING)

    @property
    def overdue(self) -> Decimal:
        """What is late."""
        return self.total - self.buckets[Bucket.NOT_DUE]

    @property
    def balance(self) -> Decimal:
        """What he owes less his credit."""
        return self.total - self.credit


def days_late(due_on: date | None, on: date) -> int:
    """Days after the due day; 0 on it, before it, and while there is none."""
    return max(0, (on - due_on).days) if due_on is not None else 0


def bucket_of(days: int) -> Bucket:
    """Where so many days late belong."""
    return next((bucket for limit, bucket in LIMITS if days <= limit), Bucket.OVER_90)


def age(owed: Iterable[Owed], credits: Iterable[Credit], on: date) -> list[Ageing]:
    """What everybody owes at the end of a day, by customer and currency; who is even is left out."""
    found: dict[tuple[int, str], Ageing] = {}

    def of(customer_id: int, currency: str) -> Ageing:
        return found.setdefault((customer_id, currency), Ageing(customer_id, currency))

    by_order: dict[tuple[int, str], list[Owed]] = defaultdict(list)
    for part in owed:
        by_order[part.order_id, part.currency].append(part)
        beyond = part.paid - part.amount
        if beyond > 0:
            of(part.customer_id, part.currency).credit += beyond
    notes: dict[tuple[int, str], Decimal] = defaultdict(lambda: NOTHING)
    for credit in credits:
        if credit.order_id is not None and (credit.order_id, credit.currency) in by_order:
            notes[credit.order_id, credit.currency] += credit.amount
        else:
            of(credit.customer_id, credit.currency).credit += credit.amount
    for key, parts in by_order.items():
        left, open_parts = netted(parts, notes[key])
        if left > 0:
            of(parts[0].customer_id, parts[0].currency).credit += left
        for part, amount in open_parts:
            _add(of(part.customer_id, part.currency), part, amount, on)
    rows = [one for one in found.values() if one.total or one.credit]
    return sorted(rows, key=lambda one: (one.customer_id, one.currency))


def _add(ageing: Ageing, part: Owed, amount: Decimal, on: date) -> None:
    late = days_late(part.due_on, on)
    bucket = bucket_of(late)
    ageing.buckets[bucket] += amount
    ageing.counts[bucket] += 1
    ageing.parts.append(OpenPart(part, amount, late, bucket))


def netted(parts: Sequence[Owed], note: Decimal) -> tuple[Decimal, list[tuple[Owed, Decimal]]]:
    """What is open of an order's parts after its credit notes, and what of these is left.

    A credit note lowers what comes last: the balance, then the part before it.
    """
    open_parts: list[tuple[Owed, Decimal]] = []
    for part in sorted(parts, key=lambda one: (one.position, one.part_id), reverse=True):
        taken = min(part.open, note)
        note -= taken
        if part.open > taken:
            open_parts.append((part, part.open - taken))
    return note, open_parts[::-1]
