"""Shipments: made from orders' lines, never more than is left; dates, states, what follows for orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from genjin.customers.actions.refusal import Conflict, Refused, RowsRefused
from genjin.customers.models import Contact, Customer
from genjin.journal.models import Entry, Mark
from genjin.sales.actions.shipment_drafts import NewShipment, ShippedLine
from genjin.sales.actions.shipments import (
    change_shipment,
    create_shipments,
    recycle_shipment,
    restore_shipment,
    revise_schedule,
    ship,
    take_back_shipping,
)
from genjin.sales.models import Order, ScheduleChange, Shipment
from tests.conftest import Cast
from tests.sales.shipping import order_of, packed, parts, shipped

Make = Callable[..., Customer]


@pytest.fixture
def order(customer: Make, moment: datetime) -> Order:
    """A hundred of one, fifty of another."""
    return order_of(customer(), moment)


def state_of(order: Order) -> tuple[str, str, list[int]]:
    order.refresh_from_db()
    gone = [int(line.shipped_quantity) for line in order.lines.order_by("position")]
    return order.state, order.downstream_state, gone


def test_an_order_goes_in_parts_and_its_state_follows(order: Order, people: Cast, moment: datetime) -> None:
    first = packed(order, people.lin, moment, 60)
    assert first.number == "SH2026-0001"
    assert state_of(order) == ("CONFIRMED", "CONFIRMED", [0, 0]), "packed is not shipped"
    ship(shipment_id=first.pk, by=people.lin, at=moment)
    assert state_of(order) == ("PARTLY_SHIPPED", "IN_TRANSIT", [60, 0])
    second = packed(order, people.lin, moment, 40, 50)
    ship(shipment_id=second.pk, by=people.lin, at=moment)
    assert state_of(order) == ("SHIPPED", "IN_TRANSIT", [100, 50])
    later = moment + timedelta(days=40)
    received = {"received_on": later.date()}
    change_shipment(shipment_id=first.pk, wanted=received, by=people.lin, at=later)
    assert state_of(order)[:2] == ("SHIPPED", "IN_TRANSIT"), "as far as the one that is behind"
    change_shipment(shipment_id=second.pk, wanted=received, by=people.lin, at=later)
    assert state_of(order)[:2] == ("DELIVERED", "WAREHOUSED")


def test_a_shipment_holds_lines_of_several_orders_of_one_customer(
    order: Order, people: Cast, moment: datetime, customer: Make
) -> None:
    other = order_of(order.customer, moment, number="SC2026-0002", quantities=(10,))
    lines = [*parts(order, 100, 50), *parts(other, 10)]
    shipment = packed(order, people.lin, moment, lines=lines)
    ship(shipment_id=shipment.pk, by=people.lin, at=moment)
    assert state_of(order)[0] == state_of(other)[0] == "SHIPPED"
    stranger = order_of(customer(), moment, number="SC2026-0003")
    with pytest.raises(Refused, match="not one of the customer's"):
        packed(order, people.lin, moment, lines=parts(stranger, 1))


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("100.001", "Only 100 of V-1 are left to ship"),
        ("0", "greater than zero"),
        ("-5", "greater than zero"),
    ],
)
def test_more_than_is_left_or_nothing_is_refused(
    quantity: str, said: str, order: Order, people: Cast, moment: datetime
) -> None:
    line = order.lines.get(position=1)
    with pytest.raises(Refused) as refused:
        packed(order, people.lin, moment, lines=[ShippedLine(line.pk, Decimal(quantity))])
    assert said in refused.value.message_dict[f"line-{line.pk}"][0]


def test_what_stands_in_another_shipment_or_was_cancelled_is_not_left(
    order: Order, people: Cast, moment: datetime
) -> None:
    packed(order, people.lin, moment, 70)
    line = order.lines.get(position=1)
    line.cancelled_quantity = Decimal(10)
    line.save()
    with pytest.raises(Refused, match=r"Only 20 of V-1 are left to ship \(ordered 90\)"):
        packed(order, people.lin, moment, 21)
    assert packed(order, people.lin, moment, 20).pk


def test_the_more_or_less_clause_lets_a_little_more_travel(
    order: Order, people: Cast, moment: datetime
) -> None:
    Order.objects.update(more_or_less_percent=5)
    assert packed(order, people.lin, moment, 105).pk
    with pytest.raises(Refused, match=r"Only 52\.5 of V-2"):
        packed(order, people.lin, moment, 0, 53)


def test_of_many_shipments_all_are_made_or_none_and_they_share_what_is_left(
    order: Order, people: Cast, moment: datetime
) -> None:
    one = NewShipment(customer_id=order.customer_id, lines=parts(order, 60), number="A-1")
    with pytest.raises(RowsRefused) as refused:
        create_shipments(items=[one, replace(one, number="A-2")], by=people.lin, at=moment)
    assert list(refused.value.rows) == [1]
    assert not Shipment.objects.exists()


def test_what_was_cancelled_does_not_travel(order: Order, people: Cast, moment: datetime) -> None:
    Order.objects.update(state="CANCELLED")
    with pytest.raises(Refused, match="SC2026-0001 was cancelled"):
        packed(order, people.lin, moment)


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"etd": date(2026, 12, 5), "eta": date(2026, 12, 4)}, "eta"),
        ({"atd": date(2026, 12, 5), "ata": date(2026, 12, 4)}, "ata"),
        ({"atd": date(2026, 12, 5), "eta": date(2026, 12, 4)}, "eta"),
        ({"etd": date(2026, 12, 5), "received_on": date(2026, 12, 4)}, "received_on"),
    ],
)
def test_goods_do_not_arrive_before_they_leave(
    dates: dict[str, date], field: str, order: Order, people: Cast, moment: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        packed(order, people.lin, moment, **dates)
    assert list(refused.value.message_dict) == [field]
    assert packed(order, people.lin, moment, etd=date(2026, 12, 5), eta=date(2026, 12, 5)).pk


def test_a_moved_arrival_leaves_its_history_with_the_reason(
    order: Order, people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment, eta=date(2026, 12, 30))
    Mark.objects.all().delete()
    revise_schedule(
        shipment_id=shipment.pk, dates={"eta": date(2027, 1, 9)}, reason="Storm", by=people.lin, at=moment
    )
    row = ScheduleChange.objects.get(field="eta")
    assert (row.old, row.new, row.reason, row.by) == (
        date(2026, 12, 30), date(2027, 1, 9), "Storm", people.lin,
    )  # fmt: skip
    assert Mark.objects.filter(subject_id=order.customer_id).exists(), "it is decided anew"
    told = Entry.objects.filter(kind="sales.shipment", verb="change").latest("pk")
    assert told.changes == {"eta": ["2026-12-30", "2027-01-09"]}
    with pytest.raises(Refused, match="before the departure"):
        revise_schedule(shipment_id=shipment.pk, dates={"eta": date(2026, 11, 1)}, by=people.lin, at=moment)


def test_whoever_saves_second_sees_what_the_first_changed(
    order: Order, people: Cast, moment: datetime
) -> None:
    shipment = packed(order, people.lin, moment)
    change_shipment(
        shipment_id=shipment.pk, wanted={"vessel": "MSC ANNA"}, by=people.lin, at=moment, expected=1
    )
    with pytest.raises(Conflict) as conflict:
        change_shipment(
            shipment_id=shipment.pk, wanted={"vessel": "COSCO"}, by=people.wang, at=moment, expected=1
        )
    assert conflict.value.differences == {"vessel": ("COSCO", "MSC ANNA")}


def test_a_shipment_leaves_once_and_never_in_the_future(order: Order, people: Cast, moment: datetime) -> None:
    shipment = packed(order, people.lin, moment)
    with pytest.raises(Refused, match="future"):
        ship(shipment_id=shipment.pk, by=people.lin, at=moment, shipped_at=moment + timedelta(hours=1))
    ship(shipment_id=shipment.pk, by=people.lin, at=moment)
    shipment.refresh_from_db()
    assert shipment.atd == moment.date()
    with pytest.raises(Refused, match="left already"):
        ship(shipment_id=shipment.pk, by=people.lin, at=moment)
    take_back_shipping(shipment_id=shipment.pk, by=people.lin, at=moment)
    assert state_of(order) == ("READY", "IN_PRODUCTION", [0, 0])


def test_the_recycle_bin_frees_the_quantities_and_gives_back_what_is_still_free(
    order: Order, people: Cast, moment: datetime
) -> None:
    shipment = shipped(order, people.lin, moment)
    recycle_shipment(shipment_id=shipment.pk, by=people.lin, at=moment)
    assert state_of(order)[2] == [0, 0]
    other = packed(order, people.lin, moment, 1)
    with pytest.raises(Refused, match="Only 99 of V-1"):
        restore_shipment(shipment_id=shipment.pk, by=people.lin, at=moment)
    recycle_shipment(shipment_id=other.pk, by=people.lin, at=moment)
    restore_shipment(shipment_id=shipment.pk, by=people.lin, at=moment)
    assert state_of(order)[2] == [100, 50]


def test_lines_can_be_changed_within_what_is_left(order: Order, people: Cast, moment: datetime) -> None:
    shipment = packed(order, people.lin, moment, 60)
    change_shipment(shipment_id=shipment.pk, wanted={}, lines=parts(order, 100, 5), by=people.lin, at=moment)
    assert [int(line.quantity) for line in shipment.lines.all()] == [100, 5]
    with pytest.raises(Refused, match="Only 100 of V-1"):
        change_shipment(shipment_id=shipment.pk, wanted={}, lines=parts(order, 101), by=people.lin, at=moment)


def test_a_contact_is_one_of_the_customer(
    order: Order, people: Cast, moment: datetime, customer: Make
) -> None:
    stranger = Contact.objects.create(
        customer=customer(), name="Somebody", created_at=moment, updated_at=moment
    )
    with pytest.raises(Refused, match="contact is not one"):
        packed(order, people.lin, moment, contact_id=stranger.pk)


def test_who_looks_after_the_customer_sees_its_shipments_and_nobody_else(
    order: Order, people: Cast, moment: datetime
) -> None:
    shipment = packed(order, people.lin, moment)
    seen: dict[Any, list[Shipment]] = {
        who: list(Shipment.objects.visible_to(who)) for who in (people.lin, people.chen, people.hu)
    }
    assert seen == {people.lin: [shipment], people.chen: [shipment], people.hu: []}
