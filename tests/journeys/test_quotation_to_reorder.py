"""One order from the quotation to the next over eight months: what is owed, what is not, who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from genjin.customers.models import Customer
from genjin.files.models import Attachment
from genjin.followups.models import Task
from genjin.mail.actions.writing import KIND as OUTGOING
from genjin.mail.models import OutgoingMail, Tracking
from genjin.notifications import queries as notifications
from genjin.notifications.models import Notice
from genjin.policy.models import CompanySwitches
from genjin.sales.actions import order_nodes
from genjin.sales.actions.price_lists import Ask, issue_price_list
from genjin.sales.actions.shipments import revise_schedule
from genjin.sales.models import (
    Complaint,
    CustomerCredit,
    Offer,
    Order,
    OrderRhythm,
    PaymentPlanLine,
    PriceTier,
    Product,
    Testimonial,
)
from genjin.sales.price_lists import LAST_PRICE, Wish, checked
from tests.conftest import Cast
from tests.journeys.trade import Trade, shipment_of
from tests.sales.offering import lamp, line, offered
from tests.sales.ordering import line as order_line
from tests.sales.ordering import placed
from tests.sales.shipping import packed

TERMS = {"payment_terms": "30% T/T deposit, 70% against copy of B/L"}
PAST = ("2024-03-01", "2024-11-05", "2025-07-10", "2026-03-20")
NODES = (
    ("MATERIAL", "2026-12-20"), ("BOOKING", "2027-01-15"), ("PRODUCTION", "2027-01-20"),
    ("INSPECTION", "2027-01-22"), ("CUTOFF", "2027-01-29"), ("ETD", "2027-02-01"),
)  # fmt: skip


@pytest.fixture
def trade(
    customer: Callable[..., Customer], people: Cast, moment: datetime, sign_in: Any, no_picks: None
) -> Trade:
    """A customer that ordered every eight months, before the firm worked with this program."""
    CompanySwitches.objects.update(go_live_on=date(2026, 11, 1))
    firm = customer(name="Marmara Teknik", follow_grade="MID", country_id="TR")
    product = lamp(moment)
    for day in PAST:
        on = date.fromisoformat(day)
        placed(
            firm, people.lin, moment, ordered_on=on, delivery_on=None, state="CLOSED",
            lines=(order_line(1000, "2.50", product_id=product.pk),),
        )  # fmt: skip
    return Trade(people, firm, moment, sign_in(people.lin))


def test_one_order_from_the_quotation_to_the_next(trade: Trade) -> None:
    order = ordered(trade)
    made(trade, order)
    left(trade, order)
    slips_twice(trade, order)
    damaged(trade, order)
    praised(trade, order)
    prices_again(trade, order)
    orders_again(trade, order)


def ordered(trade: Trade) -> Order:
    """24 November to 3 December: quotation, proforma invoice, order, deposit."""
    product = Product.objects.get()
    offer = offered(
        trade.customer, trade.lin, trade.at, lines=(line(1000, "2.50", product_id=product.pk),), terms=TERMS
    )
    draft = trade.post("sales:send_offer", offer.pk)
    mail = OutgoingMail.objects.get()
    assert draft == reverse("mail:draft", args=[mail.pk])
    offer.refresh_from_db()
    assert offer.state == Offer.State.DRAFT, "a draft of a mail sends nothing"
    trade.leave(mail)
    offer.refresh_from_db()
    assert (offer.state, offer.sent_message_id) == (Offer.State.SENT, mail.sent_as_id)

    trade.go("2026-11-27")
    trade.post("sales:offer_to_proforma", offer.pk, data={"on": "2026-11-27", "valid_until": "2026-12-27"})
    proforma = Offer.objects.get(kind=Offer.Kind.PROFORMA)
    assert (proforma.made_from, proforma.amount) == (offer, Decimal(2500))
    trade.go("2026-12-01")
    trade.post(
        "sales:offer_to_order", proforma.pk,
        data={
            "ordered_on": "2026-12-01", "kind": "BULK", "customer_po_no": "PO-77",
            "delivery_on": "2027-02-01",
        },
    )  # fmt: skip
    order = Order.objects.get(offer=proforma)
    parts = PaymentPlanLine.objects.filter(order=order).order_by("position")
    assert [(one.amount, one.holds_release) for one in parts] == [(750, True), (1750, True)]
    assert not any("decline" in key for key in trade.duties()), "the same as last time is no decline"

    trade.go("2026-12-03")
    trade.pay(order, "750")
    assert [one.paid_amount for one in parts.all()] == [Decimal(750), Decimal(0)]
    return order


def made(trade: Trade, order: Order) -> None:
    """Up to 1 February: the factory answers later than wished, node after node is done."""
    answered = order.nodes.get(kind="FACTORY_PROMISED")
    order_nodes.change_node(
        node_id=answered.pk, changes={"planned_on": date(2027, 1, 26)}, by=trade.lin, at=trade.at
    )
    assert "2 days" in trade.get("sales:order", order.pk), "later than our date for the factory"
    for kind, day in NODES:
        trade.go(day)
        (waiting,) = [one for one in trade.duties().values() if one["rule"] == "ORDER_NODE"]
        node = order.nodes.get(kind=kind)
        if kind == "PRODUCTION":
            order_nodes.change_node(node_id=node.pk, changes={"percent": 60}, by=trade.lin, at=trade.at)
            order.refresh_from_db()
            assert (order.state, order.downstream_state) == ("IN_PRODUCTION", "IN_PRODUCTION")
        assert waiting["reason"]["params"]["node"] in {kind, "FACTORY_PROMISED"}, (kind, waiting)
        trade.post("sales:node_done", node.pk, data={"actual_on": day})
    assert not [one for one in trade.duties().values() if one["rule"] == "ORDER_NODE"]
    (ahead,) = trade.days("reorder:").values()
    assert ahead > "05-01", "nobody speaks of the next order while this one is made"


def left(trade: Trade, order: Order) -> None:
    """1 February: it leaves; the shipping advice is owed the same day, and cannot be dismissed (000-47)."""
    shipment = packed(
        order, trade.lin, trade.at, eta=None, port_of_destination="Istanbul", free_days=7,
        demurrage_rate=Decimal(120),
    )  # fmt: skip
    trade.post(
        "sales:ship", shipment.pk,
        data={"shipped_on": "2027-02-01", "eta": "2027-03-22", "vessel": "MSC ANNA", "bl_no": "COSU1"},
    )  # fmt: skip
    assert trade.days() == {
        "advice": "02-01", "eta-7": "03-15", "eta-7-call": "03-15", "eta+10": "04-01", "eta+30": "04-21",
        "eta+60-stock": "05-21",
    }  # fmt: skip
    assert trade.days() == {name: day for name, day in trade.chain(order).items() if name in trade.days()}
    task = trade.task(":advice")
    assert any(duty["rule"] == "PAYMENT" for duty in task.duties), (
        "one task: the balance waits for this paper"
    )
    trade.post("followups:dismiss", task.key, data={"reason": "No time", "seen": task.decided_at.isoformat()})
    task = trade.task(":advice")
    assert len(task.duties) == 1, "what may be dropped was dropped, the advice stands"
    trade.refused("followups:dismiss", task.key, data={"reason": "No", "seen": task.decided_at.isoformat()})
    assert "advice" in trade.owed()
    mail = trade.answer_step(":advice")
    assert "COSU1" in mail.text and "Istanbul" in mail.text
    assert "advice" not in trade.owed()


def slips_twice(trade: Trade, order: Order) -> None:
    """The ETA slips from 22 March to the 29th, then to 7 April; the balance is late."""
    shipment = shipment_of(order)
    trade.go("2027-02-10")
    trade.post(
        "sales:schedule", shipment.pk,
        data={
            "etd": "", "eta": "2027-03-29", "atd": "2027-02-01", "ata": "", "reason": "Storm",
            "version": shipment_of(order).version,
        },
    )  # fmt: skip
    assert not Notice.objects.filter(kind="sales.eta_moved").exists(), "who moved it himself knows it"
    assert trade.chain(order) == {
        "advice": "02-01", "eta-7": "03-22", "eta-7-call": "03-22", "eta+10": "04-08", "eta+30": "04-28",
        "eta+60-stock": "05-28",
    }  # fmt: skip

    # A week before the arrival the balance stands: a mail, and a compulsory call about demurrage.
    trade.go("2027-03-22")
    duties = trade.owed()
    assert duties["eta-7"]["reason"]["params"]["template"] == "aftersales.ETA_NOTICE_BALANCE"
    assert not duties["eta-7-call"]["is_dismissable"]
    script = trade.get("followups:log", trade.task(":eta-7-call").key)
    assert "7 free days, after that USD 120 a day" in script and "USD 1,750.00" in script
    trade.answer_step(":eta-7")
    assert set(trade.owed()) >= {"eta-7-call"} and "eta-7" not in trade.owed(), "the mail is not the call"
    called(trade)
    assert "eta-7-call" not in trade.owed()

    trade.go("2027-03-26")
    revise_schedule(
        shipment_id=shipment.pk, dates={"eta": date(2027, 4, 7)}, reason="Port closed", by=trade.people.chen,
        at=trade.at,
    )  # fmt: skip
    assert Notice.objects.get(kind="sales.eta_moved").user == trade.lin
    (told,) = [one.text for one in notifications.newest(trade.lin, 20) if "Port closed" in one.text]
    assert "instead of" in told and "29" in told
    assert trade.days() == {"eta+10": "04-16", "eta+30": "05-07", "eta+60-stock": "06-04"}, (
        "what was done is not repeated"
    )
    chain = trade.chain(order)
    assert {name: chain[name] for name in trade.days()} == trade.days()

    trade.go("2027-04-02")
    trade.pay(order, "1750")
    trade.go("2027-04-07")
    trade.post(
        "sales:schedule", shipment.pk,
        data={
            "etd": "", "eta": "2027-04-07", "atd": "2027-02-01", "ata": "2027-04-07", "reason": "",
            "version": shipment_of(order).version,
        },
    )  # fmt: skip
    shipment = shipment_of(order)
    assert (shipment.downstream_state, Order.objects.get(pk=order.pk).downstream_state) == ("AT_CUSTOMS",) * 2


def called(trade: Trade) -> None:
    """Lin logs the call at the task."""
    task = trade.task(":eta-7-call")
    trade.post(
        "followups:log", task.key,
        data={
            "kind": "AUDIO_CALL", "outcome": "CONNECTED", "content": "Pays next week, the broker is ready.",
            "contacts": trade.contact.pk, "seen": task.decided_at.isoformat(), "only": "1",
            "happened_at_day": trade.today.isoformat(), "happened_at_time": "09:30", "next_when": "3",
            "next_purpose": "Ask for the bank slip", "next_channel": "EMAIL",
        },
    )  # fmt: skip


def damaged(trade: Trade, order: Order) -> None:
    """16 April: the goods came damaged; a complaint comes first, and nobody presses for an order (003-19)."""
    shipment = shipment_of(order)
    trade.go("2027-04-16", hour=7)  # before eight o'clock it is still yesterday in UTC
    trade.post(
        "sales:arrival", shipment.pk,
        data={
            "cleared_on": "2027-04-12", "received_on": "2027-04-16", "warehoused_on": "", "is_intact": "no",
            "damage": "Two crates are wet",
        },
    )  # fmt: skip
    complaint = Complaint.objects.get()
    assert (complaint.order, complaint.shipment) == (order, shipment)
    assert "eta+10" not in trade.owed(), "it is known"
    first = Task.objects.filter(customer=trade.customer).order_by("rank", "due_at").first()
    assert first is not None and first.key.startswith("promise:complaint-reply")
    assert "eta+60-stock" in trade.owed() and "eta+60" not in trade.owed()
    assert "REORDER" not in trade.rules()
    assert OrderRhythm.objects.get(customer=trade.customer).moment_on is not None, "though the day is known"

    trade.go("2027-04-22")
    page = {"description": "Two crates are wet", "state": "SETTLED", "version": complaint.version}
    assert (
        "how it was settled"
        in trade.page.post(
            reverse("sales:complaint", args=[complaint.pk]), page | {"solution": ""}
        ).content.decode()
    )
    trade.post("sales:complaint", complaint.pk, data=page | {"solution": "Two crates sent by air"})
    assert not [key for key in trade.duties() if key.startswith("promise:")]
    assert "eta+60" in trade.owed() and "eta+60-stock" not in trade.owed(), "in stock, and all is well"
    assert "REORDER" in trade.rules()


def praised(trade: Trade, order: Order) -> None:
    """7 May: the mail with the quality form; very good feedback, a video, one percent (000-57 to 59)."""
    shipment = shipment_of(order)
    trade.go("2027-05-07")
    mail = trade.answer_step(":eta+30")
    (form,) = Attachment.objects.filter(kind=OUTGOING, object_id=mail.pk)
    assert form.name == f"Quality feedback form {shipment.number}.xlsx"
    assert shipment.steps.get(name="eta+30").form_state == "SENT"
    trade.go("2027-05-12")
    trade.post(
        "sales:feedback", shipment.pk,
        data={
            "sales": "Sells well", "market": "", "quality": "Good", "score": "10",
            "form_state": "RETURNED",
        },
    )  # fmt: skip
    trade.answer_step(":testimonial")
    asked = Testimonial.objects.get()
    trade.go("2027-05-20")
    trade.post("sales:testimonial", asked.pk, data={"state": "RECEIVED", "link": "https://video.example/1"})
    credit = CustomerCredit.objects.get()
    assert (credit.percent, credit.state, credit.expires_on) == (1, "PROPOSED", date(2028, 5, 20))
    assert trade.page.post(reverse("sales:grant_credit", args=[credit.pk])).status_code in (302, 403, 404)
    credit.refresh_from_db()
    assert credit.state == "PROPOSED", "who proposed it does not grant it"
    from genjin.sales.actions.credits import grant

    grant(credit_id=credit.pk, by=trade.people.chen, at=trade.at)


def prices_again(trade: Trade, order: Order) -> None:
    """4 June: the price list never goes below what was paid, and then awaits an answer (000-61 to 64)."""
    product = Product.objects.get()
    PriceTier.objects.create(
        product=product, currency="USD", incoterm="FOB", min_quantity=1, price=Decimal("2.30"),
        valid_from=date(2027, 1, 1),
    )  # fmt: skip
    trade.go("2027-06-04")
    assert trade.days()["eta+60"] == "06-04"
    wish = Wish("USD", "FOB", (Decimal(1000),), trade.today)
    (row,) = checked(trade.customer.pk, [product], wish)
    assert row.is_blocked and row.decided("") is None
    assert row.decided(LAST_PRICE) == (Decimal("2.50"),)
    ask = Ask(customer=trade.customer, products=[product], wish=wish, choices={product.pk: LAST_PRICE})
    assert issue_price_list(ask=ask, formats=["xlsx"], by=trade.lin, at=trade.at).left_out == 0
    trade.answer_step(":eta+60")
    tracking = Tracking.objects.get()
    assert (tracking.state, tracking.owner) == ("ACTIVE", trade.lin)
    assert trade.owed() == {}, "the chain is done"


def orders_again(trade: Trade, order: Order) -> None:
    """The moment of the next order: its day less production, transit and 15 days; he orders 28 July."""
    rhythm = OrderRhythm.objects.get(customer=trade.customer)
    assert rhythm.last_order_id == order.pk
    (duty,) = trade.owed("reorder:").values()
    lead = duty["reason"]["params"]["lead_days"]
    assert (rhythm.usual_on - rhythm.moment_on).days == lead + 15
    assert rhythm.usual_on.isoformat()[:7] == "2027-08"

    trade.go("2027-07-28")
    product, credit = Product.objects.get(), CustomerCredit.objects.get()
    shown = trade.get("sales:new_offer", trade.customer.pk)
    assert "1 % of the goods" in shown, "the credit is offered where the next offer is written"
    from genjin.sales.actions.order_drafts import NewCharge

    offer = offered(
        trade.customer, trade.lin, trade.at, lines=(line(1200, "2.50", product_id=product.pk),), terms=TERMS,
        charges=(NewCharge("CREDIT", Decimal("-30"), "Testimonial video", credit.pk),),
        offered_on=trade.today, valid_until=date(2027, 8, 28),
    )  # fmt: skip
    trade.post("sales:offer_to_order", offer.pk, data={"ordered_on": "2027-07-28", "kind": "BULK"})
    second = Order.objects.get(offer=offer)
    assert second.amount == Decimal(2970)
    (charge,) = second.charges.all()
    assert (charge.kind, charge.amount, charge.credit_id) == ("CREDIT", Decimal(-30), credit.pk)
    credit.refresh_from_db()
    assert (credit.state, credit.used_in) == ("USED", second)
    page = trade.get("sales:order_compare", second.pk)
    assert "+20" in page, "1,200 against 1,000"
    assert "REORDER" not in {
        duty["rule"] for duty in trade.duties().values() if duty["due_on"] < "2027-09-01"
    }
