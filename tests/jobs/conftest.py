from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from genjin.jobs import lease
from genjin.jobs.models import Job, Schedule


@pytest.fixture
def claim(db: None) -> Callable[..., Job]:
    """Claims the next due job, which must exist, for a worker called `owner`."""

    def claim_next(owner: str = "first") -> Job:
        job = lease.claim(owner=owner, lease=60)
        assert job is not None
        return job

    return claim_next


@pytest.fixture
def let_lease_expire(db: None) -> Callable[[Job], None]:
    """What happens when a worker stands still: its time runs out and the job is taken from it."""

    def expire(job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
        assert lease.release_expired() == 1

    return expire


@pytest.fixture
def marks(db: None) -> Callable[[], list[str]]:
    """The effects that jobs have left."""
    return lambda: sorted(Schedule.objects.values_list("name", flat=True))
