"""Runs the suite on SQLite and then on a private PostgreSQL; `python -m tools.run_tests [PATH …]`.

Tests that meet no database engine are the same on both and run in the first round only; tests/engines.py says
how that is found out and kept true.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

WORKERS = str(min(8, 2 * (os.cpu_count() or 1)))
"""Twice as many as there are cores: tests with servers and a browser spend half of their time waiting."""

NOTHING_TO_RUN = 5
"""Exit status of pytest when no test was chosen, as on PostgreSQL when the paths hold only pure ones."""


def suite(paths: list[str]) -> list[str]:
    """The command that runs these paths (all when empty) in parallel."""
    return [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *paths]


def environment() -> dict[str, str]:
    """That of the runs: no database of one's own, and modules compiled once, not once in each process."""
    unwanted = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def main() -> int:
    """Exit status 0 only when both engines passed."""
    paths = sys.argv[1:]
    with_server = [sys.executable, "-m", "tests.live.postgres", "--"]
    runs = {
        "SQLite": suite(paths),
        "PostgreSQL": [*with_server, *suite(["-m", "not no_engine", *paths])],
    }
    failed = []
    for engine, command in runs.items():
        print(f"== The suite on {engine}", flush=True)
        started = time.monotonic()
        status = subprocess.run(command, env=environment(), check=False).returncode
        if status and (engine, status) != ("PostgreSQL", NOTHING_TO_RUN):
            failed.append(engine)
        print(f"== {engine}: {time.monotonic() - started:.0f} s", flush=True)
    if failed:
        print(f"Failed on {' and '.join(failed)}.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
