"""Keeping the index true: called by other folders in the transaction of their write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from genjin.records import bulk, registry
from genjin.records.registry import RecordKind
from genjin.search import engine, words
from genjin.search.models import Document, IndexFormat
from genjin.search.tokens import index_tokens, sort_key

FORMAT = 2
"""To be raised whenever the same record gives other words: other searched fields, another way to cut them."""
SLICE = 500
LONGEST_TITLE = 300
LONGEST_TEXT = 10_000
OPEN = "x"
"""The gate of records of which nobody says behind which gate they lie; it opens to everybody."""


_gathered: ContextVar[dict[str, set[int]] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[dict[str, set[int]]]:
    """Inside, nothing is indexed: which records are waiting for it is gathered, by kind."""
    found: dict[str, set[int]] = {}
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


@transaction.atomic
def index_records(kind: str, ids: Iterable[int], *, anew: bool = False) -> None:
    """Bring the documents of these records up to date; those deleted or in the recycle bin lose theirs.

    Does nothing for kinds that are not searched. Unchanged documents are not written, unless all are made
    `anew`: their words may be cut otherwise by now.
    """
    found = registry.find(kind)
    if found is None or found.search_text is None:
        return
    gathered = _gathered.get()
    if gathered is not None:
        gathered.setdefault(kind, set()).update(ids)
        return
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), SLICE):
        _index(found, wanted[start : start + SLICE], anew=anew)


@transaction.atomic(savepoint=False)
def index_made(kind: str, records: Sequence[Any]) -> None:
    """Write the documents of records that were stored just now, without reading the records again.

    What `search_prefetch` names is read, unless it lies in their prefetch caches already.
    """
    found = registry.find(kind)
    if found is None or found.search_text is None or not records:
        return
    gathered = _gathered.get()
    if gathered is not None:
        gathered.setdefault(kind, set()).update(record.pk for record in records)
        return
    prefetch_related_objects(list(records), *found.search_prefetch)
    documents = _documents(found, records)
    bulk.insert(documents)
    engine.store({row: index_tokens(row.title, row.text) for row in documents}, are_new=True)
    words.learn(row.title for row in documents)


@transaction.atomic
def take_format(start: Callable[[], object]) -> bool:
    """Note that documents have this version's format from now on; `start` has older ones built anew.

    Gives whether that was needed. Belongs into one transaction with what `start` enqueues, so that neither is
    lost; documents that are written meanwhile are in the new format already.
    """
    IndexFormat.objects.get_or_create(pk=1)
    row = IndexFormat.objects.select_for_update().get(pk=1)
    if row.number == FORMAT:
        return False
    row.number = FORMAT
    row.save(update_fields=["number"])
    if not Document.objects.exists():
        return False
    start()
    return True


def found_with(customer_ids: Iterable[int]) -> dict[str, set[int]]:
    """By kind, the records that lie behind the gates of these customers: people, orders, shipments."""
    gated = [kind.name for kind in registry.kinds() if kind.gates is not None]
    found: dict[str, set[int]] = {}
    rows = Document.objects.filter(customer_id__in=set(customer_ids), kind__in=gated)
    for kind, pk in rows.values_list("kind", "object_id"):
        found.setdefault(kind, set()).add(pk)
    return found


@transaction.atomic
def remove(kind: str, ids: Iterable[int]) -> None:
    """Take records out of the index, for good or until `index_records` is called for them again."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), SLICE):
        rows = Document.objects.filter(kind=kind, object_id__in=wanted[start : start + SLICE])
        engine.forget(list(rows.values_list("pk", flat=True)))
        rows.delete()


def _index(kind: RecordKind, ids: Sequence[int], *, anew: bool) -> None:
    rows = kind.model._base_manager.filter(pk__in=ids).prefetch_related(*kind.search_prefetch)
    if kind.search_columns:
        beside = {name.partition("__")[0] for name in kind.search_columns if "__" in name}
        rows = rows.select_related(*beside).only(*kind.search_columns)
    alive = {row.pk: row for row in rows if getattr(row, "deleted_at", None) is None}
    if len(alive) < len(ids):
        remove(kind.name, set(ids) - set(alive))
    known = {row.object_id: row for row in Document.objects.filter(kind=kind.name, object_id__in=ids)}
    documents = [
        document
        for document in _documents(kind, list(alive.values()))
        if anew or not _is_same(known.get(document.object_id), document)
    ]
    stored = Document.objects.bulk_create(
        documents,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["customer_id", "title", "title_key", "text", "gate"],
    )
    engine.store({row: index_tokens(row.title, row.text) for row in stored})
    words.learn(row.title for row in stored)


def _documents(kind: RecordKind, records: Sequence[Any]) -> list[Document]:
    more = kind.search_more(records) if kind.search_more else {}
    return [_document(kind, record, more.get(record.pk, "")) for record in records]


def _document(kind: RecordKind, record: Any, more: str) -> Document:
    title, further = kind.search_text(record)  # type: ignore[misc]
    title, further = (text.replace("\x00", "") for text in (title, "\n".join(filter(None, (further, more)))))
    return Document(
        kind=kind.name,
        object_id=record.pk,
        customer_id=kind.customer_of(record),
        title=title[:LONGEST_TITLE],
        title_key=sort_key(title),
        text=further[:LONGEST_TEXT],
        gate=gate_of(kind, record),
    )


def gate_of(kind: RecordKind, record: Any) -> str:
    """The gates of a record as its document keeps them."""
    return " ".join(sorted(kind.gates(record))) if kind.gates else OPEN


def _is_same(old: Document | None, new: Document) -> bool:
    names = ("customer_id", "title", "title_key", "text", "gate")
    return old is not None and all(getattr(old, name) == getattr(new, name) for name in names)


def rebuild_slice(kind: str, after: int = 0) -> int | None:
    """Index the next 500 records of a kind after that id anew; the last id, None at the end.

    At the end documents whose records are gone are removed too.
    """
    found = registry.find(kind)
    if found is None or found.search_text is None:
        Document.objects.filter(kind=kind).delete()
        return None
    rows = found.model._base_manager.filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:SLICE])
    if ids:
        index_records(kind, ids, anew=True)
        last: int = ids[-1]
        return last
    _remove_lost(found)
    return None


def _remove_lost(kind: RecordKind) -> None:
    """Take out documents of records that do not exist any more."""
    there = kind.model._base_manager.values("pk")
    lost = Document.objects.filter(kind=kind.name).exclude(object_id__in=there)
    remove(kind.name, list(lost.values_list("object_id", flat=True)))
