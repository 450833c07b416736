"""Lets tests empty a database whose journal refuses DELETE; only tests know how.

SQLite's flush deletes row by row, which the triggers of `journal_entry` refuse, so they step aside for
it and return at once. PostgreSQL truncates, which fires no row trigger.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations

_flush = DatabaseOperations.sql_flush


def _flush_past_triggers(self: DatabaseOperations, style: Any, tables: Any, **options: Any) -> list[str]:
    statements = _flush(self, style, tables, **options)
    if not statements:
        return statements
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
        )
        triggers = cursor.fetchall()
    drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
    return [*drops, *statements, *(sql for _, sql in triggers)]


def install() -> None:
    """Called once by tests/conftest.py."""
    DatabaseOperations.sql_flush = _flush_past_triggers  # type: ignore[method-assign,assignment]
