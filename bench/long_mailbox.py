"""`python -m bench.long_mailbox`: how a mailbox of 200,000 messages behaves on a private Dovecot.

Measured are the first turn until something is stored and some slices more, in how much memory; then, with all
numbers known as after a full reading, turns in which nothing is new, one mail is, and all are marked as read.
The rest of the bodies is not read: that is `bench.mail`, whose times grow with the number of messages.
`--plain` offers neither CONDSTORE nor QRESYNC.
"""

from __future__ import annotations

import argparse
import imaplib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

from bench.mailbox import letters

USER = "sales1"
DISTINCT = 6_000
"""Messages of their own, the newest; the older ones are copies of few."""
SAME = 400


def main() -> int:
    """Exit status 1 when a turn without news took a second or more, or memory 300 MB."""
    parser = argparse.ArgumentParser(prog="bench.long_mailbox", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=30.0, help="of the first turn")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--plain", action="store_true", help="a server that does not count changes")
    parser.add_argument("--read", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(options)))
        return 0
    from tests.live.mailserver import WITHOUT_CONDSTORE, server

    with (
        # Copies within a mailbox of this kind are entries in its index.
        server(capability=WITHOUT_CONDSTORE if options.plain else "", store="mdbox") as running,
        tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder,
    ):
        _deliver(running.port, options.messages)
        begun = time.monotonic()
        _client(running.port).logout()
        indexed = time.monotonic() - begun
        environment = {
            **os.environ, "GENJIN_DATA": folder, "DATABASE_URL": options.database,
            "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True)
        command = [sys.executable, "-m", "bench.long_mailbox", *sys.argv[1:], "--read", str(running.port)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    facts = json.loads(done.stdout.strip().splitlines()[-1]) | {"server_indexed_in": round(indexed, 2)}
    print(json.dumps(facts, indent=1))
    slow = 0 if options.plain else facts["nothing_new"]["wall"]
    return 1 if slow >= 1 or facts["memory_mb"] > 300 else 0


def _deliver(port: int, count: int) -> None:
    """Put messages into the inbox: few of them copied again and again, then distinct ones."""
    older = max(0, count - DISTINCT)
    client = _client(port)
    for one in letters(min(SAME, older), seed=5):
        client.append("INBOX", "(\\Seen)", one.at - timedelta(days=2000), one.raw)
    there = min(SAME, older)
    while there < older:
        client.select("INBOX")
        more = min(there, older - there)
        client.uid("COPY", f"1:{more}", "INBOX")
        there += more
    for one in letters(count - older):
        client.append("INBOX", "", one.at, one.raw)
    client.logout()


def _client(port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login(USER, "correct-horse")
    client.select("INBOX")
    return client


def read(options: argparse.Namespace) -> dict[str, Any]:
    """The turns, in a process of its own."""
    import django

    django.setup()
    from django.utils import timezone

    from bench.memory import Beside
    from genjin.mail import secrets
    from genjin.mail.models import MailAccount
    from genjin.people.models import User

    now = timezone.now()
    owner = User.objects.create(
        email="lin@exporter.test", name_zh="林", name_en="Lin", role_id="SALESPERSON", joined_at=now
    )
    account = MailAccount.objects.create(
        name="Sales", address="sales1@exporter.test", owner=owner, username=USER, imap_host="127.0.0.1",
        imap_port=options.read, imap_security="NONE", secret=secrets.seal("correct-horse"), created_at=now,
    )  # fmt: skip
    with Beside() as memory:
        found: dict[str, Any] = {"messages": options.messages, "first_turn": _first(account, options.seconds)}
        found["interrupted_and_resumed"] = _turn(account, 5.0)
        found |= {"reading": memory.told()}
    _know_all(account)
    found["nothing_new"] = _turn(account)
    _client(options.read).append("INBOX", "", None, next(letters(1, seed=9)).raw)  # type: ignore[arg-type]
    found["one_new"] = _turn(account)
    _client(options.read).uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Seen)")
    found["all_marked_as_read"] = _turn(account)
    found["nothing_new_again"] = _turn(account)
    return found | memory.told()


def _turn(account: Any, seconds: float | None = None) -> dict[str, Any]:
    from django.utils import timezone

    from genjin.mail import syncing

    wall, cpu = time.monotonic(), time.process_time()
    report = syncing.sync(account.pk, clock=timezone.now, seconds=seconds)
    return {
        "wall": round(time.monotonic() - wall, 2), "cpu": round(time.process_time() - cpu, 2),
        "stored": report.stored, "has_more": report.has_more, "problem": report.problem,
    }  # fmt: skip


def _first(account: Any, seconds: float) -> dict[str, Any]:
    """The first turn, and after how many seconds its first slice was there."""
    from genjin.mail import syncing

    moments: list[float] = []
    write, begun = syncing.write, time.monotonic()

    def noting(**values: Any) -> Any:
        stored = write(**values)
        moments.append(time.monotonic() - begun)
        return stored

    syncing.write = noting
    try:
        return _turn(account, seconds) | {"first_slice_after": round(moments[0], 2), "slices": len(moments)}
    finally:
        syncing.write = write


def _know_all(account: Any) -> None:
    """As after a full reading: a copy for each number of the inbox, all of one message."""
    from django.db import connection

    from genjin.mail.models import MailFolder, MessageCopy

    folder = MailFolder.objects.get(account=account, path="INBOX")
    known = set(MessageCopy.objects.filter(folder=folder).values_list("uid", flat=True))
    one = MessageCopy.objects.filter(folder=folder).order_by("uid").first()
    assert one is not None
    for start in range(1, folder.known_up_to + 1, 5_000):
        uids = set(range(start, min(start + 5_000, folder.known_up_to + 1))) - known
        MessageCopy.objects.bulk_create(
            MessageCopy(
                message_id=one.message_id, thread_id=one.thread_id, account=account, folder=folder,
                uid_validity=folder.uid_validity, uid=uid, added_at=one.added_at,
            )
            for uid in sorted(uids)
        )  # fmt: skip
    MailFolder.objects.filter(account=account).update(filled_down_to=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    raise SystemExit(main())
