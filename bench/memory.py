"""The most memory that processes held, as the kernel tells it.

Not `ru_maxrss`: of a process that was started by another one it counts what that one held then.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from genjin.instance import beside


def held(pid: int) -> int:
    """The most memory that a process had so far (kB), 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def together(pid: int) -> int:
    """That of a process and those it started, each at its own worst moment (kB)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        children = []
    return held(pid) + sum(held(int(child)) for child in children)


class Beside:
    """While it is entered, notes what the processes beside this one held when they were ended."""

    def __init__(self) -> None:
        self.most = 0
        self._end = beside.end

    def __enter__(self) -> Beside:
        beside.end = self._noting
        return self

    def __exit__(self, *_error: object) -> None:
        beside.end = self._end

    def _noting(self, process: subprocess.Popen[bytes]) -> None:
        self.most = max(self.most, held(process.pid))
        self._end(process)

    def told(self) -> dict[str, int]:
        """Megabytes of both processes, and of the one beside."""
        return {
            "memory_mb": (held(os.getpid()) + self.most) // 1024, "memory_beside_mb": self.most // 1024
        }  # fmt: skip
