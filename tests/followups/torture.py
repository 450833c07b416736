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

CUSTOMERS = 600
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
    """What happens meanwhile: somebody adds a step and dismisses a task, then everybody is to be decided."""
    from django.db import transaction

    from genjin.customers.actions import NextStepDraft, Refused, add_next_step
    from genjin.customers.models import Customer
    from genjin.followups import actions
    from genjin.followups.models import Task
    from genjin.journal.actions import unheard

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
            chance.choice((_mark, _wake, _change_policy))(ids, at)
    return dismissed


def _mark(ids: list[int], at: datetime) -> None:
    from genjin.followups.jobs import sweep_marks
    from genjin.journal.actions import mark_customers

    mark_customers(ids, at=at)
    sweep_marks.enqueue()


def _wake(ids: list[int], at: datetime) -> None:
    """Their clock comes."""
    from genjin.followups.jobs import sweep_wakeups
    from genjin.followups.models import CustomerDecision

    CustomerDecision.objects.filter(pk__in=ids).update(wake_at=at - timedelta(minutes=1))
    sweep_wakeups.enqueue()


def _change_policy(_ids: list[int], at: datetime) -> None:
    """The rhythm of class A is another one; the change is carried to everybody, who is then decided."""
    from genjin.followups.jobs import mark_everyone_concerned
    from genjin.policy.actions import save_layer
    from genjin.policy.models import Layer

    days = 5 + Layer.objects.count() % 5
    save_layer(scope="COMPANY", values={"cadence.A": days}, by=None, at=at)
    mark_everyone_concerned.enqueue()


def waiting() -> int:
    """How many are to be decided: marked, or their clock has come."""
    from genjin.followups.models import CustomerDecision
    from genjin.instance.queries import business_now
    from genjin.journal.models import Mark

    return Mark.objects.count() + CustomerDecision.objects.filter(wake_at__lte=business_now()).count()


def uncarried() -> int:
    """How many parts of the setting changed without everybody having been told."""
    from genjin.followups import setting
    from genjin.followups.models import Seen
    from genjin.instance.queries import business_now

    carried = dict(Seen.objects.filter(is_carried=True).values_list("part", "stamp"))
    return sum(carried.get(part) != stamp for part, stamp in setting.current(business_now()).parts.items())


def wait_until_deciding(workers: list[Any]) -> int:
    """The worker that decides now, once what waits has become less or more."""
    from genjin.jobs.models import Job

    deadline = time.monotonic() + BUSY_WITHIN
    before = waiting()
    while time.monotonic() < deadline:
        owners = Job.objects.filter(state=Job.State.RUNNING, task__startswith="genjin.followups.")
        pids = {int(owner.split(".")[1]) for owner in owners.values_list("owner", flat=True)}
        busy = [index for index, worker in enumerate(workers) if worker.pid in pids]
        if busy and waiting() != before:
            return busy[0]
        time.sleep(0.005)
    return 0


def torture(kills: int, seed: int) -> dict[str, object]:
    """The report: marks left, who slept on, tasks that differ from deciding, what exists twice."""
    from genjin.cli import setup
    from genjin.followups import sweep
    from genjin.followups.jobs import mark_everyone_concerned, sweep_marks, sweep_wakeups
    from genjin.instance.queries import business_now

    chance = random.Random(seed)
    setup.prepare()
    seller = found_firm(business_now())
    sweep.carry_changes(business_now())
    workers = [start_worker() for _ in range(WORKERS)]
    dismissed, in_the_middle = 0, 0
    try:
        for _round in range(kills):
            dismissed += live_on(chance, seller, business_now())
            victim = wait_until_deciding(workers)
            time.sleep(chance.uniform(0, 0.12))
            kill(workers[victim])
            in_the_middle += bool(waiting() or uncarried())
            workers[victim] = start_worker()
        deadline = time.monotonic() + DRAIN_WITHIN
        while (waiting() or uncarried()) and time.monotonic() < deadline:
            # As the schedule does every minute.
            for job in (mark_everyone_concerned, sweep_marks, sweep_wakeups):
                job.enqueue()
            time.sleep(0.5)
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
    from genjin.followups.models import CustomerDecision, Outcome, Task
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
        "asleep": CustomerDecision.objects.filter(wake_at__lte=now).count(),
        "uncarried": uncarried(),
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
