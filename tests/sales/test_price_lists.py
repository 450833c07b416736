"""Price lists held against the last deal, and catalogues (000-61 to 000-63)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from genjin.customers.actions.refusal import Refused
from genjin.files.models import Attachment
from genjin.journal.models import Entry
from genjin.people.models import User
from genjin.sales.actions.price_lists import Ask, issue_price_list
from genjin.sales.actions.price_tiers import set_tiers
from genjin.sales.actions.product_pictures import add_pictures, put_first
from genjin.sales.actions.products import add_products
from genjin.sales.catalogues import Catalogue
from genjin.sales.models import Order, OrderLine, Product
from genjin.sales.price_lists import Wish, checked
from genjin.sales.product_queries import main_pictures
from tests.conftest import Cast
from tests.house.samples_sales_products import picture

DAY = date(2026, 11, 24)
WISH = Wish("USD", "FOB", (D(100), D(500)), DAY)


@pytest.fixture
def products(people: Cast, moment: datetime) -> list[Product]:
    """A lamp and a shade with prices, and a cord without."""
    rows = [{"code": code, "name_en": f"Name {code}", "name_zh": "灯"} for code in ("CORD", "LAMP", "SHADE")]
    made = add_products(rows=rows, by=people.lin, at=moment)
    tier = {"currency": "USD", "incoterm": "FOB"}
    for product, prices in ((made[1], ("5", "4.8")), (made[2], ("2", "1.9"))):
        tiers = [
            tier | {"min_quantity": D(least), "price": D(price)}
            for least, price in zip((100, 500), prices, strict=True)
        ]
        set_tiers(tiers={product.pk: tiers}, by=people.lin, at=moment)
    return made


@pytest.fixture
def buyer(people: Cast, moment: datetime, customer: Any, products: list[Product]) -> Any:
    """A customer who last paid 4.9 for the lamp, and bought the shade CIF."""
    mine = customer()
    for product, price, incoterm in ((products[1], "4.9", "FOB"), (products[2], "2.5", "CIF")):
        order = Order.objects.create(
            number=f"SC-{incoterm}", customer=mine, owner=people.lin, created_by=people.lin,
            created_at=moment, ordered_on=date(2026, 6, 1), exchange_rate=D(7), incoterm=incoterm,
        )  # fmt: skip
        OrderLine.objects.create(
            order=order, product=product, unit_price=D(price), quantity=D(1000), description="x"
        )
    return mine


def ask(buyer: Any, products: list[Product], **fields: Any) -> Ask:
    return Ask(customer=buyer, products=products, wish=WISH, **fields)


def codes_in(attachment: Attachment) -> dict[str, list[Any]]:
    from genjin.files import store

    with store.current().open(attachment.file.sha256) as stream:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(stream.read())).get_sheet_by_index(0).to_python()
    return {str(cell): list(row) for row in rows for cell in row if cell in ("CORD", "LAMP", "SHADE")}


def test_every_line_is_held_against_the_last_deal(buyer: Any, products: list[Product]) -> None:
    lines = {line.product.code: line for line in checked(buyer.pk, products, WISH)}
    assert [lines[code].verdict.state for code in ("CORD", "LAMP", "SHADE")] == [
        "OK",
        "NEEDS_REASON",
        "WARNED",
    ]
    assert lines["LAMP"].prices == (D(5), D("4.8"))
    assert lines["LAMP"].verdict.short == D("0.1")
    assert not lines["CORD"].is_offered


def test_a_price_below_the_last_deal_is_left_out_or_raised(
    buyer: Any, products: list[Product], people: Cast, moment: datetime
) -> None:
    who: dict[str, Any] = {"by": people.lin, "at": moment, "formats": ["xlsx"]}
    issued = issue_price_list(ask=ask(buyer, products), **who)
    assert (set(codes_in(issued.attachments[0])), issued.left_out) == ({"SHADE"}, 2)
    raised = issue_price_list(ask=ask(buyer, products, choices={products[1].pk: "LAST_PRICE"}), **who)
    assert codes_in(raised.attachments[0])["LAMP"][-2:] == [5, 4.9]
    assert not Entry.objects.filter(kind="sales.product", customer_id=buyer.pk).exists()


def test_only_a_manager_lets_it_through_and_says_why(
    buyer: Any, products: list[Product], people: Cast, moment: datetime
) -> None:
    wanted = {products[1].pk: "SUPPORT"}
    who: dict[str, Any] = {"at": moment, "formats": ["xlsx"]}
    with pytest.raises(Refused, match="right"):
        issue_price_list(ask=ask(buyer, products, choices=wanted, why="Big order"), by=people.lin, **who)
    with pytest.raises(Refused):
        issue_price_list(ask=ask(buyer, products, choices=wanted), by=people.chen, **who)
    assert not Attachment.objects.filter(customer_id=buyer.pk).exists()
    issued = issue_price_list(
        ask=ask(buyer, products, choices=wanted, why="Big order"), by=people.chen, **who
    )
    assert codes_in(issued.attachments[0])["LAMP"][-2:] == [5, 4.8]
    entry = Entry.objects.get(kind="sales.product", customer_id=buyer.pk)
    assert (entry.note, entry.changes["below_floor_reason"]) == ("Big order", [None, "SUPPORT"])


def test_nothing_with_a_price_makes_no_list(
    buyer: Any, products: list[Product], people: Cast, moment: datetime
) -> None:
    with pytest.raises(Refused):
        issue_price_list(ask=ask(buyer, products[:1]), formats=["pdf"], by=people.lin, at=moment)


def test_the_page_checks_first_and_then_gives_out(
    buyer: Any, products: list[Product], people: Cast, sign_in: Callable[[User], Client]
) -> None:
    browser, url = sign_in(people.lin), reverse("sales:price_list")
    assert f'value="{buyer.pk}" selected' in browser.get(f"{url}?customer={buyer.pk}").content.decode()
    typed = {
        "customer": buyer.pk, "bought": "on", "currency": "USD", "incoterm": "FOB", "quantities": "100 500",
        "language": "en-zh", "formats": ["pdf", "xlsx"],
    }  # fmt: skip
    shown = browser.post(url, typed).content.decode()
    assert f"choice-{products[1].pk}" in shown
    assert "SC-FOB" in shown
    assert not Attachment.objects.filter(customer_id=buyer.pk).exists()
    answer = browser.post(url, typed | {"issue": "1", f"choice-{products[1].pk}": "LAST_PRICE"}, follow=True)
    assert Attachment.objects.filter(customer_id=buyer.pk).count() == 2
    assert "customer=" in answer.content.decode()
    refused = browser.post(url, typed | {"quantities": "100, many"}).content.decode()
    assert "“many” is not a quantity." in refused


def test_a_customer_of_others_is_not_offered(
    buyer: Any, products: list[Product], people: Cast, sign_in: Callable[[User], Client]
) -> None:
    typed = {"customer": buyer.pk, "bought": "on", "currency": "USD", "incoterm": "FOB", "language": "en",
             "formats": ["pdf"], "issue": "1"}  # fmt: skip
    sign_in(people.hu).post(reverse("sales:price_list"), typed)
    assert not Attachment.objects.filter(customer_id=buyer.pk).exists()


@pytest.mark.parametrize("language", ["en", "zh", "en-zh"])
def test_a_catalogue_without_prices_says_none(
    products: list[Product], people: Cast, moment: datetime, language: str
) -> None:
    plain = Catalogue(products, language, None, DAY).printed("xlsx")
    cells = {
        cell
        for row in CalamineWorkbook.from_filelike(io.BytesIO(plain)).get_sheet_by_index(0).to_python()
        for cell in row
    }
    assert {"LAMP", "SHADE", "CORD"} <= cells
    assert not cells & {5, 4.8, 2, 1.9}
    assert Catalogue(products, language, WISH, DAY).printed("pdf").startswith(b"%PDF")


def test_the_catalogue_is_downloaded_or_kept_with_a_customer(
    products: list[Product], people: Cast, customer: Any, moment: datetime, sign_in: Callable[[User], Client]
) -> None:
    add_pictures(product_id=products[1].pk, pictures=[(picture(), "a.png")], by=people.lin, at=moment)
    browser, url = sign_in(people.lin), reverse("sales:catalogue")
    answer = browser.post(url, {"language": "zh", "format": "pdf", "products": [products[1].pk]})
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")  # type: ignore[call-overload]
    mine = customer()
    browser.post(url, {"language": "en", "format": "xlsx", "customer": mine.pk})
    assert Attachment.objects.filter(customer_id=mine.pk).count() == 1


def test_the_first_picture_is_the_main_one_until_another_is_put_first(
    products: list[Product], people: Cast, moment: datetime
) -> None:
    lamp = products[1].pk
    two = [(picture("red"), "red.png"), (picture("blue"), "blue.png")]
    add_pictures(product_id=lamp, pictures=two, by=people.lin, at=moment)
    assert main_pictures([lamp])[lamp].name == "red.png"
    blue = Attachment.objects.get(name="blue.png")
    put_first(product_id=lamp, attachment_id=blue.pk, by=people.lin, at=moment)
    assert main_pictures([lamp])[lamp].name == "blue.png"
    assert Attachment.objects.filter(deleted_at=None).count() == 2
