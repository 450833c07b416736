"""What an administrator sees of the background work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from genjin.jobs.models import Job, Schedule, Worker
from genjin.jobs.recurring import schedule
from genjin.web.lists import Count, count_upto

ALIVE_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class Overview:
    """The page of background work."""

    counts: dict[str, Count]
    oldest_waiting: Job | None
    schedule: Sequence[Schedule]
    workers: Sequence[Worker]


def is_running(job_id: int, attempt: int) -> bool:
    """Whether this attempt of a job still has its worker."""
    return Job.objects.filter(pk=job_id, attempts=attempt, state=Job.State.RUNNING).exists()


def overview() -> Overview:
    """Counts by state, the turns to come and who works; a fixed number of queries.

    A line that is no longer in the schedule has no turn to come, though its row stays.
    """
    turns = Schedule.objects.filter(name__in=[recurring.name for recurring in schedule()])
    return Overview(
        counts={state: count_upto(Job.objects.filter(state=state)) for state in Job.State.values},
        oldest_waiting=Job.objects.filter(state=Job.State.READY, run_after__lte=Now())
        .order_by("run_after")
        .first(),
        schedule=list(turns.select_related("last_job").order_by("next_run")),
        workers=list(workers_alive().order_by("started_at")),
    )


def workers_alive() -> QuerySet[Worker]:
    """Workers that have shown themselves within two minutes."""
    return Worker.objects.filter(seen_at__gte=Now() - ALIVE_FOR)


def jobs_of(state: str = "") -> QuerySet[Job]:
    """Jobs of a state, or all of them, with the people that lists show."""
    jobs = Job.objects.select_related("enqueued_by", "handled_by").defer("result", "error_text")
    return jobs.filter(state=state) if state in Job.State.values else jobs
