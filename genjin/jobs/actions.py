"""What people, and the queue's own housekeeping, may do to jobs."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from genjin.jobs.models import Job, Worker

logger = logging.getLogger(__name__)

PRUNE_SLICE = 2000
ENDED_BADLY = (Job.State.FAILED, Job.State.CANCELLED)
FORGET_WORKERS = timedelta(days=1)


@transaction.atomic
def run_again(*, job: Job, by: Any, at: datetime) -> bool:
    """Sends a failed or cancelled job back to the queue with fresh attempts; False if it is neither any more.

    The count of attempts goes on rising: it is the fence against a worker that still holds an old attempt.
    """
    again = Job.objects.filter(pk=job.pk, state__in=ENDED_BADLY).update(
        state=Job.State.READY,
        run_after=Now(),
        # Its key would collide with a job that waits already; running once more than needed is harmless.
        unique_key=None,
        max_attempts=F("attempts") + F("max_attempts"),
        finished_at=None,
        handled_by_id=by.pk if by else None,
        handled_at=at,
    )
    if again:
        logger.info("Job %s sent back to the queue by user %s", job, by.pk if by else None)
    return bool(again)


@transaction.atomic
def cancel(*, job: Job, by: Any, at: datetime) -> bool:
    """Stops a job for good; False if it has ended already.

    A running atomic job loses its lease and with it whatever it wrote; another kind is told by `stopping()`.
    """
    cancelled = Job.objects.filter(pk=job.pk, state__in=[Job.State.READY, Job.State.RUNNING]).update(
        state=Job.State.CANCELLED,
        owner="",
        finished_at=Now(),
        lease_until=None,
        handled_by_id=by.pk if by else None,
        handled_at=at,
    )
    if cancelled:
        logger.info("Job %s cancelled by user %s", job, by.pk if by else None)
    return bool(cancelled)


@transaction.atomic
def prune_jobs(*, done_before: datetime, failed_before: datetime) -> int:
    """Deletes a slice of the jobs that ended before these moments; returns how many."""
    old = Q(state=Job.State.DONE, finished_at__lt=done_before) | Q(
        state__in=ENDED_BADLY, finished_at__lt=failed_before
    )
    keys = list(Job.objects.filter(old).values_list("pk", flat=True)[:PRUNE_SLICE])
    Job.objects.filter(pk__in=keys).delete()
    Worker.objects.filter(seen_at__lt=Now() - FORGET_WORKERS).delete()
    return len(keys)
