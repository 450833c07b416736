"""Changing orders after they were placed, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.customers.models import Customer
from genjin.journal.models import Entry
from genjin.sales.actions import order_changes, order_nodes, order_sales, samples
from genjin.sales.actions.order_changes import EditedLine
from genjin.sales.actions.orders import NewCharge
from genjin.sales.models import Order, OrderKind, OrderLine
from tests.conftest import Cast
from tests.sales.ordering import line, placed


def change(order: Order, people: Cast, at: datetime, **given: Any) -> Order:
    given.setdefault("changes", {})
    return order_changes.change_order(order_id=order.pk, by=people.lin, at=at, **given)


def node(order: Order, kind: str) -> Any:
    return order.nodes.get(kind=kind)


def test_lines_are_changed_as_a_whole_and_the_amount_follows(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment, lines=(line(10, 2), line(5, 3, code="B")))
    first, second = order.lines.all()
    changed = change(
        order, people, moment, lines=[EditedLine(line(20, 2), first.pk), EditedLine(line(1, 7, code="C"))]
    )
    assert changed.amount == Decimal(47)
    assert list(changed.lines.values_list("code", "quantity")) == [("L-100", 20), ("C", 1)]
    assert not OrderLine.objects.filter(pk=second.pk).exists()
    told = Entry.objects.filter(kind="sales.order", verb="change").latest("pk").changes["lines"]
    assert told == [["L-100 Desk lamp: 10 pcs × 2", "B Desk lamp: 5 pcs × 3"],
                    ["L-100 Desk lamp: 20 pcs × 2", "C Desk lamp: 1 pcs × 7"]]  # fmt: skip


def test_the_second_of_two_savers_is_told(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    change(order, people, moment, changes={"customer_po_no": "PO-1"}, expected_version=1)
    with pytest.raises(Conflict) as conflict:
        change(order, people, moment, changes={"customer_po_no": "PO-2"}, expected_version=1)
    assert conflict.value.differences == {"customer_po_no": ("PO-2", "PO-1")}


def test_the_currency_stays_once_money_came(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    Order.objects.filter(pk=order.pk).update(paid_amount=Decimal(100))
    with pytest.raises(Refused, match="currency can no longer change"):
        change(order, people, moment, changes={"currency": "EUR"})


def test_an_order_never_costs_less_than_was_paid(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    Order.objects.filter(pk=order.pk).update(paid_amount=Decimal(200))
    one = order.lines.get()
    with pytest.raises(Refused, match="credit note"):
        change(order, people, moment, lines=[EditedLine(line(10), one.pk)])
    order.refresh_from_db()
    assert order.amount == Decimal(250)
    assert order.lines.get().quantity == 100


def test_what_was_shipped_stays(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, lines=(line(10), line(10)))
    first, second = order.lines.all()
    OrderLine.objects.filter(pk=first.pk).update(shipped_quantity=6)
    with pytest.raises(Refused, match="6 are shipped"):
        change(order, people, moment, lines=[EditedLine(line(5), first.pk), EditedLine(line(5), second.pk)])
    with pytest.raises(Refused, match="cannot be taken away"):
        change(order, people, moment, lines=[EditedLine(line(5), second.pk)])
    with pytest.raises(Refused, match="line by line"):
        order_changes.cancel_order(order_id=order.pk, reason="x", by=people.lin, at=moment)
    with pytest.raises(Refused, match="At most 4"):
        order_changes.cancel_quantity(
            line_id=first.pk, quantity=Decimal(5), reason="x", by=people.lin, at=moment
        )


def test_a_cancelled_quantity_is_netted_and_stays_visible(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment)
    only = order.lines.get()

    def cancel(quantity: int, reason: str = "too many") -> Order:
        return order_changes.cancel_quantity(
            line_id=only.pk, quantity=Decimal(quantity), reason=reason, by=people.lin, at=moment
        )

    assert cancel(40).amount == Decimal("150.00")
    only.refresh_from_db()
    assert (only.quantity, only.cancelled_quantity) == (100, 40)
    with pytest.raises(Refused, match="Cancel the order instead"):
        cancel(60)
    with pytest.raises(Refused, match="Say why"):
        cancel(1, " ")


def test_a_cancelled_order_leaves_the_board_and_comes_back(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment)
    order_changes.cancel_order(order_id=order.pk, reason="Bankrupt", by=people.lin, at=moment)
    order.refresh_from_db()
    assert (order.state, order.is_open, order.next_node_on) == ("CANCELLED", False, None)
    assert not Order.objects.counted().exists()
    with pytest.raises(Refused, match="cancelled"):
        change(order, people, moment, changes={"customer_po_no": "1"})
    order = order_changes.reopen(order_id=order.pk, by=people.lin, at=moment)
    assert (order.state, order.is_open, order.next_node_kind) == ("CONFIRMED", True, "MATERIAL")


def test_a_closed_order_counts_as_completed(people: Cast, acme: Customer, moment: datetime) -> None:
    for _number in range(2):
        order_changes.close_order(order_id=placed(acme, people.lin, moment).pk, by=people.lin, at=moment)
    acme.refresh_from_db()
    assert acme.lifecycle_stage == "OLD"


def test_the_recycle_bin_frees_the_number_and_wants_it_back(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment, number="X-1")
    order_changes.recycle(order_id=order.pk, by=people.chen, at=moment)
    assert not Order.objects.alive().exists()
    other = placed(acme, people.lin, moment, number="X-1")
    with pytest.raises(Refused, match="Another order has the number"):
        order_changes.restore(order_id=order.pk, by=people.chen, at=moment)
    order_changes.recycle(order_id=other.pk, by=people.chen, at=moment)
    order_changes.restore(order_id=order.pk, by=people.chen, at=moment)
    assert Order.objects.alive().get() == order


def test_the_factorys_answer_takes_the_place_of_our_date(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment)
    order_nodes.change_node(
        node_id=node(order, "MATERIAL").pk, changes={"actual_on": moment.date()}, by=people.lin, at=moment
    )
    order.refresh_from_db()
    assert (order.state, order.downstream_state) == ("IN_PRODUCTION", "IN_PRODUCTION")
    order_nodes.change_node(
        node_id=node(order, "FACTORY_PROMISED").pk, changes={"planned_on": date(2027, 2, 10)},
        by=people.lin, at=moment,
    )  # fmt: skip
    order_nodes.change_node(
        node_id=node(order, "BOOKING").pk, changes={"planned_on": date(2027, 3, 1)}, by=people.lin, at=moment
    )
    order.refresh_from_db()
    assert order.next_node_kind == "PRODUCTION"  # our own date of the same day stands back


def test_finished_production_settles_what_the_factory_owed(
    people: Cast, acme: Customer, moment: datetime
) -> None:
    order = placed(acme, people.lin, moment)
    order_nodes.change_node(
        node_id=node(order, "PRODUCTION").pk, changes={"percent": 100}, by=people.lin, at=moment
    )
    order.refresh_from_db()
    done = set(order.nodes.filter(actual_on=moment.date()).values_list("kind", flat=True))
    assert done == {"FACTORY_DUE", "FACTORY_PROMISED", "PRODUCTION"}
    assert order.state == "READY"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"actual_on": date(2026, 11, 25)}, "future"),
        ({"planned_on": date(2062, 1, 1)}, "ten years"),
        ({"percent": 101}, "Between 0 and 100"),
    ],
)
def test_a_node_refuses_what_cannot_be(
    people: Cast, acme: Customer, moment: datetime, changes: dict[str, Any], words: str
) -> None:
    order = placed(acme, people.lin, moment)
    with pytest.raises(Refused, match=words):
        order_nodes.change_node(
            node_id=node(order, "PRODUCTION").pk, changes=changes, by=people.lin, at=moment
        )


def test_own_nodes_join_and_leave(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment)
    own = order_nodes.add_node(
        order_id=order.pk, name="Artwork", planned_on=date(2026, 11, 26), by=people.lin, at=moment
    )
    order.refresh_from_db()
    assert (order.next_node_kind, order.next_node_on) == ("OTHER", date(2026, 11, 26))
    order_nodes.remove_node(node_id=own.pk, by=people.lin, at=moment)
    order.refresh_from_db()
    assert order.next_node_kind == "MATERIAL"
    with pytest.raises(Refused, match="Name the node"):
        order_nodes.add_node(order_id=order.pk, name=" ", by=people.lin, at=moment)


def test_the_state_follows_what_is_said_of_the_sale(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, ordered_on=date(2026, 6, 1), delivery_on=None)

    def say(day: date, percent: int) -> str:
        order_sales.record_sale(
            order_id=order.pk, day=day, sold_percent=Decimal(percent), by=people.lin, at=moment
        )
        order.refresh_from_db()
        return order.downstream_state

    assert say(date(2026, 11, 20), 30) == "SELLING"
    assert say(date(2026, 10, 1), 90) == "SELLING"  # an older word changes nothing
    assert say(date(2026, 11, 21), 80) == "REMAINING_STOCK"
    with pytest.raises(Refused, match="Between 0 and 100"):
        say(date(2026, 11, 22), 120)
    with pytest.raises(Refused, match="before the order"):
        say(date(2026, 5, 1), 10)


def test_a_sample_moves_its_nodes(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, kind=OrderKind.SAMPLE)

    def to(state: str, at: datetime, **more: Any) -> Order:
        samples.change_sample(order_id=order.pk, changes={"state": state, **more}, by=people.lin, at=at)
        order.refresh_from_db()
        return order

    assert to("SENT", moment, courier="DHL").next_node_kind == "SAMPLE_RESULT"
    assert node(order, "SAMPLE_SENT").actual_on == moment.date()
    later = moment + timedelta(days=9)
    assert to("APPROVED", later).state == "DELIVERED"
    assert order.sample.result_on == later.date()
    with pytest.raises(Refused, match="before the step"):
        to("RECEIVED", later, received_on=date(2026, 11, 1))


def test_charges_and_shares_are_replaced_as_a_whole(people: Cast, acme: Customer, moment: datetime) -> None:
    order = placed(acme, people.lin, moment, charges=(NewCharge("FREIGHT", Decimal(80)),))
    changed = change(order, people, moment, charges=[NewCharge("DISCOUNT", Decimal(-50), "Fair")])
    assert changed.amount == Decimal(200)
    half = {people.lin.pk: Decimal(50), people.wang.pk: Decimal(50)}
    change(order, people, moment, shares=half)
    assert dict(order.shares.values_list("user_id", "percent")) == half
    with pytest.raises(Refused, match="together they must be 100"):
        change(order, people, moment, shares={people.lin.pk: Decimal(50)})
