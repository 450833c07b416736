"""What all verbs of this folder stand on: locking, versions, rights, journalling of records."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    IntegerField,
    Model,
    QuerySet,
    TextField,
)
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.models import Customer, DimensionChange
from genjin.customers.models.customer import GATED_BY, KIND
from genjin.fields import value_actions as fields
from genjin.fields.names import is_custom
from genjin.journal import actions as journal
from genjin.people import access
from genjin.people.models import Organisation, User
from genjin.records import bulk, registry
from genjin.search import actions as search

BATCH = 500
M = TypeVar("M", bound=Model)


def batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """Ids without repetition, in ascending order (so that two batches cannot lock each other), by 500."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]


def may(by: User | None, right: str, at: datetime) -> bool:
    """Whether the doer has the right; the system itself has every right."""
    if by is None:
        return True
    try:
        known = access.of(by)
    except RuntimeError:
        known = access.of(by, today=at.astimezone(zone_of(by)).date())
    return known.may(right)


def require(by: User | None, right: str, at: datetime) -> None:
    """Refuse with one sentence when the doer lacks the right."""
    if not may(by, right, at):
        raise Refused(
            _("This needs the right “%(right)s”, which you do not have.") % {"right": access.RIGHTS[right]}
        )


def require_restorable(record: Any, *, by: User | None, at: datetime) -> None:
    """Refuse to take something out of the recycle bin that others put there, without the right to."""
    if by is None or record.deleted_by_id == by.pk or may(by, "recycle", at):
        return
    raise Refused(_("Only whoever deleted this, or a manager, may restore it."))


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    """The time zone in which a person's days begin: the person's own, else the organisation's."""
    return zoneinfo.ZoneInfo(
        user.timezone or Organisation.objects.values_list("timezone", flat=True).get(pk=1)
    )


def today_of(user: User | None, at: datetime) -> date:
    """The day it is at that moment where the person is; without a person, where the organisation is."""
    if user is not None:
        return at.astimezone(zone_of(user)).date()
    zone = Organisation.objects.values_list("timezone", flat=True).get(pk=1)
    return at.astimezone(zoneinfo.ZoneInfo(zone)).date()


def locked(rows: QuerySet[M], pk: int) -> M:
    """One row, locked until the transaction ends; `DoesNotExist` when it is gone."""
    return rows.select_for_update(of=("self",)).get(pk=pk)


def check_version(record: Any, expected: int | None, wanted: Mapping[str, Any]) -> None:
    """Raise `Conflict` when the record was saved since version `expected`; None does not care."""
    if expected is None or record.version == expected:
        return
    raise Conflict(record, {k: (v, getattr(record, k)) for k, v in wanted.items() if getattr(record, k) != v})


def check_members(record: Any, name: str, expected: Collection[int] | None, stored: Collection[int]) -> None:
    """Raise `Conflict` when what belongs to a record is not what the doer knew; None does not care."""
    if expected is not None and set(expected) != set(stored):
        raise Conflict(record, {name: (sorted(expected), sorted(stored))})


def take_changes(
    record: Model, wanted: Mapping[str, Any], *, expected: int | None = None
) -> dict[str, tuple[Any, Any]]:
    """Set on a locked record what should differ; what did, as (old, new). `Conflict` by version."""
    check_version(record, expected, wanted)
    difference = journal.difference(record, wanted)
    for name, (_old, new) in difference.items():
        fields.put(record, name, new)
    return difference


def keep(
    record: Any,
    difference: Mapping[str, tuple[Any, Any]],
    *,
    by: User | None,
    at: datetime,
    verb: str = "change",
    note: str = "",
    mark: bool = True,
) -> None:
    """Save what was taken, as the record's next version, and tell it."""
    columns = [*fields.columns_of(difference), "version"]
    record.version += 1
    if hasattr(record, "updated_at"):
        record.updated_at = at
        columns.append("updated_at")
    record.save(update_fields=columns)
    tell([changed(record, verb, difference, note=note)], by=by, at=at, mark=mark)


def check_fields(record: Model, only: Collection[str] | None = None) -> None:
    """Refuse, by field, values that the columns cannot hold; foreign keys are checked by who sets them.

    `only` names the attributes to look at; none means all.
    """
    errors: dict[str, Any] = {}
    values = record.__dict__
    for column, default, is_fine in _checked_columns(type(record)):
        name = column.attname
        if only is not None and name not in only:
            continue
        value = values[name] if name in values else getattr(record, name)
        # An import checks millions of values; nearly all are untouched, or plainly short enough.
        if (value is default and default is not None) or is_fine(value):
            continue
        try:
            setattr(record, name, _cleaned(column, value, record))
        except ValidationError as error:
            errors[column.name] = error.messages
    if errors:
        raise Refused(errors)


@lru_cache(maxsize=100)
def _checked_columns(model: type[Model]) -> list[tuple[Field[Any, Any], Any, Callable[[Any], bool]]]:
    """The columns of a model that people fill: with the default if it is a good value, and a quick look."""
    found = []
    for column in model._meta.concrete_fields:
        if column.is_relation or not column.editable:
            continue
        default = None
        if column.has_default() and not callable(column.default):
            default = column.default
        elif column.blank and not column.null:
            default = column.get_default()
        is_good = default is not None and (default not in column.empty_values or column.blank)
        found.append((column, default if is_good else None, _quick_look(column)))
    return found


