"""The worker process: threads that run jobs, one that renews their leases, and one that keeps house."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from genjin.jobs import lease
from genjin.jobs.backend import load_task
from genjin.jobs.declare import options_of
from genjin.jobs.execute import Outcome, execute, task_options
from genjin.jobs.models import Job, Worker
from genjin.jobs.recurring import enqueue_due

logger = logging.getLogger(__name__)

LEASE = 60.0
SLOTS = 2
SHORTEST_POLL, LONGEST_POLL = 0.05, 0.5
TICK = 1.0
GRACE = 7.0
"""Seconds that running jobs get after SIGTERM before they are handed back."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `genjin worker`."""
    parser.add_argument("--once", action="store_true", help="run what is due now, then stop")
    parser.add_argument("--queues", default="", help="only these queues, separated by commas")
    parser.add_argument(
        "--slots", type=int, default=SLOTS, help="jobs run at the same time (default %(default)s)"
    )
    parser.add_argument(
        "--lease", type=float, default=LEASE, help="seconds after which a silent worker loses its jobs"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """`genjin worker`: runs jobs until SIGTERM, or until none is due (`--once`)."""
    queues = tuple(name.strip() for name in options.queues.split(",") if name.strip())
    work = Work(queues=queues, slots=max(1, options.slots), lease=options.lease)
    if options.once:
        done = work.drain()
        return {"jobs": done, "sentences": [f"{done} jobs run; nothing more is due."]}
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: work.stop.set())
    work.run()
    return {"ok": not work.overrun, "sentences": []}


@dataclass
class Running:
    """A job in one of the slots; `since` is monotonic seconds."""

    job: Job
    since: float
    limit: float
    lost: bool = False


class Work:
    """The state that the threads of one worker process share."""

    def __init__(self, *, queues: Sequence[str] = (), slots: int = SLOTS, lease: float = LEASE) -> None:
        self.queues = queues
        self.slots = slots
        self.lease = lease
        self.owner = f"{secrets.token_hex(6)}.{os.getpid()}.{socket.gethostname()}"[:64]
        self.stop = threading.Event()
        self.overrun = False
        self._ended = threading.Event()
        self._running: dict[int, Running] = {}
        self._polling = threading.Lock()
        self._poll = SHORTEST_POLL

    # --- the process

    def run(self) -> None:
        """Works until `stop` is set, then lets running jobs end or hands them back."""
        _until_it_works(self._register, self.stop)
        slots = [threading.Thread(target=self._slot, daemon=True) for _ in range(self.slots)]
        beat = threading.Thread(target=self._keep_leases, daemon=True)
        beside = [
            threading.Thread(target=_beside, args=(keep, self.stop), daemon=True) for keep in companions()
        ]
        for thread in (*slots, beat, *beside):
            thread.start()
        logger.info("Worker %s started with %s slots", self.owner, self.slots)
        while not self.stop.is_set():
            _guarded(self._keep_house)
            self.stop.wait(TICK)
        deadline = time.monotonic() + GRACE
        for thread in (*slots, *beside):
            thread.join(max(0.0, deadline - time.monotonic()))
        self._ended.set()
        _guarded(self._leave)
        logger.info("Worker %s stopped", self.owner)

    def drain(self) -> int:
        """Runs, in this thread, every job that is due; returns how many attempts were made."""
        self._register()
        threading.Thread(target=self._keep_leases, daemon=True).start()
        attempts = 0
        while not self.stop.is_set() and self._run_next():
            attempts += 1
        self._ended.set()
        self._leave()
        return attempts

    def _register(self) -> None:
        queues = list(self.queues)
        me = Worker(owner=self.owner, host=socket.gethostname(), pid=os.getpid(), pid_space=pid_space())
        me.queues, me.slots = queues, self.slots
        me.save(force_insert=True)

    def _leave(self) -> None:
        for running in list(self._running.values()):
            if not self._is_overrun(running):
                lease.hand_back(running.job)
        Worker.objects.filter(owner=self.owner).delete()

    # --- slots

    def _slot(self) -> None:
        while not self.stop.is_set():
            if not _guarded(self._run_next_or_wait):
                self.stop.wait(TICK)
        connection.close()

    def _run_next_or_wait(self) -> None:
        # One idle slot polls for all of them, so that more slots do not mean more polling.
        with self._polling:
            while not (job := self._claim()):
                if self.stop.wait(self._poll):
                    return
                self._poll = min(self._poll * 1.5, LONGEST_POLL)
            self._poll = SHORTEST_POLL
        self._execute(job)

    def _run_next(self) -> Outcome | None:
        job = self._claim()
        return self._execute(job) if job else None

    def _claim(self) -> Job | None:
        if self.stop.is_set() or not lease.is_waiting(self.queues):
            return None
        return lease.claim(owner=self.owner, lease=self.lease, queues=self.queues)

    def _execute(self, job: Job) -> Outcome:
        running = Running(job, time.monotonic(), _limit(job))
        self._running[job.pk] = running
        try:
            return execute(job, should_stop=lambda: running.lost or self.stop.is_set())
        finally:
            del self._running[job.pk]
            translation.deactivate()
            timezone.deactivate()

    # --- leases and housekeeping

    def _keep_leases(self) -> None:
        while not self._ended.wait(self.lease / 4):
            _guarded(self._renew_all)
        connection.close()

    def _renew_all(self) -> None:
        for running in list(self._running.values()):
            if self._is_overrun(running):
                logger.error("Job %s overran its limit; this worker gives it up and stops", running.job)
                self.overrun = True
                self.stop.set()
            elif not lease.renew(running.job, lease=self.lease):
                running.lost = True
        Worker.objects.filter(owner=self.owner).update(seen_at=Now())

    @staticmethod
    def _is_overrun(running: Running) -> bool:
        return time.monotonic() - running.since > running.limit

    def _keep_house(self) -> None:
        for dead in dead_neighbours(self.owner):
            lease.expire(dead.owner)
            dead.delete()
        lease.release_expired()
        enqueue_due(timezone.now())


