"""What follows from a sent mail can fail, and takes nothing back of the mail that was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from genjin.customers.actions.refusal import Refused
from genjin.instance.models import ErrorReport
from genjin.jobs.models import Job
from genjin.mail import after_sending
from genjin.mail.actions import outbox
from genjin.mail.models import MailAccount, OutgoingMail
from genjin.mail.sending import finishing, jobs
from genjin.mail.sending.outbox import send_due
from genjin.notifications.actions import notify
from genjin.notifications.models import Notice
from tests.live.smtp import DROP, Server, running
from tests.mail.outgoing import account_of, due

pytestmark = pytest.mark.django_db
ABOUT = "sample:7"


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def account(people: Any, server: Server, moment: datetime) -> MailAccount:
    return account_of(people.lin, moment, port=server.port)


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What the one listener does, in turn: it writes first, then does what is put in here."""
    turns: list[Callable[[], None]] = []

    def hear(mail: OutgoingMail, _message: Any, at: datetime) -> None:
        notify(kind="mail.uncertain", user_ids=[mail.author_id], key=f"heard:{len(turns)}", at=at, url="/")
        turns.pop(0)()

    monkeypatch.setattr(after_sending, "_listeners", {"sample:": hear})
    return turns


def sent(account: MailAccount, at: datetime) -> OutgoingMail:
    """A mail about something that was worked off."""
    mail = due(account, at)
    OutgoingMail.objects.filter(pk=mail.pk).update(about=ABOUT)
    send_due(account.pk, claim="1:1", clock=lambda: at)
    mail.refresh_from_db()
    return mail


def refuse() -> None:
    raise Refused("It was cancelled meanwhile.")


def break_down() -> None:
    raise ValueError("A mistake of the listener")


def break_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nothing_of_that_name")


@pytest.mark.parametrize("fault", [break_down, break_the_database])
def test_a_listener_that_fails_keeps_no_mail_out_of_its_conversation_and_is_told_again(
    account, server, listener, moment, fault
):
    listener += [fault, lambda: None]
    mail = sent(account, moment)
    assert (mail.state, len(server.received)) == ("SENT", 1)
    assert mail.sent_as is not None and mail.thread_id == mail.sent_as.thread_id
    assert not finishing.unfinished(account.pk, moment)
    assert not Notice.objects.exists(), "what a failed listener wrote is undone"
    assert ErrorReport.objects.count() == 1
    job = Job.objects.get(task__endswith="tell_again")
    assert (job.state, job.args) == (Job.State.READY, [mail.pk])
    jobs.tell_again.func(mail.pk)
    assert (listener, Notice.objects.count()) == ([], 1)


def test_a_job_that_tells_again_fails_with_its_listener_and_is_retried(account, listener, moment):
    listener += [break_down, break_the_database]
    mail = sent(account, moment)
    with pytest.raises(DatabaseError):
        jobs.tell_again.func(mail.pk)
    assert not Notice.objects.exists()


def test_what_a_listener_refuses_does_not_happen_and_is_not_tried_again(account, listener, moment):
    listener.append(refuse)
    mail = sent(account, moment)
    assert mail.sent_as is not None
    assert not Notice.objects.exists()
    assert not ErrorReport.objects.exists()
    assert not Job.objects.filter(task__endswith="tell_again").exists()


def test_a_mail_decided_on_after_weeks_becomes_a_message_and_is_told(
    people, account, server, listener, moment
):
    listener.append(lambda: None)
    server.faults.accepted = DROP
    mail = sent(account, moment)
    assert mail.state == "UNCERTAIN"
    later = moment + timedelta(days=25)
    outbox.decide_sent(mail_id=mail.pk, by=people.lin, at=later)
    (found,) = finishing.unfinished(account.pk, later)
    finishing.finish(found, at=later)
    mail.refresh_from_db()
    assert mail.sent_as is not None
    assert listener == []
    assert not finishing.unfinished(account.pk, later)
