"""The hint that a mail was opened: off by default, asked for by mail, public without cookies, moves nothing (B-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from genjin.journal.models import Entry, Mark
from genjin.mail.models import MailOpen, OutgoingMail
from genjin.mail.opening import Tap, kind_of
from genjin.mail.sending.composition import compose
from genjin.policy.models import Layer
from tests.mail.outgoing import account_of, draft, due

pytestmark = pytest.mark.django_db
OUTLOOK = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"


@pytest.fixture
def account(people, moment):
    return account_of(people.lin, moment)


@pytest.fixture
def allowed(moment, people):
    Layer.objects.create(
        scope="COMPANY", version=1, values={"mail_open_pixel": True}, at=moment, by=people.admin
    )


@pytest.fixture
def sent(account, allowed, moment):
    """A mail with a pixel that left an hour ago."""
    mail = due(account, moment, wants_open_hint=True)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="SENT", sent_at=moment - timedelta(hours=1))
    return OutgoingMail.objects.get(pk=mail.pk)


def fetch(mail, agent=OUTLOOK, client=None):
    url = reverse("mail:opened", args=[mail.open_token])
    return (client or Client()).get(url, headers={"User-Agent": agent})


def test_it_is_off_until_an_administrator_and_the_writer_want_it(people, sign_in, account, moment):
    mail = due(account, moment, wants_open_hint=True)
    assert mail.open_token is None
    page = reverse("mail:draft", args=[draft(account, moment).pk])
    assert 'name="pixel"' not in sign_in(people.lin).get(page).content.decode()


def test_the_writer_asks_for_it_by_mail_and_only_html_carries_it(people, sign_in, account, allowed, moment):
    page = reverse("mail:draft", args=[draft(account, moment).pk])
    assert 'name="pixel"' in sign_in(people.lin).get(page).content.decode()
    without, plain = due(account, moment), due(account, moment, is_plain=True, wants_open_hint=True, text="x")
    with_it, other = (due(account, moment, wants_open_hint=True) for _ in range(2))
    assert (without.open_token, plain.open_token) == (None, None)
    assert len(with_it.open_token) == 32
    assert with_it.open_token != other.open_token
    assert f"/o/{with_it.open_token}.gif".encode() in compose(with_it, at=moment).replace(b"=\r\n", b"")
    assert b"/o/" not in compose(without, at=moment)


def test_the_picture_is_public_leaves_no_cookie_and_tells_no_one(sent):
    for answer in (fetch(sent), Client().get(reverse("mail:opened", args=["x" * 32]))):
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
        assert answer.content[:6] == b"GIF89a"
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
    assert MailOpen.objects.count() == 1


def test_the_hint_stands_at_the_mail_and_moves_nothing(people, sign_in, sent, moment):
    Mark.objects.all().delete()
    before = OutgoingMail.objects.values().get(pk=sent.pk)
    entries = Entry.objects.count()
    fetch(sent)
    fetch(sent)
    assert MailOpen.objects.get().kind == "PROGRAM"
    assert OutgoingMail.objects.values().get(pk=sent.pk) == before
    assert (Entry.objects.count(), Mark.objects.count()) == (entries, 0)


def test_colleagues_who_read_it_here_do_not_count(people, sign_in, sent):
    fetch(sent, client=sign_in(people.wang))
    assert not MailOpen.objects.exists()


@pytest.mark.parametrize(
    ("agent", "seconds", "kind"),
    [
        (OUTLOOK, 3600, "PROGRAM"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", 60, "PROGRAM"),
        ("Mozilla/5.0", 3600, "MACHINE"),
        ("", 3600, "MACHINE"),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            60,
            "PROXY",
        ),
        ("YahooMailProxy; https://help.yahoo.com", 60, "PROXY"),
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", 3600, "MACHINE"),
        ("python-requests/2.32", 3600, "MACHINE"),
        (OUTLOOK, 3, "MACHINE"),
    ],
)
def test_machines_and_proxies_are_told_apart(agent, seconds, kind):
    assert kind_of(agent, after=timedelta(seconds=seconds)) == kind


def test_a_flood_is_not_written_down():
    tap = Tap(3)
    assert [tap.lets_through("a", now=second) for second in (0, 1, 2, 3)] == [True, True, True, False]
    assert tap.lets_through("b", now=3)
    assert tap.lets_through("a", now=61)
