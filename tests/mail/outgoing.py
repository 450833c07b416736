"""What the tests of sending share: a mailbox on a loopback server, a mail that is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from genjin.mail.actions.outbox import queue
from genjin.mail.actions.writing import Beginning, save_draft, start_draft
from genjin.mail.models import MailAccount, OutgoingMail
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


def draft(account: MailAccount, at: datetime, *, to: Sequence[str] = ("hans@nordkai.example",), **values: Any) -> OutgoingMail:
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
