"""Mailboxes with mails in them, as storing leaves them."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from genjin.customers.models import Customer
from genjin.mail import index
from genjin.mail.models import (
    AccountMember,
    Conversation,
    Filing,
    MailAccount,
    MailFolder,
    MailThread,
    Message,
    MessageCopy,
    Participant,
)

Role = MailFolder.Role


@pytest.fixture
def mailbox(people, moment) -> Callable[..., MailAccount]:
    """`mailbox(owner)` makes a mailbox with the usual folders; `mailbox(members=[…])` a shared one."""
    numbers = itertools.count(1)

    def make(owner: Any = None, *, members: Any = (), **fields: Any) -> MailAccount:
        number = next(numbers)
        values = {
            "name": f"Box {number}", "address": f"box{number}@ours.example", "owner": owner,
            "is_shared": owner is None, "created_at": moment, "is_first_sync_done": True,
        } | fields  # fmt: skip
        account = MailAccount.objects.create(**values)
        for user in members:
            AccountMember.objects.create(account=account, user=user, may_assign=True)
        for role in (Role.INBOX, Role.SENT, Role.ARCHIVE, Role.JUNK, Role.TRASH):
            MailFolder.objects.create(account=account, path=role.title(), role=role)
        return account

    return make


def folder_of(account: MailAccount, role: str = Role.INBOX) -> MailFolder:
    return account.folders.get(role=role)


@pytest.fixture
def letter(people, moment) -> Callable[..., Message]:
    """`letter(account, subject=…, thread=…, …)` puts a mail into a folder, its thread and the index."""
    numbers = itertools.count(1)

    def make(
        account: MailAccount, *, folder: MailFolder | None = None, thread: MailThread | None = None,
        to: Any = (), cc: Any = (), bcc: Any = (), read: bool = False, starred: bool = False,
        customer: Customer | None = None, contact: Any = None, **fields: Any,
    ) -> Message:  # fmt: skip
        number = next(numbers)
        date = fields.pop("date", moment - timedelta(hours=1) + timedelta(minutes=number))
        values = {
            "content_key": hashlib.sha256(str(number).encode()).hexdigest(), "size": 2000,
            "message_id": f"{number}@there.example", "direction": "IN", "subject": f"Subject {number}",
            "from_name": "Jens Wittkamp", "from_address": "jens@nordkai.example", "date": date,
            "dated": date, "arrived_at": date, "stored_at": date, "text": "Dear Lin", "preview": "Dear Lin",
        } | fields  # fmt: skip
        thread = thread or MailThread.objects.create(
            subject=values["subject"], first_at=date, last_at=date, count=0
        )
        message = Message.objects.create(thread=thread, **values)
        _people(message, to or [("", account.address)], cc, bcc)
        folder = folder or folder_of(account)
        MessageCopy.objects.create(
            message=message, thread=thread, account=account, folder=folder, uid_validity=1, uid=number,
            is_read=read, is_flagged=starred, added_at=date,
        )  # fmt: skip
        if customer is not None:
            Filing.objects.create(
                message=message, thread=thread, customer=customer, contact=contact, how=Filing.How.ADDRESS,
                date=date, direction=message.direction, filed_at=date, counts_as_contact=True,
            )  # fmt: skip
        _converse(folder, thread, message, read=read, starred=starred)
        index.put([(message.pk, message.text)])
        return message

    return make


def _people(message: Message, to: Any, cc: Any, bcc: Any) -> None:
    rows = [("FROM", message.from_name, message.from_address)]
    for role, people in (("TO", to), ("CC", cc), ("BCC", bcc)):
        rows += [(role, name, address) for name, address in people]
    Participant.objects.bulk_create(
        Participant(message=message, role=role, position=n, name=name, address=address)
        for n, (role, name, address) in enumerate(rows)
    )


def _converse(folder: MailFolder, thread: MailThread, message: Message, *, read: bool, starred: bool) -> None:
    row = Conversation.objects.filter(folder=folder, thread=thread).first() or Conversation(
        folder=folder, thread=thread, last_at=message.date, last_message=message
    )
    if message.date >= row.last_at:
        row.last_at, row.last_message = message.date, message
    row.count += 1
    row.unread += not read
    row.is_flagged |= starred
    row.has_attachments |= message.has_attachments
    row.save()
    folder.unread += not read
    folder.save()
    thread.count += 1
    thread.last_at = max(thread.last_at, message.date)
    if message.direction == "OUT":
        thread.last_out_at = max(thread.last_out_at or message.date, message.date)
    else:
        thread.last_in_at = max(thread.last_in_at or message.date, message.date)
    thread.save()
