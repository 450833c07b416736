"""Noting that the pixel of a mail was fetched: nothing follows from it, nothing is journalled or marked."""

from __future__ import annotations

from datetime import datetime, timedelta

from genjin.mail import opening
from genjin.mail.models import MailOpen, OutgoingMail

MOST = 20
"""Fetches kept of one mail."""
APART = timedelta(minutes=5)


def note_opened(*, token: str, agent: str, at: datetime) -> None:
    """Keep a fetch with its kind, not who it was: one in 5 minutes, at most 20 of a mail."""
    mail = OutgoingMail.objects.filter(open_token=token, sent_at__isnull=False).first()
    if mail is None or mail.sent_at is None:
        return
    kind = opening.kind_of(agent, after=at - mail.sent_at)
    rows = MailOpen.objects.filter(mail=mail)
    if rows.filter(kind=kind, at__gt=at - APART).exists() or rows.count() >= MOST:
        return
    MailOpen.objects.create(mail=mail, at=at, kind=kind)
