"""Reading the journal from where one stopped, without ever skipping an entry that was committed late.

On PostgreSQL ids are given before commit, so a reader that remembered an id could pass over an entry of
a transaction that was still open. Readers therefore go by transaction, and only as far as none is open.
On SQLite writers come one after the other, and the id is enough.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from genjin.journal.models import Cursor, Entry


def read(reader: str, *, limit: int = 500) -> list[Entry]:
    """The next entries for this reader, oldest first; read for good when the caller's transaction commits.

    Two processes reading under one name wait for each other. A new reader starts at the beginning.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the journal is read in the transaction that uses it")
    Cursor.objects.get_or_create(pk=reader)
    cursor = Cursor.objects.select_for_update().get(pk=reader)
    entries = list(_after(cursor).select_related("by", "personal")[:limit])
    if entries:
        last = entries[-1]
        cursor.position, cursor.transaction = last.pk, last.transaction or 0
        cursor.save(update_fields=["position", "transaction"])
    return entries


def start_now(reader: str) -> None:
    """Let a reader begin behind what is already there; does nothing for one that has begun."""
    with transaction.atomic():
        cursor, is_new = Cursor.objects.get_or_create(pk=reader)
        if not is_new:
            return
        last = _settled(Entry.objects.all()).order_by(*_order(descending=True)).first()
        if last:
            cursor.position, cursor.transaction = last.pk, last.transaction or 0
            cursor.save(update_fields=["position", "transaction"])


def _after(cursor: Cursor) -> QuerySet[Entry]:
    if connection.vendor != "postgresql":
        return Entry.objects.filter(pk__gt=cursor.position).order_by("pk")
    beyond = Q(transaction__gt=cursor.transaction) | Q(transaction=cursor.transaction, pk__gt=cursor.position)
    # the first condition is implied by the second, and lets the index find the place
    return _settled(
        Entry.objects.filter(transaction__gte=cursor.transaction).filter(beyond).order_by(*_order())
    )


def _order(*, descending: bool = False) -> list[str]:
    names = ["transaction", "pk"] if connection.vendor == "postgresql" else ["pk"]
    return [f"-{name}" for name in names] if descending else names


def _settled(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Only entries before which no transaction is still open."""
    if connection.vendor != "postgresql":
        return entries
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        oldest_open = cursor.fetchone()[0]
    return entries.filter(transaction__lt=oldest_open)


def renumber() -> None:
    """After a dump was restored into another server: its transaction ids mean nothing here and are forgotten.

    A reader goes on at its first unread entry and may see a few entries twice, but none never.
    """
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as statement:
        for reader in Cursor.objects.select_for_update():
            beyond = Q(transaction__gt=reader.transaction) | Q(
                transaction=reader.transaction, pk__gt=reader.position
            )
            unread = Entry.objects.filter(beyond).order_by("pk").values_list("pk", flat=True).first()
            last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
            reader.position = unread - 1 if unread else last or 0
            reader.transaction = 0
            reader.save(update_fields=["position", "transaction"])
        statement.execute("UPDATE journal_entry SET transaction = 0 WHERE transaction <> 0")


def unread(reader: str) -> int:
    """How many entries wait for a reader, counted up to 1,001."""
    cursor = Cursor.objects.filter(pk=reader).first() or Cursor(pk=reader)
    return _after(cursor)[:1001].count()
