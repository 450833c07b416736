"""The query for candidates walks an index on both engines, whatever the size of the base."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.models import Customer
from genjin.followups import setting
from genjin.followups.candidates import first_of
from genjin.rules.facts import Half
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " ".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("half", "index"), [(Half.CLOSED, "daily_closed"), (Half.PROSPECT, "daily_prospects")]
)
def test_candidates_are_read_in_the_order_of_an_index(
    people: Cast, moment: datetime, half: Half, index: str
) -> None:
    own = setting.current(moment).for_owner(people.lin.pk)
    calendar = own.calendar(people.lin.pk)
    with CaptureQueriesContext(connection) as queries:
        first_of(
            half, people.lin.pk, most=8, without=(), policy=own.policy, calendar=calendar, today=moment.date()
        )
    plans = [plan_of(one["sql"]) for one in queries if Customer._meta.db_table in one["sql"]]
    assert len(plans) == 10, "never and rested, for each of five grades"
    assert all(index in plan for plan in plans), plans
