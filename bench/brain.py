"""`python -m bench.brain`: how fast the brain decides: one event, a sweep of those due, everybody anew.

On the base of `python -m bench` (see `bench/README.md`), which is filled if it is empty. PostgreSQL has to
run on this machine: its processor time is read from the kernel. Measured are

    event   something happened to one customer: from the commit until its tasks are stored, for plain
            customers and for large ones (500 interactions, 20 contacts, 50 mails in ten conversations)
    sweep   `--due` percent of all customers wake
    first   nothing was ever decided

`--share 0.1` takes a tenth of those whom sweep and first are about, and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

EVENTS = 100
WARM = 10
"""Events before those that count."""
MAILS, CONTACTS = 50, 20
"""How much the large customers have beside what the base gives them."""
THREADS = 10


def main() -> None:
    """Command line: what to measure, on which base."""
    parser = argparse.ArgumentParser(prog="bench.brain", description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=["embedded", "team"], default="embedded")
    parser.add_argument("--customers", type=int, default=0, help="a smaller base of the same proportions")
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--data", default="build/bench")
    parser.add_argument("--only", default="", help="event, sweep or first")
    parser.add_argument("--share", type=float, default=1.0, help="of those that sweep and first decide")
    parser.add_argument("--due", type=float, default=5.0, help="percent of all customers that wake")
    options = parser.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
    }
    import django

    django.setup()
    from bench.__main__ import fill
    from genjin.instance import collector

    fill(options)
    collector.settle()  # as every worker does
    if options.only in ("", "event"):
        for name, ids in large().items():
            print(json.dumps(events(name, ids)), flush=True)
    if options.only in ("", "sweep"):
        print(json.dumps(sweep(options.due, options.share)), flush=True)
    if options.only in ("", "first"):
        print(json.dumps(first(options.share)), flush=True)


def large() -> dict[str, list[int]]:
    """Customers by what they are large in; the first are plain ones."""
    from django.db.models import Count

    from genjin.customers.models import Contact, Customer, Interaction

    rng = random.Random("events")
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True)[0]
    owned = Customer.objects.alive().filter(
        owner__isnull=False, pk__in=rng.sample(range(1, last), EVENTS * 2)
    )
    known = list(owned.order_by("pk").values_list("pk", flat=True))
    crowded, mailed = known[-1], known[-2]
    missing = CONTACTS - Contact.objects.filter(customer_id=crowded).count()
    made = Customer.objects.values_list("created_at", flat=True).get(pk=crowded)
    Contact.objects.bulk_create(
        Contact(customer_id=crowded, name=f"Buyer {number}", created_at=made, updated_at=made)
        for number in range(missing)
    )
    _mail_with(mailed)
    several = Interaction.objects.filter(customer__in=range(1, 1000)).values_list("customer_id")
    [(long, count)] = several.annotate(count=Count("pk")).order_by("-count")[:1]
    return {
        "plain": known[:-2],
        f"{count} interactions": [long],
        f"{CONTACTS} contacts": [crowded],
        f"{MAILS} mails in {THREADS} tracked conversations": [mailed],
    }


def _mail_with(customer_id: int) -> None:
    """Conversations with that customer which await an answer, each begun on a day with several mails."""
    from bench.rows import NOW
    from genjin.customers.models import Customer
    from genjin.mail.models import MailThread, Message, Tracking

    if Tracking.objects.filter(customer_id=customer_id).exists():
        return
    owner_id = Customer.objects.values_list("owner_id", flat=True).get(pk=customer_id)
    for place in range(THREADS):
        began = NOW - timedelta(days=2 + place)
        sent = [began + timedelta(minutes=minute) for minute in range(MAILS // THREADS)]
        thread = MailThread.objects.create(subject="Offer", first_at=sent[0], last_at=sent[-1])
        mails = Message.objects.bulk_create(
            Message(
                thread=thread, content_key=f"brain{place}-{at:%M}".ljust(64, "0"), size=4000,
                direction="OUT", subject="Offer", date=at, arrived_at=at, stored_at=at,
                from_address="seller@bench.example",
            )
            for at in sent
        )  # fmt: skip
        Tracking.objects.create(
            thread=thread, customer_id=customer_id, owner_id=owner_id, days=3, began_at=began,
            started_with=mails[0], message=mails[-1],
        )  # fmt: skip


def events(name: str, ids: Sequence[int]) -> dict[str, Any]:
    """Milliseconds from a commit that marked a customer until it is decided and its tasks are stored.

    Every other time it has one more next step, so that there is always something to write.
    """
    from django.db import connection

    from bench.rows import NOW
    from genjin.customers.actions import NextStepDraft, add_next_step, close_next_step
    from genjin.followups.sweep import decide_at_once
    from genjin.journal.actions import unheard
    from genjin.people.models import User

    by = User.objects.get(email="director@bench.example")
    walls, cpus, queries = [], [], 0
    step: Any = None

    def counting(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*asked)

    for number in range(EVENTS + WARM):
        pk = ids[number // 2 % len(ids)]
        with unheard():
            if step is None:
                draft = NextStepDraft("Ask again", due_on=(NOW + timedelta(days=3)).date())
                step = add_next_step(customer_id=pk, draft=draft, by=by, at=NOW)
            else:
                close_next_step(step_id=step.pk, by=by, at=NOW)
                step = None
        wall, cpu = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(counting):
            if not decide_at_once("CUSTOMER", [pk], clock=lambda: NOW):
                raise RuntimeError(f"customer {pk} could not be decided")
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    walls, cpus = walls[WARM:], cpus[WARM:]
    return {
        "event": name,
        "median_ms": round(statistics.median(walls), 1),
        "p95_ms": round(statistics.quantiles(walls, n=20)[-1], 1),
        "cpu_ms": round(statistics.median(cpus), 1),
        "queries": round(queries / (EVENTS + WARM)),
        "load": os.getloadavg()[0],
    }


def sweep(due: float, share: float) -> dict[str, Any]:
    """Customers with owners, spread over the base, wake and are decided as `genjin worker` does."""
    from bench.rows import NOW
    from genjin.followups import sweep as brain
    from genjin.followups.models import CustomerDecision

    every = round(100 / due / share)
    waking = CustomerDecision.objects.filter(wake_at__isnull=False).extra(
        where=["customer_id %% %s = 7"], params=[every]
    )
    count = waking.update(wake_at=NOW - timedelta(minutes=1))
    with measured("sweep", share) as facts:
        facts["customers"] = len(brain.wake(lambda: NOW).decided)
    return facts | {"due": count}


def first(share: float) -> dict[str, Any]:
    """What was decided for these customers is forgotten first, also on the customers themselves."""
    from bench.rows import NOW
    from genjin.customers.models import Customer
    from genjin.followups import sweep as brain
    from genjin.followups.models import CustomerDecision, Task

    last = round(Customer.objects.order_by("-pk").values_list("pk", flat=True)[0] * share)
    Task.objects.filter(customer_id__lte=last)._raw_delete("default")
    CustomerDecision.objects.filter(pk__lte=last)._raw_delete("default")
    Customer.objects.filter(pk__lte=last).update(
        next_step_at=None, next_step_purpose="", next_step_channel="", lacks_next_step=False, returns_on=None,
        return_code="",
    )  # fmt: skip
    with measured("first", share) as facts:
        facts["customers"] = len(brain.decide_new(lambda: NOW).decided)
    return facts


@contextmanager
def measured(name: str, share: float) -> Iterator[dict[str, Any]]:
    """Around the work, which notes how many customers it decided: seconds, of whom, and memory."""
    from bench.memory import held

    facts: dict[str, Any] = {"measured": name, "share": share}
    servers = _server_seconds()
    begun, cpu = time.monotonic(), time.process_time()
    yield facts
    seconds = time.monotonic() - begun
    facts |= {
        "seconds": round(seconds, 1),
        "a_second": round(facts["customers"] / seconds),
        "cpu_s": round(time.process_time() - cpu, 1),
        "server_cpu_s": round(_server_seconds() - servers, 1),
        "memory_mb": held(os.getpid()) // 1024,
        "load": os.getloadavg()[0],
    }


def _server_seconds() -> float:
    """Processor time of all of PostgreSQL's processes so far; those that ended meanwhile are missing."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity")
        pids = [row[0] for row in cursor.fetchall()]
    total = 0
    for pid in pids:
        try:
            words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(words[11]) + int(words[12])
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
