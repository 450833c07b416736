"""What customers of the demo do with what was really sent, as its time moves on."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from genjin.customers.models import ContactPoint
from genjin.demo import jobs, post, reactions, topics, writers
from genjin.demo.reactions import Known
from genjin.instance import actions as instance
from genjin.instance.models import Instance
from genjin.instance.queries import business_now
from genjin.jobs.models import Job
from genjin.mail import raw
from genjin.mail.models import (
    AddressHealth,
    Filing,
    MailAccount,
    Message,
    MessageCopy,
    OutgoingMail,
    Tracking,
)
from genjin.mail.reading import read as read_letter
from tests.demo.conftest import move_to, read

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=9)
Verdict = Message.Verdict


def named(known: Known, wanted: list[str], at: datetime) -> str:
    """A Message-ID to which this recipient reacts so."""
    for number in count():
        name = f"{number}@lankor.example"
        if [one.kind for one in reactions.plan(name, known, at)] == wanted:
            return name
    raise AssertionError


def address_that(contact, wanted: str, at: datetime) -> str:
    """An address at which that happens to whatever is sent there in this week."""
    for number in range(2_000):
        address = f"buyer{number}@somewhere.example"
        kinds = [
            one.kind for one in reactions.plan("any@lankor.example", Known(address, contact, False, True), at)
        ]
        if kinds[:1] == [wanted]:
            return address
    raise AssertionError


def answered_contact(contact) -> Known:
    """The contact at an address that neither fails nor is away."""
    at = business_now()
    for number in range(2_000):
        known = Known(f"well{number}@somewhere.example", contact, False, True)
        kinds = {one.kind for n in range(40) for one in reactions.plan(f"{n}@lankor.example", known, at)}
        if kinds == {"answer"}:
            move_to(contact, known.address)
            return known
    raise AssertionError


def came_back(mail: OutgoingMail) -> list[Message]:
    return list(Message.objects.filter(in_reply_to=mail.message_id).order_by("date"))


def test_a_customer_answers_in_the_thread_in_working_hours_and_ends_the_tracking(
    contact, send, bring, seller
):
    known = answered_contact(contact)
    at = business_now()
    mail = send(known.address, named=named(known, ["answer"], at), track=2)
    bring(mail.sent_at + timedelta(minutes=5))
    assert came_back(mail) == []
    bring(mail.sent_at + WEEK)
    (answer,) = came_back(mail)
    assert (answer.verdict, answer.thread_id) == (Verdict.HUMAN, mail.sent_as.thread_id)
    assert answer.from_address == known.address
    assert Filing.objects.get(message=answer).customer_id == contact.customer_id
    assert Tracking.objects.get(thread=answer.thread_id).state == Tracking.State.ANSWERED
    letter = read_letter(raw.load(answer.raw))
    assert mail.message_id in letter.references[-1]
    assert "swing check valves DN50 at USD 20.00" in letter.text
    assert "swing check valves DN50" not in answer.text
    local = answer.date.astimezone(letter.date.tzinfo if letter.date else UTC)
    assert local.weekday() < 6
    assert 7 <= local.hour < 20


def test_an_answer_takes_up_what_was_offered(contact, send):
    letter = read_letter(raw.load(send("somebody@gmail.com").raw))
    _company, deal = topics.deal_of(letter, contact.customer, Random(1))
    assert (deal.product.second, deal.price, deal.number) == ("swing check valves", "19.00", "LK261199")


def test_an_absence_is_answered_by_itself_with_the_day_of_return_and_pauses_the_tracking(
    contact, send, bring
):
    at = business_now()
    move_to(contact, address := address_that(contact, "absence", at))
    mail = send(address, track=2)
    bring(mail.sent_at + timedelta(minutes=2))
    (notice,) = came_back(mail)
    assert notice.verdict == Verdict.AUTO_REPLY
    assert notice.returns_on is not None
    assert notice.returns_on > at.date()
    tracking = Tracking.objects.get(thread=notice.thread_id)
    assert (tracking.state, tracking.paused_until) == (Tracking.State.ACTIVE, notice.returns_on)
    assert not Filing.objects.get(message=notice).counts_as_contact


def test_an_address_that_is_gone_comes_back_marks_it_and_ends_the_tracking(contact, send, bring):
    move_to(contact, address := address_that(contact, "hard", business_now()))
    mail = send(address, track=1)
    bring(mail.sent_at + timedelta(minutes=4))
    (report,) = came_back(mail)
    assert report.verdict == Verdict.BOUNCE
    assert [(one["address"], one["kind"]) for one in report.bounce] == [(address, "HARD")]
    assert AddressHealth.objects.get(address=address).kind == "HARD"
    assert ContactPoint.objects.get(contact=contact, kind="EMAIL").state == ContactPoint.State.INVALID
    assert Tracking.objects.get(thread=report.thread_id).state == Tracking.State.BOUNCED


def test_a_full_mailbox_comes_back_as_a_delay(contact, send, bring):
    move_to(contact, address := address_that(contact, "soft", business_now()))
    mail = send(address, track=1)
    bring(mail.sent_at + timedelta(minutes=10))
    (report,) = came_back(mail)
    assert report.bounce[0]["kind"] == "SOFT"
    assert AddressHealth.objects.get(address=address).kind == "SOFT"
    assert Tracking.objects.get(thread=report.thread_id).state == Tracking.State.ACTIVE


def test_some_stay_silent(contact, send, bring):
    known = answered_contact(contact)
    mail = send(known.address, named=named(known, [], business_now()))
    bring(mail.sent_at + WEEK)
    assert came_back(mail) == []


def test_nobody_outside_of_the_demo_is_ever_reached_and_that_is_said(send, bring):
    mail = send("somebody@gmail.com")
    bring(mail.sent_at + timedelta(minutes=3))
    (report,) = came_back(mail)
    assert report.verdict == Verdict.BOUNCE
    assert "nothing leaves this machine" in report.bounce[0]["text"]


def test_a_colleague_gets_the_mail_itself(send, bring, seller):
    colleague = writers.colleague("zheng").address
    mail = send(colleague)
    read(mail.sent_at)
    boxes = MessageCopy.objects.filter(message=mail.sent_as).values_list("account__address", "folder__role")
    assert set(boxes) == {(seller.email, "SENT"), (colleague, "INBOX")}
    assert bring(mail.sent_at + WEEK) >= 0
    assert came_back(mail) == []


def test_looking_again_and_being_killed_doubles_nothing(contact, send, bring, monkeypatch):
    known = answered_contact(contact)
    mail = send(known.address, named=named(known, ["answer"], business_now()))
    later = mail.sent_at + WEEK
    first = jobs.bring(later)
    assert first > 0
    # Killed before anything was read: the files lie there, the database knows nothing of them.
    assert came_back(mail) == []
    assert jobs.bring(later) == 0
    read(later)
    (answer,) = came_back(mail)
    # Read, and the file is gone from where it lay: the database knows it.
    copy = MessageCopy.objects.get(message=answer)
    for file in (receiving_folder(mail) / "cur").glob("*"):
        file.unlink()
    for file in (receiving_folder(mail) / "new").glob("*"):
        file.unlink()
    assert jobs.bring(later + timedelta(minutes=1)) == 0
    assert MessageCopy.objects.filter(message=answer).get() == copy


def receiving_folder(mail: OutgoingMail):
    return Path(settings.DATA) / post.maildir_of(mail.account.address)


def test_a_half_written_mail_is_no_mail(contact, send, bring, mails):
    known = answered_contact(contact)
    mail = send(known.address, named=named(known, ["answer"], business_now()))
    later = mail.sent_at + WEEK
    monkey = pytest.MonkeyPatch()
    monkey.setattr("pathlib.Path.replace", lambda self, target: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        jobs.bring(later)
    monkey.undo()
    read(later)
    assert came_back(mail) == []
    bring(later)
    assert len(came_back(mail)) == 1


def test_strangers_and_customers_write_as_days_pass_each_mail_once(bring, mails):
    begun = business_now()
    before = Message.objects.count()
    came = bring(begun + timedelta(days=6))
    assert came > 0
    assert Message.objects.count() == before + came
    shared = MessageCopy.objects.filter(account__is_shared=True, message__date__gt=begun)
    assert shared.filter(message__filings=None, message__verdict=Verdict.HUMAN).exists()
    assert bring(begun + timedelta(days=6)) == 0
    assert not Message.objects.filter(date__gt=begun + timedelta(days=6)).exists()


def test_moving_the_clock_lets_mail_leave_and_come_in_a_demo_alone(seller):
    Job.objects.all().delete()
    instance.move_clock(by=seller, at=business_now(), forward=timedelta(days=1))
    tasks = set(Job.objects.values_list("task", flat=True))
    assert {"genjin.demo.jobs.bring_post", "genjin.mail.sending.jobs.send_due"} <= tasks
    Job.objects.all().delete()
    Instance.objects.update(kind=Instance.Kind.TEST)
    instance.move_clock(by=seller, at=business_now(), forward=timedelta(days=1))
    assert not Job.objects.filter(task="genjin.demo.jobs.bring_post").exists()
    assert jobs.bring_post.func() == 0


def test_a_held_demo_brings_nothing(seller):
    instance.hold(reason="BY_HAND", by=None, at=business_now())
    instance.move_clock(by=seller, at=business_now(), forward=timedelta(days=6))
    assert jobs.bring_post.func() == 0


def test_the_receiver_takes_mail_only_from_who_knows_its_password(receiver, mails):
    account = MailAccount.objects.filter(is_shared=False)[0]
    with smtplib.SMTP("127.0.0.1", account.smtp_port) as line:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login(account.address, "guessed")
        assert line.docmd("MAIL", f"FROM:<{account.address}>")[0] == 530