def companions() -> tuple[Callable[[threading.Event], None], ...]:
    """What else runs in every worker, from `OPTIONS["beside"]` of the backend: each waits for something of
    the world outside and enqueues jobs, until its event is set."""
    return tuple(import_string(path) for path in task_options().get("beside", ()))


def _beside(keep: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """One companion for as long as the worker runs; one that fails begins again."""
    while not stop.is_set():
        _guarded(lambda: keep(stop))
        connection.close()
        stop.wait(TICK)


def _limit(job: Job) -> float:
    try:
        return options_of(load_task(job.task)).limit.total_seconds()
    except ImportError:
        return LEASE


def _guarded(step: Callable[[], Any]) -> bool:
    """Runs a step of an endless loop; False if it failed. A database that is away is no reason to die."""
    try:
        step()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("The database did not answer (%s); trying again", type(error).__name__)
    except Exception:
        logger.exception("A step of the worker failed; trying again")
    else:
        return True
    connection.close()
    return False


def _until_it_works(step: Callable[[], Any], stop: threading.Event) -> None:
    while not _guarded(step) and not stop.wait(TICK):
        pass


def pid_space() -> str:
    """Where process ids mean the same: this boot of this machine and its pid namespace; "" if unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def dead_neighbours(owner: str) -> list[Worker]:
    """Workers of this machine whose process is gone: their jobs need not wait for the lease to run out."""
    space = pid_space()
    if not space:
        return []
    others = Worker.objects.filter(pid_space=space).exclude(owner=owner)
    return [worker for worker in others if not is_alive(worker.pid)]


def is_alive(pid: int) -> bool:
    """Whether another process of this machine has that id."""
    if pid == os.getpid():
        return False  # another worker had this id before us
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
