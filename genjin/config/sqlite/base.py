"""SQLite as Genjin asks it: who waits to write is let in soon after the one before has ended."""

from __future__ import annotations

import random
import sqlite3
import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

PAUSE = 0.002
"""Seconds between two looks whether the lock is free; ± half, so that those who wait do not march in step."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for how it waits for the one write lock.

    SQLite itself sleeps longer and longer between its looks, up to 100 ms: of a few people who save at the
    same moment one would wait several times as long as the others take.
    """

    def _start_transaction_under_autocommit(self) -> None:
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        until = time.monotonic() + patience
        self._wait_within(0.0)
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
                    return
                except OperationalError as error:
                    if not _is_busy(error) or time.monotonic() > until:
                        raise
                time.sleep(random.uniform(PAUSE / 2, PAUSE * 3 / 2))  # noqa: S311 - not a secret
        finally:
            self._wait_within(patience)

    def _wait_within(self, seconds: float) -> None:
        """Set how long SQLite itself waits for a lock."""
        self.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _is_busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
