"""Kills workers at random moments and counts what became of the jobs.

`python -m tests.jobs.torture --kills 200`
runs on an empty database of its own (GENJIN_DATA or DATABASE_URL) and prints a report as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from tests import template

WORKERS = 2
JOBS_PER_ROUND = 30
LEASE = 1.5
STALL_EVERY = 20
DRAIN_WITHIN = 60.0
BUSY_WITHIN = 5.0


@dataclass(frozen=True)
class Worker:
    """A running `genjin worker`."""

    pid: int

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


def start_worker() -> Worker:
    """A process of its own; forked, so that not each of the hundreds has to load the whole program anew."""
    from django.db import connections

    from genjin import cli
    from genjin.cli import worker  # noqa: F401 - loaded once, here

    connections.close_all()  # no two processes may talk through one
    pid = os.fork()
    if pid:
        return Worker(pid)
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        cli.main(["worker", "--lease", str(LEASE)])
    finally:
        os._exit(1)


def enqueue(first: int) -> int:
    """A batch that is committed, and one that is rolled back; returns the next free number."""
    from django.db import transaction

    from tests.jobs.sample_jobs import write_effect

    with transaction.atomic():
        for number in range(first, first + JOBS_PER_ROUND):
            write_effect.enqueue(number)
    with transaction.atomic():
        write_effect.enqueue(-first - 1)
        transaction.set_rollback(True)
    return first + JOBS_PER_ROUND


def wait_until_busy(worker: Worker) -> None:
    """Until one of its jobs runs, so that the blow falls on work; or a while, if it finds none."""
    from genjin.jobs.models import Job

    deadline = time.monotonic() + BUSY_WITHIN
    running = Job.objects.filter(state=Job.State.RUNNING, owner__contains=f".{worker.pid}.")
    while not running.exists() and time.monotonic() < deadline:
        time.sleep(0.005)


def stall(worker: Worker) -> None:
    """Stops a worker until it has lost its leases, then lets it go on as if nothing had happened."""
    worker.send_signal(signal.SIGSTOP)
    time.sleep(LEASE + 1)
    worker.send_signal(signal.SIGCONT)


def kill(worker: Worker) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def torture(kills: int, seed: int) -> dict[str, object]:
    """The report: how many jobs, how many effects are lost, doubled or should not exist."""
    from django.db import connection

    from genjin.cli import setup
    from genjin.jobs.models import Job

    chance = random.Random(seed)
    setup.prepare()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (number integer NOT NULL)")
    workers = [start_worker() for _ in range(WORKERS)]
    jobs, stalls = 0, 0
    try:
        for round_ in range(1, kills + 1):
            jobs = enqueue(jobs)
            victim = chance.randrange(WORKERS)
            if round_ % 4:
                wait_until_busy(workers[victim])
                time.sleep(chance.uniform(0, 0.03))
            else:  # also while it starts, claims or idles
                time.sleep(chance.uniform(0, 0.9))
            if round_ % STALL_EVERY == STALL_EVERY // 2:
                stall(workers[victim])
                stalls += 1
                victim = (victim + 1) % WORKERS  # the one that stood still goes on with what it lost
            kill(workers[victim])
            workers[victim] = start_worker()
        deadline = time.monotonic() + DRAIN_WITHIN
        open_jobs = Job.objects.filter(state__in=[Job.State.READY, Job.State.RUNNING])
        while open_jobs.filter(task__endswith="write_effect").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        for worker in workers:
            kill(worker)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM effect")
        effects = [row[0] for row in cursor.fetchall()]
    ours = Job.objects.filter(task__endswith="write_effect")
    return {
        "engine": connection.vendor,
        "kills": kills,
        "stalls": stalls,
        "jobs": jobs,
        "done": ours.filter(state=Job.State.DONE).count(),
        "attempted_again": ours.filter(attempts__gt=1).count(),
        "lost": len(set(range(jobs)) - set(effects)),
        "doubled": len(effects) - len(set(effects)),
        "rolled_back_but_run": sum(number < 0 for number in effects),
    }


def main(work: Callable[[int, int], dict[str, object]], told: str | None) -> int:
    """Run it as often as the command line says and print its report."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    django.setup()
    print(json.dumps(work(options.kills, options.seed)))
    return 0


def report_of(module: str, kills: int, folder: Path, engine_url: str) -> dict[str, Any]:
    """The report of such a module, run as a process of its own on a fresh database of that engine."""
    with template.fresh_database(engine_url, folder) as url:
        run = subprocess.run(
            [sys.executable, "-m", module, "--kills", str(kills)],
            env={**os.environ, "GENJIN_DATA": str(folder), "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


if __name__ == "__main__":
    raise SystemExit(main(torture, __doc__))
