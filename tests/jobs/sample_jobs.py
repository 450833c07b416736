"""Jobs for the tests of the queue."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from genjin.jobs import GiveUp, HandBack, job, stopping
from genjin.jobs.models import Schedule
from genjin.journal.context import door


def leave_mark(name: str) -> None:
    """An effect on the database that a test can count."""
    Schedule.objects.create(name=name, next_run=timezone.now() + timedelta(days=1))


@job(retries=2, pause=timedelta(seconds=10))
def mark(name: str, then_raise: str = "") -> str:
    leave_mark(name)
    if then_raise:
        raise ValueError(then_raise)
    return f"marked {name}"


@job(atomic=False)
def mark_outside(name: str) -> None:
    leave_mark(name)


@job(unique=lambda customer: f"decide {customer}")
def decide(customer: int) -> None:
    leave_mark(f"decided {customer}")


@job()
def give_up() -> None:
    raise GiveUp("There is no such mailbox.")


@job()
def hand_back() -> None:
    if stopping():
        raise HandBack
    leave_mark("not asked to stop")


@job(takes_context=True)
def tell_attempt(context) -> int:  # type: ignore[no-untyped-def]
    return int(context.attempt)


@job()
def tell_door() -> str:
    mark.enqueue("caused by the job")
    return door().via


@job(retries=50, pause=timedelta(milliseconds=50), longest_pause=timedelta(milliseconds=200))
def write_effect(number: int) -> None:
    """One row, and a moment in which the process may be killed with the row written but not committed."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (number) VALUES (%s)", [number])
    time.sleep(0.01)


@job()
def nothing() -> None:
    return
