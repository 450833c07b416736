"""What an administrator sees of the background work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from genjin.jobs.models import Job, Schedule, Worker

ALIVE_FOR = timedelta(minutes=2)
SHOWN = 50
COUNTED = 1000


@dataclass(frozen=True)
class Overview:
    """The page of background work; counts stop at 1,001 (shown as "1,000+")."""

    counts: dict[str, int]
    oldest_waiting: Job | None
    schedule: Sequence[Schedule]
    workers: Sequence[Worker]


def overview() -> Overview:
    """Counts by state, the turns to come and who works; a fixed number of queries."""
    return Overview(
        counts={state: Job.objects.filter(state=state)[: COUNTED + 1].count() for state in Job.State.values},
        oldest_waiting=Job.objects.filter(state=Job.State.READY, run_after__lte=Now())
        .order_by("run_after")
        .first(),
        schedule=list(Schedule.objects.select_related("last_job").order_by("next_run")),
        workers=list(workers_alive().order_by("started_at")),
    )


def workers_alive() -> QuerySet[Worker]:
    """Workers that have shown themselves within two minutes."""
    return Worker.objects.filter(seen_at__gte=Now() - ALIVE_FOR)


def page(state: str = "", *, before: int | None = None) -> list[Job]:
    """The newest jobs of a state (or all) with ids below `before`; one more than is shown, if there are more."""
    jobs = Job.objects.select_related("enqueued_by", "handled_by").order_by("-id")
    if state in Job.State.values:
        jobs = jobs.filter(state=state)
    if before is not None:
        jobs = jobs.filter(pk__lt=before)
    return list(jobs[: SHOWN + 1])


def counts_by_task(state: str) -> dict[str, int]:
    """How many jobs of a state each task has; for the health report."""
    rows = Job.objects.filter(state=state).values_list("task").annotate(n=Count("pk")).order_by("task")
    return dict(rows)
