"""Mailboxes whose mail lies in folders of this machine (the demo's): nothing is to be found or tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.instance.actions import Refused
from genjin.instance.queries import current
from genjin.mail import secrets
from genjin.mail.actions.accounts import set_members
from genjin.mail.actions.setups import check_address, may_set_up
from genjin.mail.jobs import sync_account
from genjin.mail.models import MailAccount
from genjin.people.actions import base
from genjin.people.models import User

HOST = "127.0.0.1"
_TOLD = ("address", "name", "is_shared", "sender_name")


@transaction.atomic
def add_local_account(
    *, address: str, name: str, maildir: str, port: int, password: str, by: User, at: datetime,
    sender_name: str = "", aliases: Sequence[str] = (), members: Mapping[int, Iterable[str]] | None = None,
) -> MailAccount:  # fmt: skip
    """A mailbox in a folder of this machine, which sends to a receiver at this port of this machine.

    With `members` (as `set_members` takes them) it is shared. Refused where the clock may not be moved, for
    a firm that works has no such mailbox.
    """
    if not current().may_time_travel:
        raise Refused(_("Only a demo or a test has mailboxes without a server."))
    is_shared = members is not None
    may_set_up(by, at, is_shared=is_shared)
    check_address(address)
    account = MailAccount.objects.create(
        name=name, address=address, sender_name=sender_name, aliases=list(aliases), is_shared=is_shared,
        owner=None if is_shared else by, transport=MailAccount.Transport.MAILDIR, maildir=maildir,
        smtp_host=HOST, smtp_port=port, smtp_security=MailAccount.Security.NONE, username=address,
        secret=secrets.seal(password), saves_sent=False, created_at=at,
    )  # fmt: skip
    base.tell(account, "create", by=by, at=at, changes=base.created(account, _TOLD))
    if members is not None:
        set_members(account_id=account.pk, members=members, by=by, at=at)
    sync_account.enqueue(account.pk)
    return account


def move_local_accounts(*, port: int) -> int:
    """The receiver is reached at another port from now on; returns how many mailboxes learned it.

    Not journalled: it is this machine's state, and nobody's deed.
    """
    rows = MailAccount.objects.alive().filter(transport=MailAccount.Transport.MAILDIR)
    return rows.exclude(smtp_port=port).update(smtp_port=port)
