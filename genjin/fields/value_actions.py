"""Writing values: cleaning them, putting them into records, keeping the table that finds them true.

The actions of the records' own folders call these inside their transactions and journal the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from genjin.fields import kinds, types
from genjin.fields.models import CustomField, WithFields
from genjin.fields.names import COLUMN, attribute_of, is_custom, key_of
from genjin.fields.queries import by_attribute, fields_of
from genjin.people.models import User
from genjin.records import bulk


def names_in(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The custom fields that these rows name."""
    return {name for row in rows for name in row if is_custom(name)}


def cleaned(
    kind: str, rows: Sequence[Mapping[str, Any]], *, required: bool = True
) -> tuple[list[dict[str, Any]], dict[int, dict[str, str]]]:
    """The plain values of each row by attribute, and what is wrong by index and attribute.

    `required`: a row that names a field which must be filled in, but leaves it empty, is wrong; rows that do
    not name it are not. At most three queries, none when no row names a custom field.
    """
    wanted = names_in(rows)
    values: list[dict[str, Any]] = [{} for _row in rows]
    problems: dict[int, dict[str, str]] = {}
    if not wanted:
        return values, problems
    fields = by_attribute(fields_of(kind, None, also={key_of(name) for name in wanted}))
    here = _existing(rows, fields)
    for index, row in enumerate(rows):
        for name in wanted & row.keys():
            try:
                values[index][name] = _one(fields.get(name), row[name], here, required=required)
            except ValidationError as error:
                problems.setdefault(index, {})[name] = error.messages[0]
    return values, problems


def _one(field: CustomField | None, value: Any, here: set[int], *, required: bool) -> Any:
    if field is None:
        raise ValidationError(_("There is no such field."))
    plain = types.clean(field, value)
    if plain is None and required and field.is_required and field.is_active:
        raise ValidationError(_("This field is required."))
    if plain is not None and field.type == types.Type.PERSON and plain not in here:
        raise ValidationError(_("There is no such person."))
    return plain


def _existing(rows: Sequence[Mapping[str, Any]], fields: Mapping[str, CustomField]) -> set[int]:
    """Which of the people that the rows name there are; one query, none when they name nobody."""
    names = [name for name, field in fields.items() if field.type == types.Type.PERSON]
    wanted: set[int] = set()
    for row in rows:
        for name in names:
            text = str(getattr(row.get(name), "pk", row.get(name)))
            if text.isascii() and text.isdecimal() and len(text) <= 18:
                wanted.add(int(text))
    if not wanted:
        return set()
    return set(User.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def put(record: Any, name: str, value: Any) -> None:
    """Set an attribute of a record, a custom field or any other."""
    if not is_custom(name):
        setattr(record, name, value)
        return
    kept = {key: known for key, known in record.custom.items() if key != key_of(name)}
    if value is not None:
        kept[key_of(name)] = value
    record.custom = kept


def put_all(record: Any, values: Mapping[str, Any]) -> None:
    """Set the custom fields among these attributes, all plain."""
    for name, value in values.items():
        if is_custom(name):
            put(record, name, value)


def columns_of(names: Iterable[str]) -> list[str]:
    """The columns in which these attributes are stored, each once."""
    return list(dict.fromkeys(COLUMN if is_custom(name) else name for name in names))


def held(record: WithFields) -> dict[str, Any]:
    """The plain values of a record by attribute."""
    return {attribute_of(key): value for key, value in sorted(record.custom.items())}


def told(record: WithFields) -> dict[str, tuple[Any, Any]]:
    """What the journal tells of the values of a new record."""
    return {name: (None, value) for name, value in held(record).items()}


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the journal tells when a record gets other values as a whole: by attribute, what differs."""
    keys = sorted(before.keys() | after.keys())
    pairs = {attribute_of(key): (before.get(key), after.get(key)) for key in keys}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def index(kind: str, records: Sequence[WithFields], names: Iterable[str] | None = None) -> None:
    """Make the rows that find these records true again, of the fields named; nothing without a table."""
    found = kinds.find(kind)
    table: Any = found.values if found else None
    keys = None if names is None else {key_of(name) for name in names if is_custom(name)}
    if table is None or not records or keys == set():
        return
    rows = CustomField.objects.filter(kind=kind)
    fields = {field.key: field for field in (rows if keys is None else rows.filter(key__in=keys))}
    ids = [record.pk for record in records]
    table.objects.filter(record__in=ids, field__in=[field.pk for field in fields.values()]).delete()
    fresh = [
        table(record_id=record.pk, field=fields[key], **columns)
        for record in records
        for key, plain in record.custom.items()
        if key in fields
        for columns in types.TYPES[fields[key].type].rows(plain)
    ]
    bulk.insert(fresh)
