"""Background work of the brain; all of it is safe to run twice and at the same time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from smtplib import SMTPException
from time import monotonic
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django_tasks.base import Task

from genjin.customers.models import Customer
from genjin.followups import day_actions, morning, pool, sweep
from genjin.followups.decide import Report
from genjin.instance.queries import business_now
from genjin.jobs import job, stopping
from genjin.journal.actions import mark_customers, mark_people
from genjin.people.jobs import can_mail
from genjin.people.models import User

logger = logging.getLogger(__name__)

TURN_SECONDS = 30.0
"""After so long a sweep lets other jobs have their turn, and goes on behind them."""
WAKE_SECONDS = 3.0
"""How long a person who moves the clock waits for the new day."""


@job(atomic=False, unique=lambda: "sweep marks")
def sweep_marks() -> dict[str, int]:
    """Decide everybody who is marked, and plan the days that this touches."""
    turn = Turn()
    report = sweep.drain_marks(business_now, turn.should_end)
    planned = sweep.plan(business_now, turn.should_end)
    turn.end(sweep_marks)
    return _counts(report) | {"planned": planned}


@job(atomic=False, unique=lambda: "sweep wake-ups")
def sweep_wakeups() -> dict[str, int]:
    """Decide everybody whose clock has come; people's days are planned with the marked ones."""
    return _in_turns(sweep_wakeups, sweep.wake)


@job(atomic=False, unique=lambda: "decide new customers")
def decide_new() -> dict[str, int]:
    """Decide customers that were never decided."""
    return _in_turns(decide_new, sweep.decide_new)


@job(atomic=False, unique=lambda: "mark everyone concerned")
def mark_everyone_concerned() -> int:
    """Carry changes of policy, calendar, people and rules to the customers they concern; returns how many."""
    marked, turn = 0, Turn()
    while not turn.should_end() and (more := sweep.carry_changes(business_now())):
        marked += more
    turn.end(mark_everyone_concerned)
    return marked


@job(atomic=False, unique=lambda: "sweep pool")
def sweep_pool() -> dict[str, int]:
    """Warn of customers about to return to the public pool, and return those whose day has come."""
    done = pool.sweep(business_now, stopping)
    return {"warned": done.warned, "returned": done.returned}


@job(atomic=False, unique=lambda: "send morning mails")
def send_mornings() -> int:
    """Mail today's tasks to everybody whose hour has come; returns how many mails left.

    Nobody is mailed without a mail account and in a held instance. The server is asked first: while it does
    not answer, nothing is claimed and the next turn tries again.
    """
    now = business_now()
    people = morning.due(now) if can_mail() else []
    if not people:
        return 0
    sent = 0
    with get_connection() as connection:
        for user, day in people:
            message = None if stopping() else morning.letter(user, day, now)
            if message is None or not day_actions.claim_morning(user_id=user.pk, day=day, at=now):
                continue
            message.connection = connection
            try:
                message.send()
            except (SMTPException, OSError) as error:
                logger.warning("The morning mail of user %s did not leave: %s", user.pk, type(error).__name__)
                continue
            day_actions.note_morning_sent(user_id=user.pk, day=day, at=now)
            sent += 1
    return sent


def decide_or_enqueue(subject: str, ids: Sequence[int]) -> None:
    """What happens after every commit that marked somebody."""
    if not sweep.decide_at_once(subject, list(ids), clock=business_now) and len(ids) > sweep.AT_ONCE:
        sweep_marks.enqueue()


def setting_changed() -> None:
    """After policy, calendar, absences or teams changed: sooner than the recurring turn of the same job."""
    mark_everyone_concerned.enqueue()


def clock_moved(*, by: Any, at: datetime, verb: str, changes: dict[str, tuple[Any, Any]]) -> None:
    """After business time was moved: wake who is due before the page answers, the rest in the background.

    Set back, nobody's `wake_at` says that what was decided no longer holds; so everybody is decided again.
    """
    if "clock_offset" not in changes:
        return
    before, after = changes["clock_offset"]
    if after < before:
        mark_customers(Customer.objects.alive().values_list("pk", flat=True), at=at)
        mark_people(User.objects.values_list("pk", flat=True), at=at)
    transaction.on_commit(_wake_now, robust=True)


def _wake_now() -> None:
    begun = monotonic()
    sweep.plan(business_now, lambda: monotonic() - begun > WAKE_SECONDS)
    sweep.wake(business_now, lambda: monotonic() - begun > WAKE_SECONDS)
    sweep_wakeups.enqueue()
    sweep_marks.enqueue()


class Turn:
    """What a job does at a time of work that may take an hour: a job that ran so long would count as hung."""

    def __init__(self) -> None:
        self._begun = monotonic()

    def should_end(self) -> bool:
        """Whether the job is asked to stop, or others shall have their turn."""
        return stopping() or self._is_over()

    def end(self, job: Task[[], Any]) -> None:
        """Have the rest done in a turn of its own."""
        if self._is_over():
            job.enqueue()

    def _is_over(self) -> bool:
        return monotonic() - self._begun > TURN_SECONDS


def _in_turns(job: Task[[], Any], work: Callable[[sweep.Clock, sweep.Stopping], Report]) -> dict[str, int]:
    turn = Turn()
    report = work(business_now, turn.should_end)
    turn.end(job)
    return _counts(report)


def _counts(report: Report) -> dict[str, int]:
    return {"decided": len(report.decided), "failed": len(report.failed), "written": report.written}
