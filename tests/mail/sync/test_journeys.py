"""The issue's journeys: raw bytes on a mail server, read, and what people then see on their screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from genjin.customers.actions import duplicate_keys
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.mail.models import (
    AccountMember,
    Filing,
    MailThread,
    Message,
    MessageCopy,
    OutgoingMail,
    Tracking,
)
from genjin.mail.sending.outbox import send_due
from genjin.mail.syncing import sync
from genjin.notifications.models import Notice
from tests.live import smtp
from tests.mail.compose.test_delivery import BOUNCE
from tests.mail.sync.conftest import letter

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


@pytest.fixture
def outside():
    with smtp.running() as running:
        yield running


@pytest.fixture
def box(account, dovecot, outside):
    """`box(owner=…)` makes a mailbox on both servers."""

    def make(**fields):
        made = account(
            dovecot, smtp_host="127.0.0.1", smtp_port=outside.port, smtp_security="NONE", saves_sent=True,
            hourly_limit=1000, daily_limit=1000, **fields,
        )  # fmt: skip
        for folder in ("", "Sent"):
            dovecot.deliver(made.username, [], folder=folder)
        return made

    return make


@pytest.fixture
def arrive(dovecot, moment):
    """Deliver raw mails to a mailbox and read it."""

    def run(made, *raws, folder="", at=moment):
        dovecot.deliver(made.username, [(raw, at) for raw in raws], folder=folder)
        report = sync(made.pk, clock=lambda: at)
        assert not report.problem
        return Message.objects.order_by("-pk").first()

    return run


def inbox(client, **query):
    return client.get(reverse("mail:inbox"), query).content.decode()


def opened(client, message):
    return client.get(reverse("mail:conversation", args=[message.thread_id])).content.decode()


def timeline(client, customer_id):
    return client.get(reverse("customers:customer", args=[customer_id])).content.decode()


def write(client, user, url, text="<p>Two weeks.</p>", **values):
    """Answer as a person does: open the box, write, send; gives the mail."""
    client.get(url, headers=HTMX)
    mail = OutgoingMail.objects.filter(author=user).latest("pk")
    given = {"html": text, **values}
    answer = client.post(reverse("mail:send_draft", args=[mail.pk]), given, headers=JSON)
    assert answer.status_code == 200, answer.content
    mail.refresh_from_db()
    return mail


def leave(made, mail):
    """The worker's turn, when the ten seconds are over."""
    at = mail.send_at + timedelta(seconds=30)
    send_due(made.pk, claim="1:1", clock=lambda: at)
    mail.refresh_from_db()
    return at


def test_a_colleague_of_a_known_contact_who_stood_in_copy_writes_himself(
    box, arrive, buyer, people, sign_in, customer, moment
):
    mine = box()
    firm = customer(owner=people.lin, name="Firm Valves", domain="firm.test", website="https://firm.test")
    buyer("anna@firm.test", of=firm)
    duplicate_keys.refresh([firm.pk], at=moment)
    customers, contacts = Customer.objects.count(), Contact.objects.count()
    arrive(mine, letter("anna@firm.test", mine.address, "Valves", cc="boss@firm.test", message_id="j1"))
    his = arrive(mine, letter("boss@firm.test", mine.address, "Re: Valves", answers="j1", at=moment))
    lin = sign_in(people.lin)
    assert MailThread.objects.count() == 1
    assert (Customer.objects.count(), Contact.objects.count()) == (customers, contacts), "nothing by itself"
    page = inbox(lin)
    assert "Firm Valves" in page
    assert "unfiled" not in page.split("mail-rows")[1]
    assert "belongs to no customer yet" not in opened(lin, his)
    assert list(Filing.objects.order_by("message_id").values_list("customer", "how")) == [
        (firm.pk, "ADDRESS"), (firm.pk, "DOMAIN"),
    ]  # fmt: skip
    assert reverse("mail:message", args=[his.pk]) in timeline(lin, firm.pk)
    firm.refresh_from_db()
    assert firm.last_contact_at == his.date


