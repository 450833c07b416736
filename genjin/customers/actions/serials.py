"""The permanent numbers of customers (B-35)."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max

from genjin.customers.models import Customer, SerialCounter


def give_serials(count: int) -> range:
    """The next permanent numbers, each given once whoever asks at the same time (B-35)."""
    if not count:
        return range(0)
    last = _count_on(count)
    if last is None:
        highest = Customer.objects.aggregate(highest=Max("serial"))["highest"] or 0
        SerialCounter.objects.get_or_create(pk=1, defaults={"last": highest})
        last = _count_on(count)
    assert last is not None
    return range(last - count + 1, last + 1)


@transaction.atomic
def draw_serials(count: int) -> range:
    """The next permanent numbers, in a transaction of their own, for many customers stored after it.

    So nobody who makes a customer meanwhile waits for the counter; a number that is not used then is lost.
    """
    return give_serials(count)


def _count_on(count: int) -> int | None:
    """Raise the counter and give where it stands then; None without one."""
    table = SerialCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET last = last + %s WHERE id = 1 RETURNING last", [count])  # noqa: S608
        found = cursor.fetchone()
    return int(found[0]) if found else None
