"""The daily mail of notices, and forgetting old ones."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import get_connection

from genjin.instance.queries import business_now
from genjin.jobs import job, stopping
from genjin.notifications import actions, digest
from genjin.people.jobs import can_mail

logger = logging.getLogger(__name__)


@job(atomic=False, unique=lambda: "send digests")
def send_digests() -> int:
    """Mail everybody whose working day has begun what they wanted by mail; returns how many mails left.

    Without a mail account, and in a held instance, nobody is mailed and nothing counts as mailed. The server
    is asked first: while it does not answer, nothing is claimed and the next turn tries again.
    """
    now = business_now()
    people = digest.due(now) if can_mail() else []
    if not people:
        return 0
    sent = 0
    with get_connection() as connection:
        for user, day, begins in people:
            if stopping():
                break
            claimed = actions.claim_digest(user_id=user.pk, day=day, until=begins, at=now)
            if claimed is None:
                continue
            message = digest.letter(claimed, user)
            message.connection = connection
            try:
                message.send()
            except (SMTPException, OSError) as error:
                logger.warning("The digest of user %s did not leave: %s", user.pk, type(error).__name__)
                continue
            actions.note_sent(digest=claimed, at=now)
            sent += 1
    return sent


@job(atomic=False)
def forget_old() -> int:
    """Delete notices older than a year; the schedule calls it daily."""
    total = 0
    while not stopping() and (count := actions.forget_old(at=business_now())):
        total += count
    return total
