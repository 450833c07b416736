"""The queue's own background work."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from genjin.jobs import actions, declare

KEEP_DONE = timedelta(days=14)
KEEP_FAILED = timedelta(days=90)


@declare.job(retries=3)
def prune() -> int:
    """Removes jobs done 14 days ago or failed 90 days ago, in slices; the schedule calls it daily."""
    now = timezone.now()
    removed = actions.prune_jobs(done_before=now - KEEP_DONE, failed_before=now - KEEP_FAILED)
    if removed == actions.PRUNE_SLICE:
        prune.enqueue()
    return removed