def _quick_look(column: Field[Any, Any]) -> Callable[[Any], bool]:
    """Whether a value is certainly fine; False sends it to the thorough check, which has the words."""
    may_lack = column.blank and column.null
    if isinstance(column, CharField | TextField) and len(column.validators) <= 1:
        if column.choices:
            known = frozenset(value for value, _label in column.flatchoices)
            return lambda value: value in known if type(value) is str else value is None and may_lack
        most = column.max_length or 1 << 30
        return lambda value: (
            0 < len(value) <= most and "\x00" not in value
            if type(value) is str
            else value is None and may_lack
        )
    if isinstance(column, IntegerField) and not column.choices and len(column.validators) <= 2:
        return lambda value: 0 <= value < 1 << 15 if type(value) is int else value is None and may_lack
    if isinstance(column, BooleanField):
        return lambda value: value is True or value is False or (value is None and may_lack)
    return lambda value: value is None and may_lack


def _cleaned(column: Field[Any, Any], value: Any, record: Model) -> Any:
    if isinstance(value, str):
        if "\x00" in value:
            raise ValidationError(_("Null characters are not allowed."))
        # The database would cut or refuse; models check the length of short text only.
        if isinstance(column, TextField) and column.max_length and len(value) > column.max_length:
            raise ValidationError(_("At most %(count)d characters.") % {"count": column.max_length})
    if column.blank and value in column.empty_values:
        return value
    return column.clean(value, record)


def changed(
    record: Model, verb: str, changes: Mapping[str, tuple[Any, Any]], note: str = ""
) -> journal.Written:
    """What the journal is told of one record of this folder."""
    kind = registry.get(registry.kind_of(record))
    private_title = "name" in kind.personal
    return journal.Written(
        verb=verb,
        kind=kind.name,
        object_id=record.pk,
        title=kind.title(record),
        customer_id=kind.customer_of(record),
        changes=changes,
        note=note,
        personal_title=private_title,
    )


def tell(
    written: Sequence[journal.Written],
    *,
    by: User | None,
    at: datetime,
    mark: bool = True,
    made: Sequence[Model] = (),
) -> None:
    """Write the journal, keep the search index true, and mark the customers to be decided again.

    `made` are the records, all of one kind, that `written` says were created: they are not read again.
    """
    if not written:
        return
    journal.record(by=by, at=at, written=written)
    if made:
        search.index_made(registry.kind_of(made[0]), made)
    else:
        _index(written)
    if mark:
        journal.mark_customers({w.customer_id for w in written if w.customer_id is not None}, at=at)


@contextmanager
def known_relations(known: Mapping[Model, Mapping[str, Sequence[Model]]]) -> Iterator[None]:
    """Within, what hangs on these records by these names is known and not read: of what was made just now."""
    for record, relations in known.items():
        record._prefetched_objects_cache = dict(relations)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for record in known:
            record._prefetched_objects_cache = {}  # type: ignore[attr-defined]


_WHOLE = frozenset({"create", "confirm", "recycle", "restore", "erase", "merge", "unmerge"})
"""Verbs after which a record is found otherwise than before, whatever its fields."""


def _index(written: Sequence[journal.Written]) -> None:
    """Bring the documents of the records up to date whose searched fields were written."""
    touched: dict[str, set[int]] = {}
    for one in written:
        kind = registry.find(one.kind)
        if kind is None or kind.search_text is None:
            continue
        names = one.changes.keys()
        if one.verb in _WHOLE or not names.isdisjoint(kind.search_fields) or any(map(is_custom, names)):
            touched.setdefault(one.kind, set()).add(int(one.object_id))
    regated = {
        one.object_id
        for one in written
        # Whoever was made just now has no people yet.
        if one.kind == KIND and one.verb != "create" and not one.changes.keys().isdisjoint(GATED_BY)
    }
    if regated:
        for name, ids in search.found_with(regated).items():
            touched.setdefault(name, set()).update(ids)
    for name, ids in touched.items():
        search.index_records(name, ids)


def dimension_change(
    customer: Customer | int,
    dimension: str,
    old: Any,
    new: Any,
    *,
    by: User | None,
    at: datetime,
    why: str = "",
    cause: str = DimensionChange.Cause.PERSON,
    contact_id: int | None = None,
) -> DimensionChange:
    """One unsaved row of the history of a dimension; values are kept as their identifiers."""
    return bulk.fresh(
        DimensionChange,
        customer_id=customer if isinstance(customer, int) else customer.pk,
        contact_id=contact_id,
        dimension=dimension,
        old=_as_text(old),
        new=_as_text(new),
        cause=cause,
        why=why[:500],
        at=at,
        by_id=by and by.pk,
    )


def _as_text(value: Any) -> str:
    if value is None or value == "":
        return ""
    return str(value)[:40]
