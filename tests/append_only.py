"""Empties and refills the database around tests that commit: what holds rows, past the journal's triggers.

Django empties all tables and loads each record of the migrations as an object of its own. SQLite's flush
deletes row by row, which the triggers of `journal_entry` refuse, so they step aside for it and return at
once; PostgreSQL truncates, which makes a thousand files anew, so rows are deleted there as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.base import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseOperations

_flush = DatabaseOperations.sql_flush
_truncate = PostgresOperations.sql_flush
_load = BaseDatabaseCreation.deserialize_db_from_string
_kept: list[tuple[str, str, list[tuple[Any, ...]]]] = []
"""What the migrations left, as Django loaded it the first time: table, statement, rows."""


def _holding_rows(tables: Sequence[str]) -> list[str]:
    quote = connection.ops.quote_name
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def _flush_past_triggers(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
    statements = _flush(self, style, _holding_rows(tables) if tables else tables, **options)
    if not statements:
        return statements
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
        )
        triggers = cursor.fetchall()
    drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
    return [*drops, *statements, *(sql for _, sql in triggers)]


def _delete_what_is_there(self: PostgresOperations, style: Any, tables: Any, **options: Any) -> list[str]:
    if not tables or options.get("reset_sequences"):
        return _truncate(self, style, tables, **options)
    names = _holding_rows(tables)
    # No triggers until the end of the transaction: neither those of the journal nor foreign keys.
    return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{name}"' for name in names)]


def _load_once(self: BaseDatabaseCreation, data: str) -> None:
    if not _kept:
        _load(self, data)
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        _kept.extend(_rows_of(name) for name in _holding_rows(tables))
        return
    with transaction.atomic(), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table, statement, rows in _kept:
            cursor.execute(f'DELETE FROM "{table}"')
            _put(cursor, statement, rows)


def _rows_of(table: str) -> tuple[str, str, list[tuple[Any, ...]]]:
    # Past Django's converters: what the driver gives is what it takes again.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                return table, f'COPY "{table}" FROM STDIN', [(bytes(part),) for part in copy]
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
        plain = ", ".join(f'+"{column[0]}"' for column in cursor.description)  # by a plus: as it is stored
        cursor.execute(f'SELECT {plain} FROM "{table}"')
        rows = cursor.fetchall()
    return table, f'INSERT INTO "{table}" VALUES ({", ".join(["?"] * len(rows[0]))})', rows


def _put(cursor: Any, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(statement) as copy:
            for (part,) in rows:
                copy.write(part)
    else:
        connection.connection.executemany(statement, rows)


def install() -> None:
    """Called once by tests/conftest.py."""
    replaced: list[tuple[type, str, Callable[..., Any]]] = [
        (DatabaseOperations, "sql_flush", _flush_past_triggers),
        (PostgresOperations, "sql_flush", _delete_what_is_there),
        (BaseDatabaseCreation, "deserialize_db_from_string", _load_once),
    ]
    for owner, name, function in replaced:
        setattr(owner, name, function)
