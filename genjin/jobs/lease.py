"""Claiming and ending jobs: every write is one statement, fenced by (owner, attempts).

All times are the database's, so that hosts whose clocks differ agree on who holds what.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Expression, F, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from genjin.instance import errors
from genjin.jobs.declare import DEFAULTS, JobOptions, options_of
from genjin.jobs.models import Job

LOST = "genjin.jobs.lease.WorkerLost"


class LeaseLost(Exception):
    """The job was given to another worker or cancelled; what this one did must not count."""


def database_now() -> Expression:
    """The clock that all workers share; on SQLite the machine's, as its own counts in milliseconds only."""
    return Now() if connection.vendor == "postgresql" else Value(timezone.now(), output_field=DateTimeField())


def is_waiting(queues: Sequence[str] = ()) -> bool:
    """Whether a job could be claimed now: a read, so that an idle worker takes no write lock.

    In the order of the claim, so that the same index answers both.
    """
    ready = Job.objects.filter(state=Job.State.READY, run_after__lte=database_now())
    if queues:
        ready = ready.filter(queue__in=queues)
    return bool(ready.order_by("-priority", "run_after", "id").values_list("pk")[:1])


def claim(*, owner: str, lease: float, queues: Sequence[str] = ()) -> Job | None:
    """Takes the next job for `owner` for `lease` seconds; None if nothing is due."""
    columns = ", ".join(f'"{field.column}"' for field in Job._meta.concrete_fields)
    names = f"AND queue IN ({', '.join(['%s'] * len(queues))})" if queues else ""
    if connection.vendor == "postgresql":
        now, until, lock = "statement_timestamp()", "statement_timestamp() + %s", "FOR UPDATE SKIP LOCKED"
        times: list[Any] = [timedelta(seconds=lease)]
    else:
        now, until, lock = "%s", "%s", ""
        at, end = timezone.now(), timezone.now() + timedelta(seconds=lease)
        times = [connection.ops.adapt_datetimefield_value(moment) for moment in (at, at, end, at)]
    statement = f"""
        UPDATE jobs_job SET state = 'RUNNING', owner = %s, attempts = attempts + 1,
            started_at = {now}, heartbeat_at = {now}, lease_until = {until}
        WHERE id = (
            SELECT id FROM jobs_job WHERE state = 'READY' AND run_after <= {now} {names}
            ORDER BY priority DESC, run_after, id LIMIT 1 {lock})
        RETURNING {columns}"""  # noqa: S608 - built from our own constants only
    rows = list(Job.objects.raw(statement, [owner, *times, *queues]))
    return rows[0] if rows else None


def _held(job: Job) -> QuerySet[Job]:
    """The job's row, if it is still the one that was claimed.

    Only a running job has an owner. Its state is not asked for: PostgreSQL would then prefer an index on the
    state, full of dead entries, to the primary key.
    """
    return Job.objects.filter(pk=job.pk, owner=job.owner, attempts=job.attempts)


def renew(job: Job, *, lease: float) -> bool:
    """Holds the job for another `lease` seconds; False if it is no longer ours."""
    now = database_now()
    return bool(_held(job).update(heartbeat_at=now, lease_until=now + timedelta(seconds=lease)))


def finish(job: Job, result: Any) -> None:
    """Marks it done, in the caller's transaction if there is one; LeaseLost if it is no longer ours."""
    done = _held(job).update(
        state=Job.State.DONE,
        owner="",
        finished_at=database_now(),
        lease_until=None,
        result=result,
        error_class="",
        error_text="",
    )
    if not done:
        raise LeaseLost(str(job))


def fail(job: Job, error: BaseException, options: JobOptions, *, for_good: bool = False) -> bool:
    """Notes the error and sends the job back after a pause, or gives up; True if it gave up."""
    kind, trace = type(error), errors.scrubbed_trace(error)
    path = f"{kind.__module__}.{kind.__qualname__}"[:200]  # in full: the result of a task imports it
    gives_up = for_good or job.attempts >= job.max_attempts
    _end(_held(job), gives_up, options.pause_after(job.attempts), path, trace)
    return gives_up


def hand_back(job: Job) -> None:
    """Returns a job that its worker cannot finish now; this attempt is not counted against it."""
    _held(job).update(
        state=Job.State.READY,
        owner="",
        run_after=database_now(),
        lease_until=None,
        max_attempts=F("max_attempts") + 1,
    )


def release_expired() -> int:
    """Takes jobs from workers that stopped renewing; one that has used up its attempts is given up."""
    released = 0
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=database_now())[:100]:
        gives_up = job.attempts >= job.max_attempts
        # The first loss is seldom the job's own fault; one that keeps killing its worker waits longer.
        pause = timedelta(0) if job.attempts == 1 else _options(job).pause_after(job.attempts - 1)
        text = f"Its worker {job.owner} stopped or stood still during attempt {job.attempts}."
        released += _end(_held(job).filter(lease_until__lt=database_now()), gives_up, pause, LOST, text)
    return released


def expire(owner: str) -> int:
    """Ends the leases of a worker that is known to be dead."""
    return Job.objects.filter(state=Job.State.RUNNING, owner=owner).update(
        lease_until=database_now() - timedelta(seconds=1)
    )


def _end(held: QuerySet[Job], gives_up: bool, pause: timedelta, error_class: str, error_text: str) -> int:
    ended = {"owner": "", "lease_until": None, "error_class": error_class, "error_text": error_text}
    if gives_up:
        return held.update(state=Job.State.FAILED, finished_at=database_now(), **ended)
    return held.update(state=Job.State.READY, run_after=database_now() + pause, **ended)


def _options(job: Job) -> JobOptions:
    from genjin.jobs.backend import load_task

    try:
        return options_of(load_task(job.task))
    except ImportError:
        return DEFAULTS
