"""A reader gets every entry once, in order, also those that were committed late."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import pytest
from django.db import connection, transaction

from genjin.journal import actions, readers
from genjin.journal.models import Cursor, Entry


def write(moment: datetime, *numbers: int) -> None:
    with transaction.atomic():
        written = [actions.Written(verb="create", kind="x.thing", object_id=number) for number in numbers]
        actions.record(by=None, at=moment, written=written)


def take(reader: str = "test", limit: int = 500) -> list[int]:
    with transaction.atomic():
        return [entry.object_id for entry in readers.read(reader, limit=limit)]


def settle() -> None:
    """Waits until everything written so far may be read."""
    written, deadline = Entry.objects.count(), time.monotonic() + 30
    while readers.unread("nobody") < written:
        assert time.monotonic() < deadline


def collect(count: int, reader: str = "test", limit: int = 500) -> list[int]:
    """The next `count` entries; on PostgreSQL any open transaction of the server makes them wait a little."""
    found: list[int] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        found += take(reader, limit)
    return found


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reader_goes_on_where_it_stopped(moment: datetime) -> None:
    write(moment, 1, 2, 3)
    assert collect(2, limit=2) == [1, 2]
    write(moment, 4)
    assert collect(2) == [3, 4]
    assert take() == []


def test_readers_do_not_know_each_other(moment: datetime) -> None:
    write(moment, 1)
    assert collect(1, "one") == [1]
    assert collect(1, "two") == [1]


def test_what_was_read_in_a_transaction_that_failed_is_read_again(moment: datetime) -> None:
    write(moment, 1)
    settle()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert len(readers.read("test")) == 1
        raise ZeroDivisionError
    assert take() == [1]


def test_reading_outside_a_transaction_is_refused(moment: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        readers.read("test")


def test_a_new_reader_may_start_behind_what_is_there(moment: datetime) -> None:
    write(moment, 1, 2)
    settle()
    readers.start_now("test")
    write(moment, 3)
    settle()
    assert readers.unread("test") == 1
    assert take() == [3]
    readers.start_now("test")
    write(moment, 4)
    assert collect(1) == [4]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's writers take turns")
def test_an_entry_committed_late_is_never_skipped(moment: datetime) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                actions.record(
                    by=None, at=moment, written=[actions.Written(verb="create", kind="x.thing", object_id=1)]
                )
                written.set()
                assert may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert written.wait(20)
    write(moment, 2)  # a higher id, committed first
    assert take() == []
    may_commit.set()
    thread.join(20)
    assert collect(2) == [1, 2]


def test_many_writers_and_a_reader_lose_and_repeat_nothing(moment: datetime) -> None:
    failures: list[BaseException] = []

    def writer(start: int) -> None:
        try:
            for number in range(start, start + 10):
                write(moment, number, number + 100)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=writer, args=(start,)) for start in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    found: list[int] = []
    while alive := [thread for thread in threads if thread.is_alive()]:
        found += take(limit=7)
        # A reader that asks without a pause keeps SQLite's one lock from the writers; none of ours does.
        alive[0].join(timeout=0.01)
    for thread in threads:
        thread.join()
    found += collect(80 - len(found))
    assert not failures
    assert sorted(found) == sorted([*range(40), *range(100, 140)])


def test_after_a_restore_elsewhere_readers_go_on_at_their_first_unread_entry(moment: datetime) -> None:
    write(moment, 1, 2)
    assert collect(2) == [1, 2]
    write(moment, 3)
    settle()
    if connection.vendor == "postgresql":  # ids of another server, far ahead of this one's
        Cursor.objects.filter(pk="test").update(transaction=10**15)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")
            cursor.execute("UPDATE journal_entry SET transaction = %s + object_id", [10**15 - 2])
            cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_entry_append_only")
        assert take() == []
    readers.renumber()
    write(moment, 4)
    assert collect(2) == [3, 4]
    assert Entry.objects.count() == 4
