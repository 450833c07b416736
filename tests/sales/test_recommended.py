"""A recommended product goes onto an order or an offer; an unknown one is told beside its field (003-41)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions import offer_states
from genjin.sales.models import Offer, Product
from tests.conftest import Cast
from tests.sales.offering import lamp, line, offered
from tests.sales.ordering import line as order_line
from tests.sales.ordering import placed

SignIn = Callable[[User], Client]
GONE = "This product is not on sale (any more). Choose another one."


@pytest.fixture
def bulb(people: Cast, moment: datetime) -> Product:
    """Something that goes with a lamp."""
    return lamp(moment, code="B-1", name_en="Bulb", name_zh="灯泡")


def asked(acme: Customer, product: Product) -> str:
    return reverse("sales:offer_recommended", args=[acme.pk]) + f"?product={product.pk}"


def test_it_is_put_on_a_draft_and_what_was_approved_is_a_draft_again(
    people: Cast, acme: Customer, moment: datetime, sign_in: SignIn, bulb: Product
) -> None:
    offer = offered(acme, people.lin, moment, lines=(line(10, 5), line(1, 9, is_optional=True)))
    Offer.objects.filter(pk=offer.pk).update(state=Offer.State.APPROVED)
    browser, url = sign_in(people.lin), asked(acme, bulb)
    assert f"QT2026-0001 · {Offer.State.APPROVED.label}" in browser.get(url).content.decode()
    typed = {"offer": offer.pk, "product": bulb.pk, "quantity": "0", "unit_price": "2"}
    assert "must be more than 0" in browser.post(url, typed).content.decode()
    browser.post(url, typed | {"quantity": "20"})
    offer.refresh_from_db()
    assert (offer.amount, offer.state) == (Decimal("90.00"), Offer.State.DRAFT)
    assert [(row.code, row.is_optional) for row in offer.lines.all()] == [
        ("L-100", False), ("L-100", True), ("B-1", False),
    ]  # fmt: skip


def test_an_offer_begins_with_it_on_the_terms_of_the_last_one(
    people: Cast, acme: Customer, moment: datetime, sign_in: SignIn, bulb: Product
) -> None:
    old = offered(acme, people.lin, moment, language="de", terms={"currency": "EUR", "incoterm": "CIF"})
    offer_states.mark_sent(offer_id=old.pk, by=people.lin, at=moment)
    url = asked(acme, bulb)
    typed = {"offer": "PROFORMA", "product": bulb.pk, "quantity": "20", "unit_price": "2"}
    answer = sign_in(people.lin).post(url, typed)
    made = Offer.objects.latest("pk")
    assert answer.headers["Location"] == reverse("sales:offer", args=[made.pk])
    assert (made.kind, made.currency, made.incoterm, made.language) == ("PROFORMA", "EUR", "CIF", "de")
    assert (made.amount, made.state, str(made.valid_until)) == (Decimal("40.00"), "DRAFT", "2026-12-24")


def test_what_was_sent_and_what_belongs_to_others_is_not_offered(
    people: Cast, acme: Customer, moment: datetime, sign_in: SignIn, bulb: Product
) -> None:
    sent = offered(acme, people.lin, moment)
    offer_states.mark_sent(offer_id=sent.pk, by=people.lin, at=moment)
    browser, url = sign_in(people.lin), asked(acme, bulb)
    typed = {"offer": sent.pk, "product": bulb.pk, "quantity": "20", "unit_price": "2"}
    assert "Select a valid choice" in browser.post(url, typed).content.decode()
    assert sign_in(people.hu).get(url).status_code == 404


@pytest.mark.parametrize("product", ["0", "999999", "99999999999999999999", "x"])
def test_an_unknown_product_is_told_beside_its_field(
    people: Cast, acme: Customer, moment: datetime, sign_in: SignIn, bulb: Product, product: str
) -> None:
    order, browser = placed(acme, people.lin, moment), sign_in(people.lin)
    typed = {"product": product, "quantity": "20", "unit_price": "2", "offer": "QUOTATION"}
    for url in (reverse("sales:take_recommended", args=[order.pk]), asked(acme, bulb)):
        page = browser.post(url, typed).content.decode()
        place = page.index('id="id_product_error"')
        assert GONE in page[place : place + 300]


def test_the_panels_offer_both(
    people: Cast, acme: Customer, moment: datetime, sign_in: SignIn, bulb: Product
) -> None:
    first = lamp(moment)
    first.links.create(other=bulb, kind="COMPLEMENTARY")
    order = placed(acme, people.lin, moment, lines=(order_line(product_id=first.pk),))
    page = sign_in(people.lin).get(reverse("sales:order_compare", args=[order.pk])).content.decode()
    assert "Add to this order" in page
    assert asked(acme, bulb) in page
    assert asked(acme, bulb) in (
        sign_in(people.lin).get(reverse("sales:customer_rhythm", args=[acme.pk])).content.decode()
    )
