"""A customer whose orders shrink three times: cause and measure, the manager, both; then something new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.notifications.models import Notice
from genjin.policy.models import CompanySwitches
from genjin.sales.models import Order, OrderDecline, OrderLine, Product, ProductCategory, ProductLink
from tests.conftest import Cast
from tests.journeys.trade import Trade
from tests.sales.ordering import line, placed


@pytest.fixture
def trade(
    customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any, no_picks: None
) -> Trade:
    """A customer of one lamp, which goes with a bulb; its first order was good."""
    CompanySwitches.objects.update(go_live_on=date(2026, 11, 1))
    lights = ProductCategory.objects.create(name_en="Lights")
    lamp, bulb = (
        Product.objects.create(code=code, name_en=code.title(), category=lights, created_at=moment)
        for code in ("LAMP", "BULB")
    )
    ProductLink.objects.create(product=lamp, other=bulb, kind="COMPLEMENTARY")
    story = Trade(people, customer(name="Lumière SARL", follow_grade="MID"), moment, sign_in(people.lin))
    bought(story, 1000)
    return story


def bought(trade: Trade, quantity: int) -> Order:
    """An order of so many lamps, today."""
    lamp = Product.objects.get(code="LAMP")
    order = placed(
        trade.customer, trade.lin, trade.at, ordered_on=trade.today, delivery_on=None,
        lines=(line(quantity, "10", product_id=lamp.pk, code="LAMP", description="Lamp"),),
    )  # fmt: skip
    trade.sweep()
    return order


def told(kind: str) -> set[str]:
    """Who was told of declines of that kind."""
    rows = Notice.objects.filter(kind=f"followups.{kind}").select_related("user")
    return {row.user.name_en for row in rows}


def declines(trade: Trade) -> dict[str, str]:
    """What declines ask for: "cause" or "measure" -> the day."""
    return trade.days("decline:")


def explained(trade: Trade, order: Order, **values: str) -> None:
    """Cause and measure, written down in the dialog of the order's page."""
    decline = OrderDecline.objects.get(order=order)
    form = trade.page.get(reverse("sales:decline", args=[decline.pk])).context["form"]
    trade.post("sales:decline", decline.pk, data={"version": form.initial["version"], **values})


def test_three_smaller_orders_are_asked_about_told_of_and_answered_by_something_new(trade: Trade) -> None:
    # The first fall: its cause is asked for the same day, a measure on the next; nobody else is told.
    trade.go("2026-12-21")
    first = bought(trade, 700)
    assert declines(trade) == {"cause": "12-21"}
    assert "−30 %" in trade.get("sales:order_compare", first.pk)
    explained(trade, first, cause="A cheaper rival")
    assert declines(trade) == {"measure": "12-22"}
    explained(trade, first, cause="A cheaper rival", measure="Offer a year's price")
    assert declines(trade) == {}
    assert told("decline_again") == told("decline_late") == set()

    # The second: the measure did not help, and the manager is told.
    trade.go("2027-01-20")
    bought(trade, 480)
    assert declines(trade) == {"cause": "01-20"}
    assert OrderDecline.objects.get(order=first).closed_at is not None
    assert (told("decline_again"), told("decline_late")) == ({"Chen Gang"}, set())

    # The third: late, for both. The same model for four orders is said.
    trade.go("2027-02-22")
    third = bought(trade, 330)
    assert told("decline_late") == {"Chen Gang", "Lin Xiaowen"}
    assert list(OrderDecline.objects.order_by("pk").values_list("level", flat=True)) == [1, 2, 3]
    assert OrderDecline.objects.filter(closed_at=None).get().order == third
    page = trade.get("sales:order_compare", third.pk)
    assert "3 declines in a row" in page
    assert "Only models bought before" in page
    assert "goes with Lamp" in page

    # What goes with it is put onto this very order; nothing of it may be zero or less.
    bulb = Product.objects.get(code="BULB")
    for quantity in ("0", "-5"):
        page = trade.page.post(
            reverse("sales:take_recommended", args=[third.pk]),
            {"product": bulb.pk, "quantity": quantity, "unit_price": "2"},
        ).content.decode()
        assert "must be more than 0" in page
    trade.post(
        "sales:take_recommended", third.pk, data={"product": bulb.pk, "quantity": "400", "unit_price": "2"}
    )
    third.refresh_from_db()
    assert third.amount == Decimal(4100)
    assert list(OrderLine.objects.filter(order=third).values_list("code", flat=True)) == ["LAMP", "BULB"]
    page = trade.get("sales:order_compare", third.pk)
    assert "Only models bought before" not in page
    assert "1 new model" in page

    # An order as large as before closes the decline.
    trade.go("2027-03-22")
    bought(trade, 1000)
    assert not OrderDecline.objects.filter(closed_at=None).exists()
    assert declines(trade) == {}
