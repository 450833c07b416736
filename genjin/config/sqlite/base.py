"""SQLite as Genjin asks it: who waits to write is let in soon after the one before has ended.

SQLite itself sleeps longer and longer between its looks at the one write lock, up to 100 ms: of a few people
who save at the same moment one would wait several times as long as the others take, and who looks that seldom
may lose to those who write all the time until the patience ends.
"""

from __future__ import annotations

import random
import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base

PAUSE = 0.002
"""Seconds between two looks whether the lock is free; ± half, so that those who wait do not march in step."""


class Cursor(base.SQLiteCursorWrapper):
    """Django's, but a statement that begins a transaction or writes without one waits in short steps."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement; raises sqlite3.OperationalError when the lock stays taken for too long."""
        if self.connection.in_transaction or query.startswith(("SELECT", "PRAGMA")):
            return super().execute(query, params)
        patience = self.connection.execute("PRAGMA busy_timeout").fetchone()[0]
        until = time.monotonic() + patience / 1000
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    return super().execute(query, params)
                except sqlite3.OperationalError as error:
                    # Refused for the lock, it has changed nothing and may be tried again.
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                time.sleep(random.uniform(PAUSE / 2, PAUSE * 3 / 2))  # noqa: S311 - not a secret
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {patience}")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with that cursor."""

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor on the open connection."""
        return self.connection.cursor(factory=Cursor)
