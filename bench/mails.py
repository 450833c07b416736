"""`python -m bench.mails`: a base of mailboxes, and how long inbox, conversation and search take on it.

Fills the mail tables directly (ten salespeople, a mailbox each, three mails a conversation, half of them
filed to customers) when the data folder is empty. Pages are asked without a socket; told are the
median and the 95th percentile of wall time, and the median of the time that the process computed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

PEOPLE = 10
PER_THREAD = 3
SLICE = 2_000
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
SEARCHES = (
    ("a frequent word", "valve"),
    ("two characters", "球阀"),
    ("two words and a date", "container after:2026-01-01"),
    ("from a name", "from:jens price"),
    ("a rare word", "bench4711"),
    ("attachments only", "has:attachment"),
    ("unread with a word", "is:unread urgent"),
    ("of customers too", "flange&all=1"),
)


def main() -> None:
    """Fill if need be, measure, print."""
    parser = argparse.ArgumentParser(prog="bench.mails", description=__doc__)
    parser.add_argument("--data", default="build/bench-mails")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--mails", type=int, default=300_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
    }
    Path(options.data).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    from genjin.mail.models import Message

    call_command("migrate", verbosity=0)
    if not Message.objects.exists():
        began = time.monotonic()
        fill(options.mails)
        print(f"filled in {time.monotonic() - began:.0f} s")
    rows = list(measured(options.requests))
    print(json.dumps(rows) if options.json else "\n".join(_line(row) for row in rows))


def _line(row: dict[str, Any]) -> str:
    return f"{row['page']:42} median {row['median']:7.1f}  p95 {row['p95']:7.1f}  cpu {row['cpu']:7.1f} ms"


def fill(mails: int) -> None:
    """Write people, customers, mailboxes and mails."""
    from bench.rows import NOW
    from genjin.customers.models import Customer
    from genjin.instance.models import Instance
    from genjin.mail.models import MailAccount, MailFolder
    from genjin.people.models import User

    Instance.objects.update(kind=Instance.Kind.TEST, set_up_at=NOW - timedelta(days=400))
    number = 0
    for seller in range(PEOPLE):
        user = User.objects.create(
            email=f"seller{seller}@bench.example",
            name_en=f"Seller {seller}",
            role_id="SALESPERSON",
            joined_at=NOW,
            language="en",
        )
        customers = [
            Customer(
                name=f"Customer {seller}-{n}",
                short_name=f"C{seller}-{n}",
                serial=seller * 500 + n + 1,
                owner=user,
                owned_since=NOW,
                created_at=NOW,
                updated_at=NOW,
                created_by=user,
                country_id="DE",
            )
            for n in range(500)
        ]
        Customer.objects.bulk_create(customers)
        box = MailAccount.objects.create(
            name=f"Box {seller}", address=f"seller{seller}@bench.example", owner=user, created_at=NOW
        )
        folder = MailFolder.objects.create(account=box, path="INBOX", role="INBOX")
        share = mails // PEOPLE
        for start in range(0, share, SLICE):
            size = min(SLICE, share - start)
            _slice(folder, [one.pk for one in customers], number, size, start / share)
            number += size


def _slice(folder: Any, customers: list[int], first: int, size: int, age: float) -> None:
    """Write some mails with everything that hangs on them, the newest slices first."""
    from bench.loading import write
    from bench.rows import FAMILY, GIVEN, NOW
    from genjin.mail import index
    from genjin.mail.actions import conversations
    from genjin.mail.models import Filing, MailThread, Message, MessageCopy, Participant

    rng = random.Random(first)
    threads: list[dict[str, Any]] = []
    messages, copies, people, filings, texts = [], [], [], [], []
    for place in range(size):
        pk = first + place + 1
        thread = first + place - place % PER_THREAD + 1
        date = NOW - timedelta(minutes=int(age * 800_000) + rng.randrange(30_000))
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        given = name.partition(" ")[0]
        text = " ".join([*rng.choices(WORDS, k=70), *rng.choices(CHINESE, k=6), f"bench{pk}"])
        subject = " ".join(rng.choices(WORDS, k=5))
        if thread == pk:
            threads.append(
                {
                    "id": pk,
                    "subject": subject,
                    "first_at": date,
                    "last_at": date,
                    "last_in_at": date,
                    "count": PER_THREAD,
                }
            )
        messages.append(
            {
                "id": pk,
                "thread_id": thread,
                "content_key": f"{pk:064}",
                "size": 4000,
                "message_id": f"{pk}@bench",
                "direction": "IN",
                "subject": subject,
                "from_name": name,
                "from_address": f"{given.lower()}@c{pk % 500}.example",
                "date": date,
                "arrived_at": date,
                "preview": text[:200],
                "text": text,
                "has_attachments": pk % 7 == 0,
                "stored_at": date,
            }
        )
        copies.append(
            {
                "message_id": pk,
                "thread_id": thread,
                "account_id": folder.account_id,
                "folder_id": folder.pk,
                "uid_validity": 1,
                "uid": pk,
                "is_read": pk % 9 != 0,
                "is_flagged": pk % 40 == 0,
                "added_at": date,
            }
        )
        people += [
            {"message_id": pk, "role": "FROM", "name": name, "address": messages[-1]["from_address"]},
            {"message_id": pk, "role": "TO", "name": "Seller", "address": folder.account.address},
        ]
        if thread % 2:
            filings.append(
                {
                    "message_id": pk,
                    "thread_id": thread,
                    "customer_id": customers[thread % len(customers)],
                    "how": "ADDRESS",
                    "date": date,
                    "direction": "IN",
                    "counts_as_contact": True,
                    "filed_at": date,
                }
            )
        texts.append((pk, text))
    for model, rows in (
        (MailThread, threads),
        (Message, messages),
        (MessageCopy, copies),
        (Participant, people),
        (Filing, filings),
    ):
        write(model, rows)
    conversations.refresh(pairs={(folder.pk, row["id"]) for row in threads})
    index.put(texts)


def measured(requests: int) -> Iterator[dict[str, Any]]:
    """Every page with its times in milliseconds."""
    from django.test import Client

    from genjin.mail.models import Conversation
    from genjin.people.models import User

    user = User.objects.get(email="seller0@bench.example")
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    folders = Conversation.objects.filter(folder__account__owner=user).order_by("-last_at")
    threads = list(folders.values_list("thread_id", flat=True)[:400])
    rng = random.Random(1)
    fragment = {"HX-Request": "true"}
    pages: list[tuple[str, Any, dict[str, str]]] = [
        ("inbox", lambda: "/mail/", {}),
        ("inbox, unread", lambda: "/mail/?filter=unread", {}),
        ("inbox, unfiled", lambda: "/mail/?filter=unfiled", {}),
        ("inbox, to answer", lambda: "/mail/?filter=awaiting", {}),
        ("conversation (fragment)", lambda: f"/mail/conversations/{rng.choice(threads)}/?peek=1", fragment),
        ("conversation with its list", lambda: f"/mail/conversations/{rng.choice(threads)}/?peek=1", {}),
        *((f"search: {name}", lambda words=words: f"/mail/?q={words}", {}) for name, words in SEARCHES),
    ]
    for name, address, headers in pages:
        client.get(address(), headers=headers)
        walls, cpus = [], []
        for _ in range(requests):
            url = address()
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.get(url, headers=headers)
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{url} answered {answer.status_code}")
        yield {
            "page": name,
            "median": statistics.median(walls),
            "p95": statistics.quantiles(walls, n=20)[-1],
            "cpu": statistics.median(cpus),
            "cpu_p95": statistics.quantiles(cpus, n=20)[-1],
        }


if __name__ == "__main__":
    main()
