"""A second process beside one that works, so that two processors do: values are pickled over two pipes.

It has no database: what it needs is sent to it. It ends as soon as the other end of a pipe does, so that
whatever becomes of the first process, nothing is left running.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import select
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO, Any

from django.conf import settings

_LENGTH = struct.Struct("!I")
AHEAD = 1024 * 1024
"""Bytes of answers that may wait to be received: what Linux gives to anybody; a pipe has 64 kB by itself."""


class Ended(Exception):
    """The other process ended before its work did, or takes too long."""


def has_two_processors() -> bool:
    """Whether a second process would have a processor of its own."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) > 1
    return (os.cpu_count() or 1) > 1


def start(program: str, *, files: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start a Python program with pipes to it; `files` are descriptors that it may use too."""
    paths = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, pass_fds=files,
        env={**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE},
    )  # fmt: skip
    assert process.stdout is not None
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes]) -> None:
    """Let the other process work further ahead than what a pipe usually holds, where the system allows it."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, AHEAD)


def end(process: subprocess.Popen[bytes]) -> None:
    """Have it gone, whatever it does."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def without_database() -> None:
    """In the other process: no connection is ever opened there."""
    from django.db import connections

    for connection in connections.all():
        connection.connect = _refuse  # type: ignore[method-assign]


def _refuse() -> None:
    raise RuntimeError("the process beside another one has no database")


def send(target: IO[bytes], value: Any) -> None:
    """Write one value to a pipe."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    target.write(_LENGTH.pack(len(content)))
    target.write(content)
    target.flush()


def received(pipe: IO[bytes], patience: float | None) -> Any:
    """The next value from a pipe, within so many seconds (None: whenever it comes); raises `Ended`."""
    deadline = time.monotonic() + patience if patience is not None else None
    (length,) = _LENGTH.unpack(_bytes(pipe.fileno(), _LENGTH.size, deadline))
    return pickle.loads(_bytes(pipe.fileno(), length, deadline))  # noqa: S301 - our own process


def has_answered(pipe: IO[bytes]) -> bool:
    """Whether there is something to receive, or its end was reached."""
    return bool(select.select([pipe], [], [], 0)[0])


def _bytes(pipe: int, count: int, deadline: float | None) -> bytearray:
    found = bytearray()
    while len(found) < count:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _none, _nor = select.select([pipe], [], [], left)
        more = os.read(pipe, min(count - len(found), 1 << 20)) if ready else b""
        if not more:
            raise Ended("its end was reached too early" if ready else "nothing came in time")
        found += more
    return found
