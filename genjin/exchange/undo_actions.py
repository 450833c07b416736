"""Taking an import back: what it made goes to the recycle bin, what it changed gets its earlier values.

The journal is the memory of what was before; so whoever was erased on request is erased here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from genjin.customers.list_choices import COLUMNS, standing
from genjin.exchange import import_actions, undo_values
from genjin.exchange.importing import register
from genjin.exchange.models import Import, ImportRow
from genjin.exchange.run_actions import Interrupted
from genjin.journal.actions import plain, unheard
from genjin.journal.context import through
from genjin.journal.models import Entry
from genjin.records import bulk, registry
from genjin.search.jobs import indexed_later

State = Import.State
SLICE = 100
_OTHERS = ("recycle", "export", "replace", "put_back")
"""Deeds that say nothing new of the record; the last two are a list's, which replaced a removed value."""
_SYSTEM = frozenset(("is_primary", "version"))
_CHOSEN = frozenset(f"{field}_id" for field in COLUMNS.values())
Record = tuple[str, int]


def take_back(job_id: int, *, at: datetime, stopping: Callable[[], bool]) -> None:
    """Undo the rows that are left, from the last to the first; does nothing in another state."""
    job = Import.objects.select_related("by").get(pk=job_id)
    if job.state != State.UNDOING:
        return
    with (
        translation.override(job.spoken),
        through("IMPORT", f"undo-{job.pk}"),
    ):
        while _slice(job, at):
            if stopping():
                raise Interrupted
        kept = undo_values.withdraw(job, at=at, stopping=stopping)
        if kept is None:
            raise Interrupted
        _finish(job, at, kept)


def _slice(job: Import, at: datetime) -> bool:
    with transaction.atomic(), unheard(), indexed_later():
        if not Import.objects.select_for_update().filter(pk=job.pk, state=State.UNDOING).exists():
            return False
        rows = list(job.rows.filter(is_undone=False).order_by("-number")[:SLICE])
        if not rows:
            return False
        _Undo(job, rows, at).take()
        bulk.update(rows, ["is_undone", "kept"])
        Import.objects.filter(pk=job.pk).update(done=job.done + len(rows))
        job.done += len(rows)
    return True


@transaction.atomic
def _finish(job: Import, at: datetime, values: list[str]) -> None:
    undoing = Import.objects.filter(pk=job.pk, state=State.UNDOING)
    if undoing.update(state=State.UNDONE, undone_at=at, kept=values):
        kept = job.rows.exclude(kept=[]).count() + len(values)
        import_actions.tell(job, "take_back", by=job.by, at=at, rows=job.done, kept=kept)


