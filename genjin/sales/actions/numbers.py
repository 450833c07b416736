"""The next number of a kind: gapless, because it is taken in the transaction that uses it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from genjin.sales.models import DocumentLayout, NumberCounter, NumberKind

DIGITS = 4


def next_number(kind: NumberKind, on: date) -> str:
    """The next number, such as `PI2026-0042`; whoever takes it writes its record in the same transaction."""
    return next_numbers(kind, on, 1)[0]


@transaction.atomic
def next_numbers(kind: NumberKind, on: date, count: int) -> list[str]:
    """The next so many numbers in their order.

    The counter's row stays locked until the end: an undone record leaves no gap, two never share a number.
    """
    counter, _made = NumberCounter.objects.get_or_create(kind=kind, year=on.year)
    counter = NumberCounter.objects.select_for_update().get(pk=counter.pk)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    layout = DocumentLayout.objects.filter(pk=1).first()
    prefix = (layout.number_prefixes.get(kind.value) if layout else None) or kind.value
    return [f"{prefix}{on.year}-{number:0{DIGITS}}" for number in range(first, counter.last + 1)]
