"""Orders keep a customer out of the public pool, and set its order clock."""

from __future__ import annotations

from datetime import date

import pytest

from genjin.customers.pool_facts import facts_of_ids
from genjin.sales.models import ExecutionState, Order, OrderKind


@pytest.fixture
def ours(customer):
    return customer()


@pytest.fixture
def order_on(ours, people, moment):
    number = iter(range(100))

    def make(day: date, **values) -> Order:
        return Order.objects.create(
            number=f"T{next(number)}", customer=ours, owner=people.lin, ordered_on=day,
            created_at=moment, created_by=people.lin, **values,
        )  # fmt: skip

    return make


def facts(customer):
    return facts_of_ids([customer.pk])[customer.pk][1]


@pytest.mark.django_db
def test_the_last_order_that_counts_sets_the_clock(ours, order_on):
    order_on(date(2026, 1, 5), is_open=False)
    order_on(date(2026, 3, 5), is_open=False)
    order_on(date(2026, 4, 5), kind=OrderKind.SAMPLE, is_open=False)
    order_on(date(2026, 5, 5), state=ExecutionState.CANCELLED, is_open=False)
    found = facts(ours)
    assert found.last_order_on == date(2026, 3, 5)
    assert found.has_orders
    assert not found.has_open_order


@pytest.mark.django_db
def test_a_sample_under_way_keeps_a_prospect_but_makes_no_buyer_of_it(ours, order_on):
    order_on(date(2026, 4, 5), kind=OrderKind.SAMPLE)
    found = facts(ours)
    assert (found.has_orders, found.last_order_on, found.has_open_order) == (False, None, True)
