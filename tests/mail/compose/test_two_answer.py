"""A shared mailbox answered by two people at once: both see it while they write, and are asked before sending."""

from __future__ import annotations

import pytest
from django.urls import reverse

from genjin.mail.actions.storing import store
from genjin.mail.arrivals import Arrival
from genjin.mail.models import AccountMember, Answering, MailAccount, MailFolder, Message, OutgoingMail
from tests.mail.sync.conftest import letter

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def box(people, moment):
    made = MailAccount.objects.create(
        name="Info", address="info@ours.example", is_shared=True, created_at=moment, smtp_host="127.0.0.1"
    )
    for user in (people.lin, people.wang):
        AccountMember.objects.create(account=made, user=user)
    return made


@pytest.fixture
def asked(box, moment):
    """A question of a buyer in the shared inbox."""
    folder = MailFolder.objects.create(account=box, path="INBOX", role="INBOX", uid_validity=1)
    raw = letter("anna@firm.test", box.address, at=moment)
    stored = store(account=box, folder=folder, items=[Arrival(raw=raw, uid=1, uid_validity=1)], at=moment)
    return Message.objects.get(pk=stored[0].message_id)


def reply(client, message, user):
    """The box opened by a click on Reply, as the page has it, and its draft."""
    page = client.get(
        reverse("mail:reply", args=[message.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    return page, OutgoingMail.objects.filter(author=user).latest("pk")


def ping(client, box, mail, **more):
    url = reverse("mail:answering", args=[mail.thread_id, box.pk])
    return client.post(url, {"draft": mail.pk, **more}, headers=JSON).json()["others"]


def send(client, mail, **more):
    values = {"to": "anna@firm.test", "subject": "Re: Valves", "html": "<p>Dear Anna</p>", **more}
    return client.post(reverse("mail:send_draft", args=[mail.pk]), values, headers=JSON)


def test_both_see_that_the_other_writes_and_who_sends_second_is_asked(people, sign_in, box, asked):
    lin, wang = sign_in(people.lin), sign_in(people.wang)
    page, mine = reply(lin, asked, people.lin)
    assert f'data-answering="{reverse("mail:answering", args=[asked.thread_id, box.pk])}"' in page
    assert ping(lin, box, mine) == []
    _page, hers = reply(wang, asked, people.wang)
    assert str(people.lin) in ping(wang, box, hers)[0]
    assert str(people.wang) in ping(lin, box, mine)[0]
    read = wang.get(reverse("mail:conversation", args=[asked.thread_id])).content.decode()
    assert f"{people.lin} is writing an answer" in read
    told = send(lin, mine).json()
    assert [one["code"] for one in told["doubts"]] == ["WRITING"]
    assert str(people.wang) in told["doubts"][0]["text"]
    assert send(lin, mine, despite="WRITING").status_code == 200
    told = send(wang, hers).json()
    assert [one["code"] for one in told["doubts"]] == ["ANSWERED"]
    assert str(people.lin) in told["doubts"][0]["text"]
    assert str(people.lin) in ping(wang, box, hers)[0]
    assert send(wang, hers, despite="ANSWERED").status_code == 200


def test_a_closed_sent_or_discarded_box_is_no_longer_seen(people, sign_in, box, asked):
    lin = sign_in(people.lin)
    for end in ("closed", "sent", "discarded"):
        _page, mail = reply(lin, asked, people.lin)
        ping(lin, box, mail)
        assert Answering.objects.get().user == people.lin
        if end == "closed":
            ping(lin, box, mail, done="1")
        elif end == "sent":
            assert send(lin, mail).status_code == 200
        else:
            lin.post(reverse("mail:discard_draft", args=[mail.pk]), headers=JSON)
        assert not Answering.objects.exists(), end
    writing = reverse("mail:writing", args=[asked.thread_id])
    assert "writing an answer" not in sign_in(people.wang).get(writing).content.decode()
    assert sign_in(people.hu).get(writing).status_code == 404


def test_an_answer_from_the_phone_is_told_too(people, sign_in, box, asked, moment):
    lin = sign_in(people.lin)
    _page, mail = reply(lin, asked, people.lin)
    folder = MailFolder.objects.create(account=box, path="Sent", role="SENT", uid_validity=1)
    raw = letter(box.address, "anna@firm.test", "Re: Valves", at=mail.created_at, answers=asked.message_id)
    sent = store(account=box, folder=folder, items=[Arrival(raw=raw, uid=1, uid_validity=1)], at=moment)
    Message.objects.filter(pk=sent[0].message_id).update(date=mail.created_at.replace(microsecond=999_999))
    assert "ANSWERED" in [one["code"] for one in send(lin, mail).json()["doubts"]]


def test_in_an_own_mailbox_nobody_is_asked(people, sign_in, box, asked):
    MailAccount.objects.filter(pk=box.pk).update(is_shared=False, owner=people.lin)
    page, _mail = reply(sign_in(people.lin), asked, people.lin)
    assert "data-answering" not in page
