"""A job that failed for good is listed with the other unexpected errors."""

from __future__ import annotations

import pytest

from genjin.config.schedule import report_failure
from genjin.instance.models import ErrorReport
from genjin.jobs.declare import GiveUp
from genjin.jobs.models import Job


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "attempts", "listed"),
    [(ValueError("x"), 3, 1), (ValueError("x"), 2, 0), (GiveUp("nobody there"), 3, 0)],
)
def test_only_the_last_unexpected_failure_counts(error: Exception, attempts: int, listed: int) -> None:
    job = Job(pk=7, task="genjin.x.jobs.y", attempts=attempts, max_attempts=3)
    with pytest.raises(type(error)), report_failure(job):
        raise error
    assert ErrorReport.objects.filter(process="worker", place=job.task).count() == listed
