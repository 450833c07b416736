"""Several at the same time, and processes killed in the middle: one set of tasks, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, connections, transaction

from genjin.customers.actions import set_dimension
from genjin.customers.models import Customer, NextStep
from genjin.followups import actions, sweep
from genjin.followups.decide import decide_customers
from genjin.followups.models import CustomerDecision, Outcome, Task
from genjin.journal.actions import mark_customers, unheard
from genjin.journal.models import Mark
from tests.conftest import Cast
from tests.followups.conftest import days

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
Make = Callable[..., Customer]
Step = Callable[..., NextStep]


def together(*jobs: Callable[[], object]) -> list[object]:
    """Run these at the same moment, each with its own connection; their answers or errors."""
    barrier = threading.Barrier(len(jobs))
    answers: list[object] = [None] * len(jobs)

    def run(index: int, job: Callable[[], object]) -> None:
        close_old_connections()
        barrier.wait(timeout=20)
        try:
            answers[index] = job()
        except Exception as error:
            answers[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, job)) for i, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_two_deciders_give_one_set_of_tasks(customer: Make, step: Step, moment: datetime) -> None:
    rows = [customer(value_class="A") for _ in range(6)]
    for row in rows:
        step(row)
    ids = [row.pk for row in rows]
    mark_ids(ids, moment)
    answers = together(*[lambda: decide_customers(ids, at=moment)] * 4)
    sweep.drain_marks(lambda: moment)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    keys = list(Task.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    assert not Mark.objects.exists()
    assert decide_customers(ids, at=moment).written == 0


def mark_ids(ids: list[int], moment: datetime) -> None:
    """Mark without anybody listening."""
    Mark.objects.bulk_create(Mark(subject="CUSTOMER", subject_id=pk, marked_at=moment) for pk in ids)


def test_two_people_acting_at_once_leave_one_outcome(
    people: Cast, customer: Make, step: Step, moment: datetime
) -> None:
    one = customer(first_contact_at=moment, last_follow_up_at=moment)
    promise = step(one)
    decide_customers([one.pk], at=moment)
    task = Task.objects.get(key=f"next-step:{promise.pk}")
    later = moment.date() + days(2)

    def postpone() -> object:
        return actions.postpone(task=task, until=later, by=people.lin, at=moment, seen=task.decided_at)

    def dismiss() -> object:
        return actions.dismiss(task=task, reason="Sold out", by=people.wang, at=moment, seen=task.decided_at)

    answers = together(postpone, dismiss)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], actions.Overtaken)
    assert Outcome.objects.count() == 1


WORK = """
import django, sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
django.setup()
from datetime import datetime
from genjin.followups import decide, sweep
decide.SLICES = dict.fromkeys(decide.SLICES, 10)
at = datetime.fromisoformat(sys.argv[1])
print("begin", flush=True)
sweep.drain_marks(lambda: at)
print("end", flush=True)
"""


def test_killed_in_the_middle_the_next_run_repairs(customer: Make, step: Step, moment: datetime) -> None:
    rows = [customer(value_class="B") for _ in range(120)]
    for row in rows:
        step(row)
    ids = [row.pk for row in rows]
    mark_ids(ids, moment)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "PYTHONPATH": str(ROOT)}
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, moment.isoformat(), name], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begin\n"
    deadline = time.monotonic() + 30
    while Mark.objects.count() == len(ids) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    left = Mark.objects.count()
    assert 0 < left < len(ids), "killed in the middle"
    assert CustomerDecision.objects.filter(decided_at__isnull=False).count() == len(ids) - left
    sweep.drain_marks(lambda: moment)
    assert not Mark.objects.exists()
    assert set(Task.objects.values_list("customer_id", flat=True)) == set(ids)
    assert decide_customers(ids, at=moment).written == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_deciding_does_not_wait_for_who_is_marking(customer: Make, moment: datetime) -> None:
    rows = [customer(value_class="A") for _ in range(3)]
    ids = [row.pk for row in rows]
    mark_customers(ids, at=moment)
    holds, decided = threading.Event(), threading.Event()

    def marking() -> bool:
        with unheard(), transaction.atomic():
            mark_customers([ids[1]], at=moment)
            holds.set()
            return decided.wait(timeout=20)

    def deciding() -> list[int]:
        assert holds.wait(timeout=20)
        report = decide_customers(ids, at=moment)
        decided.set()
        return report.decided

    assert together(marking, deciding) == [True, ids]
    left = Mark.objects.filter(subject=Mark.Subject.CUSTOMER)
    assert list(left.values_list("subject_id", flat=True)) == [ids[1]]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_sweeps_share_their_work_and_each_leaves_the_marks_of_the_other(
    customer: Make, moment: datetime
) -> None:
    ids = [customer(value_class="A").pk for _ in range(3)]
    decide_customers(ids, at=moment)
    mark_ids(ids, moment)
    holds, swept = threading.Event(), threading.Event()

    def deciding() -> bool:
        with transaction.atomic():
            list(CustomerDecision.objects.select_for_update().filter(pk=ids[1]))
            holds.set()
            return swept.wait(timeout=20)

    def sweeping() -> list[int]:
        assert holds.wait(timeout=20)
        report = sweep.drain_marks(lambda: moment)
        swept.set()
        return report.decided

    assert together(deciding, sweeping) == [True, [ids[0], ids[2]]]
    assert list(Mark.objects.values_list("subject_id", flat=True)) == [ids[1]]
    assert sweep.drain_marks(lambda: moment).decided == [ids[1]]


def test_bulk_edits_marks_and_decisions_of_the_same_customers_do_not_lock_each_other(
    people: Cast, customer: Make, moment: datetime
) -> None:
    rows = [customer(cadence_days=9, cadence_until=moment.date() - days(1)) for _ in range(24)]
    ids = [row.pk for row in rows]
    backwards = list(reversed(ids))

    def editing() -> None:
        for grade in ("TOP", "LOW", "MID") * 3:
            set_dimension(
                customer_ids=backwards, dimension="follow_grade", value=grade, by=people.zhao, at=moment
            )

    def marking() -> None:
        for _ in range(12):
            mark_customers(backwards, at=moment)

    def deciding() -> list[int]:
        return [pk for part in (ids, backwards, ids) for pk in decide_customers(part, at=moment).failed]

    assert together(editing, marking, deciding, deciding) == [None, None, [], []]
    assert sweep.decide_at_once(Mark.Subject.CUSTOMER, ids[:1], clock=lambda: moment)
    assert not Customer.objects.exclude(follow_grade="MID").exists()
