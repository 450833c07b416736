"""Runs the suite on SQLite and then on a private PostgreSQL; `python -m tools.run_tests [PATH …]`."""

from __future__ import annotations

import os
import subprocess
import sys
import time

WORKERS = str(min(4, max(2, os.cpu_count() or 2)))


def suite(paths: list[str]) -> list[str]:
    """The command that runs these paths (all when empty) in parallel."""
    return [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *paths]


def main() -> int:
    """Exit status 0 only when both engines passed."""
    paths = sys.argv[1:]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    runs = {
        "SQLite": suite(paths),
        "PostgreSQL": [sys.executable, "-m", "tests.live.postgres", "--", *suite(paths)],
    }
    failed = []
    for engine, command in runs.items():
        print(f"== The suite on {engine}", flush=True)
        started = time.monotonic()
        if subprocess.run(command, env=environment, check=False).returncode:
            failed.append(engine)
        print(f"== {engine}: {time.monotonic() - started:.0f} s", flush=True)
    if failed:
        print(f"Failed on {' and '.join(failed)}.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
