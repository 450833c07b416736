"""Quotations and proforma invoices: made, changed, approved, sent, revised, led on to the order."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.journal.models import Entry
from genjin.sales.actions import credits, offer_chain, offer_states, offers
from genjin.sales.actions.order_drafts import NewCharge
from genjin.sales.models import (
    CustomerCredit,
    ExchangeRate,
    NumberCounter,
    Offer,
    OfferLine,
)
from tests.sales.offering import DAY, lamp, line, new_offer, offered
from tests.sales.ordering import line as order_line
from tests.sales.ordering import placed

pytestmark = pytest.mark.django_db
State = Offer.State


@pytest.fixture
def lin(people):
    return people.lin


@pytest.fixture
def boss(people):
    return people.chen


def refusal(call, **values):
    with pytest.raises(Refused) as caught:
        call(**values)
    error = caught.value
    return error.message_dict if hasattr(error, "error_dict") else error.messages[0]


def test_an_offer_gets_the_next_number_of_its_kind_and_the_rate_of_its_day(acme, lin, moment):
    for day, rate in ((date(2026, 11, 1), "7.05"), (date(2026, 11, 20), "7.10"), (date(2026, 11, 25), "7.2")):
        ExchangeRate.objects.create(currency="USD", base="CNY", day=day, rate=Decimal(rate))
    first, second = offered(acme, lin, moment), offered(acme, lin, moment)
    invoice = offered(acme, lin, moment, kind=Offer.Kind.PROFORMA)
    assert [first.number, second.number, invoice.number] == ["QT2026-0001", "QT2026-0002", "PI2026-0001"]
    assert first.exchange_rate == Decimal("7.10")
    assert (first.amount, first.state, first.owner) == (Decimal("2500.00"), State.DRAFT, lin)
    entry = Entry.objects.get(kind="sales.offer", object_id=first.pk, verb="create")
    assert entry.customer_id == acme.pk


def test_a_refused_offer_leaves_no_gap_in_the_numbers(acme, lin, moment):
    offered(acme, lin, moment)
    refusal(offers.make_offer, item=new_offer(acme, lines=(line(0),)), by=lin, at=moment)
    assert NumberCounter.objects.get(kind="QT").last == 1


def test_optional_lines_are_shown_and_not_counted_and_charges_are(acme, lin, moment):
    lines = (line(10, 5), line(1, 100, is_optional=True))
    charges = (NewCharge("FREIGHT", Decimal(20)), NewCharge("DISCOUNT", Decimal("-5.01")))
    assert offered(acme, lin, moment, lines=lines, charges=charges).amount == Decimal("64.99")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (line(is_optional=True),)}, "lines"),
        ({"lines": (line(0),)}, "lines-0-quantity"),
        ({"lines": (line(-5),)}, "lines-0-quantity"),
        ({"lines": (line(), line(1, -1))}, "lines-1-unit_price"),
        ({"lines": (line("123456789012345"),)}, "lines-0-quantity"),
        ({"lines": (line("99999999999", "9999999999"),)}, "lines"),
        ({"lines": (line(description=""),)}, "lines-0-description"),
        ({"lines": (line(product_id=4711),)}, "lines-0-product"),
        ({"charges": (NewCharge("DISCOUNT", Decimal(-9999)),)}, "charges"),
        ({"charges": (NewCharge("NONE", Decimal(1)),)}, "charges-0-kind"),
        ({"valid_until": DAY - timedelta(days=1)}, "valid_until"),
        ({"valid_until": date(2099, 1, 1)}, "valid_until"),
        ({"terms": {"currency": "XXQ"}}, "currency"),
        ({"terms": {"incoterm": "DDU"}}, "incoterm"),
        ({"language": "tlh"}, "language"),
        ({"contact_id": 4711}, "contact"),
        ({"profit": {"commission_percent": Decimal(100)}}, "commission_percent"),
    ],
)
def test_bad_input_is_one_sentence_beside_its_field(acme, lin, moment, values, field):
    told = refusal(offers.make_offer, item=new_offer(acme, **values), by=lin, at=moment)
    assert field in told
    assert all(len(sentences) == 1 and sentences[0].endswith(".") for sentences in told.values())
    assert not Offer.objects.exists()


def test_a_thousand_lines_are_one_offer(acme, lin, moment, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        offer = offered(acme, lin, moment, lines=tuple(line(1, i + 1) for i in range(1000)))
    assert offer.amount == Decimal("500500.00")
    assert OfferLine.objects.count() == 1000


def test_the_second_saver_learns_that_somebody_saved(acme, lin, boss, moment):
    offer = offered(acme, lin, moment)
    offers.change_offer(
        offer_id=offer.pk, item=new_offer(acme, lines=(line(5),)), by=lin, at=moment, version=1
    )
    with pytest.raises(Conflict):
        offers.change_offer(offer_id=offer.pk, item=new_offer(acme), by=boss, at=moment, version=1)
    assert Offer.objects.get(pk=offer.pk).amount == Decimal("12.50")


def test_a_price_below_the_last_deal_needs_a_reason_and_a_manager(acme, lin, boss, moment):
    product = lamp(moment)
    placed(acme, lin, moment, lines=(order_line(100, "2.60", product_id=product.pk),))
    offer = offered(acme, lin, moment, lines=(line(product_id=product.pk),))
    assert "line 1" in refusal(offer_states.submit, offer_id=offer.pk, by=lin, at=moment)
    assert "line 1" in refusal(offer_states.mark_sent, offer_id=offer.pk, by=lin, at=moment)
    item = new_offer(acme, lines=(line(product_id=product.pk, below_floor_reason="COST_FALL"),))
    offers.change_offer(offer_id=offer.pk, item=item, by=lin, at=moment)
    assert "needs approval" in refusal(offer_states.mark_sent, offer_id=offer.pk, by=lin, at=moment)
    offer_states.submit(offer_id=offer.pk, by=lin, at=moment)
    assert "right" in refusal(
        offer_states.decide, offer_id=offer.pk, is_approved=True, note="", by=lin, at=moment
    )
    assert "note" in refusal(
        offer_states.decide, offer_id=offer.pk, is_approved=False, note=" ", by=boss, at=moment
    )
    offer_states.decide(offer_id=offer.pk, is_approved=True, note="Fine", by=boss, at=moment)
    sent = offer_states.mark_sent(offer_id=offer.pk, by=lin, at=moment)
    assert (sent.state, sent.approved_by, sent.approval_note) == (State.SENT, boss, "Fine")


def test_what_is_approved_must_be_approved_anew_when_it_changes(acme, lin, boss, moment):
    product = lamp(moment)
    placed(acme, lin, moment, lines=(order_line(100, "2.60", product_id=product.pk),))
    lines = (line(product_id=product.pk, below_floor_reason="SUPPORT"),)
    offer = offered(acme, lin, moment, lines=lines)
    offer_states.submit(offer_id=offer.pk, by=lin, at=moment)
    offer_states.decide(offer_id=offer.pk, is_approved=True, note="", by=boss, at=moment)
    changed = offers.change_offer(offer_id=offer.pk, item=new_offer(acme, lines=lines), by=lin, at=moment)
    assert (changed.state, changed.approved_by) == (State.DRAFT, None)


def test_a_thin_margin_needs_approval_and_an_unknown_cost_does_not(acme, lin, moment):
    ExchangeRate.objects.create(currency="USD", base="CNY", day=date(2026, 1, 1), rate=Decimal(7))
    thin = offered(acme, lin, moment, lines=(line(1, 1, cost=Decimal("6.9")),))
    assert offer_states.checks_of(thin).is_thin
    assert "needs approval" in refusal(offer_states.mark_sent, offer_id=thin.pk, by=lin, at=moment)
    unknown = offered(acme, lin, moment)
    assert offer_states.mark_sent(offer_id=unknown.pk, by=lin, at=moment).state == State.SENT


def test_what_was_sent_is_revised_and_the_old_revision_stays(acme, lin, moment):
    offer = offered(acme, lin, moment)
    assert "draft is changed" in refusal(offers.revise, offer_id=offer.pk, by=lin, at=moment)
    offer_states.mark_sent(offer_id=offer.pk, by=lin, at=moment)
    assert "revision" in refusal(
        offers.change_offer, offer_id=offer.pk, item=new_offer(acme), by=lin, at=moment
    )
    new = offers.revise(offer_id=offer.pk, by=lin, at=moment)
    offers.change_offer(offer_id=new.pk, item=new_offer(acme, lines=(line(2000),)), by=lin, at=moment)
    assert [str(o) for o in Offer.objects.order_by("revision")] == ["QT2026-0001", "QT2026-0001-R1"]
    assert Offer.objects.get(pk=offer.pk).lines.get().quantity == 1000
    assert "newer revision" in refusal(offer_states.accept, offer_id=offer.pk, by=lin, at=moment)


def test_validity_is_only_extended_forwards(acme, lin, moment):
    offer = offered(acme, lin, moment)
    said = {"offer_id": offer.pk, "today": DAY, "by": lin, "at": moment}
    assert "valid_until" in refusal(offers.extend_validity, until=DAY - timedelta(days=1), **said)
    assert "valid_until" in refusal(offers.extend_validity, until=date(2026, 12, 24), **said)
    assert offers.extend_validity(until=date(2027, 1, 31), **said).valid_until == date(2027, 1, 31)


def test_a_lost_offer_says_why(acme, lin, moment):
    offer = offered(acme, lin, moment)
    assert "lost_reason" in refusal(offer_states.lose, offer_id=offer.pk, reason=" ", by=lin, at=moment)
    lost = offer_states.lose(offer_id=offer.pk, reason="Too expensive", by=lin, at=moment)
    assert (lost.state, lost.lost_reason) == (State.LOST, "Too expensive")
    assert "open offer" in refusal(offer_states.lose, offer_id=offer.pk, reason="x", by=lin, at=moment)


def test_the_chain_from_quotation_to_order_keeps_lines_terms_and_numbers(acme, lin, moment):
    lines = (line(10, 5), line(1, 100, is_optional=True))
    quotation = offered(acme, lin, moment, lines=lines, charges=(NewCharge("FREIGHT", Decimal(20)),))
    offer_states.mark_sent(offer_id=quotation.pk, by=lin, at=moment)
    invoice = offer_chain.to_proforma(offer_id=quotation.pk, on=DAY, valid_until=None, by=lin, at=moment)
    quotation.refresh_from_db()
    assert (invoice.number, invoice.made_from, quotation.state) == ("PI2026-0001", quotation, State.ACCEPTED)
    again = {"offer_id": quotation.pk, "on": DAY, "valid_until": None, "by": lin, "at": moment}
    assert "already" in refusal(offer_chain.to_proforma, **again)
    order = offer_chain.to_order(offer_id=invoice.pk, on=DAY, by=lin, at=moment, customer_po_no="PO 7")
    assert (order.amount, order.offer, order.incoterm_place) == (Decimal("70.00"), invoice, "Ningbo")
    assert [row.code for row in order.lines.all()] == ["L-100"]
    assert "already" in refusal(offer_chain.to_order, offer_id=invoice.pk, on=DAY, by=lin, at=moment)
    assert "order" in refusal(offers.revise, offer_id=invoice.pk, by=lin, at=moment)


@pytest.fixture
def credit(acme, lin, boss, moment):
    made = credits.propose(
        customer_id=acme.pk, reason="Video", percent=Decimal(1), by=lin, at=moment, today=DAY
    )
    return credits.grant(credit_id=made.pk, by=boss, at=moment)


def test_a_credit_is_a_line_of_its_own_used_once_and_given_back(acme, lin, moment, credit):
    charges = (NewCharge("CREDIT", Decimal(-25), "Thank you", credit.pk),)
    offer = offered(acme, lin, moment, charges=charges)
    assert offer.amount == Decimal("2475.00")
    order = offer_chain.to_order(offer_id=offer.pk, on=DAY, by=lin, at=moment)
    credit.refresh_from_db()
    assert (credit.state, credit.used_in) == (CustomerCredit.State.USED, order)
    assert "charges" in refusal(offers.make_offer, item=new_offer(acme, charges=charges), by=lin, at=moment)
    assert credits.give_back(order_id=order.pk, by=lin, at=moment) == 1
    offered(acme, lin, moment, charges=charges)


def test_a_credit_lasts_twelve_months_and_belongs_to_its_customer(acme, customer, lin, moment, credit):
    assert credit.expires_on == DAY + timedelta(days=365)
    charges = (NewCharge("CREDIT", Decimal(-25), "", credit.pk),)
    late = new_offer(acme, charges=charges, offered_on=DAY + timedelta(days=366), valid_until=None)
    assert "charges" in refusal(offers.make_offer, item=late, by=lin, at=moment)
    other = customer(name="Other", short_name="Other", country_id="DE")
    assert "charges" in refusal(offers.make_offer, item=new_offer(other, charges=charges), by=lin, at=moment)


def test_only_a_manager_grants_a_credit_and_only_once(acme, lin, boss, moment):
    made = credits.propose(
        customer_id=acme.pk, reason="Video", amount=Decimal(50), currency="USD", by=lin, at=moment, today=DAY
    )
    assert "right" in refusal(credits.grant, credit_id=made.pk, by=lin, at=moment)
    credits.refuse(credit_id=made.pk, by=boss, at=moment)
    assert "already" in refusal(credits.grant, credit_id=made.pk, by=boss, at=moment)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percent": Decimal(0)}, "percent"),
        ({"percent": Decimal(101)}, "percent"),
        ({"percent": Decimal(1), "amount": Decimal(1)}, "percent"),
        ({}, "percent"),
        ({"amount": Decimal(-1), "currency": "USD"}, "amount"),
        ({"amount": Decimal(1)}, "currency"),
        ({"percent": Decimal(1), "reason": " "}, "reason"),
        ({"percent": Decimal(1), "expires_on": DAY - timedelta(days=1)}, "expires_on"),
    ],
)
def test_a_bad_credit_is_refused_beside_its_field(acme, lin, moment, values, field):
    said = {"customer_id": acme.pk, "reason": "Video", "by": lin, "at": moment, "today": DAY} | values
    assert field in refusal(credits.propose, **said)


def test_a_recycled_offer_keeps_its_number(acme, boss, moment):
    offer = offered(acme, boss, moment)
    offers.recycle(offer_id=offer.pk, by=boss, at=moment)
    assert offered(acme, boss, moment).number == "QT2026-0002"
    offers.restore(offer_id=offer.pk, by=boss, at=moment)
    assert Offer.objects.alive().count() == 2
