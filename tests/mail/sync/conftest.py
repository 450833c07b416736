"""A private Dovecot for the tests of reading, an account on it, and letters as buyers write them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.mail import secrets
from genjin.mail.models import MailAccount
from tests.conftest import Cast
from tests.live.mailserver import PASSWORD, WITHOUT_CONDSTORE, MailServer, server

DAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[MailServer]:
    """A server that offers everything Dovecot does."""
    with server() as running:
        yield running


@pytest.fixture(scope="module")
def plain_dovecot() -> Iterator[MailServer]:
    """A server that neither counts changes nor moves."""
    with server(capability=WITHOUT_CONDSTORE) as running:
        yield running


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of files of the test's own."""
    monkeypatch.setattr(settings, "DATA", tmp_path)


_names = itertools.count(1)


@pytest.fixture
def account(people: Cast, moment: datetime) -> Callable[..., MailAccount]:
    """`account(server, owner=…)` makes an account with a mailbox of its own."""

    def make(running: MailServer | None = None, **fields: Any) -> MailAccount:
        name = f"sales{next(_names)}"
        values: dict[str, Any] = {
            "name": name, "address": f"{name}@exporter.test", "owner": people.lin, "username": name,
            "imap_host": "127.0.0.1", "imap_port": running.port if running else 143,
            "imap_security": MailAccount.Security.NONE, "secret": secrets.seal(PASSWORD),
            "created_at": moment,
        }  # fmt: skip
        return MailAccount.objects.create(**values | fields)

    return make


@pytest.fixture
def buyer(customer: Callable[..., Customer], moment: datetime) -> Callable[..., Contact]:
    """`buyer("anna@firm.test")` makes a contact with that address, of a new customer unless one is given."""

    def make(address: str, of: Customer | None = None, name: str = "Anna") -> Contact:
        contact = Contact.objects.create(
            customer=of or customer(), name=name, created_at=moment, updated_at=moment
        )
        ContactPoint.objects.create(
            contact=contact, kind=ContactPoint.Kind.EMAIL, value=address, normalised=address.lower()
        )
        return contact

    return make


def letter(
    sender: str = "anna@firm.test",
    to: str = "sales@exporter.test",
    subject: str = "Valves",
    text: str = "Please quote 40 valves DN50.",
    *,
    at: datetime = DAY,
    cc: str = "",
    message_id: str = "",
    answers: str = "",
    **headers: str,
) -> bytes:
    """A raw message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id or f'{next(_names)}@{sender.partition(chr(64))[2]}'}>"
    if cc:
        message["Cc"] = cc
    if answers:
        message["In-Reply-To"] = message["References"] = f"<{answers}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def many(count: int, **fields: Any) -> list[tuple[bytes, datetime]]:
    """That many messages with the moments of their arrival, an hour apart."""
    return [
        (
            letter(
                f"buyer{n}@firm{n % 7}.test", subject=f"Order number {n} of valves",
                at=DAY - timedelta(hours=count - n), message_id=f"many{n}@firm.test", **fields,
            ),
            DAY - timedelta(hours=count - n),
        )
        for n in range(count)
    ]  # fmt: skip
