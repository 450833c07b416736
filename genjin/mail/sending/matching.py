"""Asking the Sent folders what a restored or copied instance sent after its backup was made (design 3)."""

from __future__ import annotations

import imaplib
from datetime import date, datetime, timedelta
from typing import Any

import imap_tools

from genjin.mail import problems
from genjin.mail.actions import matching
from genjin.mail.connecting import Failed, close, open_imap
from genjin.mail.models import MailAccount, MailFolder, Message, OutgoingMail
from genjin.mail.store.parsing import bare

DRAFTS_OF = timedelta(days=60)
"""Older drafts are not asked about: whoever sends one does so by hand."""
_MARGIN = timedelta(days=2)
_AT_ONCE = 200


def match(account_id: int, *, at: datetime) -> dict[str, int]:
    """Look for everything of an account that could leave: how many were found, not found, not asked about.

    What lies in a mailbox that was read, or in the Sent folder on the server, left already. Nothing is
    changed on the server.
    """
    account = MailAccount.objects.get(pk=account_id)
    mails = _open_ones(account, at)
    if not mails:
        return {"found": 0, "not_found": 0, "not_asked": 0}
    ids = {mail.message_id for mail in mails}
    known = set(Message.objects.filter(message_id__in=ids).values_list("message_id", flat=True))
    problem: dict[str, Any] = {}
    try:
        known |= ids & sent_ids(account, since=(min(one.changed_at for one in mails) - _MARGIN).date())
    except Failed as error:
        about = {name: str(value)[:300] for name, value in error.details.items()}
        problem = {"problem": error.code, "about": about}
    found = [mail for mail in mails if mail.message_id in known]
    left = [mail.pk for mail in mails if mail.message_id not in known]
    for mail in found:
        matching.found_sent(mail_id=mail.pk, at=at)
    if problem:
        matching.not_asked(mail_ids=left, details=problem, at=at)
        return {"found": len(found), "not_found": 0, "not_asked": len(left)}
    matching.not_found(mail_ids=left, at=at)
    return {"found": len(found), "not_found": len(left), "not_asked": 0}


def accounts_to_match() -> list[int]:
    """The accounts that have something which could leave."""
    rows = OutgoingMail.objects.filter(state__in=matching.ASKED_ABOUT, deleted_at=None, account__isnull=False)
    return sorted(set(rows.order_by().values_list("account_id", flat=True)))


def _open_ones(account: MailAccount, at: datetime) -> list[OutgoingMail]:
    rows = OutgoingMail.objects.filter(account=account, state__in=matching.ASKED_ABOUT, deleted_at=None)
    old = rows.filter(state=OutgoingMail.State.DRAFT, changed_at__lte=at - DRAFTS_OF)
    return list(rows.exclude(pk__in=old.values("pk")).order_by("pk"))


def sent_ids(account: MailAccount, *, since: date) -> set[str]:
    """The Message-IDs in the Sent folder from that day on, read from the heads; raises `Failed`.

    Not every server can search by Message-ID, and one that cannot says that nothing was found.
    """
    folder = MailFolder.objects.filter(account=account, role=MailFolder.Role.SENT, gone_at=None).first()
    if account.transport != MailAccount.Transport.IMAP or folder is None:
        raise Failed(problems.FOLDER)
    box = open_imap(account)
    try:
        box.folder.set(folder.path, readonly=True)
        heads = box.fetch(
            imap_tools.AND(date_gte=since), headers_only=True, mark_seen=False, bulk=_AT_ONCE
        )  # fmt: skip
        return {bare(str(one.obj.get("Message-ID", ""))) for one in heads} - {""}
    except (imaplib.IMAP4.error, imap_tools.ImapToolsError, OSError) as error:
        raise Failed(problems.FOLDER, answer=str(error)[:200]) from error
    finally:
        close(box)