class _Undo:
    """One slice of rows on their way back."""

    def __init__(self, job: Import, rows: Sequence[ImportRow], at: datetime) -> None:
        self.job, self.rows, self.at = job, rows, at
        self.tellers = registry.Tellers(job.by)
        self.rows_of: dict[Record, list[ImportRow]] = defaultdict(list)
        self.made: dict[str, list[int]] = defaultdict(list)
        self.changed: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            row.is_undone = True
            for kind, pk in row.made:
                self.made[kind].append(pk)
                self.rows_of[kind, pk].append(row)
            for kind, pk in row.changed:
                self.changed[kind].append(pk)
                self.rows_of[kind, pk].append(row)

    def take(self) -> None:
        customers = {row.customer_id for row in self.rows if row.customer_id}
        own = self._made_here("customers.customer", customers)
        touched = self._touched_since(customer_id__in=own, by_customer=True)
        for kind in register.get(self.job.kind).makes:
            self._withdraw(kind, own, touched)
        for kind, ids in self.changed.items():
            self._give_back(kind, set(ids) - self._made_here(kind, ids))

    def _made_here(self, kind: str, ids: Any) -> set[int]:
        entries = Entry.objects.filter(
            kind=kind, object_id__in=list(ids), verb="create", via=Entry.Via.IMPORT
        )
        return set(entries.filter(request_id=self.job.door).values_list("object_id", flat=True))

    def _touched_since(self, *, by_customer: bool = False, **where: Any) -> dict[int, Entry]:
        """The first entry of a person after the import, by record or by customer."""
        entries = undo_values.told_since(self.job).filter(**where).exclude(verb__in=_OTHERS)
        return {(e.customer_id or 0) if by_customer else e.object_id: e for e in entries}

    def _withdraw(self, kind: str, own: set[int], touched: dict[int, Entry]) -> None:
        ids = self.made.get(kind, [])
        if not ids:
            return
        model: Any = registry.get(kind).model
        customer_of = {row.pk: registry.get(kind).customer_of(row) for row in _records(model, ids)}
        since = self._touched_since(kind=kind, object_id__in=ids)
        going = []
        for pk in ids:
            customer = customer_of.get(pk)
            entry = touched.get(customer or 0) if customer in own else since.get(pk)
            if entry is not None:
                self._keep(kind, pk, entry)
            elif kind == "customers.customer" or customer not in own:
                going.append(pk)  # what belongs to a customer that goes, goes with it
        register.undoing_of(kind).withdraw(ids=going, by=self.job.by, at=self.at)

    def _keep(self, kind: str, pk: int, entry: Entry) -> None:
        text = _("“%(name)s” is kept: %(who)s changed it on %(day)s.") % {
            "name": self._title(kind, pk),
            "who": entry.by,
            "day": date_format(entry.at, "SHORT_DATE_FORMAT"),
        }
        for row in self.rows_of[kind, pk]:
            row.kept = [*row.kept, text]

    def _title(self, kind: str, pk: int) -> str:
        known = registry.get(kind)
        record = next(iter(_records(known.model, [pk])), None)
        return known.title(record) if record is not None else str(pk)

    def _give_back(self, kind: str, ids: set[int]) -> None:
        give_back = register.undoing_of(kind).give_back
        before = self._before(kind, ids)
        if give_back is None or not before:
            return
        values: dict[int, dict[str, Any]] = {}
        for record in _records(registry.get(kind).model, list(before)):
            if getattr(record, "deleted_at", None) is None:
                wanted = self._earlier(kind, record, before[record.pk])
                if wanted:
                    values[record.pk] = wanted
        if values:
            give_back(values, self.job.by, self.at)

    def _before(self, kind: str, ids: set[int]) -> dict[int, dict[str, list[Any]]]:
        """[first old value, last new value] of each field that the import changed, by record."""
        entries = (
            Entry.objects.filter(kind=kind, object_id__in=ids, via=Entry.Via.IMPORT, request_id=self.job.door)
            .select_related("personal")
            .order_by("pk")
        )
        found: dict[int, dict[str, list[Any]]] = defaultdict(dict)
        for entry in entries:
            hidden = entry.personal.changes if hasattr(entry, "personal") else {}
            for name, moved in {**entry.changes, **hidden}.items():
                if moved is not None and name not in _SYSTEM:
                    first = found[entry.object_id].get(name, moved)[0]
                    found[entry.object_id][name] = [first, moved[1]]
        return found

    def _earlier(self, kind: str, record: Any, moved: dict[str, list[Any]]) -> dict[str, Any]:
        """The values to restore of one record; what was changed since is kept and said."""
        wanted: dict[str, Any] = {}
        for name, (old, new) in moved.items():
            if name in ("points", "tags"):
                wanted[name] = sorted(set(new) - set(old))
                continue
            if held := register.undoing_of(kind).held.get(name):
                if _alike(held(record), new):
                    wanted[name] = old
                elif not _alike(held(record), old):
                    known = registry.get(kind)
                    self._say_kept(kind, record, known.field_labels.get(name, name))
                continue
            if teller := self.tellers.find(name):
                if getattr(record, name) == new:
                    wanted[name] = old
                elif getattr(record, name) != old:
                    self._say_kept(kind, record, teller.label(kind, name))
                continue
            column = next((f for f in record._meta.concrete_fields if f.attname == name), None)
            if column is None:
                continue
            now = plain(getattr(record, name))
            if _alike(getattr(record, name), new) or (
                new is not None and name in _CHOSEN and now == standing([new]).get(new, new)
            ):
                wanted[name] = column.to_python(old) if old is not None else None
            elif not _alike(getattr(record, name), old):
                self._say_kept(kind, record, column.verbose_name)
        return wanted

    def _say_kept(self, kind: str, record: Any, label: object) -> None:
        said = {"name": registry.get(kind).title(record), "field": label}
        text = _("“%(field)s” of “%(name)s” was changed since and is kept.") % said
        for row in self.rows_of[kind, record.pk]:
            row.kept = [*row.kept, text]


def _alike(now: Any, told: Any) -> bool:
    """Whether a record holds what the journal tells; a number may have gained zeros in the database."""
    if isinstance(now, Decimal) and told is not None:
        return now == Decimal(str(told))
    return bool(plain(now) == told)


def _records(model: type[Model], ids: Sequence[int]) -> list[Any]:
    return list(model._base_manager.filter(pk__in=list(ids)))
