"""A limit on how long reading may take: what would run long is cut with a sentence (design, section 4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

LIST_SECONDS = 2.0
# SQLite asks this often (in virtual machine steps) whether to go on; rare enough to cost nothing.
STEPS = 20_000


class TooSlow(Exception):
    """The database was stopped because its time was up; nothing was changed."""


@contextmanager
def at_most(seconds: float = LIST_SECONDS) -> Iterator[None]:
    """Stop queries inside that run longer than `seconds` (each on PostgreSQL, all together on SQLite)."""
    limit = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with limit(seconds):
        yield


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [int(seconds * 1000)])
            yield
            with connection.cursor() as cursor:
                # inside an outer transaction the setting would outlive this block
                cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise TooSlow from error
        raise


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    until = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise TooSlow from error
        raise
    finally:
        connection.connection.set_progress_handler(None, 0)
