"""How many jobs a second, with one and with two worker processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db.models import Max, Min

from genjin.jobs import job
from genjin.jobs.models import Job

JOBS = 3_000
PATIENCE = 120.0


@job()
def nothing() -> None:
    """A job that does nothing, so that what is measured is the queue."""


def throughput() -> dict[str, object]:
    """Jobs a second from the first start to the last end."""
    return {f"jobs/s with {workers} worker(s)": _measure(workers) for workers in (1, 2)}


def _measure(workers: int) -> int:
    Job.objects.filter(task="bench.jobs.nothing").delete()
    for _ in range(JOBS):
        nothing.enqueue()
    with ExitStack() as running:
        for _ in range(workers):
            running.enter_context(_worker())
        own = Job.objects.filter(task="bench.jobs.nothing")
        deadline = time.monotonic() + PATIENCE
        while own.exclude(state=Job.State.DONE)[:1].exists():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{JOBS} jobs were not done within {PATIENCE:.0f} seconds")
            time.sleep(0.5)
    ends = own.aggregate(first=Min("started_at"), last=Max("finished_at"))
    return round(JOBS / (ends["last"] - ends["first"]).total_seconds())


@contextmanager
def _worker() -> Iterator[None]:
    """`genjin worker` until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "genjin", "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
