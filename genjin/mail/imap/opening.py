"""The mailbox of an account, whatever carries it."""

from __future__ import annotations

from genjin.mail.imap.mailbox import Mailbox
from genjin.mail.imap.maildir import MaildirMailbox
from genjin.mail.imap.server import ImapMailbox
from genjin.mail.models import MailAccount


def open_mailbox(account: MailAccount) -> Mailbox:
    """An open mailbox, to be closed. Raises `mail.problems.Failed`."""
    if account.transport == MailAccount.Transport.MAILDIR:
        return MaildirMailbox(account)
    return ImapMailbox(account)
