"""The next number of a kind: gapless, because it is taken in the transaction that uses it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from genjin.sales.models import DocumentLayout, NumberCounter, NumberKind

DIGITS = 4


@transaction.atomic
def next_number(kind: NumberKind, on: date) -> str:
    """The next number, such as `PI2026-0042`; whoever takes it writes its record in the same transaction.

    The counter's row stays locked until then: an undone record leaves no gap, two never share a number.
    """
    counter, _made = NumberCounter.objects.get_or_create(kind=kind, year=on.year)
    counter = NumberCounter.objects.select_for_update().get(pk=counter.pk)
    counter.last += 1
    counter.save(update_fields=["last"])
    layout = DocumentLayout.objects.filter(pk=1).first()
    prefix = layout.number_prefixes.get(kind.value) if layout else None
    return f"{prefix or kind.value}{on.year}-{counter.last:0{DIGITS}}"
