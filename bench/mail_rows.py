"""Rows of mailboxes, written directly: three mails a conversation, half of them filed to customers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bench.loading import write
from bench.rows import FAMILY, GIVEN, NOW
from genjin.mail import index
from genjin.mail.actions import conversations
from genjin.mail.models import Filing, MailFolder, MailThread, Message, MessageCopy, Participant

PER_THREAD = 3
SLICE = 3_000
MINUTES = 800_000
"""Over how many minutes the mails of a mailbox are spread."""
WORDS = (
    "please find attached the drawing of our ball valve DN50 and the certificate for the container we need "
    "before the season price delivery payment terms sample order quotation shipping documents flange gasket "
    "pump steel coating inspection report confirm urgent discount quantity packing pallet invoice customs"
).split()
CHINESE = (
    "请报价球阀",
    "交期请写明",
    "付款条件",
    "样品已寄出",
    "闸阀和法兰",
    "装箱单",
    "提单副本",
    "验货报告",
    "价格可接受",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Mail:
    """One mail from outside; `thread` is the id of the first mail of its conversation."""

    pk: int
    thread: int
    date: datetime
    name: str
    address: str
    subject: str
    text: str


def fill(folder: MailFolder, customers: Sequence[int], first: int, count: int) -> None:
    """Write mails with ids from `first` + 1 into a folder, in slices, the newest first."""
    for start in range(0, count, SLICE):
        size = min(SLICE, count - start)
        _store(folder, customers, list(_mails(first + start, size, start / count)))


def _mails(first: int, size: int, age: float) -> Iterator[Mail]:
    rng = random.Random(first)
    for place in range(size):
        pk = first + place + 1
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        yield Mail(
            pk=pk,
            thread=first + place - place % PER_THREAD + 1,
            date=NOW - timedelta(minutes=int(age * MINUTES) + rng.randrange(30_000)),
            name=name,
            address=f"{name.partition(' ')[0].lower()}@c{pk % 500}.example",
            subject=" ".join(rng.choices(WORDS, k=5)),
            text=" ".join([*rng.choices(WORDS, k=70), *rng.choices(CHINESE, k=6), f"bench{pk}"]),
        )


def _store(folder: MailFolder, customers: Sequence[int], mails: Sequence[Mail]) -> None:
    tables: tuple[tuple[Any, list[Row]], ...] = (
        (MailThread, [_thread(mail) for mail in mails if mail.thread == mail.pk]),
        (Message, [_message(mail) for mail in mails]),
        (MessageCopy, [_copy(mail, folder) for mail in mails]),
        (Participant, [row for mail in mails for row in _people(mail, folder)]),
        (Filing, [_filing(mail, customers) for mail in mails if mail.thread % 2]),
    )
    with transaction.atomic():
        for model, rows in tables:
            write(model, rows, with_indexes=True)
        conversations.refresh(pairs={(folder.pk, mail.thread) for mail in mails})
        index.put([(mail.pk, mail.text) for mail in mails])


def _thread(mail: Mail) -> Row:
    at = {"first_at": mail.date, "last_at": mail.date, "last_in_at": mail.date}
    return {"id": mail.pk, "subject": mail.subject, "count": PER_THREAD, **at}


def _message(mail: Mail) -> Row:
    at = {"date": mail.date, "arrived_at": mail.date, "stored_at": mail.date}
    return {
        "id": mail.pk, "thread_id": mail.thread, "content_key": f"{mail.pk:064}", "size": 4000,
        "message_id": f"{mail.pk}@bench", "direction": "IN", "subject": mail.subject,
        "from_name": mail.name, "from_address": mail.address, "preview": mail.text[:200], "text": mail.text,
        "has_attachments": mail.pk % 7 == 0, **at,
    }  # fmt: skip


def _copy(mail: Mail, folder: MailFolder) -> Row:
    return {
        "message_id": mail.pk, "thread_id": mail.thread, "account_id": folder.account_id,
        "folder_id": folder.pk, "uid_validity": 1, "uid": mail.pk, "is_read": mail.pk % 9 != 0,
        "is_flagged": mail.pk % 40 == 0, "added_at": mail.date,
    }  # fmt: skip


def _people(mail: Mail, folder: MailFolder) -> list[Row]:
    return [
        {"message_id": mail.pk, "role": "FROM", "name": mail.name, "address": mail.address},
        {"message_id": mail.pk, "role": "TO", "name": "Seller", "address": folder.account.address},
    ]


def _filing(mail: Mail, customers: Sequence[int]) -> Row:
    customer = customers[mail.thread % len(customers)]
    return {
        "message_id": mail.pk, "thread_id": mail.thread, "customer_id": customer, "how": "ADDRESS",
        "date": mail.date, "direction": "IN", "counts_as_contact": True, "filed_at": mail.date,
    }  # fmt: skip
