"""Tokens of OAuth 2 while they are renewed: one process at a time, in real time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from genjin.mail.models import MailAccount

LEASE = timedelta(seconds=30)


def lease(*, account_id: int, at: datetime) -> bool:
    """Take the right to renew an account's token; False while another process has it."""
    free = Q(token_leased_until__isnull=True) | Q(token_leased_until__lt=at)
    return bool(MailAccount.objects.filter(free, pk=account_id).update(token_leased_until=at + LEASE))


def keep(*, account_id: int, before: str, secret: str) -> None:
    """Put the renewed tokens (sealed) in the place of those that were read, unless a person changed them."""
    MailAccount.objects.filter(pk=account_id, secret=before).update(secret=secret)


def release(*, account_id: int) -> None:
    """Give the right to renew back."""
    MailAccount.objects.filter(pk=account_id).update(token_leased_until=None)
