"""What people type wrong on the way of an order: one sentence beside the field, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.sales.actions import order_changes
from genjin.sales.models import Order, PaymentPlanLine, Receipt, Shipment
from tests.conftest import Cast
from tests.journeys.trade import Trade
from tests.sales.shipping import packed, parts

ORDER = {
    "kind": "BULK", "ordered_on": "2026-11-24", "delivery_on": "2027-01-29", "currency": "USD",
    "incoterm": "FOB", "payment_method": "TT", "transport_mode": "SEA", "lines-count": "2",
    "charges-count": "0", "lines-0-code": "L-1", "lines-0-description": "Lamp", "lines-0-quantity": "100",
    "lines-0-unit_price": "10", "lines-0-unit": "pcs",
    "payment_terms": "30% T/T deposit, 70% before shipment", "remarks": "Keep these words",
}  # fmt: skip


@pytest.fixture
def trade(customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any) -> Trade:
    return Trade(people, customer(name="Acme Lighting GmbH"), moment, sign_in(people.lin))


@pytest.fixture
def order(trade: Trade) -> Order:
    """Of a hundred lamps at USD 10, placed by its form."""
    trade.post("sales:new_order", data=ORDER | {"customer": trade.customer.pk})
    return Order.objects.get()


def edited(trade: Trade, order: Order, **more: Any) -> dict[str, Any]:
    """The form of an order as its page gives it, with these changes."""
    form = trade.page.get(reverse("sales:edit_order", args=[order.pk])).context["form"]
    known = {
        "customer": trade.customer.pk,
        "number": order.number,
        "owner": order.owner_id,
        "version": form.initial["version"],
    }
    return ORDER | known | {"lines-0-id": order.lines.first().pk} | more


def sentences(page: str) -> list[str]:
    """What is said beside fields, in plain words."""
    found = re.findall(r'class="field-error"[^>]*>(.*?)</(?:div|p)>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", one)).strip() for one in found]


def is_one_sentence(page: str, *words: str) -> None:
    """Each of these is said once, beside a field, as one sentence."""
    said = sentences(page)
    for word in words:
        assert sum(word in one for one in said) == 1, said
        (found,) = [one for one in said if word in one]
        assert found.endswith((".", "。")), found
        assert len(re.findall(r"[.。](\s|$)", found)) <= 2, found


@pytest.mark.parametrize("quantity", ["0", "-100", "-0.001"])
def test_a_quantity_of_nothing_or_less_is_refused_in_its_row(trade: Trade, quantity: str) -> None:
    typed = ORDER | {"customer": trade.customer.pk, "lines-0-quantity": quantity}
    page = trade.refused("sales:new_order", data=typed)
    is_one_sentence(page, "quantity must be more than 0")
    assert "Keep these words" in page and f'value="{quantity}"' in page
    assert not Order.objects.exists()


def test_the_currency_stays_once_money_came(trade: Trade, order: Order) -> None:
    trade.pay(order, "300")
    page = trade.refused(
        "sales:edit_order", order.pk, data=edited(trade, order, currency="EUR", remarks="New words")
    )
    is_one_sentence(page, "currency can no longer change")
    assert "New words" in page
    order.refresh_from_db()
    assert (order.currency, order.remarks) == ("USD", "Keep these words")


def test_a_day_without_a_rate_is_said_and_the_order_is_placed_all_the_same(
    trade: Trade, order: Order
) -> None:
    assert order.exchange_rate is None
    assert "no rate for this day" in trade.get("sales:order", order.pk)


def test_goods_do_not_arrive_before_they_leave(trade: Trade, order: Order) -> None:
    shipment = packed(order, trade.lin, trade.at, vessel="MSC ANNA")
    dates = {"etd": "2027-02-10", "eta": "2027-02-01", "atd": "", "ata": "", "reason": "Typed wrong"}
    page = trade.refused("sales:schedule", shipment.pk, data=dates | {"version": shipment.version})
    is_one_sentence(page, "before the departure")
    assert "Typed wrong" in page
    assert Shipment.objects.get().eta is None


def test_nobody_pays_more_than_is_open_and_the_rest_stays_his(trade: Trade, order: Order) -> None:
    receipt = trade.pay(order, "1200")
    assert PaymentPlanLine.objects.filter(order=order).order_by("position").last().paid_amount == 700
    assert Receipt.objects.get(pk=receipt.pk).amount_paid == 1200
    page = trade.get("sales:receipt", receipt.pk)
    assert "200" in page
    form = edited(trade, order, **{"lines-0-quantity": "10"})
    said = trade.refused("sales:edit_order", order.pk, data=form)
    assert "credit note" in unescape(said)
    order.refresh_from_db()
    assert order.amount == Decimal(1000)


def test_what_has_left_is_neither_cancelled_nor_taken_away(trade: Trade, order: Order) -> None:
    shipment = packed(order, trade.lin, trade.at, lines=parts(order, 60))
    trade.post("sales:ship", shipment.pk, data={"shipped_on": trade.today.isoformat(), "eta": "2027-02-01"})
    order.refresh_from_db()
    assert order.state == "PARTLY_SHIPPED"
    said = trade.refused("sales:cancel_order", order.pk, data={"reason": "He does not want it"})
    assert "line by line" in unescape(said) and "He does not want it" in said
    page = trade.refused(
        "sales:edit_order", order.pk, data=edited(trade, order, **{"lines-0-quantity": "50"})
    )
    is_one_sentence(page, "60 are shipped")
    (one,) = order.lines.all()
    page = trade.refused("sales:cancel_quantity", one.pk, data={"quantity": "41", "reason": "Too many"})
    is_one_sentence(page, "At most 40")
    trade.post("sales:cancel_quantity", one.pk, data={"quantity": "40", "reason": "Too many"})
    order.refresh_from_db()
    assert (order.amount, order.state) == (Decimal(600), "SHIPPED")


def test_a_cancelled_order_takes_no_goods_and_no_change(trade: Trade, order: Order) -> None:
    order_changes.cancel_order(order_id=order.pk, reason="Lost", by=trade.lin, at=trade.at)
    answer = trade.page.post(
        reverse("sales:edit_order", args=[order.pk]), edited(trade, order, remarks="Something else")
    )
    assert answer.status_code in (200, 302, 404, 409, 422)
    order.refresh_from_db()
    assert (order.state, order.remarks) == ("CANCELLED", "Keep these words")


def test_of_two_who_edit_one_order_the_second_sees_both_and_loses_nothing(
    trade: Trade, order: Order, sign_in: Any
) -> None:
    mine = edited(trade, order, customer_po_no="MINE", remarks="My words")
    theirs = edited(trade, order, customer_po_no="THEIRS")
    boss = sign_in(trade.people.chen)
    answer = boss.post(reverse("sales:edit_order", args=[order.pk]), theirs)
    assert answer.status_code == 302, sentences(answer.content.decode())
    page = trade.refused("sales:edit_order", order.pk, data=mine)
    assert "THEIRS" in page and "MINE" in page and "My words" in page
    assert "Chen Gang" in page, "who it was"
    order.refresh_from_db()
    assert (order.customer_po_no, order.remarks) == ("THEIRS", "Keep these words")


def test_an_order_has_somebody_who_sees_to_it(trade: Trade, order: Order, sign_in: Any) -> None:
    typed = edited(trade, order, owner="", remarks="New words")
    page = sign_in(trade.people.chen).post(reverse("sales:edit_order", args=[order.pk]), typed)
    is_one_sentence(page.content.decode(), "who sees to the order")
    assert "New words" in page.content.decode()
    assert Order.objects.get().owner == trade.lin
