"""What follows once a server took a mail: it becomes a message of its thread, and the Sent folder gets it.

Every step looks first whether it was done, so that a crash between any two of them does nothing twice.
"""

from __future__ import annotations

import imaplib
import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from genjin.instance import errors
from genjin.journal import actions as journal
from genjin.mail import after_sending, composing, raw
from genjin.mail.actions import claims, tracking
from genjin.mail.actions.sent import answered, blind_copied
from genjin.mail.actions.storing import store
from genjin.mail.actions.writing import tell
from genjin.mail.arrivals import Arrival
from genjin.mail.connecting import Failed, close, open_imap
from genjin.mail.models import MailAccount, MailFolder, Message, OutgoingMail

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(days=3)
"""How long the copy into the Sent folder is tried."""
STORED_WITHIN = timedelta(days=60)
"""How long it is tried to store a mail, from its record or from a person's word that it arrived."""


def unfinished(account_id: int, at: datetime) -> list[OutgoingMail]:
    """Sent mails that are not a message yet, or not in the Sent folder though they should be."""
    rows = _unfinished(at).filter(account=account_id)
    return list(rows.select_related("account", "raw", "author", "answers").order_by("sent_at")[:50])


def accounts_with_unfinished(at: datetime) -> set[int | None]:
    """The accounts that have such mails."""
    return set(_unfinished(at).order_by().values_list("account_id", flat=True).distinct())


def _unfinished(at: datetime) -> QuerySet[OutgoingMail]:
    to_copy = Q(
        is_copied=False, account__saves_sent=True, account__transport=MailAccount.Transport.IMAP,
        account__imap_host__gt="", sent_at__gt=at - TRIED_FOR,
    )  # fmt: skip
    # A mail may be decided on long after it was sent, and the machine may have stood still over a holiday.
    to_store = Q(sent_as__isnull=True, changed_at__gt=at - STORED_WITHIN)
    return OutgoingMail.objects.filter(to_store | to_copy, sent_at__isnull=False, raw__isnull=False)


def finish(mail: OutgoingMail, *, at: datetime) -> None:
    """Store the mail as a message and start its tracking, then copy it.

    What fails is reported and tried again later: it keeps no other mail from being sent.
    """
    try:
        if mail.sent_as_id is None:
            become_message(mail, at=at)
        if needs_copy(mail):
            copy_to_sent(mail)
    except Exception as error:
        errors.report(error, process="worker", place="genjin.mail.sending.finishing")
        logger.warning("Outgoing mail %s is not finished yet: %s", mail.pk, type(error).__name__)


def needs_copy(mail: OutgoingMail) -> bool:
    """Whether the Sent folder should get it from us."""
    account = mail.account
    wants = account is not None and account.saves_sent and account.transport == MailAccount.Transport.IMAP
    return wants and not mail.is_copied


def become_message(mail: OutgoingMail, *, at: datetime) -> Message | None:
    """Store what was sent as a message of its thread, filed to its customer, tracked as its writer asked."""
    if mail.account is None or mail.raw is None:
        return None
    arrival = Arrival(raw=raw.load(mail.raw), flags=frozenset(("seen",)), arrived_at=mail.sent_at)
    stored = store(account=mail.account, folder=None, items=[arrival], at=at)
    if not stored:
        return None
    with transaction.atomic():
        message = Message.objects.select_related("thread").get(pk=stored[0].message_id)
        claims.stored_as(mail_id=mail.pk, message=message)
        blind_copied(message=message, mail=mail)
        answered(mail=mail, by=mail.author, at=at)
        tracking.sent(mail=mail, message=message, at=at)
        after_sending.sent(mail, message, at)
        tell(mail, "send", by=mail.author, at=mail.sent_at or at)
        journal.mark_people([mail.author_id], at=at)
        if mail.customer_id is not None:
            journal.mark_customers([mail.customer_id], at=at)
    mail.sent_as = message
    return message


def copy_to_sent(mail: OutgoingMail) -> bool:
    """Append the mail to the Sent folder, read, unless it lies there already (by Message-ID)."""
    account = mail.account
    if account is None:
        return False
    folder = MailFolder.objects.filter(account=account, role=MailFolder.Role.SENT, gone_at=None).first()
    if folder is None:
        return False
    try:
        with_bcc = composing.with_bcc(raw.load(mail.raw), mail.bcc)
        _append(account, folder, mail, with_bcc)
    except Failed as error:
        logger.warning("Outgoing mail %s was not copied to the Sent folder yet: %s", mail.pk, error.code)
        return False
    claims.copied(mail_id=mail.pk)
    mail.is_copied = True
    return True


def is_in_sent(mail: OutgoingMail) -> bool | None:
    """Whether the Sent folder has it; None where it cannot be asked."""
    account = mail.account
    if account is None or account.transport != MailAccount.Transport.IMAP:
        return None
    folder = MailFolder.objects.filter(account=account, role=MailFolder.Role.SENT, gone_at=None).first()
    if folder is None:
        return None
    try:
        box = open_imap(account)
    except Failed:
        return None
    try:
        box.folder.set(folder.path, readonly=True)
        return _lies_there(box, mail.message_id)
    except (imaplib.IMAP4.error, OSError):
        return None
    finally:
        close(box)


def _append(account: MailAccount, folder: MailFolder, mail: OutgoingMail, content: bytes) -> None:
    box = open_imap(account)
    try:
        box.folder.set(folder.path, readonly=True)
        if not _lies_there(box, mail.message_id):
            box.append(content, folder.path, dt=mail.sent_at, flag_set=["\\Seen"])
    except (imaplib.IMAP4.error, OSError) as error:
        raise Failed("folder", answer=str(error)[:200]) from error
    finally:
        close(box)


def _lies_there(box: object, message_id: str) -> bool:
    client = box.client  # type: ignore[attr-defined]
    answer, data = client.uid("SEARCH", None, "HEADER", "Message-ID", f'"{message_id}"')
    return bool(answer == "OK" and data and data[0] and data[0].split())
