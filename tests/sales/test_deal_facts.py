"""What a customer paid for products, from orders that count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.models import Customer
from genjin.rules.pricing import Note, PriceTerms
from genjin.sales.deal_facts import deals_of, last_deals
from genjin.sales.models import ExecutionState, Order, OrderKind, OrderLine, Product
from tests.conftest import Cast

FOB = PriceTerms("USD", "FOB", "pcs", D("7"))


@pytest.fixture
def product(moment: datetime, db: None) -> Callable[..., Product]:
    def make(code: str, **fields: Any) -> Product:
        return Product.objects.create(code=code, name_en=code, created_at=moment, **fields)

    return make


@pytest.fixture
def ordered(people: Cast, moment: datetime) -> Callable[..., Order]:
    """`ordered(customer, day, (product, price), …)` puts an order there as it lies in the database."""

    def make(customer: Customer, day: str, *lines: tuple[Product, str], **fields: Any) -> Order:
        of_line = {name: fields.pop(name) for name in ("quantity", "cancelled_quantity") if name in fields}
        order = Order.objects.create(
            number=f"SC{Order.objects.count()}", customer=customer, owner=people.lin, created_by=people.lin,
            created_at=moment, ordered_on=date.fromisoformat(day), exchange_rate=D("7"), **fields,
        )  # fmt: skip
        for position, (product, price) in enumerate(lines):
            values = {"quantity": D(100), "description": "x"} | of_line
            OrderLine.objects.create(
                order=order, position=position, product=product, unit_price=D(price), **values
            )
        return order

    return make


def test_the_last_deal_of_each_kind_of_terms_is_known(customer: Any, product: Any, ordered: Any) -> None:
    mine, lamp, shade = customer(), product("LAMP"), product("SHADE")
    ordered(mine, "2026-01-05", (lamp, "5"), (shade, "2"))
    ordered(mine, "2026-03-05", (lamp, "4.5"))
    ordered(mine, "2026-02-05", (lamp, "6"), incoterm="CIF")
    ordered(customer(), "2026-06-05", (lamp, "1"))
    found = deals_of(mine.pk, [lamp.pk, shade.pk])
    assert {(one.price, one.terms.incoterm) for one in found[lamp.pk]} == {(D("4.5"), "FOB"), (D(6), "CIF")}
    assert [one.price for one in found[shade.pk]] == [D(2)]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ExecutionState.CANCELLED},
        {"kind": OrderKind.SAMPLE},
        {"kind": OrderKind.PROJECT},
        {"cancelled_quantity": D(100)},
        {"deleted_at": datetime.fromisoformat("2026-11-01T00:00:00+00:00")},
    ],
)
def test_what_was_not_sold_in_the_end_is_no_deal(
    customer: Any, product: Any, ordered: Any, fields: dict[str, Any]
) -> None:
    mine, lamp = customer(), product("LAMP")
    ordered(mine, "2026-01-05", (lamp, "5"))
    ordered(mine, "2026-03-05", (lamp, "3"), **fields)
    assert [one.price for one in deals_of(mine.pk, [lamp.pk])[lamp.pk]] == [D(5)]


def test_an_order_is_not_compared_with_itself(customer: Any, product: Any, ordered: Any) -> None:
    mine, lamp = customer(), product("LAMP")
    ordered(mine, "2026-01-05", (lamp, "5"))
    now = ordered(mine, "2026-03-05", (lamp, "3"))
    last = last_deals(mine.pk, {lamp.pk: FOB}, but_for=now.pk)[lamp.pk]
    assert (last.price, last.deal.quantity) == (D(5), D(100))


def test_a_deal_in_another_currency_is_converted_at_the_rate_of_its_order(
    customer: Any, product: Any, ordered: Any
) -> None:
    mine, lamp = customer(), product("LAMP")
    ordered(mine, "2026-01-05", (lamp, "35"), currency="CNY")
    Order.objects.update(exchange_rate=D(1))
    last = last_deals(mine.pk, {lamp.pk: FOB})[lamp.pk]
    assert (last.price, last.notes) == (D("5.0000"), {Note.CONVERTED})


def test_many_products_take_one_question(customer: Any, product: Any, ordered: Any) -> None:
    mine = customer()
    products = [product(f"P{number}") for number in range(30)]
    ordered(mine, "2026-01-05", *[(one, "5") for one in products])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = deals_of(mine.pk, [one.pk for one in products])
    assert len(found) == 30
    assert len(asked) == 1
