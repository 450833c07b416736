"""Several who save at once on SQLite: each is let in as soon as the one before has ended."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite's own lock"),
]


def _held_by_another(free: threading.Event) -> threading.Thread:
    """A thread that holds the write lock until `free` is set."""
    held = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        free.wait(10)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    return thread


def test_who_waits_for_the_lock_gets_it_when_it_is_free():
    free = threading.Event()
    other = _held_by_another(free)
    threading.Timer(0.3, free.set).start()
    with transaction.atomic():
        assert free.is_set()
    other.join(10)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000


def test_patience_ends_with_an_error_and_the_next_one_may_write(monkeypatch):
    free = threading.Event()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    other = _held_by_another(free)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass
    assert time.monotonic() - began >= 0.2
    free.set()
    other.join(10)
    with transaction.atomic():
        assert connection.in_atomic_block
