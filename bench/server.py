"""Starting the measured server, and what starting costs."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 30.0


@contextmanager
def running(command: str, port: int) -> Iterator[int]:
    """`genjin web` or `genjin serve` until the block ends; gives its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "genjin", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    """Until /health answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"the server did not start within {PATIENCE:.0f} seconds")


def start_up(port: int) -> dict[str, object]:
    """Seconds until `genjin serve` answers, and the memory of all its processes then (shared pages once)."""
    begun = time.monotonic()
    with running("serve", port) as pid:
        seconds = time.monotonic() - begun
        time.sleep(2)
        tree = _tree(pid)
        return {
            "seconds until /health answers": round(seconds, 2),
            "processes": len(tree),
            "MiB (PSS)": round(sum(_proportional(one) for one in tree) / 1024),
        }


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _tree(int(child)))]


def _proportional(pid: int) -> int:
    """KiB that a process uses, its part of what it shares with others included."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
