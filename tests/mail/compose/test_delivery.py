"""What became of a mail stands where it was written: in its conversation, in words, with what can be done."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.mail import raw
from genjin.mail.actions.outbox import queue
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.storing import store
from genjin.mail.actions.writing import save_draft
from genjin.mail.arrivals import Arrival
from genjin.mail.models import MailFolder, MailOpen, Message, OutgoingMail
from genjin.mail.sending.outbox import send_due
from genjin.notifications.models import Notice
from tests.live.smtp import DROP, running
from tests.mail.outgoing import account_of, owner_of
from tests.mail.sync.conftest import letter
from tests.mail.test_sending import SECOND

pytestmark = pytest.mark.django_db
BOUNCE = (
    "From: MAILER-DAEMON@mx.firm.test\nTo: {to}\nSubject: Undelivered Mail\nIn-Reply-To: <{answers}>\n"
    "Date: Tue, 24 Nov 2026 01:05:00 +0000\nMIME-Version: 1.0\nMessage-ID: <b1@mx>\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.firm.test\n\nFinal-Recipient: rfc822; anna@firm.test\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <anna@firm.test>: user unknown\n\n--b--\n"
)


@pytest.fixture
def server():
    with running() as started:
        yield started


@pytest.fixture
def account(people, server, moment):
    return account_of(people.lin, moment, port=server.port)


@pytest.fixture
def arrive(account, moment):
    """Put a raw message into the inbox."""
    folder = MailFolder.objects.create(account=account, path="INBOX", role="INBOX", uid_validity=1)
    uids = iter(range(1, 100))

    def put(content):
        item = Arrival(raw=content, uid=next(uids), uid_validity=1, arrived_at=moment)
        stored = store(account=account, folder=folder, items=[item], at=moment)
        return Message.objects.get(pk=stored[0].message_id)

    return put


@pytest.fixture
def answer(account, arrive, moment):
    """Answer a question of two people and let the worker try to send it; gives the mail as it is then."""

    def run(faults):
        before = moment - 30 * SECOND
        asked = arrive(letter("anna@firm.test", account.address, cc="boss@firm.test", at=before))
        by = owner_of(account, moment)
        mail = start_draft(beginning=Beginning(answers_id=asked.pk, to_all=True), by=by, at=before)
        save_draft(mail_id=mail.pk, values={"html": "<p>Dear Anna, 2 weeks.</p>"}, by=by, at=before)
        queue(mail_id=mail.pk, by=by, at=before)
        for name, fault in faults.items():
            setattr(account.server.faults, name, fault)
        send_due(account.pk, claim="1:1", clock=lambda: moment)
        mail.refresh_from_db()
        return mail

    return run


@pytest.fixture(autouse=True)
def _joined(account, server):
    account.server = server


def found_in_sent(account, mail, moment):
    """What the reading of the Sent folder does."""
    folder = MailFolder.objects.create(account=account, path="Sent", role="SENT", uid_validity=1)
    item = Arrival(raw=raw.load(mail.raw), uid=1, uid_validity=1)
    store(account=account, folder=folder, items=[item], at=moment)


def page(client, mail):
    return client.get(reverse("mail:conversation", args=[mail.thread_id])).content.decode()


def test_a_recipient_refused_for_good_is_told_in_words_and_written_to_again(answer, people, sign_in):
    mail = answer({"rcpt": {"anna@firm.test": "550 5.1.1 <anna@firm.test>: user unknown"}})
    assert mail.state == "PARTLY"
    lin = sign_in(people.lin)
    shown = page(lin, mail)
    assert "Not delivered to anna@firm.test for good: this mailbox does not exist" in shown
    assert Notice.objects.get(kind="mail.failed").url.endswith(f"{mail.thread_id}/#mail-{mail.pk}")
    assert f'id="mail-{mail.pk}"' in shown
    led = lin.post(reverse("mail:write_again", args=[mail.pk]))
    again = OutgoingMail.objects.exclude(pk=mail.pk).get()
    assert led["Location"] == reverse("mail:draft", args=[again.pk])
    assert ([pair[1] for pair in again.to], again.cc) == (["anna@firm.test"], [])
    assert (again.text, again.thread_id) == (mail.text, mail.thread_id)
    assert again.message_id != mail.message_id


def test_a_mail_that_nobody_took_stands_below_the_conversation(answer, people, sign_in):
    mail = answer({"mail": "554 5.7.1 Your address is blocked"})
    assert (mail.state, mail.sent_as) == ("FAILED", None)
    shown = page(sign_in(people.lin), mail)
    assert "Dear Anna, 2 weeks." in shown
    assert shown.count("Not delivered to") == 2
    assert reverse("mail:write_again", args=[mail.pk]) in shown


def test_a_delay_is_told_with_its_reason_and_the_next_attempt(answer, people, sign_in):
    mail = answer({"mail": "451 4.7.1 Greylisted"})
    lin = sign_in(people.lin)
    shown = page(lin, mail)
    assert "The mail server refused it for now: 451 4.7.1 Greylisted" in shown
    assert "Next attempt" in shown
    led = lin.post(reverse("mail:take_back", args=[mail.pk]))
    assert led["Location"] == reverse("mail:draft", args=[mail.pk])
    assert "Greylisted" not in page(lin, mail)


def test_an_uncertain_mail_is_decided_in_its_conversation(answer, people, sign_in):
    mail = answer({"accepted": DROP})
    assert mail.state == "UNCERTAIN"
    lin = sign_in(people.lin)
    shown = page(lin, mail)
    assert "Perhaps sent: please decide" in shown
    assert "The whole mail was handed over" in shown
    here = reverse("mail:conversation", args=[mail.thread_id])
    assert lin.post(reverse("mail:decide_sent", args=[mail.pk]), {"next": here})["Location"] == here
    assert "Perhaps sent" not in page(lin, mail)


def test_a_bounce_stands_at_the_mail_it_is_about(answer, arrive, account, people, sign_in, moment):
    mail = answer({})
    assert mail.state == "SENT"
    assert "Not delivered" not in page(sign_in(people.lin), mail)
    found_in_sent(account, mail, moment)
    arrive(BOUNCE.format(to=mail.account.address, answers=mail.message_id).encode())
    mail.refresh_from_db()
    shown = page(sign_in(people.lin), mail)
    at_the_mail, _id, at_the_bounce = shown[shown.index(f'"m{mail.sent_as_id}"') :].partition('id="m')
    for text in (at_the_mail, at_the_bounce):
        assert "Not delivered to anna@firm.test for good: this mailbox does not exist" in text
    assert reverse("mail:write_again", args=[mail.pk]) in at_the_mail


def test_colleagues_without_the_mailbox_are_not_told_of_its_troubles(answer, people, sign_in):
    mail = answer({"mail": "554 5.7.1 Your address is blocked"})
    assert sign_in(people.hu).post(reverse("mail:write_again", args=[mail.pk])).status_code == 404


def test_the_hint_that_it_was_opened_stands_at_the_mail(answer, account, people, sign_in, moment):
    mail = answer({})
    found_in_sent(account, mail, moment)
    OutgoingMail.objects.filter(pk=mail.pk).update(open_token="x" * 32)
    lin = sign_in(people.lin)
    for kind, words in (
        ("MACHINE", "nobody need have read it"),
        ("PROXY", "perhaps opened"),
        ("PROGRAM", "no proof"),
    ):
        MailOpen.objects.create(mail=mail, at=moment, kind=kind)
        assert words in page(lin, mail)
