"""Kills workers while they decide and compares what is stored with what deciding says.

`python -m tests.followups.torture --kills 200`
runs on an empty database of its own (GENJIN_DATA or DATABASE_URL) and prints a report as JSON.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.jobs.torture import WORKERS, kill, main, start_worker

CUSTOMERS = 300
OUT_OF_RHYTHM = 40
"""So many customers have an own rhythm that the clock ends: a write of the brain that must happen once."""
BUSY_WITHIN = 10.0
DRAIN_WITHIN = 60.0


def found_firm(at: datetime) -> Any:
    """A salesperson with customers of every class, some of them with promises long overdue."""
    from genjin.customers.models import Customer, NextStep
    from genjin.people.models import Role, User

    seller = User.objects.create(
        email="seller@example.com", name_en="Seller", role_id=Role.Code.SALESPERSON, joined_at=at
    )
    Customer.objects.bulk_create(
        Customer(
            name=f"Customer {n}", short_name=f"C{n}", serial=n, owner=seller, created_by=seller,
            owned_since=at - timedelta(days=90), created_at=at - timedelta(days=90), updated_at=at,
            value_class="ABC "[n % 4].strip(),
            last_follow_up_at=at - timedelta(days=n % 50) if n % 3 else None,
            first_contact_at=at - timedelta(days=60) if n % 5 else None,
            cadence_days=5 if n <= OUT_OF_RHYTHM else None,
            cadence_until=(at - timedelta(days=2)).date() if n <= OUT_OF_RHYTHM else None,
        )
        for n in range(1, CUSTOMERS + 1)
    )  # fmt: skip
    NextStep.objects.bulk_create(
        NextStep(
            customer_id=pk, owner=seller, created_by=seller, purpose="Send the quotation",
            due_on=(at + timedelta(days=pk % 30 - 20)).date(), created_at=at - timedelta(days=30),
        )
        for pk in Customer.objects.values_list("pk", flat=True)
        if pk % 2
    )  # fmt: skip
    return seller


def live_on(chance: random.Random, seller: Any, at: datetime) -> int:
    """What people do meanwhile: everybody is marked, some get another rhythm, one task is dismissed."""
    from django.db import transaction

    from genjin.customers.actions import NextStepDraft, Refused, add_next_step
    from genjin.customers.models import Customer
    from genjin.followups import actions
    from genjin.followups.jobs import sweep_marks
    from genjin.followups.models import Task
    from genjin.journal.actions import mark_customers, unheard

    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    dismissed = 0
    with unheard():
        draft = NextStepDraft("Ask again", due_on=(at + timedelta(days=chance.randrange(1, 40))).date())
        add_next_step(customer_id=chance.choice(ids), draft=draft, by=seller, at=at)
        tasks = list(Task.objects.filter(is_dismissable=True).order_by("key")[:50])
        if tasks:
            try:
                dismissed = len(
                    actions.dismiss(task=chance.choice(tasks), reason="Not now", by=seller, at=at)
                )
            except Refused:
                dismissed = 0  # decided anew or dismissed a moment ago
        with transaction.atomic():
            mark_customers(ids, at=at)
            sweep_marks.enqueue()
    return dismissed


def wait_until_deciding(workers: list[Any]) -> int:
    """The worker that decides now, once it has begun to take marks away."""
    from genjin.jobs.models import Job
    from genjin.journal.models import Mark

    deadline = time.monotonic() + BUSY_WITHIN
    before = Mark.objects.count()
    while time.monotonic() < deadline:
        owners = Job.objects.filter(state=Job.State.RUNNING, task__startswith="genjin.followups.")
        pids = {int(owner.split(".")[1]) for owner in owners.values_list("owner", flat=True)}
        busy = [index for index, worker in enumerate(workers) if worker.pid in pids]
        if busy and Mark.objects.count() != before:
            return busy[0]
        time.sleep(0.005)
    return 0


def torture(kills: int, seed: int) -> dict[str, object]:
    """The report: marks left, tasks that differ from deciding, what exists twice."""
    from genjin.cli import setup
    from genjin.followups.jobs import sweep_marks
    from genjin.instance.queries import business_now
    from genjin.journal.models import Mark

    chance = random.Random(seed)
    setup.prepare()
    seller = found_firm(business_now())
    workers = [start_worker() for _ in range(WORKERS)]
    dismissed, in_the_middle = 0, 0
    try:
        for _round in range(kills):
            dismissed += live_on(chance, seller, business_now())
            victim = wait_until_deciding(workers)
            time.sleep(chance.uniform(0, 0.12))
            kill(workers[victim])
            in_the_middle += Mark.objects.exists()
            workers[victim] = start_worker()
        sweep_marks.enqueue()
        deadline = time.monotonic() + DRAIN_WITHIN
        while Mark.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        for worker in workers:
            kill(worker)
    return report(dismissed) | {"kills": kills, "in_the_middle": in_the_middle}


def report(dismissed: int) -> dict[str, object]:
    """What is stored against what deciding each customer alone says."""
    from django.db import connection

    from genjin.customers.models import Customer
    from genjin.followups.apply import COMPARED, task_of
    from genjin.followups.decide import judge
    from genjin.followups.models import Outcome, Task
    from genjin.instance.queries import business_now
    from genjin.journal.models import Entry, Mark
    from genjin.notifications.models import Notice

    now = business_now()
    wanted, told = {}, set()
    for pk in Customer.objects.values_list("pk", flat=True):
        found, failed = judge([pk], now)
        assert not failed
        for item in found[pk].items:
            wanted[item.key] = [getattr(task_of(item, now), name) for name in COMPARED]
        notices = found[pk].decision.notices
        told |= {(notice.key, user) for notice in notices for user in notice.recipient_ids}
    stored = [(task.key, [getattr(task, name) for name in COMPARED]) for task in Task.objects.all()]
    kept = Counter(Notice.objects.values_list("key", "user_id"))
    ended = Entry.objects.filter(kind="customers.customer", by=None, verb="change")
    return {
        "engine": connection.vendor,
        "marks": Mark.objects.count(),
        "tasks": len(stored),
        "tasks_doubled": len(stored) - len(dict(stored)),
        "tasks_differing": sum(wanted.get(key) != value for key, value in stored),
        "tasks_missing": len(wanted.keys() - dict(stored).keys()),
        "notices": len(told),
        "notices_missing": len(told - kept.keys()),
        "notices_doubled": sum(count > 1 for count in kept.values()),
        "rhythms_ended": ended.count(),
        "outcomes_lost_or_doubled": Outcome.objects.count() - dismissed,
    }


if __name__ == "__main__":
    raise SystemExit(main(torture, __doc__))