def test_an_out_of_office_with_its_return_date_pauses_and_is_no_answer(
    box, arrive, buyer, people, sign_in, moment
):
    mine, anna = box(), buyer("anna@firm.test")
    asked = arrive(mine, letter("anna@firm.test", mine.address, message_id="j1", at=moment - HOUR))
    lin = sign_in(people.lin)
    mail = write(lin, people.lin, reverse("mail:reply", args=[asked.pk]), track="2")
    at = leave(mine, mail)
    away = letter(
        "anna@firm.test", mine.address, "Automatic reply: Re: Valves",
        "I am out of the office and will be back on 7 December 2026.", answers=mail.message_id,
        at=at + HOUR, Auto_Submitted="auto-replied",
    )  # fmt: skip
    notice = arrive(mine, away, at=at + HOUR)
    tracking = Tracking.objects.get()
    assert (tracking.state, str(tracking.paused_until)) == ("ACTIVE", "2026-12-07")
    assert "Automatic reply, back on 7 Dec" in opened(lin, notice)
    assert "away until then" in lin.get(reverse("mail:tracking")).content.decode()
    before = Customer.objects.get(pk=anna.customer_id).last_contact_at
    answer = letter("anna@firm.test", mine.address, "Re: Valves", answers=mail.message_id, at=at + 2 * HOUR)
    arrive(mine, answer, at=at + 2 * HOUR)
    assert Tracking.objects.get().state == "ANSWERED"
    assert Customer.objects.get(pk=anna.customer_id).last_contact_at > before


def test_a_hard_bounce_ends_the_waiting_marks_the_address_and_says_what_to_do(
    box, arrive, buyer, people, sign_in, moment
):
    mine, anna = box(), buyer("anna@firm.test")
    asked = arrive(mine, letter("anna@firm.test", mine.address, message_id="j1", at=moment - HOUR))
    lin = sign_in(people.lin)
    mail = write(lin, people.lin, reverse("mail:reply", args=[asked.pk]), track="1")
    at = leave(mine, mail)
    assert mail.is_copied, "the copy in the Sent folder"
    raw = BOUNCE.format(to=mine.address, answers=mail.message_id).encode()
    bounce = arrive(mine, raw, at=at + HOUR)
    assert Message.objects.filter(message_id=mail.message_id).count() == 1
    assert Tracking.objects.get().state == "BOUNCED"
    assert ContactPoint.objects.get(contact=anna).state == "INVALID"
    assert Notice.objects.filter(user=people.lin).exists()
    page = opened(lin, bounce)
    assert page.count("Not delivered to anna@firm.test for good: this mailbox does not exist") == 2
    assert reverse("mail:write_again", args=[mail.pk]) in page
    assert f"{reverse('customers:customer', args=[anna.customer_id])}#contacts" in page
    assert "this mailbox does not exist" in timeline(lin, anna.customer_id)
    assert "No mail awaits an answer" in lin.get(reverse("mail:tracking")).content.decode()


def test_a_conversation_that_changes_its_subject_stays_one(box, arrive, buyer, people, sign_in, moment):
    mine = box()
    anna, other = buyer("anna@firm.test"), buyer("omar@other.test")
    arrive(mine, letter("anna@firm.test", mine.address, "Valves", message_id="j1", at=moment - 3 * HOUR))
    changed = arrive(
        mine, letter("anna@firm.test", mine.address, "Delivery of gaskets", answers="j1", at=moment - HOUR)
    )
    arrive(mine, letter("omar@other.test", mine.address, "Valves", at=moment - 2 * HOUR))
    assert MailThread.objects.count() == 2
    lin = sign_in(people.lin)
    page = inbox(lin)
    assert page.count('class="mail-row ') + page.count('class="mail-row"') == 2
    read = opened(lin, changed)
    assert "Delivery of gaskets</h2>" in read
    assert read.count('class="letter"') == 2
    assert set(Filing.objects.filter(thread=changed.thread_id).values_list("customer", flat=True)) == {
        anna.customer_id
    }
    assert other.customer.short_name not in read


