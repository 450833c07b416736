"""Panels and lists of comparisons, declines and expected orders; the three commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from genjin import cli
from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.models import Order, OrderDecline, OrderLine, Product, ProductCategory, ProductLink
from tests.conftest import Cast
from tests.sales.ordering import line, placed

SignIn = Callable[[User], Client]


@pytest.fixture
def catalogue(people: Cast, moment: datetime) -> dict[str, Product]:
    """Two lamps, of which one goes with a bulb, and the successor of a lamp that is sold no more."""
    lights = ProductCategory.objects.create(name_en="Lights")
    made = {
        code: Product.objects.create(
            code=code, name_en=code.title(), category=lights, created_at=moment, is_active=code != "OLD"
        )
        for code in ("OLD", "LAMP", "BULB", "NEW")
    }
    for product, other, kind in (("LAMP", "BULB", "COMPLEMENTARY"), ("OLD", "NEW", "SUCCESSOR")):
        ProductLink.objects.create(product=made[product], other=made[other], kind=kind)
    return made


@pytest.fixture
def orders(people: Cast, acme: Customer, catalogue: dict[str, Product], moment: datetime) -> list[Order]:
    """Three orders, the last half of the one before it."""
    return [
        placed(
            acme, people.lin, moment, ordered_on=day, delivery_on=None,
            lines=tuple(line(quantity, 10, product_id=catalogue[code].pk) for code in codes),
        )
        for day, quantity, codes in (
            (date(2026, 9, 20), 100, ("OLD", "LAMP")),
            (date(2026, 10, 20), 100, ("OLD", "LAMP")),
            (date(2026, 11, 20), 50, ("LAMP",)),
        )
    ]  # fmt: skip


def panel(browser: Client, name: str, pk: int) -> str:
    answer = browser.get(reverse(f"sales:{name}", args=[pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_order_page_tells_what_fell_and_what_to_recommend(
    orders: list[Order], people: Cast, sign_in: SignIn
) -> None:
    text = panel(sign_in(people.lin), "order_compare", orders[2].pk)
    assert "This order declined: Kinds, Quantity, Amount." in text
    assert "−75 %" in text
    assert "USD 2,000" in text
    assert text.index("takes the place of Old") < text.index("goes with Lamp")


def test_the_first_order_has_nothing_to_be_compared_with(
    orders: list[Order], people: Cast, sign_in: SignIn
) -> None:
    assert "nothing to compare it with yet" in panel(sign_in(people.lin), "order_compare", orders[0].pk)


def test_a_recommended_product_goes_onto_this_very_order(
    orders: list[Order], people: Cast, sign_in: SignIn, catalogue: dict[str, Product]
) -> None:
    browser, url = sign_in(people.lin), reverse("sales:take_recommended", args=[orders[2].pk])
    bad = browser.post(url, {"product": catalogue["BULB"].pk, "quantity": "0", "unit_price": "2"})
    assert b"must be more than 0" in bad.content
    browser.post(url, {"product": catalogue["BULB"].pk, "quantity": "500", "unit_price": "2"})
    lines = OrderLine.objects.filter(order=orders[2]).values_list("code", "quantity")
    assert list(lines) == [("L-100", Decimal(50)), ("BULB", Decimal(500))]
    assert OrderDecline.objects.get(order=orders[2]).closed_at is None  # 1,500 is less than 2,000 still
    order = Order.objects.get(pk=orders[2].pk)
    assert order.amount == Decimal(1500)


def test_the_cause_is_written_down_in_a_dialog_and_stands_in_the_list(
    orders: list[Order], people: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(people.lin)
    decline = OrderDecline.objects.get(order=orders[2])
    assert b"cause unknown" in browser.get(reverse("sales:declines")).content
    url = reverse("sales:decline", args=[decline.pk])
    version = browser.get(url).context["form"].initial["version"]
    browser.post(url, {"cause": "A cheaper rival", "measure": "New models", "version": version})
    decline.refresh_from_db()
    assert (decline.cause, decline.measure) == ("A cheaper rival", "New models")
    seen = sign_in(people.chen).get(reverse("sales:declines")).content
    assert b"A cheaper rival" in seen
    assert b"A cheaper rival" not in sign_in(people.hu).get(reverse("sales:declines")).content
    assert sign_in(people.hu).get(url).status_code == 404


def test_the_customer_page_tells_when_he_orders_next(
    orders: list[Order], people: Cast, acme: Customer, sign_in: SignIn, moment: datetime
) -> None:
    text = panel(sign_in(people.lin), "customer_rhythm", acme.pk)
    assert "Not enough history" in text
    assert text.count('class="bar"') == 3
    for days in (60, 90):
        placed(
            acme, people.lin, moment, ordered_on=date(2026, 9, 20) - timedelta(days=days), delivery_on=None
        )
    text = panel(sign_in(people.lin), "customer_rhythm", acme.pk)
    assert "by the customer&#x27;s own rhythm" in text
    assert "Order SC2026-0003 fell" in text


def test_who_is_about_to_order_is_listed_by_day_with_the_same_number_of_queries(
    people: Cast, customer: Callable[..., Customer], sign_in: SignIn, moment: datetime
) -> None:
    browser, url = sign_in(people.lin), reverse("sales:reorders")

    def buyer(name: str, gap: int) -> None:
        firm = customer(name=name)
        for place in range(4):
            day = date(2026, 11, 20) - timedelta(days=gap * place)
            placed(firm, people.lin, moment, ordered_on=day, delivery_on=None)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        return len(asked)

    browser.get(url)
    buyer("Later Ltd", 60)
    few = queries()
    buyer("Sooner Ltd", 20)
    text = browser.get(url).content.decode()
    assert text.index("Sooner Ltd") < text.index("Later Ltd")
    assert queries() == few
    assert "Later Ltd" not in sign_in(people.hu).get(url).content.decode()


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert cli.main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_commands_answer_for_stored_orders(
    orders: list[Order], acme: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    compared = answer(capsys, "compare-order", orders[2].number)
    assert (compared["declined"], compared["level"], compared["same_models"]) == (True, 1, False)
    amount = next(
        one for one in compared["differences"] if (one["measure"], one["against"]) == ("AMOUNT", "LAST_THREE")
    )
    assert (amount["percent"], amount["arrow"], amount["is_anomaly"]) == ("-75.0", "DOWN", True)
    found = answer(capsys, "recommend", str(acme.pk))["recommendations"]
    assert [(one["product"], one["why"]) for one in found] == [
        ("NEW", "SUCCESSOR"),
        ("BULB", "COMPLEMENTARY"),
    ]
    assert answer(capsys, "reorder", str(acme.pk))["answer"] == "not enough history"


def test_a_command_asked_for_what_is_not_there_says_so(
    people: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["compare-order", "SC9"], ["recommend", "C9"], ["reorder", "9", "--at", "soon"]):
        assert cli.main(arguments) != 0
    assert "no day such as" in capsys.readouterr().err
