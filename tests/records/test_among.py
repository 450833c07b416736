"""Many values asked for at once are found as with `in`."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.models import Customer

pytestmark = pytest.mark.django_db


def firms(people: Any, moment: Any, count: int) -> list[Customer]:
    rows = [
        Customer(name=f"“名”, {n}\\'", serial=n or None, exact_key=2**62 + n, owner=people.lin,
                 short_name=str(n), created_at=moment, updated_at=moment)
        for n in range(count)
    ]  # fmt: skip
    return Customer.objects.bulk_create(rows)


def test_texts_numbers_and_ids_are_found_whatever_stands_in_them(people: Any, moment: Any) -> None:
    made = firms(people, moment, 4)
    rows = Customer.objects.order_by("short_name")
    assert list(rows.filter(name__among=[made[1].name, made[2].name, "x"])) == made[1:3]
    assert list(rows.filter(serial__among={1, 3, 9})) == [made[1], made[3]]
    assert list(rows.filter(exact_key__among=[made[0].exact_key])) == [made[0]]
    assert list(rows.filter(pk__among=[one.pk for one in made])) == made
    assert not rows.filter(name__among=[]).exists()


def test_a_thousand_values_are_one_parameter(people: Any, moment: Any) -> None:
    firms(people, moment, 2)
    with CaptureQueriesContext(connection) as asked:
        assert Customer.objects.filter(serial__among=range(1000)).count() == 1
    with CaptureQueriesContext(connection) as fewer:
        assert Customer.objects.filter(serial__among=[0, 1]).count() == 1
    said, shorter = asked.captured_queries[0]["sql"], fewer.captured_queries[0]["sql"]
    assert said.count("(") == shorter.count("(")
