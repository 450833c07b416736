"""What the night computes from all orders: the market, rhythms, purchase class, dormancy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.models import Customer, DimensionChange
from genjin.sales.actions.market import look_at_market
from genjin.sales.actions.order_classes import amounts_of_a_year, see_to_dormancy, see_to_value_classes
from genjin.sales.actions.orders import place_orders
from genjin.sales.actions.rhythms import renew_rhythms
from genjin.sales.insight_facts import catalogue_of, near_of, orders_of
from genjin.sales.models import ExchangeRate, MarketSnapshot, NearProduct, OrderRhythm, Product
from tests.conftest import Cast
from tests.sales.ordering import line, new_order, placed

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def rate(people: Cast) -> None:
    ExchangeRate.objects.create(currency="USD", base="CNY", day=date(2020, 1, 1), rate=Decimal(7))


def ordered(
    customer: Customer, people: Cast, at: datetime, *ago: int, amount: int = 1000, **values: Any
) -> None:
    """Orders so many days ago."""
    place_orders(
        items=[
            new_order(
                customer, lines=(line(amount, 1, **values),), ordered_on=TODAY - timedelta(days=days),
                delivery_on=None,
            )
            for days in ago
        ],
        by=people.lin,
        at=at,
    )  # fmt: skip


def test_purchase_classes_come_once_a_month_and_respect_what_was_set_by_hand(
    people: Cast, customer: Callable[..., Customer], moment: datetime
) -> None:
    large, middle, small, own, imported = (customer() for _ in range(5))
    imported.value_class = "B"
    imported.save()
    for one, amount in ((large, 8200), (middle, 1400), (small, 400), (own, 1)):
        ordered(one, people, moment, 30, amount=amount)
    ordered(small, people, moment, 400, amount=90000)
    set_dimension(
        customer_ids=[own.pk], dimension="value_class", value="A", by=people.lin, at=moment, why="Big group",
        details={"value_class_until": TODAY + timedelta(days=90)},
    )  # fmt: skip
    look_at_market(at=moment)
    assert see_to_value_classes(at=moment) == 3
    found = dict(Customer.objects.values_list("pk", "value_class"))
    assert [found[one.pk] for one in (large, middle, small, own, imported)] == ["A", "B", "C", "A", "B"]
    ordered(small, people, moment, 3, amount=70000)
    assert see_to_value_classes(at=moment + timedelta(days=3)) == 0
    assert see_to_value_classes(at=moment + timedelta(days=10)) == 3
    change = DimensionChange.objects.filter(customer=small, dimension="value_class").latest("at")
    assert (change.new, change.cause, change.by) == ("A", "RULE", None)


def test_amounts_are_goods_less_what_is_cancelled_at_the_frozen_rate(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    ordered(acme, people, moment, 10, amount=100, cancelled_quantity=Decimal(40))
    placed(acme, people.lin, moment, kind="SAMPLE")
    assert amounts_of_a_year(TODAY)[acme.pk] == Decimal(420)


def test_dormancy_follows_the_own_interval_and_an_order_wins_back(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    ordered(acme, people, moment, 200, 160, 120, 80)
    assert OrderRhythm.objects.get(customer=acme).interval_days == 40

    def state(at: datetime) -> str:
        see_to_dormancy(at=at)
        return str(Customer.objects.get(pk=acme.pk).dormancy_state)

    assert state(moment - timedelta(days=45)) == "ACTIVE"
    assert state(moment - timedelta(days=30)) == "WARNING"
    assert state(moment) == "DORMANT"
    ordered(acme, people, moment, -2)
    assert state(moment + timedelta(days=3)) == "WON_BACK"
    assert state(moment + timedelta(days=190)) == "DORMANT"


def test_what_a_person_said_of_dormancy_holds_until_the_next_order(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    ordered(acme, people, moment, 400, 360, 320, 280)
    given: dict[str, Any] = {"customer_ids": [acme.pk], "dimension": "dormancy_state", "by": people.lin}
    set_dimension(**given, value="WARNING", at=moment, why="He builds a new hall")
    assert see_to_dormancy(at=moment + timedelta(days=1)) == 0
    ordered(acme, people, moment, -2)
    assert see_to_dormancy(at=moment + timedelta(days=200)) == 1


def test_the_market_tells_what_is_bought_together(
    people: Cast, customer: Callable[..., Customer], moment: datetime
) -> None:
    lamp, bulb, table = (
        Product.objects.create(code=code, name_en=code, created_at=moment)
        for code in ("LAMP", "BULB", "TABLE")
    )
    for products in ((lamp, bulb), (lamp, bulb), (lamp, table)):
        placed(
            customer(), people.lin, moment, lines=tuple(line(product_id=one.pk) for one in products),
            delivery_on=None,
        )  # fmt: skip
    look_at_market(at=moment)
    assert [(one.product, one.together) for one in near_of([str(lamp.pk)])[str(lamp.pk)]] == [
        (str(bulb.pk), 2),
        (str(table.pk), 1),
    ]
    assert MarketSnapshot.objects.get().popular == [lamp.pk, bulb.pk, table.pk]
    before = set(NearProduct.objects.values_list("pk", flat=True))
    look_at_market(at=moment)
    assert set(NearProduct.objects.values_list("pk", flat=True)) == before
    assert set(catalogue_of([str(lamp.pk)], [str(bulb.pk)])) == {str(lamp.pk), str(bulb.pk)}


def test_as_many_queries_for_many_customers_as_for_few(
    people: Cast, customer: Callable[..., Customer], moment: datetime
) -> None:
    firms = [customer() for _ in range(12)]
    for firm in firms:
        ordered(firm, people, moment, 90, 60, 30)

    def queries(ids: list[int]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as few:
            orders_of(ids)
            renew_rhythms(customer_ids=ids, at=moment)
        return len(few)

    ids = [firm.pk for firm in firms]
    assert queries(ids[:2]) == queries(ids)


def test_renewing_what_has_not_changed_marks_nobody(people: Cast, acme: Customer, moment: datetime) -> None:
    ordered(acme, people, moment, 90, 60, 30)
    assert renew_rhythms(customer_ids=[acme.pk], at=moment + timedelta(days=1)) == 0
