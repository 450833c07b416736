"""`python -m bench.mails`: a base of mailboxes, and how long inbox, conversation and search take on it.

Fills the mail tables directly when the data folder is empty: ten salespeople with a mailbox each, and twenty
shared mailboxes that one person reads. Pages are asked without a socket; told are the median and the 95th
percentile of wall time, and the median of the time that the process computed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.asked import Page, client_of, line, measured

SELLERS = 10
SHARED, IN_SHARED = 20, 1_000
"""Shared mailboxes, and mails in each of them, besides those of the salespeople."""
SEARCHES = (
    ("a frequent word", "valve"),
    ("a frequent word, a beginning", "conta"),
    ("three frequent words", "price delivery payment"),
    ("two characters", "球阀"),
    ("five characters", "请报价球阀"),
    ("characters and a word", "装箱单 pallet"),
    ("two words and a date", "container after:2026-01-01"),
    ("one month long ago", "valve after:2025-08-01 before:2025-09-01"),
    ("from a name", "from:jens price"),
    ("from an address", "from:jens@c17.example"),
    ("to oneself", "to:seller"),
    ("a rare word", "bench4711"),
    ("no such word", "zzzunheard"),
    ("a rare and a frequent word", "bench4711 valve"),
    ("attachments only", "has:attachment"),
    ("attachments, a name and a word", "has:attachment from:jens gasket"),
    ("unread with a word", "is:unread urgent"),
    ("unfiled with a word", "is:unfiled flange"),
    ("of customers too", "flange&all=1"),
    ("of customers too, rare", "bench4711&all=1"),
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

    from genjin.instance.collector import settle
    from genjin.mail.models import Message

    call_command("migrate", verbosity=0)
    logging.getLogger("genjin.request").setLevel(logging.WARNING)
    if not Message.objects.exists():
        began = time.monotonic()
        fill(options.mails)
        print(f"filled in {time.monotonic() - began:.0f} s")
    settle()
    rows = list(measured(_pages(), options.requests))
    print(json.dumps(rows) if options.json else "\n".join(line(row) for row in rows))


def fill(mails: int) -> None:
    """Write people, customers, mailboxes and mails."""
    from bench.loading import finish
    from bench.mail_rows import fill as fill_folder
    from bench.rows import NOW
    from genjin.instance.models import Instance
    from genjin.mail.models import MailThread, Message

    Instance.objects.update(kind=Instance.Kind.TEST, set_up_at=NOW - timedelta(days=400))
    number = 0
    for seller in range(SELLERS):
        user = _user(f"seller{seller}", f"Seller {seller}")
        customers = _customers(user, seller)
        fill_folder(_inbox(f"seller{seller}", user), customers, number, mails // SELLERS)
        number += mails // SELLERS
    _fill_shared(number)
    finish(MailThread, Message)


def _fill_shared(number: int) -> None:
    from bench.mail_rows import fill as fill_folder
    from genjin.mail.models import AccountMember

    desk = _user("desk", "Desk")
    customers = _customers(desk, SELLERS)
    for box in range(SHARED):
        folder = _inbox(f"info{box}", None)
        AccountMember.objects.create(account=folder.account, user=desk, may_assign=True)
        fill_folder(folder, customers, number, IN_SHARED)
        number += IN_SHARED


def _user(name: str, shown: str) -> Any:
    from bench.rows import NOW
    from genjin.people.models import User

    return User.objects.create(
        email=f"{name}@bench.example", name_en=shown, role_id="SALESPERSON", joined_at=NOW, language="en"
    )


def _customers(user: Any, place: int) -> list[int]:
    from bench.rows import NOW
    from genjin.customers.models import Customer

    rows = [
        Customer(
            name=f"Customer {place}-{n}", short_name=f"C{place}-{n}", serial=place * 500 + n + 1, owner=user,
            owned_since=NOW, created_at=NOW, updated_at=NOW, created_by=user, country_id="DE",
        )
        for n in range(500)
    ]  # fmt: skip
    Customer.objects.bulk_create(rows)
    return [row.pk for row in rows]


def _inbox(name: str, owner: Any) -> Any:
    from bench.rows import NOW
    from genjin.mail.models import MailAccount, MailFolder

    box = MailAccount.objects.create(
        name=name, address=f"{name}@bench.example", owner=owner, is_shared=owner is None, created_at=NOW,
        is_first_sync_done=True,
    )  # fmt: skip
    return MailFolder.objects.create(account=box, path="INBOX", role="INBOX")


def _pages() -> Iterator[Page]:
    from genjin.customers.models import Customer
    from genjin.mail.models import Conversation

    seller, fragment, rng = client_of("seller0"), {"HX-Request": "true"}, random.Random(1)
    rows = Conversation.objects.filter(folder__account__owner__email="seller0@bench.example")
    threads = list(rows.order_by("-last_at").values_list("thread_id", flat=True)[:400])
    customers = list(
        Customer.objects.filter(owner__email="seller0@bench.example").values_list("pk", flat=True)
    )

    def opened() -> str:
        return f"/mail/conversations/{rng.choice(threads)}/?peek=1"

    yield "inbox", seller, lambda: "/mail/", {}
    for name in ("unread", "starred", "unfiled", "awaiting"):
        yield f"inbox, {name}", seller, lambda name=name: f"/mail/?filter={name}", {}
    yield "unread count on the rail", seller, lambda: "/mail/unread/", {}
    yield "conversation (fragment)", seller, opened, fragment
    yield "conversation with its list", seller, opened, {}
    yield "customer's panel", seller, lambda: f"/mail/panel/{rng.choice(customers)}/", fragment
    yield "customer's page", seller, lambda: f"/customers/{rng.choice(customers)}/", {}
    for name, words in SEARCHES:
        yield f"search: {name}", seller, lambda words=words: f"/mail/?q={words}", {}
    desk = client_of("desk")
    yield "20 mailboxes: inbox", desk, lambda: "/mail/", {}
    yield "20 mailboxes: inbox, unread", desk, lambda: "/mail/?filter=unread", {}
    yield "20 mailboxes: unread count", desk, lambda: "/mail/unread/", {}
    yield "20 mailboxes: search", desk, lambda: "/mail/?q=valve", {}


if __name__ == "__main__":
    main()
