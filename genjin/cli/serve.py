"""`genjin serve`: web and worker as children of one small supervisor."""

from __future__ import annotations

import argparse
import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from genjin.cli import setup, web
from genjin.instance import schema, start
from genjin.jobs.worker import Work
from genjin.people import setup_code

logger = logging.getLogger(__name__)

STOP_WITHIN = 9.0
"""Seconds the children get after SIGTERM before they are killed."""
LONGEST_PAUSE = 30.0
STEADY = 60.0
"""Seconds after which a restarted child counts as well again."""
SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}


@dataclass
class Child:
    """One supervised process, leader of its own group; times are monotonic seconds."""

    name: str
    work: Callable[[], int]
    pid: int = 0
    started: float = 0.0
    pause: float = 0.5
    start_at: float = 0.0


def run(options: argparse.Namespace) -> None:
    """Prepares the database if it is the embedded one, starts web and worker, and keeps both running."""
    address = web.bind_address()
    web.require_free(*address)
    if connection.vendor == "sqlite":
        setup.prepare()
    else:
        schema.require_current()
    start.check(at=timezone.now())
    web.preload()
    gc.freeze()  # what is loaded now stays shared between the processes
    print(f"Genjin runs at http://{address[0]}:{address[1]} (stop with Ctrl-C)", flush=True)
    if todo := setup_code.announcement():
        print(todo, flush=True)
        connection.close()  # a connection must not be shared by processes
    supervise([Child("web", _web), Child("worker", _worker)])


def _web() -> int:
    web.serve()
    return 0


def _worker() -> int:
    work = Work()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: work.stop.set())
    work.run()
    return 1 if work.overrun else 0


def supervise(children: list[Child]) -> None:
    """Restarts whichever child ends, with growing pauses, until SIGTERM or Ctrl-C; then stops all."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    while True:
        now = time.monotonic()
        for child in children:
            if not child.pid and child.start_at <= now:
                _start(child)
        received = signal.sigtimedwait(SIGNALS, 0.5)
        if received and received.si_signo != signal.SIGCHLD:
            break
        _reap(children)
    _stop(children)


def _start(child: Child) -> None:
    parent = os.getpid()
    child.started = time.monotonic()
    child.pid = os.fork()
    if child.pid:
        return
    code = 70
    try:
        os.setpgid(0, 0)
        _die_with(parent)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        code = child.work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        logger.exception("The %s process failed", child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_with(parent: int) -> None:
    """Asks Linux to end this process with its supervisor, however that ends; elsewhere nothing happens."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)


def _reap(children: list[Child]) -> None:
    """Notes which children ended and when each may start again."""
    for child in children:
        if not child.pid or not _has_ended(child):
            continue
        now = time.monotonic()
        if now - child.started > STEADY:
            child.pause = 0.5
        _kill_group(child)  # what it left behind would hold the port or the jobs
        logger.error("The %s process ended; it starts again in %.1f s", child.name, child.pause)
        child.pid = 0
        child.start_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)


def _has_ended(child: Child) -> bool:
    ended, _ = os.waitpid(child.pid, os.WNOHANG)
    return ended == child.pid


def _kill_group(child: Child) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _stop(children: list[Child]) -> None:
    """Ends all children: asked first, killed when they have not gone in time."""
    running = [child for child in children if child.pid]
    for child in running:
        os.kill(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while running and time.monotonic() < deadline:
        signal.sigtimedwait({signal.SIGCHLD}, 0.1)
        running = [child for child in running if not _has_ended(child)]
    for child in children:
        if child.pid:
            _kill_group(child)
    for child in running:
        os.waitpid(child.pid, 0)
