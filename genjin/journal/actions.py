"""Writing the journal and the pending marks, always inside the transaction of what they tell of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils.duration import duration_iso_string

from genjin.journal.context import door
from genjin.journal.models import Entry, Mark, Personal
from genjin.records import bulk, registry

INSTANCE = "instance.instance"


@dataclass(frozen=True)
class Written:
    """One write to be told: `changes` maps field to (old, new); values become JSON here.

    `personal_title` and `personal_note` say that the record's title or the note names a person and belongs
    to the erasable side table.
    """

    verb: str
    kind: str
    object_id: int
    title: str = ""
    customer_id: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    note: str = ""
    personal_title: bool = False
    personal_note: bool = False


@dataclass(frozen=True)
class Told:
    """One write with who did it when, where many of different people and moments are told at once."""

    by: Any
    at: datetime
    written: Written


def record(*, by: Any, at: datetime, written: Sequence[Written]) -> list[Entry]:
    """Append one entry for each write; `by` is the person, None for the system itself."""
    return record_each([Told(by, at, item) for item in written])


def record_each(told: Sequence[Told]) -> list[Entry]:
    """Append one entry for each write, each by its own person at its own moment, in their order."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the journal is written in the transaction it tells of")
    way = door()
    entries, personal, known = [], [], []
    for one in told:
        item = one.written
        kind = registry.find(item.kind)
        moved = {k: [plain(o), plain(n)] for k, (o, n) in item.changes.items()}
        hidden = {k: pair for k, pair in moved.items() if kind is not None and kind.is_personal(k)}
        shown = {k: pair for k, pair in moved.items() if k not in hidden}
        entry = bulk.fresh(
            Entry,
            at=one.at,
            by_id=one.by and one.by.pk,
            via=way.via,
            request_id=way.request_id,
            verb=item.verb,
            kind=item.kind,
            object_id=item.object_id,
            title="" if item.personal_title else item.title[:200],
            customer_id=item.customer_id,
            changes=shown | dict.fromkeys(hidden),
            note="" if item.personal_note else item.note[:500],
        )
        entries.append(entry)
        if hidden or item.personal_title or item.personal_note:
            known.append(entry)
            personal.append(
                bulk.fresh(
                    Personal,
                    changes=hidden,
                    title=item.title[:200] if item.personal_title else "",
                    note=item.note[:500] if item.personal_note else "",
                )
            )
    bulk.insert(entries)
    for row, entry in zip(personal, known, strict=True):
        row.entry_id = entry.pk
    bulk.insert(personal)
    return entries


def erase_personal(*, kind: str, object_ids: Sequence[int]) -> int:
    """Delete what the journal kept of persons in these records (erasure on request); how many rows it was.

    The entries themselves stay: that something happened, and who did it, is not forgotten.
    """
    rows = Personal.objects.filter(entry__kind=kind, entry__object_id__in=list(object_ids))
    return rows.delete()[0]


def record_instance(*, by: Any, at: datetime, verb: str, changes: dict[str, tuple[Any, Any]]) -> None:
    """Journal what was done to the instance itself, which lies below the journal and calls it back."""
    from genjin.journal import readers

    record(by=by, at=at, written=[Written(verb=verb, kind=INSTANCE, object_id=1, changes=changes)])
    if verb == "hold" and changes["held_reason"][1] in ("RESTORED", "COPIED"):
        readers.renumber()


def difference(record_: Model, new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What setting these attributes would change: {attribute: (old, new)}, unchanged ones left out.

    Foreign keys are compared by id; name them `owner_id`, not `owner`.
    """
    return {
        name: (getattr(record_, name), value)
        for name, value in new.items()
        if getattr(record_, name) != value
    }


_PLAIN = frozenset((str, int, float, bool, type(None)))


def plain(value: Any) -> Any:
    """A JSON value of anything a field may hold."""
    if type(value) in _PLAIN or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [plain(v) for v in value]
    return str(value)


_listeners: list[Callable[[str, Sequence[int]], None]] = []


def listen(callback: Callable[[str, Sequence[int]], None]) -> None:
    """Have `callback(subject, ids)` called after the commit that somebody was marked in.

    It may do nothing and what it raises is logged only: the marks themselves make sure of the work.
    """
    if callback not in _listeners:
        _listeners.append(callback)


def mark_customers(ids: Iterable[int], *, at: datetime) -> None:
    """Say that something happened to these customers, so that they are decided again (design, section 1)."""
    _mark(Mark.Subject.CUSTOMER, ids, at)


def mark_people(ids: Iterable[int], *, at: datetime) -> None:
    """Say that something happened to these people's day."""
    _mark(Mark.Subject.PERSON, ids, at)


def _mark(subject: str, ids: Iterable[int], at: datetime) -> None:
    # Sorted, so that two transactions marking the same customers cannot lock each other.
    wanted = sorted(set(ids))
    if not wanted:
        return
    moment = connection.ops.adapt_datetimefield_value(at)
    # JSON is read by both engines, in its order.
    each = "json_each(%s) AS each"
    if connection.vendor == "postgresql":
        each = "unnest(CAST(translate(%s, '[]', '{}') AS bigint[])) AS each(value)"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_mark (subject, subject_id, version, marked_at) "  # noqa: S608
            f"SELECT %s, each.value, 1, %s FROM {each} WHERE true "
            "ON CONFLICT (subject, subject_id) DO UPDATE SET version = journal_mark.version + 1",
            [subject, moment, json.dumps(wanted)],
        )
    if not _is_unheard.get():
        _tell_after_commit(subject, wanted)


class _Telling:
    """What listeners are told when the transaction commits: all who were marked in it, once."""

    def __init__(self, subject: str, ids: Sequence[int]) -> None:
        self.subject = subject
        self.ids = dict.fromkeys(ids)
        self.is_told = False

    def __call__(self) -> None:
        self.is_told = True
        for callback in _listeners:
            callback(self.subject, list(self.ids))


def _tell_after_commit(subject: str, ids: Sequence[int]) -> None:
    # One that waits already belongs to a part of the transaction that ended well or that this one is within:
    # if it is taken back, so is this.
    waiting = [call[1] for call in connection.run_on_commit if isinstance(call[1], _Telling)]
    telling = next((one for one in waiting if one.subject == subject and not one.is_told), None)
    if telling is not None:
        telling.ids.update(dict.fromkeys(ids))
        return
    telling = _Telling(subject, ids)
    transaction.on_commit(telling, robust=True)


_is_unheard: ContextVar[bool] = ContextVar("unheard", default=False)


@contextmanager
def unheard() -> Iterator[None]:
    """Nobody is called for marks made inside; they stay, and whoever made them sees to the work."""
    token = _is_unheard.set(True)
    try:
        yield
    finally:
        _is_unheard.reset(token)
