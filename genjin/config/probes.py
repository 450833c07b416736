"""What `genjin doctor` and `/ready` learn of the background work, which lies above the instance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models.functions import Now

from genjin.instance import doctor, health
from genjin.instance.conditions import BAD, OK, WARN, Finding

SEEN_WITHIN = timedelta(seconds=60)


def register_all() -> None:
    """Called once by this folder's AppConfig."""
    doctor.register(background_work)
    health.register_detail("worker", worker_seen)


def worker_seen() -> str:
    """For `/ready`: whether a worker showed itself within a minute."""
    from genjin.jobs.models import Worker

    alive = Worker.objects.filter(seen_at__gte=Now() - SEEN_WITHIN).exists()
    return "seen" if alive else "not seen for 60 s"


def background_work(at: datetime) -> Iterator[Finding]:
    """For `genjin doctor`: a worker that runs, and jobs that failed."""
    from genjin.jobs.models import Job, Worker

    last = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if last is None:
        yield Finding("worker", WARN, "No worker runs; start “genjin serve” or “genjin worker”.")
    elif at - last > SEEN_WITHIN:
        minutes = int((at - last).total_seconds() // 60)
        yield Finding("worker", BAD, f"The last sign of a worker is {minutes} minutes old; restart it.")
    else:
        yield Finding("worker", OK, "A worker runs.")
    failed = Job.objects.filter(state=Job.State.FAILED)[:1001].count()
    if failed:
        shown = "more than 1,000" if failed > 1000 else str(failed)
        yield Finding("jobs", WARN, f"Failed jobs: {shown}; look at Settings, Background work.")
    else:
        yield Finding("jobs", OK, "No job has failed.")
