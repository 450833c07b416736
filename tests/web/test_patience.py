"""Slow reads are stopped by the database itself."""

import pytest
from django.db import connection

from genjin.web.patience import TooSlow, at_most

FOREVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
}


def test_a_query_that_runs_too_long_is_stopped_and_the_connection_goes_on(db):
    with pytest.raises(TooSlow), at_most(0.1), connection.cursor() as cursor:
        cursor.execute(FOREVER[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_quick_query_is_left_alone(db):
    with at_most(2), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
