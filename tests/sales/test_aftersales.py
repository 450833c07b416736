"""The chain after a shipment on what is stored: duties, evidence, answers, complaints, testimonials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.customers.actions.interactions import LogDraft
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, Customer
from genjin.followups import actions as tasks
from genjin.followups.decide import decide_customers
from genjin.followups.gather import gather
from genjin.followups.models import Task
from genjin.followups.present import rows_for
from genjin.followups.sequence_actions import begin
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.after_sending import sent
from genjin.mail.models import Filing, MailAccount, MailTemplate, MailThread, Message, Tracking
from genjin.rules.duties import WorkClass
from genjin.rules.runs import EventKind
from genjin.sales import models
from genjin.sales.actions import aftersales, testimonials
from genjin.sales.actions.aftersales_templates import load_templates
from genjin.sales.actions.complaints import change_complaint
from genjin.sales.actions.shipments import change_shipment, recycle_shipment, revise_schedule
from genjin.sales.models import (
    AfterSalesStep,
    CustomerCredit,
    Order,
    PaymentPlanLine,
    Shipment,
)
from genjin.sales.shipment_facts import after_shipping
from genjin.sales.shipment_kinds import FURTHER, PURPOSES
from tests.conftest import Cast
from tests.mail import outgoing
from tests.sales.shipping import order_of, shipped

Make = Callable[..., Customer]
ETA = date(2027, 1, 8)
AT_ETA = ("eta-7", "eta+10", "eta+30", "eta+60-stock")


@pytest.fixture
def order(customer: Make, moment: datetime, people: Cast, no_picks: None) -> Order:
    """Of a customer with somebody to write to and to call."""
    firm = customer(follow_grade="MID")
    contact = Contact.objects.create(
        customer=firm, name="Elif Demirkan", is_primary=True, created_at=moment, updated_at=moment
    )
    for kind, value in (("EMAIL", "elif@marmara.example"), ("MOBILE", "+90 5321234567")):
        contact.points.create(kind=kind, value=value, normalised=value.replace(" ", ""))
    return order_of(firm, moment)


@pytest.fixture
def left(order: Order, people: Cast, moment: datetime) -> Shipment:
    """On its way by sea, six weeks to go."""
    return shipped(
        order, people.lin, moment, eta=ETA, vessel="MSC ANNA", voyage="312W", bl_no="COSU1", free_days=7,
        demurrage_rate=Decimal(120),
    )  # fmt: skip


def owed(order: Order, at: datetime) -> dict[str, Any]:
    """The duties of the chain by step, as tasks keep them."""
    decide_customers([order.customer_id], at=at)
    rows = Task.objects.filter(customer=order.customer_id)
    return {
        duty["key"].rpartition(":")[2]: duty
        for task in rows
        for duty in task.duties
        if duty["key"].startswith("aftersales:")
    }


def held(order: Order, amount: int = 700, paid: int = 0) -> PaymentPlanLine:
    """A balance without which the goods are not released."""
    return PaymentPlanLine.objects.create(
        order=order, amount=Decimal(amount), trigger="AGAINST_BL_COPY", holds_release=True,
        paid_amount=Decimal(paid),
    )  # fmt: skip


def test_what_left_is_advised_the_same_day_and_followed_up_around_its_arrival(
    left: Shipment, order: Order, moment: datetime
) -> None:
    found = owed(order, moment)
    assert list(found) == ["advice", *AT_ETA]
    assert found["advice"]["due_on"] == moment.date().isoformat()
    assert not found["advice"]["is_dismissable"]


def test_nothing_is_owed_before_it_leaves_nor_for_the_recycle_bin(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    recycle_shipment(shipment_id=left.pk, by=people.lin, at=moment)
    assert owed(order, moment) == {}


def test_a_balance_that_holds_the_goods_makes_mail_and_call_paid_or_by_credit_it_does_not(
    left: Shipment, order: Order, moment: datetime
) -> None:
    plan = held(order)
    found = owed(order, moment)
    assert {"eta-7", "eta-7-call"} <= found.keys()
    assert found["eta-7"]["reason"]["params"]["template"] == "aftersales.ETA_NOTICE_BALANCE"
    assert found["eta-7-call"]["notes"][0] == {"code": "FREE_TIME", "params": {"days": 7, "rate": "USD 120"}}
    for harmless in ({"paid_amount": 700}, {"trigger": "LC"}, {"holds_release": False}):
        plan = held(order)
        PaymentPlanLine.objects.exclude(pk=plan.pk).delete()
        PaymentPlanLine.objects.update(**harmless)
        assert "eta-7-call" not in owed(order, moment), harmless


def test_the_chain_moves_with_the_arrival_and_counts_from_the_actual_one(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    revise_schedule(
        shipment_id=left.pk, dates={"eta": ETA + timedelta(days=10)}, reason="Storm", by=people.lin, at=moment
    )
    assert owed(order, moment)["eta+10"]["due_on"] == "2027-01-28"
    arrived = moment + timedelta(days=58)
    revise_schedule(shipment_id=left.pk, dates={"ata": arrived.date()}, by=people.lin, at=arrived)
    assert owed(order, arrived)["eta+10"]["due_on"] == "2027-01-29", "31 January is a Sunday, moved earlier"


def test_a_new_order_ends_the_pressing_and_the_sequences(
    left: Shipment, order: Order, moment: datetime, people: Cast
) -> None:
    change_shipment(
        shipment_id=left.pk, wanted={"warehoused_on": ETA}, by=people.lin, at=moment + timedelta(days=60)
    )
    assert "eta+60" in owed(order, moment)
    order_of(order.customer, moment, number="SC2026-0009", ordered_on=moment.date() + timedelta(days=1))
    assert "eta+60" not in owed(order, moment)


def test_prices_wait_until_the_goods_are_in_stock_and_nothing_is_complained_about(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=70)
    found = owed(order, later)
    assert "eta+60" not in found
    assert [note["code"] for note in found["eta+60-stock"]["notes"]] == ["NOT_TO_PRESS"]
    change_shipment(shipment_id=left.pk, wanted={"received_on": ETA}, by=people.lin, at=later)
    assert {"eta+60"} == {"eta+60", "eta+60-stock"} & owed(order, later).keys()
    complaint = aftersales.answer_arrival(
        shipment_id=left.pk, cleared_on=ETA, received_on=ETA, is_intact=False, damage="Two crates wet",
        by=people.lin, at=later,
    )  # fmt: skip
    assert complaint is not None
    assert {"eta+60-stock"} == {"eta+60", "eta+60-stock"} & owed(order, later).keys()


def test_a_mail_that_was_written_for_a_step_does_that_step_and_the_next_is_written_in_its_conversation(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    owed(order, moment)
    message = _write(order, f"aftersales:shipment-{left.pk}:advice", people, moment)
    left.refresh_from_db()
    assert left.advised_at == moment
    found = owed(order, moment)
    assert "advice" not in found
    assert found["eta-7"]["reason"]["params"]["message_id"] == message.pk
    task = Task.objects.get(key__endswith=":eta-7")
    (row,) = rows_for([task], today=ETA, now=moment)
    asked = urlsplit(row.reply_href)
    assert asked.path == f"/mail/messages/{message.pk}/reply/"
    assert parse_qs(asked.query) == {"purpose": ["aftersales.ETA_NOTICE"], "about": [task.key]}


def test_the_first_mail_of_a_chain_begins_from_its_wording_with_ship_and_days_filled_in(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    load_templates(people.admin, moment)
    outgoing.account_of(people.lin, moment)
    owed(order, moment)
    task = Task.objects.get(key__endswith=":advice")
    (row,) = rows_for([task], today=moment.date(), now=moment)
    asked = parse_qs(urlsplit(row.write_href).query)
    mail = start_draft(
        beginning=Beginning(
            purpose=asked["purpose"][0], about=asked["about"][0], customer_id=order.customer_id,
            contact_id=int(asked["to"][0]), to=[["Elif Demirkan", "elif@marmara.example"]],
        ),
        by=people.lin, at=moment, proposes_tracking=False,
    )  # fmt: skip
    assert mail.subject == "Shipping advice: SC2026-0001, ETA 8 January 2027"
    for part in ("Dear Elif Demirkan", "MSC ANNA 312W", "COSU1"):
        assert part in mail.text
    assert mail.about == task.key


def _write(order: Order, about: str, people: Cast, at: datetime, **fields: Any) -> Message:
    """A mail that was written for a duty, when a server has taken it."""
    account = MailAccount.objects.filter(owner=people.lin).first() or outgoing.account_of(people.lin, at)
    mail = outgoing.draft(account, at)
    mail.customer, mail.about, mail.sent_at = order.customer, about, at
    for name, value in fields.items():
        setattr(mail, name, value)
    mail.save()
    thread = MailThread.objects.create(subject="Advice", first_at=at, last_at=at)
    message = Message.objects.create(
        thread=thread, content_key=mail.message_id[:60], size=1, message_id=mail.message_id, direction="OUT",
        subject="Advice", from_address=account.address, date=at, arrived_at=at, stored_at=at,
    )  # fmt: skip
    Filing.objects.create(
        customer=order.customer, message=message, thread=thread, date=at, filed_at=at, direction="OUT",
        counts_as_contact=True,
    )  # fmt: skip
    sent(mail, message, at)
    return message


def test_the_mail_with_the_prices_awaits_an_answer_by_grade_unless_a_new_order_runs(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    change_shipment(
        shipment_id=left.pk, wanted={"warehoused_on": ETA}, by=people.lin, at=moment + timedelta(days=60)
    )
    later = moment + timedelta(days=100)
    message = _write(order, f"aftersales:shipment-{left.pk}:eta+60", people, later, track_days=None)
    tracking = Tracking.objects.get()
    assert (tracking.message, tracking.days) == (message, 2), "as the policy has it for this grade"
    assert "eta+60" not in owed(order, later)


def test_the_other_mails_of_the_chain_await_none(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    _write(
        order, f"aftersales:shipment-{left.pk}:eta+10", people, moment + timedelta(days=56), track_days=None
    )
    assert not Tracking.objects.exists()
    assert AfterSalesStep.objects.get().name == "eta+10"


@pytest.mark.parametrize("about", ["aftersales:shipment-9999:advice", "aftersales:shipment-x:advice", ""])
def test_a_mail_about_what_is_gone_is_sent_all_the_same(
    about: str, left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    _write(order, about, people, moment)
    assert not AfterSalesStep.objects.exists()


def test_any_mail_to_the_customer_does_the_care_but_not_the_advice(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=56)
    _write(order, "", people, moment + timedelta(days=38))
    _write(order, "", people, later)
    assert list(owed(order, later)) == ["advice", "eta+30", "eta+60-stock"]


def test_a_mail_logged_for_the_advice_is_one_sent_elsewhere_another_log_is_not(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    owed(order, moment)
    for kind, is_done in (("AUDIO_CALL", False), ("EMAIL", True)):
        task = Task.objects.get(key__endswith=":advice")
        outcome = "CONNECTED" if kind == "AUDIO_CALL" else ""
        draft = LogDraft(kind=kind, content="Sent the advice from my phone.", outcome=outcome)
        tasks.complete(task=task, draft=draft, by=people.lin, at=moment)
        assert ("advice" not in owed(order, moment)) is is_done


def test_a_step_may_be_noted_as_done_elsewhere_once_it_left(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    aftersales.note_step(shipment_id=left.pk, name="advice", by=people.lin, at=moment, note="By WhatsApp")
    assert "advice" not in owed(order, moment)
    with pytest.raises(Refused, match="no such step"):
        aftersales.note_step(shipment_id=left.pk, name="eta+77", by=people.lin, at=moment)
    with pytest.raises(Refused, match="future"):
        aftersales.note_step(
            shipment_id=left.pk, name="eta-7", by=people.lin, at=moment, done_at=moment + timedelta(days=1)
        )


def test_damage_opens_a_complaint_that_stands_before_everything_the_same_day(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=55)
    with pytest.raises(Refused, match="what is damaged"):
        aftersales.answer_arrival(
            shipment_id=left.pk, cleared_on=None, received_on=None, is_intact=False, by=people.lin, at=later
        )
    complaint = aftersales.answer_arrival(
        shipment_id=left.pk, cleared_on=ETA, received_on=ETA + timedelta(days=2), is_intact=False,
        damage="Two crates wet", by=people.lin, at=later,
    )  # fmt: skip
    assert complaint is not None and complaint.order == order
    decide_customers([order.customer_id], at=later)
    first = Task.objects.filter(customer=order.customer_id).order_by("rank", "due_at").first()
    assert first is not None and (first.rank, first.due_on) == (WorkClass.COMPLAINT, later.date())
    assert "eta+10" not in owed(order, later), "it is known"
    change_complaint(complaint_id=complaint.pk, wanted={}, state="ANSWERED", by=people.lin, at=later)
    decide_customers([order.customer_id], at=later)
    keys = set(Task.objects.values_list("key", flat=True))
    assert not any(key.startswith("promise:complaint-reply") for key in keys)
    assert any(key.startswith("promise:complaint-solution") for key in keys)
    with pytest.raises(Refused, match="how it was settled"):
        change_complaint(complaint_id=complaint.pk, wanted={}, state="SETTLED", by=people.lin, at=later)
    change_complaint(
        complaint_id=complaint.pk,
        wanted={"solution": "Two new crates"},
        state="SETTLED",
        by=people.lin,
        at=later,
    )
    decide_customers([order.customer_id], at=later)
    assert not Task.objects.filter(key__startswith="promise:").exists()


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        ({"score": 9}, True),
        ({"score": 8}, False),
        ({"is_praise": True}, True),
        ({"form_state": "SENT"}, False),
    ],
)
def test_very_good_feedback_makes_a_duty_to_ask_for_a_testimonial(
    answers: dict[str, Any], is_asked: bool, left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=80)
    aftersales.answer_feedback(shipment_id=left.pk, answers=answers, by=people.lin, at=later)
    assert ("testimonial" in owed(order, later)) is is_asked
    assert ("eta+30" in owed(order, later)) is ("form_state" in answers), "a form that was sent is no answer"


def test_a_testimonial_that_comes_proposes_the_thank_you_credit_for_a_year(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=80)
    aftersales.answer_feedback(shipment_id=left.pk, answers={"score": 10}, by=people.lin, at=later)
    _write(order, f"aftersales:shipment-{left.pk}:testimonial", people, later)
    asked = models.Testimonial.objects.get()
    assert "testimonial" not in owed(order, later)
    credit = testimonials.answer(testimonial_id=asked.pk, state="RECEIVED", by=people.lin, at=later)
    assert credit == CustomerCredit.objects.get()
    assert (credit.percent, credit.state, credit.expires_on) == (1, "PROPOSED", date(2028, 2, 12))
    with pytest.raises(Refused, match="answered already"):
        testimonials.answer(testimonial_id=asked.pk, state="DECLINED", by=people.lin, at=later)


def test_facts_of_many_shipments_take_as_many_questions_as_of_one(
    left: Shipment, order: Order, people: Cast, moment: datetime, customer: Make
) -> None:
    def asked(ids: list[int]) -> int:
        gather(ids, now=moment)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            gather(ids, now=moment)
        return len(seen)

    one = asked([order.customer_id])
    others = []
    for number in range(2, 8):
        other = order_of(customer(), moment, number=f"SC2026-{number:04}")
        shipped(other, people.lin, moment, eta=ETA)
        shipped(order_of(other.customer, moment, number=f"SD2026-{number:04}"), people.lin, moment)
        others.append(other.customer_id)
    assert asked([order.customer_id, *others]) <= one


def test_as_of_a_moment_the_arrival_stands_as_it_stood_then(
    left: Shipment, order: Order, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=5)
    revise_schedule(shipment_id=left.pk, dates={"eta": date(2027, 2, 1)}, by=people.lin, at=later)
    aftersales.note_step(shipment_id=left.pk, name="advice", by=people.lin, at=later)

    def known(at: datetime) -> tuple[Any, ...]:
        (fact,) = after_shipping([order.customer_id], None, at)[order.customer_id].shipments
        return fact.eta, fact.advised_at

    assert known(moment + timedelta(days=4)) == (ETA, None)
    assert known(later) == (date(2027, 2, 1), later)


OF_MONEY = 16
"""The wordings that ask for money, loaded with those of shipments."""


def test_every_wording_stands_in_both_languages_and_both_tones_and_is_approved_once(
    people: Cast, moment: datetime
) -> None:
    assert load_templates(people.admin, moment) == len(PURPOSES | FURTHER) * 4 + OF_MONEY
    assert load_templates(people.admin, moment) == 0
    rows = MailTemplate.objects.filter(versions__state="APPROVED", scope="COMPANY")
    for purpose in PURPOSES | FURTHER:
        assert sorted(rows.filter(purpose=purpose).values_list("language", flat=True)) == [
            "en",
            "en",
            "zh",
            "zh",
        ]


def test_a_new_order_is_an_event_that_may_end_a_sequence(
    order: Order, people: Cast, moment: datetime
) -> None:
    begin(customer_id=order.customer_id, sequence="nurture", by=people.lin, at=moment)
    later = order_of(order.customer, moment + timedelta(hours=1), number="SC2026-0002")
    facts = gather([order.customer_id], now=moment)[order.customer_id]
    assert [(event.kind, event.at) for event in facts.events if event.kind is EventKind.ORDER] == [
        (EventKind.ORDER, later.created_at)
    ]
