"""Servers that speak (IDLE) have their mailbox read at once; everything else is polled."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from genjin.jobs.models import Job
from genjin.mail import jobs, watching
from genjin.mail.models import MailAccount
from tests.live.mailserver import PASSWORD
from tests.mail.sync.conftest import letter

WITHIN = 20.0


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not what():
        assert time.monotonic() < deadline, "not within 20 seconds"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_comes_or_is_read_elsewhere_has_its_mailbox_read_at_once(dovecot, account, monkeypatch):
    monkeypatch.setattr(watching, "LISTEN", 0.2)
    mine = account(dovecot, is_first_sync_done=True)
    client = imaplib.IMAP4("127.0.0.1", dovecot.port)
    client.login(mine.username, PASSWORD)
    client.select("INBOX")
    stop = threading.Event()

    def kept() -> None:
        watching.keep(stop)
        connection.close()

    thread = threading.Thread(target=kept)
    thread.start()
    try:
        wait_for(lambda: Job.objects.filter(task__endswith="sync_account").exists())
        assert MailAccount.objects.get().watch_owner
        Job.objects.all().delete()
        client.append("INBOX", "", None, letter())  # type: ignore[arg-type]
        wait_for(lambda: Job.objects.filter(args=[mine.pk]).exists())
        Job.objects.all().delete()
        client.store("1", "+FLAGS", "(\\Seen)")
        wait_for(lambda: Job.objects.filter(args=[mine.pk]).exists())
    finally:
        stop.set()
        thread.join(WITHIN)
    assert not thread.is_alive()
    wait_for(lambda: MailAccount.objects.get().watch_owner == "")


@pytest.mark.django_db
def test_mailboxes_are_polled_that_work_and_whose_pause_is_over(account, moment):
    from django.utils import timezone

    now = timezone.now()
    due, waiting, over = account(), account(try_again_at=now.replace(year=2090)), account(try_again_at=now)
    account(state="PAUSED")
    account(state="BROKEN")
    assert jobs.poll.call() == 2
    asked = sorted(args[0] for args in Job.objects.values_list("args", flat=True))
    assert asked == sorted([due.pk, over.pk]) and waiting.pk not in asked
