"""The pages of offers: written, looked at, approved, sent, printed, seen by whom they should."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from genjin.customers.models import Contact
from genjin.mail import after_sending
from genjin.mail.models import OutgoingMail
from genjin.sales.actions import credits, offer_chain, offer_states, offers
from genjin.sales.models import CustomerCredit, IssuedDocument, Offer, Order, PaymentPlanLine
from genjin.search.actions import index_records
from tests.sales.offering import DAY, lamp, line, new_offer, offered
from tests.sales.ordering import line as order_line
from tests.sales.ordering import placed
from tests.sales.test_documents import text_of

pytestmark = pytest.mark.django_db


def typed(lines, **head):
    """The form as a browser sends it."""
    data = {
        "offered_on": "2026-11-24", "valid_until": "2026-12-24", "language": "en-zh", "currency": "USD",
        "incoterm": "FOB", "incoterm_place": "Ningbo", "transport_mode": "SEA", "payment_method": "TT",
        "payment_terms": "30% deposit, 70% against copy of B/L",
    }  # fmt: skip
    for place, values in enumerate(lines):
        data |= {f"lines-{place}-{name}": str(value) for name, value in values.items()}
    return data | head


LAMP = {"code": "L-100", "description": "Desk lamp", "quantity": "1,000", "unit": "pcs", "unit_price": "2.50"}


def test_an_offer_is_written_with_lines_and_leads_to_its_page(acme, people, sign_in):
    client = sign_in(people.lin)
    page = client.get(reverse("sales:new_offer", args=[acme.pk]))
    assert page.status_code == 200
    answer = client.post(reverse("sales:new_offer", args=[acme.pk]), typed([LAMP, {"code": ""}]))
    made = Offer.objects.get()
    assert answer.status_code == 302
    assert made.amount == Decimal("2500.00")
    assert "QT2026-0001" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("name", ["new_offer", "new_order"])
def test_a_new_document_is_addressed_to_the_main_contact_and_to_nobody_who_left(
    acme, people, sign_in, name, moment
):
    there = {"customer": acme, "created_at": moment, "updated_at": moment}
    Contact.objects.create(name="Otto", **there)
    main = Contact.objects.create(name="Anna", is_primary=True, **there)
    to = {"new_offer": reverse("sales:new_offer", args=[acme.pk])}
    client = sign_in(people.lin)
    address = to.get(name, f"{reverse('sales:new_order')}?customer={acme.pk}")
    assert f'<option value="{main.pk}" selected>Anna' in client.get(address).content.decode()
    Contact.objects.filter(pk=main.pk).update(left_on="2026-01-01")
    assert f'<option value="{main.pk}" selected' not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"quantity": "0"}, "The quantity must be more than 0."),
        ({"quantity": "-3"}, "The quantity must be more than 0."),
        ({"quantity": "many"}, "Enter a number."),
        ({"quantity": "9" * 30}, "Ensure that there are no more than 14 digits"),
        ({"unit_price": "-1"}, "The price may not be negative."),
        ({"quantity": "NaN"}, "Enter a number."),
        ({"product": "4711"}, "There is no such product."),
    ],
)
def test_what_is_wrong_with_a_line_stands_beside_it_and_what_was_typed_stays(
    acme, people, sign_in, values, sentence
):
    client = sign_in(people.lin)
    answer = client.post(
        reverse("sales:new_offer", args=[acme.pk]), typed([LAMP | values], remarks="Keep me")
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert "Keep me" in page
    assert not Offer.objects.exists()


def test_a_thousand_lines_are_taken_and_shown(acme, people, sign_in, moment):
    client = sign_in(people.lin)
    lines = [{"code": f"L-{i}", "description": "Lamp", "quantity": 1, "unit_price": 1} for i in range(1000)]
    answer = client.post(reverse("sales:new_offer", args=[acme.pk]), typed(lines))
    assert Offer.objects.get().lines.count() == 1000
    assert client.get(answer.headers["Location"]).status_code == 200


def test_more_lines_are_asked_for_without_scripts_and_nothing_is_saved(acme, people, sign_in):
    client = sign_in(people.lin)
    answer = client.post(reverse("sales:new_offer", args=[acme.pk]), typed([LAMP], more="1"))
    assert 'name="lines-3-code"' in answer.content.decode()
    assert not Offer.objects.exists()


def test_the_second_saver_sees_the_other_lines_and_may_save_again(acme, people, sign_in, moment):
    client = sign_in(people.lin)
    offer = offered(acme, people.lin, moment)
    url = reverse("sales:edit_offer", args=[offer.pk])
    shown = version_in(client.get(url))
    offers.change_offer(offer_id=offer.pk, item=new_offer(acme, lines=(line(7),)), by=people.chen, at=moment)
    answer = client.post(url, typed([LAMP], version=shown))
    assert "Chen Gang changed these meanwhile to:" in answer.content.decode()
    client.post(url, typed([LAMP], version=version_in(answer)))
    offer.refresh_from_db()
    assert offer.amount == Decimal("2500.00")


def version_in(answer):
    return re.search(r'name="version" value="([^"]+)"', answer.content.decode())[1]


def test_costs_and_profit_are_only_for_those_who_may_see_them_and_stay_when_others_save(
    acme, people, sign_in, moment
):
    lines = (line(cost=Decimal("12.3456")),)
    offer = offered(acme, people.lin, moment, lines=lines, terms={"currency": "CNY"})
    page = reverse("sales:offer", args=[offer.pk])
    assert "Profit estimate" in sign_in(people.chen).get(page).content.decode()
    client = sign_in(people.lin)
    seen = client.get(page).content.decode()
    assert "Profit estimate" not in seen
    form = client.get(reverse("sales:edit_offer", args=[offer.pk])).content.decode()
    assert "12.3456" not in seen + form
    client.post(reverse("sales:edit_offer", args=[offer.pk]), typed([LAMP], currency="CNY"))
    assert offer.lines.get().cost == Decimal("12.3456")


def test_others_do_not_see_an_offer_nor_its_document(acme, people, sign_in, moment):
    offer = offered(acme, people.lin, moment)
    client = sign_in(people.wang)
    for url in (
        reverse("sales:offer", args=[offer.pk]),
        reverse("sales:edit_offer", args=[offer.pk]),
        reverse("sales:offer_document", args=[offer.pk, "pdf"]),
        reverse("sales:new_offer", args=[acme.pk]),
    ):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("png", b"\x89PNG")])
def test_an_offer_is_printed(acme, people, sign_in, moment, ending, start):
    offer = offered(acme, people.lin, moment)
    answer = sign_in(people.lin).get(reverse("sales:offer_document", args=[offer.pk, ending]))
    assert answer.content.startswith(start)
    assert f"QT2026-0001.{ending}" in answer.headers["Content-Disposition"]


def test_a_draft_is_marked_as_one_and_what_goes_out_is_not(acme, people, sign_in, moment):
    client = sign_in(people.lin)
    offer = offered(acme, people.lin, moment)
    draft = text_of(client.get(reverse("sales:offer_document", args=[offer.pk, "pdf"])).content)
    assert "Draft" in draft
    client.post(reverse("sales:send_offer", args=[offer.pk]))
    issued = IssuedDocument.objects.get()
    assert issued.content["watermark"] == ""
    frozen = client.get(reverse("sales:issued_document", args=[issued.pk, "pdf"]), follow=True)
    assert b"".join(frozen.streaming_content).startswith(b"%PDF")


def test_sending_opens_a_mail_with_the_document(acme, people, sign_in, moment):
    offer = offered(acme, people.lin, moment)
    answer = sign_in(people.lin).post(reverse("sales:send_offer", args=[offer.pk]))
    mail = OutgoingMail.objects.get()
    assert answer.headers["Location"] == reverse("mail:draft", args=[mail.pk])
    assert (mail.customer, mail.subject) == (acme, "Quotation QT2026-0001")
    page = sign_in(people.lin).get(answer.headers["Location"]).content.decode()
    assert "QT2026-0001.pdf" in page
    message = SimpleNamespace(pk=4711)
    after_sending.sent(mail, message, moment)
    offer.refresh_from_db()
    assert (offer.state, offer.sent_message_id) == (Offer.State.SENT, message.pk)


def test_the_list_filters_by_state_kind_and_words(acme, people, sign_in, moment):
    offered(acme, people.lin, moment)
    lost = offered(acme, people.lin, moment, kind=Offer.Kind.PROFORMA)
    offer_states.lose(offer_id=lost.pk, reason="Price", by=people.lin, at=moment)
    index_records("customers.customer", [acme.pk])  # as its actions do
    client = sign_in(people.lin)

    def found(**query):
        page = client.get(reverse("sales:offers"), query).content.decode()
        return {number for number in ("QT2026-0001", "PI2026-0001") if number in page}

    assert found() == {"QT2026-0001", "PI2026-0001"}
    assert found(state="LOST") == {"PI2026-0001"}
    assert found(kind="QUOTATION") == {"QT2026-0001"}
    assert found(q="acme", state="OPEN") == {"QT2026-0001"}
    assert found(q="pi2026") == {"PI2026-0001"}
    assert found(q="nobody") == set()


def test_the_differences_of_a_revision_are_shown_field_by_field_and_line_by_line(
    acme, people, sign_in, moment
):
    lines = (line(), line(5, 9, code="L-200", description="Floor lamp"))
    offer = offered(acme, people.lin, moment, lines=lines)
    offer_states.mark_sent(offer_id=offer.pk, by=people.lin, at=moment)
    new = offers.revise(offer_id=offer.pk, by=people.lin, at=moment)
    item = new_offer(
        acme, lines=(line(1200, "2.40"), line(1, 3, code="L-300", description="Bulb")),
        terms={"incoterm": "CIF"},
    )  # fmt: skip
    offers.change_offer(offer_id=new.pk, item=item, by=people.lin, at=moment)
    page = sign_in(people.lin).get(reverse("sales:offer_differences", args=[new.pk])).content.decode()
    for told in ("<del>FOB</del>", "<ins>CIF</ins>", "<del>1000</del>", "<ins>1200</ins>", "<ins>2.4</ins>"):
        assert told in page
    assert "<del>5 pcs × 9 = 45.00</del>" in page
    assert "<ins>1 pcs × 3 = 3.00</ins>" in page


def test_a_chosen_product_brings_its_texts_and_the_last_deal_price(acme, people, sign_in, moment):
    product = lamp(moment)
    order = placed(acme, people.lin, moment, lines=(order_line(100, "2.60", product_id=product.pk),))
    url = reverse("sales:offer_line", args=[acme.pk])
    known = sign_in(people.lin).get(url, {"product": product.pk, "currency": "USD", "incoterm": "FOB"}).json()
    assert known["description"] == "Desk lamp"
    assert known["floor"] == "2.6"
    assert order.number in known["last"]


def test_a_credit_shows_on_a_new_offer_and_is_put_on_with_its_tick(acme, people, sign_in, moment):
    made = credits.propose(
        customer_id=acme.pk, reason="Video", percent=Decimal(1), by=people.lin, at=moment, today=DAY
    )
    credits.grant(credit_id=made.pk, by=people.chen, at=moment)
    client = sign_in(people.lin)
    url = reverse("sales:new_offer", args=[acme.pk])
    assert "1 % of the goods" in client.get(url).content.decode()
    credit = {"charges-0-kind": "CREDIT", "charges-0-credit": made.pk, "charges-0-label": ""}
    client.post(url, typed([LAMP], **credit, **{"charges-0-use": "on"}))
    assert Offer.objects.get().amount == Decimal("2475.00")
    client.post(url, typed([LAMP], **credit))
    assert Offer.objects.order_by("-id").first().amount == Decimal("2500.00")


def test_the_customers_page_tells_the_first_quotation_and_the_credits(acme, people, sign_in, moment):
    offered(acme, people.lin, moment)
    credits.propose(
        customer_id=acme.pk, reason="Video", percent=Decimal(1), by=people.lin, at=moment, today=DAY
    )
    url = reverse("sales:customer_offers", args=[acme.pk])
    page = sign_in(people.lin).get(url).content.decode()
    assert "1,000 pcs at 2.5 USD" in page
    assert "Grant" not in page
    assert "Grant" in sign_in(people.chen).get(url).content.decode()


def test_one_presses_from_quotation_to_order_with_its_payment_plan(acme, people, sign_in, moment):
    client = sign_in(people.lin)
    quotation = offered(
        acme, people.lin, moment, terms={"payment_terms": "30% deposit, 70% against copy of B/L"}
    )
    client.post(reverse("sales:mark_offer_sent", args=[quotation.pk]))
    answer = client.post(reverse("sales:offer_to_proforma", args=[quotation.pk]))
    invoice = Offer.objects.get(kind=Offer.Kind.PROFORMA)
    assert answer.headers["Location"] == reverse("sales:offer", args=[invoice.pk])
    client.post(
        reverse("sales:offer_to_order", args=[invoice.pk]), {"ordered_on": "2026-11-24", "kind": "BULK"}
    )
    order = Order.objects.get()
    assert order.offer == invoice
    parts = list(PaymentPlanLine.objects.values_list("amount", flat=True))
    assert parts == [Decimal("750.00"), Decimal("1750.00")]


def test_what_was_refused_by_one_press_is_told_on_the_page(acme, people, sign_in, moment):
    offer = offered(acme, people.lin, moment)
    client = sign_in(people.lin)
    answer = client.post(reverse("sales:accept_offer", args=[offer.pk]), follow=True)
    assert "Only what was sent can be accepted." in answer.content.decode()


def test_an_order_gives_out_its_contract(acme, people, sign_in, moment):
    offer = offered(acme, people.lin, moment)
    order = offer_chain.to_order(offer_id=offer.pk, on=DAY, by=people.lin, at=moment)
    client = sign_in(people.lin)
    panel = client.get(reverse("sales:order_documents", args=[order.pk])).content.decode()
    assert "Sales contract" in panel
    data = {"kind": "SALES_CONTRACT", "language": "en-zh"}
    client.post(reverse("sales:issue_order_document", args=[order.pk]), data)
    issued = IssuedDocument.objects.get()
    assert (issued.number, issued.order) == (order.number, order)
    said = text_of(client.get(reverse("sales:contract_document", args=[order.pk, "pdf"])).content)
    assert "SAY US DOLLARS TWO THOUSAND FIVE HUNDRED ONLY" in said
    assert CustomerCredit.objects.count() == 0
