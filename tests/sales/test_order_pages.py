"""The board, an order's page and its forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin.customers.models import Customer, NextStep
from genjin.fields import actions as fields
from genjin.people.models import User
from genjin.sales.actions import order_nodes, samples
from genjin.sales.models import Order, OrderKind, OrderLine
from genjin.sales.models.order import ORDER_KIND
from tests.conftest import Cast
from tests.sales.ordering import line, placed

Enter = Callable[[User], Client]


def read(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def form_of(acme: Customer, **more: Any) -> dict[str, Any]:
    return {
        "customer": acme.pk, "kind": "BULK", "ordered_on": "2026-11-24", "delivery_on": "2027-01-29",
        "currency": "USD", "incoterm": "FOB", "payment_method": "TT", "transport_mode": "SEA",
        "lines-count": "2", "charges-count": "1",
        "lines-0-code": "L-1", "lines-0-description": "Lamp", "lines-0-quantity": "100",
        "lines-0-unit_price": "2.5", "lines-0-unit": "pcs",
        "charges-0-kind": "DISCOUNT", "charges-0-amount": "10",
    } | more  # fmt: skip


def test_the_board_shows_what_comes_next_overdue_first(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    later = placed(acme, people.lin, moment, number="LATER-1")
    late = placed(acme, people.lin, moment - timedelta(days=40), number="LATE-1",
                  ordered_on=date(2026, 10, 1), delivery_on=date(2026, 11, 1))  # fmt: skip
    sample = placed(acme, people.lin, moment, number="SAMPLE-1", kind=OrderKind.SAMPLE, delivery_on=None)
    page = read(sign_in(people.lin), "sales:board")
    assert page.index(late.number) < page.index(sample.number) < page.index(later.number)
    assert "overdue" in page
    assert "Sample order" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "SAMPLE"}, {"S-1"}),
        ({"node": "MATERIAL"}, {"B-1"}),
        ({"q": "po-77"}, {"B-1"}),
        ({"country": "FR"}, set()),
        ({"year": "2026"}, {"B-1", "S-1"}),
        ({"year": "abc", "owner": "x", "state": "NO"}, {"B-1", "S-1"}),
    ],
)
def test_the_board_is_filtered(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter, query: dict[str, str], found: set[str]
) -> None:
    placed(acme, people.lin, moment, number="B-1", customer_po_no="PO-77")
    placed(acme, people.lin, moment, number="S-1", kind=OrderKind.SAMPLE)
    page = read(sign_in(people.lin), "sales:board", **query)
    assert {number for number in ("B-1", "S-1") if f">{number}<" in page} == found


@pytest.mark.parametrize("view", ["nodes", "states"])
def test_the_columns_hold_all_cards(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter, view: str
) -> None:
    placed(acme, people.lin, moment, number="B-1")
    placed(acme, people.lin, moment, number="B-2", delivery_on=None)
    page = read(sign_in(people.lin), "sales:board", view=view)
    assert ">B-1<" in page
    assert ">B-2<" in page


def test_colleagues_see_no_orders_of_others(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    order = placed(acme, people.lin, moment)
    other = sign_in(people.hu)
    assert order.number not in read(other, "sales:board")
    for name in ("order", "edit_order", "order_state", "cancel_order"):
        assert other.get(reverse(f"sales:{name}", args=[order.pk])).status_code == 404


def test_an_order_is_placed_by_its_form(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    client = sign_in(people.lin)
    assert "New order" in read(client, "sales:new_order", customer=acme.pk)
    answer = client.post(reverse("sales:new_order"), form_of(acme))
    order = Order.objects.get()
    assert answer.headers["Location"] == reverse("sales:order", args=[order.pk])
    assert order.amount == Decimal(240)
    page = read(client, "sales:order", order.pk)
    assert "USD 240.00" in page
    assert "Do not press for the next order now" in page


def test_custom_fields_are_shown_on_the_page_to_those_who_may_see_them(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    given = {"type": "TEXT", "by": people.admin, "at": moment}
    shown = fields.create_field(kind=ORDER_KIND, name_en="Colour card", **given)
    hidden = fields.create_field(kind=ORDER_KIND, name_en="Hidden card", **given, seen_by="MANAGERS")
    order = placed(acme, people.lin, moment)
    Order.objects.filter(pk=order.pk).update(custom={shown.key: "RAL <9010>", hidden.key: "RAL 1"})
    page = read(sign_in(people.lin), "sales:order", order.pk)
    assert "RAL &lt;9010&gt;" in page.split("<dt>Colour card</dt>")[1].split("</dd>")[0]
    assert "Hidden card" not in page and "RAL 1" not in page


def test_what_is_wrong_stands_in_its_row_and_nothing_typed_is_lost(
    people: Cast, acme: Customer, sign_in: Enter
) -> None:
    client = sign_in(people.lin)
    wrong = form_of(acme, **{"lines-0-quantity": "-4", "lines-1-code": "X-2", "remarks": "Keep me"})
    page = client.post(reverse("sales:new_order"), wrong).content.decode()
    assert "This is missing." in page
    assert "Keep me" in page
    wrong |= {"lines-1-quantity": "1", "lines-1-unit_price": "1"}
    page = client.post(reverse("sales:new_order"), wrong).content.decode()
    assert "The quantity must be more than 0" in page
    assert "Choose a product or describe the goods." in page
    assert not Order.objects.exists()


def test_lines_are_added_without_scripts(people: Cast, acme: Customer, sign_in: Enter) -> None:
    client = sign_in(people.lin)
    page = client.post(reverse("sales:new_order"), form_of(acme, add_line="1")).content.decode()
    assert 'name="lines-count" value="7"' in page
    assert 'value="L-1"' in page
    page = client.post(reverse("sales:new_order"), form_of(acme, remove_line="0")).content.decode()
    assert 'value="L-1"' not in page


def test_editing_shows_what_somebody_else_changed(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    order = placed(acme, people.lin, moment)
    client = sign_in(people.lin)
    address = reverse("sales:edit_order", args=[order.pk])
    shown = client.get(address).context["form"]
    posted = form_of(acme, version=shown.initial["version"], customer_po_no="MINE")
    posted |= {"lines-0-id": order.lines.get().pk, "lines-0-quantity": "7"}
    Order.objects.filter(pk=order.pk).update(customer_po_no="THEIRS", version=2)
    page = client.post(address, posted).content.decode()
    assert "THEIRS" in page
    assert order.lines.get().quantity == 100


def test_a_node_is_edited_in_its_row(people: Cast, acme: Customer, moment: datetime, sign_in: Enter) -> None:
    order = placed(acme, people.lin, moment)
    node = order.nodes.get(kind="MATERIAL")
    client = sign_in(people.lin)
    address = reverse("sales:node", args=[node.pk])
    headers = {"HX-Request": "true"}
    answer = client.post(
        address, {"planned_on": "2026-12-01", "actual_on": "", "version": 1}, headers=headers
    )
    assert answer.status_code == 200
    assert 'value="2026-12-01"' in answer.content.decode()
    answer = client.post(address, {"planned_on": "2026-12-02", "version": 1}, headers=headers)
    assert answer.status_code == 422
    assert "Somebody else has saved this" in answer.content.decode()
    answer = client.post(address, {"planned_on": "nonsense"}, headers=headers)
    assert answer.status_code == 422
    node.refresh_from_db()
    assert node.planned_on == date(2026, 12, 1)


def test_the_next_node_is_settled_from_the_board(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    order = placed(acme, people.lin, moment)
    client = sign_in(people.lin)
    client.post(reverse("sales:next_moved", args=[order.pk]), {"day": "2026-12-05"})
    order.refresh_from_db()
    assert order.next_node_on == date(2026, 12, 5)
    client.post(reverse("sales:next_done", args=[order.pk]), {"day": "2026-11-24"})
    order.refresh_from_db()
    assert (order.state, order.next_node_kind) == ("IN_PRODUCTION", "BOOKING")


def test_a_sample_asks_for_a_follow_up_and_becomes_a_bulk_order(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    client = sign_in(people.lin)
    asked = {
        "kind": "SAMPLE", "sample-sample_payer": "US", "sample-freight_payer": "CUSTOMER",
        "sample-follow_up_on": "2026-12-10", "lines-0-colour": "white",
    }  # fmt: skip
    client.post(reverse("sales:new_order"), form_of(acme, **asked))
    sample = Order.objects.get()
    assert NextStep.objects.get().due_on == date(2026, 12, 10)
    of_sample = sample.lines.get()
    samples.set_spec_sheet(line_id=of_sample.pk, spec_sheet=[("Plug", "EU")], by=people.lin, at=moment)
    page = read(client, "sales:new_order", sample=sample.pk)
    assert f'name="lines-0-sample_line" value="{of_sample.pk}"' in page
    made = form_of(acme, **{"lines-0-sample_line": of_sample.pk, "lines-0-colour": "ivory"})
    client.post(reverse("sales:new_order"), made)
    bulk = Order.objects.exclude(pk=sample.pk).get()
    assert bulk.lines.get().spec_sheet == {"Plug": "EU"}
    page = read(client, "sales:order", bulk.pk)
    assert "sample “white”, here “ivory”" in page
    assert bulk.number in read(client, "sales:order", sample.pk)


def test_the_customers_panel_adds_up_the_years(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter
) -> None:
    placed(acme, people.lin, moment, lines=(line(10, 5),))
    placed(acme, people.lin, moment, lines=(line(20, 5),))
    placed(acme, people.lin, moment, state="CLOSED", ordered_on=date(2024, 5, 1), delivery_on=None)
    placed(acme, people.lin, moment, kind=OrderKind.SAMPLE)
    page = read(sign_in(people.lin), "sales:customer_panel", acme.pk)
    assert "2 orders · USD 150.00" in page
    assert "30 pcs" in page
    assert "<dt>2024</dt>" in page


@pytest.mark.parametrize("name", ["board", "past", "order", "customer_panel"])
def test_pages_ask_no_more_for_more_rows(
    people: Cast, acme: Customer, moment: datetime, sign_in: Enter, name: str
) -> None:
    client = sign_in(people.zhao)
    orders = [placed(acme, people.lin, moment, lines=(line(), line()))]

    def queries() -> int:
        args = {"order": [orders[0].pk], "customer_panel": [acme.pk]}.get(name, [])
        read(client, f"sales:{name}", *args)
        with CaptureQueriesContext(connection) as seen:
            read(client, f"sales:{name}", *args)
        return len(seen)

    placed(acme, people.wang, moment, state="CLOSED", delivery_on=None)
    few = queries()
    for number in range(8):
        orders.append(placed(acme, people.wang if number % 2 else people.lin, moment))
        placed(acme, people.lin, moment, state="CLOSED", delivery_on=None)
        order_nodes.add_node(order_id=orders[0].pk, name=f"Own {number}", by=people.lin, at=moment)
    OrderLine.objects.bulk_create(
        OrderLine(order=orders[0], position=9, description="More", quantity=1, unit_price=1)
        for _n in range(9)
    )
    assert queries() <= few + 1
