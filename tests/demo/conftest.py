"""A small demo firm with its mailboxes read, loaded once a file; each test has files of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from genjin.customers.models import Contact, ContactPoint
from genjin.demo import firm, jobs, load, mailboxes, receiving
from genjin.instance.queries import business_now
from genjin.mail import syncing
from genjin.mail.actions import outbox
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.writing import save_draft
from genjin.mail.checking_out import DOUBTS
from genjin.mail.models import MailAccount, OutgoingMail
from genjin.mail.sending.outbox import send_due
from genjin.people import access
from genjin.people.models import User

SIZE = 14


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of a demo whose mailboxes were read to their end."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "DATA", folder)
        assert load.load(real=timezone.now(), size=SIZE)
        assert mailboxes.take_in() > 0
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def mails(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same demo with a copy of its files that the test may change."""
    folder = tmp_path / "data"
    shutil.copytree(loaded, folder)
    monkeypatch.setattr(settings, "DATA", folder)
    return folder


@pytest.fixture
def seller(mails: Path) -> User:
    """The first salesperson, with access loaded."""
    user = User.objects.get(email=firm.person("zhou").email)
    access.of(user, today=business_now().date())
    return user


@pytest.fixture
def receiver(mails: Path) -> Iterator[receiving.Receiver]:
    """The receiver at the port that the accounts know."""
    server = receiving.Receiver(timezone.now)
    server.start(receiving.local_accounts().values_list("smtp_port", flat=True)[0])
    yield server
    server.stop()


@pytest.fixture
def contact(seller: User) -> Contact:
    """A contact of the salesperson's whom one can mail."""
    found = Contact.objects.alive().filter(customer__owner=seller, customer__deleted_at=None, is_primary=True)
    return found.select_related("customer__country").order_by("pk")[0]


@pytest.fixture
def send(seller: User, receiver: receiving.Receiver) -> Callable[..., OutgoingMail]:
    """`send(address, …)` sends a mail through the outbox and the receiver; `named` is its Message-ID."""
    account = MailAccount.objects.get(owner=seller)

    def go(*to: str, named: str = "", track: int | None = None, at: datetime | None = None) -> OutgoingMail:
        moment = at or business_now()
        mail = start_draft(beginning=Beginning(account_id=account.pk), by=seller, at=moment)
        values = {
            "to": [["", one] for one in to], "subject": "Offer LK261199: swing check valves",
            "html": "<p>We offer swing check valves DN50 at USD 20.00.</p>", "track_days": track,
        }  # fmt: skip
        save_draft(mail_id=mail.pk, values=values, by=seller, at=moment)
        if named:
            OutgoingMail.objects.filter(pk=mail.pk).update(message_id=named)
        outbox.queue(mail_id=mail.pk, by=seller, at=moment, despite=DOUBTS)
        send_due(account.pk, claim=f"{mail.pk}:1", clock=lambda: moment + timedelta(seconds=20))
        mail.refresh_from_db()
        assert mail.state == OutgoingMail.State.SENT, (mail.state, mail.answer, mail.delay)
        return mail

    return go


@pytest.fixture
def bring(mails: Path) -> Callable[[datetime], int]:
    """Bring what has come by a moment and read the mailboxes."""

    def go(at: datetime) -> int:
        count = jobs.bring(at)
        read(at)
        return count

    return go


def read(at: datetime) -> None:
    """Read every mailbox of the demo."""
    for pk in receiving.local_accounts().values_list("pk", flat=True):
        report = syncing.sync(pk, clock=lambda: at)
        assert not report.problem, report


def move_to(contact: Contact, address: str) -> None:
    """Give a contact another mail address."""
    points = ContactPoint.objects.filter(contact=contact, kind=ContactPoint.Kind.EMAIL)
    points.update(value=address, normalised=address)
