"""`python -m bench.mail`: the first reading of a mailbox beside mbsync, on one private Dovecot in one run.

Reading includes parsing, verdicts, threads, filing, conversations and the search index. Prints seconds of
the wall and of the processor (of the process that writes, and of the one beside it that takes messages
apart), and the most memory that both held together (megabytes; what they share counts twice).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.mailbox import letters

USER = "sales1"


def main() -> int:
    """Exit status 1 when reading took more than twice mbsync's time, or more than 300 MB."""
    parser = argparse.ArgumentParser(prog="bench.mail", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--customers", type=int, default=300, help="of whom some mail is")
    parser.add_argument(
        "--fsync", choices=["yes", "no"], default="yes", help="of mbsync, whose default is yes"
    )
    parser.add_argument("--profile", default="", help="write a profile of reading to this file")
    parser.add_argument("--read", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(int(options.read), options)))
        return 0
    from tests.live.mailserver import server

    with server() as running, tempfile.TemporaryDirectory(prefix="genjin-bench-") as folder:
        size = 0
        batch = []
        for one in letters(options.messages):
            batch.append((one.raw, one.at))
            size += len(one.raw)
            if len(batch) == 500:
                running.deliver(USER, batch)
                batch = []
        running.deliver(USER, batch)
        _index(running.port)
        mirror = mbsync(running.port, Path(folder), options.fsync)
        command = [sys.executable, "-m", "bench.mail", "--read", str(running.port)]
        command += ["--database", options.database, "--customers", str(options.customers)]
        command += ["--profile", options.profile]
        environment = {**os.environ, "GENJIN_DATA": f"{folder}/data", "DATABASE_URL": options.database}
        # In a process of its own: the memory of migrations is not that of reading.
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0"],
            env=environment | {"DJANGO_SETTINGS_MODULE": "genjin.config.settings"}, check=True,
        )  # fmt: skip
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    facts = {
        "messages": options.messages, "megabytes": round(size / 1e6), "mbsync": mirror,
        "genjin": json.loads(done.stdout.strip().splitlines()[-1]),
    }  # fmt: skip
    facts["times"] = round(facts["genjin"]["wall"] / mirror["wall"], 2)
    print(json.dumps(facts, indent=1))
    return 1 if facts["times"] > 2 or facts["genjin"]["memory_mb"] > 300 else 0


def _index(port: int) -> None:
    """Let the server look through the mailbox before anybody is measured."""
    import imaplib

    client = imaplib.IMAP4("127.0.0.1", port)
    client.login(USER, "correct-horse")
    client.select("INBOX", readonly=True)
    client.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE)")
    client.logout()


def mbsync(port: int, folder: Path, fsync: str) -> dict[str, float]:
    """What mbsync needs to copy the inbox into a Maildir."""
    program = shutil.which("mbsync")
    if program is None:
        raise SystemExit("mbsync is not installed (Debian: apt-get install isync).")
    box = folder / "mirror"
    box.mkdir()
    config = folder / "mbsyncrc"
    config.write_text(
        f"FSync {fsync}\n\nIMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser {USER}\n"
        "Pass correct-horse\nSSLType None\n"
        "AuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\n"
        f"MaildirStore near\nPath {box}/\nInbox {box}/INBOX\n\n"
        f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSyncState *\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    subprocess.run([program, "-q", "-c", str(config), "c"], check=True)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shutil.rmtree(box)
    return {"wall": round(wall, 2), "cpu": round(cpu, 2)}


def read(port: int, options: argparse.Namespace) -> dict[str, Any]:
    """Make an instance with some customers and an account, and read its mailbox; in a process of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    import django

    django.setup()
    from django.utils import timezone

    from bench.memory import Beside
    from genjin.mail import secrets, syncing
    from genjin.mail.models import Filing, MailAccount, MailThread
    from genjin.people.models import User

    now = timezone.now()
    owner = User.objects.create(
        email="lin@exporter.test", name_zh="林", name_en="Lin", role_id="SALESPERSON", joined_at=now
    )
    _customers(options.customers, owner, now)
    account = MailAccount.objects.create(
        name="Sales", address="sales1@exporter.test", owner=owner, username=USER, imap_host="127.0.0.1",
        imap_port=port, imap_security="NONE", secret=secrets.seal("correct-horse"), created_at=now,
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.monotonic()
    with Beside() as memory:
        if options.profile:
            import cProfile

            profile = cProfile.Profile()
            report = profile.runcall(syncing.sync, account.pk, clock=timezone.now)
            profile.dump_stats(options.profile)
        else:
            report = syncing.sync(account.pk, clock=timezone.now)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    beside = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "wall": round(wall, 2),
        "cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "cpu_beside": round(beside.ru_utime + beside.ru_stime, 2),
        **memory.told(),
        "stored": report.stored, "failed": len(report.failed), "problem": report.problem,
        "threads": MailThread.objects.count(), "filed": Filing.objects.count(),
    }  # fmt: skip


def _customers(count: int, owner: Any, now: Any) -> None:
    from genjin.customers.actions.contacts import create_contacts
    from genjin.customers.actions.customers import create_customers

    rows = [{"name": f"Firm {n} Valves", "website": f"https://firm{n}.test"} for n in range(count)]
    made = create_customers(rows=rows, by=None, at=now)
    create_contacts(
        rows=[
            {
                "customer_id": one.pk, "name": f"Buyer {n}",
                "points": [{"kind": "EMAIL", "value": f"buyer{n}@firm{n}.test"}],
            }
            for n, one in enumerate(made)
        ],
        by=None, at=now,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
