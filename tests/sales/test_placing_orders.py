"""Placing orders: numbers, amounts, nodes, what is refused."""

from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.models import Customer
from genjin.journal.models import Entry, Mark
from genjin.policy.actions import save_layer
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.actions.orders import NewCharge, place_order, place_orders
from genjin.sales.models import ExchangeRate, Order, OrderKind, OrderLine, OrderNode, Product
from tests.conftest import Cast
from tests.sales.ordering import line, new_order, placed


def test_numbers_have_no_gap_and_samples_have_their_own(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    items = [new_order(acme), new_order(acme, kind=OrderKind.SAMPLE), new_order(acme)]
    orders = place_orders(items=items, by=people.lin, at=moment)
    assert [order.number for order in orders] == ["SC2026-0001", "SA2026-0001", "SC2026-0002"]


def test_a_refused_order_takes_no_number(people: Cast, acme: Customer, moment: datetime) -> None:
    bad = new_order(acme, lines=(line(0),))
    with pytest.raises(RowsRefused):
        place_orders(items=[new_order(acme), bad], by=people.lin, at=moment)
    assert placed(acme, people.lin, moment).number == "SC2026-0001"


def test_a_number_given_by_hand_is_passed_over(people: Cast, acme: Customer, moment: datetime) -> None:
    placed(acme, people.lin, moment, number="SC2026-0001")
    assert placed(acme, people.lin, moment).number == "SC2026-0002"
    with pytest.raises(Refused, match="already an order"):
        placed(acme, people.lin, moment, number="SC2026-0002")


def test_amounts_are_rounded_line_by_line_at_the_frozen_rate(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    for day, rate in ((date(2026, 11, 1), "7.1"), (date(2026, 11, 20), "7.2"), (date(2026, 11, 25), "9")):
        ExchangeRate.objects.create(currency="USD", base="CNY", day=day, rate=Decimal(rate))
    order = placed(
        acme,
        people.lin,
        moment,
        lines=(line(3, "0.125"), line(1, "0.005")),
        charges=(NewCharge("FREIGHT", Decimal(100)), NewCharge("DISCOUNT", Decimal("-0.39"))),
    )
    assert order.amount == Decimal("100.00")  # 0.38 + 0.01 + 100 - 0.39
    assert (order.exchange_rate, order.base_amount) == (Decimal("7.2"), Decimal("720.00"))


def test_without_a_rate_for_the_day_nothing_is_frozen(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    assert (order.exchange_rate, order.base_amount) == (None, None)


def test_an_order_begins_with_the_nodes_of_its_kind(people: Cast, acme: Customer, moment: datetime) -> None:
    bulk = placed(acme, people.lin, moment)
    sample = placed(acme, people.lin, moment, kind=OrderKind.SAMPLE, delivery_on=None)
    assert bulk.nodes.count() == 8
    assert (bulk.next_node_kind, bulk.next_node_on) == ("MATERIAL", date(2026, 12, 10))
    kinds = list(OrderNode.objects.filter(order=sample).values_list("kind", "planned_on"))
    assert kinds == [("SAMPLE_SENT", date(2026, 12, 1)), ("SAMPLE_RESULT", date(2026, 12, 15))]
    assert sample.sample.state == "REQUESTED"


def test_a_past_order_is_closed_and_has_no_nodes(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, state="CLOSED", ordered_on=date(2024, 3, 1))
    assert (order.number, order.is_open, order.nodes.count()) == ("SC2024-0001", False, 0)
    assert order.closed_at == moment


def test_a_product_fills_what_is_left_blank(people: Cast, acme: Customer, moment: datetime) -> None:
    ExchangeRate.objects.create(currency="USD", base="CNY", day=date(2026, 1, 1), rate=Decimal(7))
    lamp = Product.objects.create(
        code="L-7", name_en="Floor lamp", colour="white", unit="set", cost=Decimal("3"), cost_currency="USD",
        created_at=moment,
    )  # fmt: skip
    order = placed(
        acme, people.lin, moment, lines=(line(product_id=lamp.pk, code="", description="", colour="red"),)
    )
    row = order.lines.get()
    assert (row.code, row.description, row.colour, row.unit) == ("L-7", "Floor lamp", "red", "set")
    assert row.cost == Decimal("21.0000")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"lines": (line(0),)}, "lines-0-quantity", "more than 0"),
        ({"lines": (line(), line(-5))}, "lines-1-quantity", "cancel a quantity"),
        ({"lines": (line(unit_price="-1"),)}, "lines-0-unit_price", "negative"),
        ({"lines": (line(description=""),)}, "lines-0-description", "Choose a product"),
        ({"lines": ()}, "lines", "at least one line"),
        ({"lines": (line(product_id=9999),)}, "lines-0-product", "no such product"),
        ({"terms": {"currency": "QQQ"}}, "currency", "no such currency"),
        ({"delivery_on": date(2026, 11, 1)}, "delivery_on", "before the order"),
        ({"charges": (NewCharge("DISCOUNT", Decimal(-1000)),)}, "charges", "more than the goods"),
        ({"contact_id": 4711}, "contact", "does not belong"),
        ({"lines": (line("99999999999", "9999999999"),)}, "lines", "too large"),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    people: Cast, acme: Customer, moment: datetime, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        place_order(item=new_order(acme, **values), by=people.lin, at=moment)
    assert words in refused.value.message_dict[field][0]
    assert not Order.objects.exists()


def test_shares_make_a_hundred(people: Cast, acme: Customer, moment: datetime) -> None:
    with pytest.raises(Refused, match="make 90 %"):
        placed(acme, people.lin, moment, shares={people.lin.pk: Decimal(60), people.wang.pk: Decimal(30)})
    order = placed(acme, people.lin, moment, shares={people.lin.pk: Decimal(60), people.wang.pk: Decimal(40)})
    assert order.shares.count() == 2


def test_the_customer_is_marked_and_the_order_is_told(people: Cast, acme: Customer, moment: datetime) -> None:
    Mark.objects.all().delete()
    order = placed(acme, people.lin, moment)
    assert Mark.objects.filter(subject="CUSTOMER", subject_id=acme.pk).exists()
    entry = Entry.objects.get(kind="sales.order", object_id=order.pk)
    assert (entry.verb, entry.title, entry.customer_id) == ("create", order.number, acme.pk)


def test_a_first_order_makes_a_trial_customer_but_a_project_does_not(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    placed(acme, people.lin, moment, kind=OrderKind.PROJECT)
    acme.refresh_from_db()
    assert acme.lifecycle_stage == "PROSPECT"
    placed(acme, people.lin, moment, kind=OrderKind.SAMPLE)
    acme.refresh_from_db()
    assert acme.lifecycle_stage == "TRIAL"


def test_two_completed_orders_make_an_old_customer(people: Cast, acme: Customer, moment: datetime) -> None:
    for _number in range(2):
        placed(acme, people.lin, moment, state="CLOSED")
    acme.refresh_from_db()
    assert acme.lifecycle_stage == "OLD"


def test_a_thousand_lines_cost_no_more_queries_than_one(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            placed(acme, people.lin, moment, lines=tuple(line(n + 1) for n in range(count)))
        return len(seen)

    queries(1)
    few, began = queries(1), time.process_time()
    assert queries(1000) <= few + 2
    assert time.process_time() - began < 2
    assert OrderLine.objects.count() == 1002


def test_an_old_customer_may_need_an_age_which_the_night_finds(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    values = {"old_customer_min_age.is_on": True, "old_customer_min_age.months": 6}
    save_layer(scope="COMPANY", values=values, by=people.admin, at=moment)
    for _number in range(2):
        placed(acme, people.lin, moment, state="CLOSED", ordered_on=date(2026, 9, 30))
    acme.refresh_from_db()
    assert acme.lifecycle_stage == "TRIAL"
    for day, stage in ((date(2027, 3, 29), "TRIAL"), (date(2027, 3, 30), "OLD")):
        at = moment + (day - moment.date())
        see_to_lifecycle(customer_ids=[acme.pk], by=None, at=at)
        acme.refresh_from_db()
        assert acme.lifecycle_stage == stage
