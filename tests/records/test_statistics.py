"""PostgreSQL knows how large the tables are that somebody fills."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from genjin.journal.actions import mark_people
from genjin.records import statistics

pytestmark = pytest.mark.django_db


def known() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'journal_mark'")
        return float(cursor.fetchone()[0])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite plans without sizes")
def test_a_table_that_outgrew_what_is_known_of_it_is_looked_at_once(moment: Any) -> None:
    with connection.cursor() as cursor:
        # What other tests took back left its pages in the file: one that begins anew has none.
        cursor.execute("TRUNCATE journal_mark")
        cursor.execute("ANALYZE journal_mark")
    assert (known(), "journal_mark" in statistics.refresh()) == (0, False)
    mark_people(range(1, 10_001), at=moment)
    assert "journal_mark" in statistics.refresh()
    assert known() == 10_000
    assert "journal_mark" not in statistics.refresh()
