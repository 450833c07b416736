"""The threads of the messages of one slice, looked up for all of them together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from genjin.mail.actions.threads import join, rename
from genjin.mail.models import MailThread, ThreadKey
from genjin.mail.store.parsing import Parsed
from genjin.records import bulk
from genjin.rules import letters

WITHIN = timedelta(days=31)
CANDIDATES = 300
"""Threads of equal subject that are looked at for one slice."""
_ROWS = 400
_COLUMNS = (
    "id", "subject", "subject_key", "first_at", "last_at", "last_in_at", "last_out_at", "count",
    "is_private", "private_by_id",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Placed:
    """A thread while a slice is stored: of the database, or new."""

    pk: int
    subject: str
    subject_key: str
    first_at: datetime
    last_at: datetime
    is_new: bool
    people: set[str] = field(default_factory=set)
    members: list[Parsed] = field(default_factory=list)


def key_of(message_id: str) -> int:
    """A Message-ID as a signed number of 64 bits; case and spaces in it are kept, as servers do."""
    digest = hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


class Slice:
    """Finds threads for new messages and remembers them, so that later ones of the slice meet there."""

    def __init__(self, items: Sequence[Parsed], own: frozenset[str], at: datetime) -> None:
        self.items = sorted(items, key=lambda item: item.date)
        self.own, self.at = own, at
        self.of_key: dict[int, list[int]] = _stored_keys(items)
        self.placed: dict[int, Placed] = {}
        self.new: list[Placed] = []
        self.of_subject: dict[str, list[Placed]] = defaultdict(list)
        self.joined: list[int] = []
        """Threads that came to hold what were others."""
        self.renamed: set[int] = set()

    def place(self) -> None:
        """Give every item its `thread_id`, write new threads and their keys, join what belongs together."""
        numbers = iter(bulk.next_ids(MailThread, len(self.items)))
        self._load_subjects()
        for item in self.items:
            thread = self._known(item) or self._alike(item)
            if thread is None:
                thread = self._begin(item, next(numbers))
            self._add(item, thread)
        self._write()

    def _known(self, item: Parsed) -> Placed | None:
        """The thread that holds what the message refers to, the nearest first, or what refers to it."""
        own = self.of_key.get(key_of(item.header_id), []) if item.header_id else []
        nearest = next((found for one in item.looks_up if (found := self.of_key.get(key_of(one)))), [])
        ids = list(dict.fromkeys((*nearest, *own)))
        if not ids:
            return None
        first = self._get(ids[0])
        for other in ids[1:]:
            self._join(first, other)
        return first

    def _alike(self, item: Parsed) -> Placed | None:
        """The thread of equal subject among the same people within days, where references say nothing."""
        candidates = self.of_subject.get(item.subject_key, []) if item.subject_key else []
        if not candidates:
            return None
        choice = letters.choose_thread(
            item.facts,
            [
                letters.Thread(
                    place, frozenset(), one.subject, frozenset(one.people), one.first_at, one.last_at
                )
                for place, one in enumerate(candidates)
            ],
        )
        return candidates[choice.key] if choice.key is not None else None

    def _begin(self, item: Parsed, pk: int) -> Placed:
        thread = Placed(pk, item.subject, item.subject_key, item.date, item.date, is_new=True)
        self.placed[pk] = thread
        self.new.append(thread)
        if item.subject_key:
            self.of_subject[item.subject_key].append(thread)
        return thread

    def _add(self, item: Parsed, thread: Placed) -> None:
        item.thread_id = thread.pk
        thread.members.append(item)
        thread.people.update(item.outside)
        if item.date < thread.first_at:
            thread.first_at, thread.subject, thread.subject_key = item.date, item.subject, item.subject_key
            self.renamed.add(thread.pk)
        thread.last_at = max(thread.last_at, item.date)
        for one in (item.header_id, *item.looks_up):
            if one:
                known = self.of_key.setdefault(key_of(one), [])
                if thread.pk not in known:
                    known.append(thread.pk)

    def _get(self, pk: int) -> Placed:
        if pk not in self.placed:
            row = MailThread.objects.get(pk=pk)
            self.placed[pk] = Placed(
                pk, row.subject, row.subject_key, row.first_at, row.last_at, is_new=False
            )
        return self.placed[pk]

    def _join(self, kept: Placed, gone_pk: int) -> None:
        """Make two threads one: a message came that belongs to both."""
        gone = self._get(gone_pk)
        if kept.is_new and not gone.is_new:
            # What is stored keeps its number; the new one goes into it.
            kept.pk, gone.pk = gone.pk, kept.pk
            kept.is_new, gone.is_new = gone.is_new, kept.is_new
            self.placed[kept.pk], self.placed[gone.pk] = kept, gone
            self.new[self.new.index(kept)] = gone
        if not gone.is_new:
            join(kept_id=kept.pk, gone_id=gone.pk, at=self.at)
            self.joined.append(kept.pk)
        else:
            self.new.remove(gone)
        kept.members += gone.members
        kept.people |= gone.people
        if gone.first_at < kept.first_at:
            kept.first_at, kept.subject, kept.subject_key = gone.first_at, gone.subject, gone.subject_key
        kept.last_at = max(kept.last_at, gone.last_at)
        for item in kept.members:
            item.thread_id = kept.pk
        for known in self.of_key.values():
            if gone.pk in known or kept.pk in known:
                known[:] = dict.fromkeys(kept.pk if pk == gone.pk else pk for pk in known)
        same = self.of_subject.get(gone.subject_key, [])
        if gone in same:
            same.remove(gone)
        self.placed.pop(gone.pk, None)

    def _load_subjects(self) -> None:
        """Threads of the subjects that might have to decide, with who takes part in them."""
        mine = {key_of(item.header_id) for item in self.items if item.header_id}
        lost = [
            item
            for item in self.items
            if item.subject_key
            and not any((key := key_of(one)) in self.of_key or key in mine for one in item.looks_up)
        ]
        if not lost:
            return
        keys = sorted({item.subject_key for item in lost})
        early, late = min(item.date for item in lost) - WITHIN, max(item.date for item in lost) + WITHIN
        found: list[MailThread] = []
        for start in range(0, len(keys), _ROWS):
            rows = MailThread.objects.filter(
                subject_key__in=keys[start : start + _ROWS], last_at__gte=early, first_at__lte=late
            )
            found += rows.order_by("-last_at")[:CANDIDATES]
        people = _people_of([row.pk for row in found], self.own)
        for row in found:
            thread = Placed(row.pk, row.subject, row.subject_key, row.first_at, row.last_at, is_new=False)
            thread.people = people.get(row.pk, set())
            self.placed[row.pk] = thread
            self.of_subject[row.subject_key].append(thread)

    def _write(self) -> None:
        rows = [
            (
                one.pk, one.subject[:300], one.subject_key[:120], one.first_at, one.last_at, None, None, 0,
                False, None,
            )
            for one in self.new
        ]  # fmt: skip
        bulk.insert_plain(MailThread, _COLUMNS, rows)
        stored = [one for pk in self.renamed if (one := self.placed.get(pk)) and not one.is_new]
        rename(subjects={one.pk: (one.subject, one.subject_key) for one in stored})
        pairs = {
            (key_of(one), item.thread_id)
            for item in self.items
            for one in (item.header_id, *item.looks_up)
            if one
        }
        _store_keys(sorted(pairs))


def _stored_keys(items: Sequence[Parsed]) -> dict[int, list[int]]:
    """The threads, newest first, of all ids that the items have or refer to."""
    wanted = sorted({key_of(one) for item in items for one in (item.header_id, *item.looks_up) if one})
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(wanted), _ROWS):
        rows = ThreadKey.objects.filter(key__in=wanted[start : start + _ROWS])
        for key, thread_id in rows.order_by("-thread_id").values_list("key", "thread_id"):
            found[key].append(thread_id)
    return found


def _store_keys(pairs: Sequence[tuple[int, int]]) -> None:
    table = ThreadKey._meta.db_table
    for start in range(0, len(pairs), 2_000):
        values = ", ".join(f"({key:d}, {pk:d})" for key, pk in pairs[start : start + 2_000])
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} (key, thread_id) VALUES {values} ON CONFLICT DO NOTHING")  # noqa: S608


def _people_of(ids: Sequence[int], own: Iterable[str]) -> dict[int, set[str]]:
    """Who outside takes part in these threads; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    if not ids:
        return found
    ours = frozenset(own)
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT m.thread_id, p.address FROM mail_message m "  # noqa: S608 - places only
            f"JOIN mail_participant p ON p.message_id = m.id WHERE m.thread_id IN ({marks}) "
            "AND p.role IN ('FROM', 'TO', 'CC')",
            list(ids),
        )
        for thread_id, address in cursor.fetchall():
            if address and address not in ours:
                found[thread_id].add(address)
    return found