def test_the_same_mail_in_two_mailboxes_is_one_and_is_read_in_both(
    box, arrive, buyer, people, sign_in, moment
):
    first, second = box(), box()
    anna = buyer("anna@firm.test")
    raw = letter("anna@firm.test", f"{first.address}, {second.address}", "Offer please", at=moment)
    arrive(first, raw)
    message = arrive(second, raw)
    lin = sign_in(people.lin)
    assert (Message.objects.count(), MessageCopy.objects.count()) == (1, 2)
    assert Filing.objects.count() == 1
    page = lin.get(reverse("mail:inbox")).content.decode()
    opened(lin, message)
    assert set(MessageCopy.objects.values_list("is_read", flat=True)) == {True}
    assert lin.get(reverse("mail:badge")).content == b""
    assert timeline(lin, anna.customer_id).count(reverse("mail:message", args=[message.pk])) == 1
    assert page.count('id="conversation-') == 1, "all inboxes show it once"


def test_what_was_sent_from_the_phone_is_found_filed_and_tracked(box, arrive, buyer, people, sign_in, moment):
    mine, anna = box(), buyer("anna@firm.test")
    asked = arrive(mine, letter("anna@firm.test", mine.address, message_id="j1", at=moment - 5 * HOUR))
    lin = sign_in(people.lin)
    mail = write(lin, people.lin, reverse("mail:reply", args=[asked.pk]), track="2")
    at = leave(mine, mail)
    phone = letter(
        mine.address, "anna@firm.test", "Re: Valves", "Sent from my phone: we add 2 %.",
        answers=mail.message_id, at=at + HOUR,
    )  # fmt: skip
    found = arrive(mine, phone, folder="Sent", at=at + HOUR)
    assert (found.direction, found.thread_id) == ("OUT", asked.thread_id)
    assert Tracking.objects.get().message_id == found.pk
    assert "2 mails without answer" in opened(lin, found)
    assert reverse("mail:message", args=[found.pk]) in timeline(lin, anna.customer_id)
    assert Customer.objects.get(pk=anna.customer_id).last_contact_at == found.date
    new = letter(mine.address, "anna@firm.test", "New catalogue", at=at + 2 * HOUR)
    arrive(mine, new, folder="Sent", at=at + 2 * HOUR)
    assert "New catalogue" in lin.get(reverse("mail:untracked")).content.decode()


def test_a_shared_mailbox_that_two_answer_at_once(box, arrive, buyer, people, sign_in, outside, moment):
    shared = box(owner=None, is_shared=True, address="info@exporter.test")
    for user in (people.lin, people.wang):
        AccountMember.objects.create(account=shared, user=user)
    buyer("anna@firm.test")
    asked = arrive(shared, letter("anna@firm.test", shared.address, message_id="j1", at=moment - HOUR))
    lin, wang = sign_in(people.lin), sign_in(people.wang)
    ping = reverse("mail:answering", args=[asked.thread_id, shared.pk])
    lin.get(reverse("mail:reply", args=[asked.pk]), headers=HTMX)
    lin.post(ping)
    assert f"{people.lin} is writing an answer" in opened(wang, asked)
    wang.get(reverse("mail:reply", args=[asked.pk]), headers=HTMX)
    hers = OutgoingMail.objects.get(author=people.wang)
    values = {"to": "anna@firm.test", "html": "<p>3 weeks.</p>"}
    told = wang.post(reverse("mail:send_draft", args=[hers.pk]), values, headers=JSON)
    assert [one["code"] for one in told.json()["doubts"]] == ["WRITING"]
    first = OutgoingMail.objects.get(author=people.lin)
    sent = lin.post(reverse("mail:send_draft", args=[first.pk]), values, headers=JSON)
    assert sent.status_code == 200
    first.refresh_from_db()
    leave(shared, first)
    told = wang.post(reverse("mail:send_draft", args=[hers.pk]), values, headers=JSON).json()
    assert str(people.lin) in told["doubts"][0]["text"]
    assert len(outside.received) == 1, "the second one waits for a decision"
    read = opened(wang, asked)
    assert "3 weeks." in read or MessageCopy.objects.filter(message=first.sent_as).exists()
