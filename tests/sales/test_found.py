"""Offers, orders, products and shipments are found by what people remember of them, if one may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.actions.ownership import assign_owner
from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions import offers, order_changes
from genjin.sales.actions.products import add_product
from genjin.sales.actions.shipments import change_shipment
from genjin.sales.models import Order
from genjin.search import queries
from tests.conftest import Cast
from tests.sales.offering import offered
from tests.sales.ordering import placed
from tests.sales.shipping import packed


@pytest.fixture
def order(people: Cast, acme: Customer, moment: datetime) -> Order:
    """An order with the customer's own number."""
    return placed(acme, people.lin, moment, number="SC2026-0815", customer_po_no="PO-4711/B")


@pytest.fixture
def sold(order: Order, people: Cast, acme: Customer, moment: datetime) -> dict[str, Any]:
    """One of each, by the name of its kind."""
    row = {"code": "DL-77", "name_en": "Desk lamp", "name_zh": "台灯"}
    shipment = packed(order, people.lin, moment)
    numbers = {"bl_no": "COSU6301234567", "container_no": "TCNU1234567"}
    change_shipment(shipment_id=shipment.pk, wanted=numbers, by=people.lin, at=moment)
    return {
        "sales.order": order,
        "sales.offer": offered(acme, people.lin, moment),
        "sales.product": add_product(row=row, by=people.admin, at=moment),
        "sales.shipment": shipment,
    }


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("SC2026-0815", "sales.order"),
        ("sc2026-08", "sales.order"),
        ("PO-4711", "sales.order"),
        ("QT2026-0001", "sales.offer"),
        ("DL-77", "sales.product"),
        ("desk", "sales.product"),
        ("台灯", "sales.product"),
        ("COSU6301234567", "sales.shipment"),
        ("TCNU1234567", "sales.shipment"),
    ],
)
def test_it_is_found_in_search_and_palette(
    asked: str, kind: str, sold: dict[str, Any], people: Cast, sign_in: Callable[[User], Client]
) -> None:
    hits = queries.find(people.lin, asked)
    url = reverse(kind.replace(".", ":"), args=[sold[kind].pk])
    assert (hits[0].kind.name, hits[0].url) == (kind, url)
    browser = sign_in(people.lin)
    for name in ("search:search", "web:palette"):
        assert f'href="{url}"' in browser.get(reverse(name), {"q": asked}).content.decode()
    mine = {hit.kind.name for hit in queries.find(people.hu, asked)}
    assert mine == ({kind} if kind == "sales.product" else set())


def test_the_customers_new_owner_finds_what_was_sold_before_him(
    sold: dict[str, Any], people: Cast, acme: Customer, moment: datetime
) -> None:
    order_changes.close_order(order_id=sold["sales.order"].pk, by=people.lin, at=moment)
    assign_owner(ids=[acme.pk], owner_id=people.hu.pk, why="Trip", by=people.admin, at=moment)
    for asked in ("SC2026-0815", "QT2026-0001", "TCNU1234567"):
        assert queries.find(people.hu, asked), asked


def test_what_is_in_the_recycle_bin_is_not_found(
    sold: dict[str, Any], people: Cast, moment: datetime
) -> None:
    offers.recycle(offer_id=sold["sales.offer"].pk, by=people.admin, at=moment)
    assert queries.find(people.lin, "QT2026-0001") == []
    offers.restore(offer_id=sold["sales.offer"].pk, by=people.admin, at=moment)
    assert queries.find(people.lin, "QT2026-0001")
