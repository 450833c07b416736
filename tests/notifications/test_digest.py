"""The daily mail of notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail

from genjin.instance.models import Instance
from genjin.notifications import actions, jobs, kinds
from genjin.notifications.models import Digest, Notice, Way
from genjin.people.models import Absence
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def rain(settings: Any) -> Iterator[None]:
    """A kind of notice, a mail account."""
    settings.EMAIL_HOST = "smtp.example.com"
    kinds.register(kinds.Kind("test.rain", "Rain", lambda params: f"{params['mm']} mm"))
    yield
    kinds.forget("test.rain")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> list[datetime]:
    """The business time that the job reads; the last one counts."""
    times = [moment]
    monkeypatch.setattr(jobs, "business_now", lambda: times[-1])
    return times


@pytest.fixture
def told(people: Cast, moment: datetime) -> Cast:
    """Lin wants rain by mail and was told of it last night; Wang reads it in the app."""
    actions.prefer(user=people.lin, ways={"test.rain": Way.DIGEST})
    for user in (people.lin, people.wang):
        actions.notify(
            kind="test.rain", user_ids=[user.pk], key="k", params={"mm": 3}, at=moment - timedelta(hours=12)
        )
    return people


def run() -> int:
    return jobs.send_digests.func()


def test_who_wants_it_gets_one_mail_when_work_begins(told: Cast, clock: list[datetime]) -> None:
    clock.append(clock[0] - timedelta(minutes=1))
    assert run() == 0, "a minute before nine"
    clock.append(clock[0])
    assert run() == 1
    assert run() == 0, "each notice once"
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["lin@example.com"], "1 notice from Genjin")
    assert "- Rain\n  3 mm" in message.body
    assert Digest.objects.get().sent_at == clock[0]


def test_what_happens_during_the_day_waits_for_the_next_morning(told: Cast, clock: list[datetime]) -> None:
    run()
    noon = clock[0] + timedelta(hours=3)
    actions.notify(kind="test.rain", user_ids=[told.lin.pk], key="noon", params={"mm": 9}, at=noon)
    clock.append(noon + timedelta(hours=1))
    assert run() == 0
    clock.append(clock[0] + timedelta(days=1))
    assert run() == 1
    assert "9 mm" in mail.outbox[1].body
    assert "3 mm" not in mail.outbox[1].body


def test_nobody_is_mailed_at_weekends_or_away(told: Cast, clock: list[datetime]) -> None:
    Absence.objects.create(user=told.lin, first_day=clock[0].date(), last_day=clock[0].date())
    assert run() == 0
    clock.append(clock[0] + timedelta(days=4))  # Saturday
    assert run() == 0
    clock.append(clock[0] + timedelta(days=6))
    assert run() == 1


def test_a_notice_read_before_is_not_mailed(told: Cast, clock: list[datetime]) -> None:
    actions.read_notices(user=told.lin, at=clock[0])
    assert (run(), Digest.objects.count()) == (0, 0)


def test_a_held_instance_mails_nothing_and_counts_nothing_as_mailed(
    told: Cast, clock: list[datetime]
) -> None:
    Instance.objects.update(held_since=clock[0], held_reason="RESTORED")
    assert run() == 0
    assert not Notice.objects.filter(digest__isnull=False).exists()
    Instance.objects.update(held_since=None)
    assert run() == 1


def test_without_a_mail_account_there_is_no_digest(told: Cast, clock: list[datetime], settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert (run(), Digest.objects.count(), mail.outbox) == (0, 0, [])


def test_a_mail_that_may_have_left_is_not_sent_again(
    told: Cast, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*args: object) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", cut)
        assert run() == 0
    assert run() == 0
    assert Digest.objects.get().sent_at is None


def test_while_the_server_does_not_answer_nothing_is_claimed(
    told: Cast, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
        with pytest.raises(ConnectionRefusedError):
            run()
    assert run() == 1, "the next turn sends it"
