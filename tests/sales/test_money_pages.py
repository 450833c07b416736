"""Pages of money, as finance and salespeople use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions.receipts import NewReceipt, register_receipt
from genjin.sales.models import (
    CreditNote,
    ExchangeRate,
    IssuedDocument,
    LetterOfCredit,
    Order,
    PaymentPlanLine,
    Receipt,
)
from tests.conftest import Cast
from tests.sales.ordering import line, placed

D = Decimal
SignIn = Callable[[User], Client]


@pytest.fixture
def order(acme: Customer, people: Cast, moment: datetime) -> Order:
    """USD 1,000 on the usual terms, planned."""
    terms = {"payment_terms": "30% T/T deposit, 70% before shipment"}
    return placed(acme, people.lin, moment, lines=(line(100, "10"),), terms=terms)


def test_money_goes_from_the_bank_to_the_order(order: Order, people: Cast, sign_in: SignIn) -> None:
    finance, seller = sign_in(people.zhou), sign_in(people.lin)
    sent = {"received_on": "2026-11-24", "payer": "ACME", "currency": "usd", "amount_paid": "300",
            "method": "TT", "bank_charges": "20"}  # fmt: skip
    assert finance.post("/receipts/new/", sent).status_code == 302
    receipt = Receipt.objects.get()
    assert (receipt.amount_received, receipt.currency, receipt.state) == (D(280), "USD", "UNCLAIMED")
    assert b"Whose money is this?" in seller.get("/receipts/").content
    here = f"/receipts/{receipt.pk}/"
    assert seller.post(f"{here}claim/", {"customer": order.customer_id}).status_code == 302
    assert b"Finance has to confirm" in seller.get(here).content
    assert finance.post(f"{here}confirm/").status_code == 302
    deposit = PaymentPlanLine.objects.filter(order=order)[0]
    page = seller.get(here).content.decode()
    assert f'name="part-{deposit.pk}-amount" value="300.00"' in page
    wrong = seller.post(f"{here}allocate/", {f"part-{deposit.pk}-amount": "301"})
    assert b"Only USD 300.00 of this receipt are left." in wrong.content
    assert seller.post(f"{here}allocate/", {f"part-{deposit.pk}-amount": "300"}).status_code == 302
    order.refresh_from_db()
    assert order.paid_amount == D(300)
    panel = seller.get(f"/orders/{order.pk}/money/").content.decode()
    assert "RC2026-0001" in panel
    assert "USD 700.00" in panel
    (row,) = receipt.allocations.all()
    assert seller.post(f"/receipts/allocations/{row.pk}/take-back/").status_code == 302
    order.refresh_from_db()
    assert order.paid_amount == 0


def test_receivables_show_customers_and_totals(order: Order, people: Cast, sign_in: SignIn) -> None:
    page = sign_in(people.lin).get("/receivables/?at=2026-12-10").content.decode()
    assert "Acme Lighting GmbH" in page
    assert "No rate to CNY is known for that day: USD" in page
    assert "700.00" in page
    drill = sign_in(people.lin).get(f"/customers/{order.customer_id}/receivables/?at=2026-12-10")
    assert order.number in drill.content.decode()
    assert "Acme" not in sign_in(people.hu).get("/receivables/").content.decode()
    assert sign_in(people.hu).get(f"/customers/{order.customer_id}/money/").status_code == 404


def test_a_plan_is_set_on_its_page_and_a_wrong_one_keeps_what_was_typed(
    order: Order, people: Cast, sign_in: SignIn
) -> None:
    client, here = sign_in(people.lin), f"/orders/{order.pk}/plan/"
    assert 'value="30.0000"' in client.get(here).content.decode()
    sent = {"parts-0-percent": "40", "parts-0-amount": "", "parts-0-trigger": "ON_ORDER",
            "parts-0-kind": "DEPOSIT", "parts-1-percent": "50", "parts-1-amount": "",
            "parts-1-trigger": "AFTER_BL", "parts-1-days": "30"}  # fmt: skip
    wrong = client.post(here, sent).content.decode()
    assert "The percentages must make 100 % together." in wrong
    assert 'value="40"' in wrong
    assert client.post(here, sent | {"parts-1-percent": "60"}).status_code == 302
    assert [one.amount for one in PaymentPlanLine.objects.filter(order=order)] == [D(400), D(600)]
    assert "60" in client.get(f"{here}?terms=T/T in advance").content.decode()


def test_letters_of_credit_and_credit_notes_are_entered_on_the_order(
    order: Order, people: Cast, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    sent = {"number": "LC-77", "amount": "1000", "currency": "USD", "lc_expiry": "2027-03-01",
            "lc_latest_shipment": "2027-04-01", "lc_presentation_days": "21", "usance_days": "0"}  # fmt: skip
    wrong = client.post(f"/orders/{order.pk}/letters/add/", sent)
    assert "The latest shipment cannot lie after the expiry." in wrong.content.decode()
    sent["lc_latest_shipment"] = "2027-02-01"
    assert client.post(f"/orders/{order.pk}/letters/add/", sent).status_code == 302
    letter = LetterOfCredit.objects.get()
    presented = {"presented_on": "2026-11-24"}
    assert client.post(f"/letters-of-credit/{letter.pk}/present/", presented).status_code == 302
    assert "presented on" in client.get(f"/orders/{order.pk}/money/").content.decode()
    note = {"amount": "50", "reason": "Wet cartons", "issued_on": "2026-11-24"}
    assert client.post(f"/orders/{order.pk}/credit-notes/add/", note).status_code == 302
    assert "Wet cartons" in client.get(f"/orders/{order.pk}/money/").content.decode()


def test_a_credit_note_is_downloaded_from_the_orders_money(
    order: Order, people: Cast, sign_in: SignIn
) -> None:
    client = sign_in(people.lin)
    note = {"amount": "50", "reason": "Wet cartons", "issued_on": "2026-11-24"}
    client.post(f"/orders/{order.pk}/credit-notes/add/", note)
    made, paper = CreditNote.objects.get(), IssuedDocument.objects.get(kind="CREDIT_NOTE")
    assert (paper.number, paper.order_id, paper.language) == (made.number, order.pk, "en")
    assert paper.content["sums"][-1]["amount"] == "50.00"
    assert paper.content["words"] == ["SAY US DOLLARS FIFTY ONLY"]
    href = f"/credit-notes/{made.pk}/document.pdf"
    assert href in client.get(f"/orders/{order.pk}/money/").content.decode()
    answer = client.get(href)
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert made.number in answer.headers["Content-Disposition"]
    assert client.get(f"{href}?language=zh").content[:5] == b"%PDF-"
    assert sign_in(people.hu).get(href).status_code == 404
    client.post(f"/credit-notes/{made.pk}/recycle/")
    assert client.get(href).status_code == 404


def test_rates_are_entered_one_by_one_and_by_the_sheet(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.zhou)
    one = {"currency": "usd", "day": "2026-11-24", "rate": "710.56", "units": "100"}
    assert client.post("/rates/add/", one).status_code == 302
    sheet = "EUR 2026-11-24 7.8\n\nJPY;2026-11-24;4.71;100"
    assert client.post("/rates/sheet/", {"text": sheet}).status_code == 302
    known = dict(ExchangeRate.objects.values_list("currency", "rate"))
    assert known == {"USD": D("7.1056"), "EUR": D("7.8"), "JPY": D("0.0471")}
    for text, sentence in (
        ("EUR 2026-11-24 7.8\nEUR 2026-13-45 7", "Line 2 is not like: USD 2026-11-24 7.1056"),
        ("EUR 2026-11-24 7.8\nUSD 2026-11-24 0", "Line 2: The rate must be more than zero."),
    ):
        assert sentence in client.post("/rates/sheet/", {"text": text}).content.decode()
    assert sign_in(people.lin).get("/rates/add/").status_code == 404
    assert b"7.1056" in sign_in(people.lin).get("/rates/").content


def test_who_corrects_a_receipt_sees_what_a_colleague_saved(
    acme: Customer, people: Cast, moment: datetime, sign_in: SignIn
) -> None:
    item = NewReceipt(date(2026, 11, 24), "USD", D(10), customer_id=acme.pk)
    receipt = register_receipt(item=item, by=people.zhou, at=moment)
    client, here = sign_in(people.zhou), f"/receipts/{receipt.pk}/edit/"
    page = client.get(here)
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"note": "mine"}
    Receipt.objects.filter(pk=receipt.pk).update(note="theirs", version=receipt.version + 1)
    assert "theirs" in client.post(here, sent).content.decode()
    assert Receipt.objects.get().note == "theirs"
