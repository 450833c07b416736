"""Rows into tables as fast as each engine takes them: COPY without indexes, or one long `executemany`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, JSONField, Model


def write(model: type[Model], rows: Iterable[dict[str, Any]], *, with_indexes: bool = False) -> int:
    """Write rows given as {column: value}, all with the same columns; others take the model's defaults.

    `with_indexes`: they are few beside what the table holds, so that its indexes are not made anew.
    """
    stream = iter(rows)
    first = next(stream, None)
    if first is None:
        return 0
    fields = [f for f in model._meta.concrete_fields if f.column and (f.column != "id" or "id" in first)]
    columns = [f.column for f in fields if f.column]
    defaults = {f.column: _default(f) for f in fields}
    count = 0

    def complete() -> Iterator[tuple[Any, ...]]:
        nonlocal count
        for row in chain([first], stream):
            count += 1
            yield tuple((defaults | row).values())

    if unknown := first.keys() - set(columns):
        raise KeyError(f"{model.__name__} has no columns {sorted(unknown)}")
    with transaction.atomic(), nullcontext() if with_indexes else bulk(model._meta.db_table):
        load(model._meta.db_table, columns, complete())
    return count


def _default(field: Field[Any, Any]) -> Any:
    value = field.get_default()
    if isinstance(field, JSONField):
        return json.dumps(value)
    return "" if value is None and not field.null else value


@contextmanager
def bulk(table: str) -> Iterator[None]:
    """PostgreSQL: plain indexes are made afterwards, foreign keys not checked (needs a superuser)."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
            [table, table],
        )
        indexes = cursor.fetchall()
        for name, _made_by in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, made_by in indexes:
            cursor.execute(made_by)


def load(table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write tuples in the order of the columns."""
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    connection.ensure_connection()
    connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', map(_plain, rows))


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """SQLite keeps moments as Django writes them: naive UTC text."""
    return [
        v.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if isinstance(v, datetime) else v for v in row
    ]


def finish(*models: type[Model]) -> None:
    """Statistics and sequences, as they would be after a normal life."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in (model._meta.db_table for model in models):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
