"""What was sent without tracking, and tracking added or cancelled where the mail is read (000-11, 000-12, 000-25)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from genjin.customers.models import Contact, ContactPoint
from genjin.mail.actions.storing import store
from genjin.mail.actions.tracking import cancel_trackings
from genjin.mail.arrivals import Arrival
from genjin.mail.models import MailFolder, Message, OutgoingMail, Tracking
from tests.mail.outgoing import account_of, draft, owner_of
from tests.mail.sync.conftest import letter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def account(people, moment):
    return account_of(people.lin, moment)


@pytest.fixture
def buyer(customer, people, moment):
    """`buyer(address, follow_grade=…)` makes a contact of a customer of Lin."""

    def make(address, **fields):
        one = Contact.objects.create(
            customer=customer(owner=people.lin, **fields), name=address, created_at=moment, updated_at=moment
        )
        ContactPoint.objects.create(contact=one, kind="EMAIL", value=address, normalised=address)
        return one

    return make


@pytest.fixture
def put(account, moment):
    """Put raw messages into the Sent folder or the inbox, as a phone and a server do."""
    folders = {
        role: MailFolder.objects.create(account=account, path=role, role=role, uid_validity=1)
        for role in ("SENT", "INBOX")
    }
    uids = iter(range(1, 1000))

    def one(role, content, at):
        item = Arrival(raw=content, uid=next(uids), uid_validity=1, arrived_at=at)
        return store(account=account, folder=folders[role], items=[item], at=moment)[0].message_id

    return one


def sent(put, account, to, at, **more):
    return put("SENT", letter(account.address, to, f"Offer for {to}", at=at, **more), at)


def test_mails_without_tracking_are_listed_and_tracked_in_bulk(people, sign_in, account, buyer, put, moment):
    for name, grade in (("a", "TOP"), ("b", "MID"), ("low", "LOW")):
        buyer(f"{name}@{name}.test", follow_grade=grade)
    ids = [sent(put, account, f"{name}@{name}.test", moment - 2 * DAY) for name in ("a", "b")]
    sent(put, account, "low@low.test", moment - DAY)
    sent(put, account, "stranger@nowhere.test", moment - DAY)
    buyer("old@old.test")
    sent(put, account, "old@old.test", moment - 40 * DAY)
    buyer("wrote@wrote.test")
    sent(put, account, "wrote@wrote.test", moment - 2 * DAY, message_id="q9")
    put("INBOX", letter("wrote@wrote.test", account.address, at=moment - DAY, answers="q9"), moment - DAY)
    lin = sign_in(people.lin)
    page = lin.get(reverse("mail:untracked")).content.decode()
    shown = [name for name in ("a", "b", "low", "old", "wrote", "stranger") if f"Offer for {name}@" in page]
    assert shown == ["a", "b"]
    lin.post(reverse("mail:track_many"), {"ids": ids, "days": "3"})
    assert sorted(Tracking.objects.values_list("message_id", "days", "owner")) == [
        (pk, 3, people.lin.pk) for pk in sorted(ids)
    ]
    assert "Offer for" not in lin.get(reverse("mail:untracked")).content.decode()
    tracking = Tracking.objects.first()
    cancel_trackings(ids=[tracking.pk], by=people.lin, at=moment)
    assert "Offer for" not in lin.get(reverse("mail:untracked")).content.decode(), "somebody decided that"
    assert "Offer for" not in sign_in(people.wang).get(reverse("mail:untracked")).content.decode()


def test_nothing_chosen_and_too_many_are_refused_with_a_sentence(
    people, sign_in, account, buyer, put, moment
):
    buyer("a@a.test")
    pk = sent(put, account, "a@a.test", moment - DAY)
    lin = sign_in(people.lin)
    for given in ({"days": "2"}, {"ids": [pk], "days": "9"}, {"ids": list(range(60)), "days": "2"}):
        assert lin.post(reverse("mail:track_many"), given).status_code == 302
    assert not Tracking.objects.exists()


def test_in_the_conversation_tracking_is_added_and_cancelled(people, sign_in, account, buyer, put, moment):
    buyer("a@a.test")
    pk = sent(put, account, "a@a.test", moment - DAY)
    thread = Message.objects.get(pk=pk).thread_id
    lin, here = sign_in(people.lin), reverse("mail:conversation", args=[thread])
    assert reverse("mail:track", args=[pk]) in lin.get(here).content.decode()
    assert lin.post(f"{reverse('mail:track', args=[pk])}?next={here}", {"days": "2"})["Location"] == here
    page = lin.get(here).content.decode()
    assert "Awaiting an answer" in page
    tracking = Tracking.objects.get()
    given = {"ids": tracking.pk, "next": here, "reason": "Settled by phone"}
    assert lin.post(reverse("mail:cancel_tracking"), given)["Location"] == here
    assert "Awaiting an answer" not in lin.get(here).content.decode()


def test_a_newer_mail_takes_the_tracking_over_and_there_is_never_a_second(
    account, buyer, put, moment, people
):
    buyer("a@a.test")
    first = sent(put, account, "a@a.test", moment - 2 * DAY, message_id="q1")
    from genjin.mail.actions.tracking import track

    track(message_id=first, days=2, by=owner_of(account, moment), at=moment)
    newer = sent(put, account, "a@a.test", moment - DAY, answers="q1")
    assert list(Tracking.objects.values_list("message_id", "state")) == [(newer, "ACTIVE")]
    track(message_id=first, days=1, by=people.lin, at=moment)
    assert list(Tracking.objects.values_list("message_id", "days")) == [(newer, 1)]


def test_after_two_unanswered_tracked_mails_another_mailbox_is_proposed(
    people, sign_in, account, buyer, put, moment
):
    second = account_of(people.lin, moment, address="sales@ours.example")
    buyer("a@a.test")
    first = sent(put, account, "a@a.test", moment - 3 * DAY, message_id="q1")
    lin = sign_in(people.lin)
    lin.post(reverse("mail:track_many"), {"ids": [first], "days": "1"})
    mail = draft(account, moment, to=["a@a.test"])
    page = reverse("mail:draft", args=[mail.pk])
    assert "data-use-account" not in lin.get(page).content.decode()
    sent(put, account, "a@a.test", moment - 2 * DAY, answers="q1")
    shown = lin.get(page).content.decode()
    assert "2 tracked mails to a@a.test had no answer" in shown
    assert f'data-use-account="{second.pk}"' in shown
    values = {"to": "a@a.test", "account": second.pk, "subject": "Offer", "html": "<p>x</p>"}
    told = lin.post(
        reverse("mail:save_draft", args=[mail.pk]), values, headers={"Accept": "application/json"}
    )
    assert told.json()["another"] == ""
    OutgoingMail.objects.update(account=account)
    put("INBOX", letter("a@a.test", account.address, at=moment - DAY, answers="q1"), moment - DAY)
    assert "data-use-account" not in lin.get(page).content.decode()
