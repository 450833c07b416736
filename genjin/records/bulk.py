"""Storing many new rows of one table at once: `bulk_create` for imports, at a fraction of its processor time.

The ORM compiles a statement for every value of every row. Here the columns are looked up once for a table;
SQLite gets one prepared statement, PostgreSQL a COPY.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, DateTimeField, Field, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from django.db.models.fields import NOT_PROVIDED

M = TypeVar("M", bound=Model)
_PLAIN = frozenset((str, int, bool, type(None)))
"""Types that both drivers take as they are."""
_NOTHING = frozenset((type(None),))


def insert(rows: Sequence[Model]) -> None:
    """Store new rows of one model and give them their ids; belongs into a transaction.

    As `bulk_create` it calls no `save()` and sends no signals. Raises the usual database errors.
    """
    if not rows:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("many rows are stored inside the transaction of what they belong to")
    model = type(rows[0])
    key = model._meta.pk
    if isinstance(key, AutoField):
        new = [row.__dict__ for row in rows if row.__dict__[key.attname] is None]
        for values, pk in zip(new, next_ids(model, len(new)), strict=True):
            values[key.attname] = pk
    columns = [
        column
        for column in model._meta.concrete_fields
        if not isinstance(rows[0].__dict__.get(column.attname), DatabaseDefault)
    ]
    _point_at_stored(rows, columns)
    names = [str(column.column) for column in columns]
    _store(model._meta.db_table, names, _values(rows, columns))
    alias = connection.alias
    for row in rows:
        row._state.adding, row._state.db = False, alias


def fresh(model: type[M], /, **values: Any) -> M:
    """`model(**values)` at a tenth of its processor time; relations are named by their ids (`owner_id`).

    Neither a `__init__` of the model nor its signals run.
    """
    made = model.__new__(model)
    made._state = ModelState()
    plain, called = _blank(model)
    record = made.__dict__
    record.update(plain)
    for name, default in called:
        if name not in values:
            record[name] = default()
    record.update(values)
    if len(record) != len(plain) + len(called) + 1:
        raise TypeError(f"{model.__name__} lacks a column of {sorted(values)}")
    return made


@lru_cache(maxsize=100)
def _blank(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What a new record holds: plain values, and what makes those that each has for itself."""
    values = model().__dict__
    called = {c.attname: c.default for c in model._meta.concrete_fields if callable(c.default)}
    called = {name: default for name, default in called.items() if default is not NOT_PROVIDED}
    plain = {name: value for name, value in values.items() if name != "_state" and name not in called}
    return plain, list(called.items())


def _point_at_stored(rows: Sequence[Model], columns: Sequence[Field[Any, Any]]) -> None:
    """Records that were named before they had an id have one by now."""
    relations = {column.name: column.attname for column in columns if column.is_relation}
    for row in rows:
        # Rows that nothing was read of have no cache, and get one as soon as it is asked for.
        for name, related in row._state.__dict__.get("fields_cache", {}).items():
            if name in relations and related is not None and row.__dict__[relations[name]] is None:
                row.__dict__[relations[name]] = related.pk


def insert_plain(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Store rows that were never objects: values in the order of these attributes (`owner_id`, not `owner`).

    For what arrives by ten thousands. All columns without a default in the database must be named, the id
    among them (see `next_ids`). Raises the usual database errors.
    """
    if not rows:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("many rows are stored inside the transaction of what they belong to")
    known = {column.attname: column for column in model._meta.concrete_fields}
    columns = [known[name] for name in names]
    values = [list(row) for row in rows]
    _turn(values, columns)
    _store(model._meta.db_table, [str(column.column) for column in columns], values)


def next_ids(model: type[Model], count: int) -> Sequence[int]:
    """Ids that nobody else is given, also by a transaction that runs at the same time; in rising order."""
    if not count:
        return ()
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The name of the sequence is looked up once, not for each id.
            cursor.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s))) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        # Writers take turns, and the table counts on from the highest id it ever had (AUTOINCREMENT).
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + count + 1)


def _values(rows: Sequence[Model], columns: Sequence[Field[Any, Any]]) -> list[list[Any]]:
    """What the driver is given, row by row."""
    pick = itemgetter(*(column.attname for column in columns))
    found = [list(pick(row.__dict__)) if len(columns) > 1 else [pick(row.__dict__)] for row in rows]
    _turn(found, columns)
    return found


def _turn(found: Sequence[list[Any]], columns: Sequence[Field[Any, Any]]) -> None:
    """Make values, in place, what the driver takes."""
    for place, column in enumerate(columns):
        turn = _turner(column)
        taken = _NOTHING if isinstance(column, JSONField) else _PLAIN
        for values in found:
            value = values[place]
            if type(value) not in taken:
                values[place] = turn(value)


@lru_cache(maxsize=1000)
def _turner(column: Field[Any, Any]) -> Callable[[Any], Any]:
    """How a value of the column is given to the driver."""
    if isinstance(column, JSONField):
        return lambda value: json.dumps(value, cls=column.encoder)
    if isinstance(column, DateTimeField):
        # An import writes one moment a hundred thousand times.
        return _moment

    def turn(value: Any) -> Any:
        if isinstance(value, Enum):
            value = value.value
        return column.get_db_prep_save(value, connection)

    return turn


@lru_cache(maxsize=256)
def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _store(table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        copy(table, columns, values)
        return
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {name} ({quoted}) VALUES ({marks})", values)  # noqa: S608


def copy(table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Store rows by PostgreSQL's COPY; the whole fails with the first that the table does not take."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    name = connection.ops.quote_name(table)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.cursor.copy(f"COPY {name} ({quoted}) FROM STDIN") as target,
    ):
        for row in values:
            target.write_row(row)


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these attributes (`owner_id`, not `owner`) of stored rows of one model, each its own values.

    Others may be writing the same rows: who calls has locked them, in the order of their ids.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    known = {column.attname: column for column in meta.concrete_fields}
    columns = [known[name] for name in names]
    assert meta.pk is not None
    quote = connection.ops.quote_name
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    values = _values(rows, [*columns, meta.pk])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement, which is planned once; 200 of them took twice the server's time.
            places = ", ".join(f"{quote(str(c.column))} = given.v{place}" for place, c in enumerate(columns))
            arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in (*columns, meta.pk))
            given = ", ".join(f"v{place}" for place in range(len(columns) + 1))
            cursor.execute(
                f"UPDATE {table} SET {places} FROM unnest({arrays}) AS given ({given}) "  # noqa: S608
                f"WHERE {table}.{key} = given.v{len(columns)}",
                [list(each) for each in zip(*values, strict=True)],
            )
            return
        places = ", ".join(f"{quote(str(column.column))} = %s" for column in columns)
        cursor.executemany(f"UPDATE {table} SET {places} WHERE {key} = %s", values)  # noqa: S608
