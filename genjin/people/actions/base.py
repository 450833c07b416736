"""What every verb of this folder does: lock, compare, write, raise the version, journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import Organisation, User
from genjin.records.registry import kind_of

Row = TypeVar("Row", bound=Model)


class Stale(Exception):
    """Somebody else saved this record since it was read; `record` is as it stands now."""

    def __init__(self, record: Model) -> None:
        super().__init__(f"{kind_of(record)} {record.pk} has changed meanwhile")
        self.record = record


def lock_people() -> Organisation:
    """Serialise verbs that decide about all people together (last administrator, overlaps, first start)."""
    return Organisation.objects.select_for_update().get(pk=1)


def take(model: type[Row], pk: Any, version: int | None = None) -> Row:
    """The record locked for writing; `Stale` when it is no longer the version that was read."""
    row: Row = model._default_manager.select_for_update().get(pk=pk)
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise Stale(row)
    return row


def write(
    row: Model,
    new: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    verb: str = "change",
    object_id: int | None = None,
    also: Mapping[str, tuple[Any, Any]] | None = None,
) -> dict[str, tuple[Any, Any]]:
    """Set what differs, raise the version once and journal it; writes nothing when nothing differs.

    `also` are changes outside the row (members of a relation).
    """
    changes = journal.difference(row, new)
    if not changes and not also:
        return {}
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    fields = list(changes)
    if hasattr(row, "version"):
        row.version += 1
        fields.append("version")
    row.save(update_fields=fields)
    told = changes | dict(also or {})
    tell(row, verb, by=by, at=at, changes=told, object_id=object_id)
    return changes


def tell(
    row: Model,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    object_id: int | None = None,
) -> None:
    """One journal entry about one record."""
    number = row.pk if object_id is None else object_id
    entry = Written(verb=verb, kind=kind_of(row), object_id=number, title=str(row), changes=changes or {})
    journal.record(by=by, at=at, written=[entry])


def created(row: Model, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """The changes of a record that did not exist before."""
    return {name: (None, getattr(row, name)) for name in names if getattr(row, name) not in (None, "")}
