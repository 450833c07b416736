"""What the tests of sending share: a mailbox on a loopback server, a mail that is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from genjin.customers.models import Customer
from genjin.mail.actions.outbox import queue
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.tracking import track
from genjin.mail.actions.writing import save_draft
from genjin.mail.models import (
    MailAccount,
    MailFolder,
    MailThread,
    Message,
    MessageCopy,
    OutgoingMail,
    Suppression,
    Tracking,
)
from genjin.people import access
from genjin.people.models import User


def account_of(user: User, at: datetime, *, port: int = 1, **fields: Any) -> MailAccount:
    """An account of the person whose SMTP server listens at that port of this machine."""
    values: dict[str, Any] = {
        "name": user.email, "address": user.email, "sender_name": user.name_en, "owner": user,
        "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "NONE", "created_at": at,
        "saves_sent": False, "hourly_limit": 1000, "daily_limit": 1000,
    }  # fmt: skip
    return MailAccount.objects.create(**(values | fields))


def owner_of(account: MailAccount, at: datetime) -> User:
    """Its owner, with access loaded."""
    assert account.owner is not None
    access.of(account.owner, today=at.date())
    return account.owner


def draft(
    account: MailAccount, at: datetime, *, to: Sequence[str] = ("hans@nordkai.example",), **values: Any
) -> OutgoingMail:
    """A draft of the account's owner, ready to be sent."""
    by = owner_of(account, at)
    mail = start_draft(beginning=Beginning(account_id=account.pk), by=by, at=at)
    written: dict[str, Any] = {
        "to": [["", address] for address in to], "subject": "Offer for valves", "html": "<p>Dear Hans</p>",
        "language": "en",
    }  # fmt: skip
    return save_draft(mail_id=mail.pk, values=written | values, by=by, at=at)


def due(account: MailAccount, at: datetime, **values: Any) -> OutgoingMail:
    """A mail that was queued long enough ago to leave now."""
    before = at - timedelta(seconds=30)
    mail = draft(account, before, **values)
    return queue(mail_id=mail.pk, by=owner_of(account, at), at=before, despite=["NO_ATTACHMENT"])


def samples(people: Any, customer_id: int, at: datetime) -> dict[str, Any]:
    """What the house's tests fill into addresses: Lin's uncertain mail, her sent one, its tracking."""
    account = account_of(people.lin, at)
    mail = due(account, at, customer_id=customer_id)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="UNCERTAIN", reached="DOT", claimed_at=at)
    mail.recipients.update(state="UNCERTAIN")
    folder = MailFolder.objects.create(account=account, path="Sent", role="SENT")
    tracked, other = (_sent(account, folder, at, number) for number in (1, 2))
    row = track(message_id=tracked.pk, days=2, by=people.lin, at=at)
    return {"outgoing": mail.pk, "trackings": row.pk, "sent_messages": other.pk}


def _sent(account: MailAccount, folder: MailFolder, at: datetime, number: int) -> Message:
    """A sent mail in a conversation of its own."""
    thread = MailThread.objects.create(subject="Offer", first_at=at, last_at=at)
    message = Message.objects.create(
        thread=thread, content_key=f"sent {number}", size=1, message_id=f"{number}@example.com", direction="OUT",
        subject="Offer", from_address=account.address, date=at, arrived_at=at, stored_at=at,
    )  # fmt: skip
    MessageCopy.objects.create(
        message=message,
        thread=thread,
        account=account,
        folder=folder,
        uid=number,
        uid_validity=1,
        added_at=at,
    )
    return message


def grow(people: Any, customer: Customer, at: datetime, number: int) -> None:
    """One more mail that waits, one that failed, one that is uncertain, one that is tracked, one address less."""
    account = MailAccount.objects.get(owner=people.lin)
    for state in ("WAITING", "FAILED", "UNCERTAIN"):
        mail = due(
            account,
            at,
            to=[f"{number}.{state}@nordkai.example", "b@nordkai.example"],
            customer_id=customer.pk,
        )
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state, claimed_at=at, reached="DOT")
    message = _sent(account, MailFolder.objects.get(account=account, role="SENT"), at, number + 100)
    row = track(message_id=message.pk, days=1, by=people.lin, at=at)
    Tracking.objects.filter(pk=row.pk).update(customer=customer)
    Suppression.objects.create(
        address=f"{number}@stop.example", scope="ALL", reason="HAND", added_at=at, added_by=people.lin
    )
