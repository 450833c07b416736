"""`python -m bench.imports`: import a made-up list of customers and contacts, and measure.

Prints seconds and rows a second of the reading, the check, the import and the indexing after it, how long
write transactions held the database, and the most memory that the process held, and that it held together
with the one that reads ahead (resident, so what both share counts twice). Duplicates are looked for as
in every import. Where other programs run too, seconds of processor time say more than those of the clock.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

WORDS = (
    "Marmara Nordhafen Delta Orient Pacific Alpina Baltic Sierra Levant Iberia Gulf Atlas Borealis".split()
)
TRADES = "Teknik Handels Trading Industrial Supply Machinery Textile Foods Hardware Lighting".split()
FORMS = "GmbH Ltd LLC S.A. A.Ş. BV Inc. Pty".split()
COUNTRIES = ("Germany", "土耳其", "USA", "Brasil", "法国", "Poland", "UAE", "Viet Nam", "Japan", "西班牙")
HEAD = "Company,Country,Website,City,Contact,Email,Mobile,Remarks\n"


def main() -> None:
    """Command line: --rows, --database, --data."""
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="postgresql://…; empty measures SQLite")
    parser.add_argument("--data", default="build/bench-imports", help="data folder, which must be empty")
    options = parser.parse_args()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        "GENJIN_DATA": str(Path(options.data).resolve()),
        "DATABASE_URL": options.database,
    }
    import django

    django.setup()
    from genjin.instance import collector

    collector.settle()  # as every worker does
    print(json.dumps(measure(options.rows), indent=1))


def listing(rows: int) -> bytes:
    """A list as people have it: one row in ten is a further contact of a company above it."""
    chance = random.Random(7)
    text = io.StringIO()
    text.write(HEAD)
    company = ""
    for number in range(rows):
        if number % 10 or not company:
            name = f"{chance.choice(WORDS)} {chance.choice(TRADES)} {number} {chance.choice(FORMS)}"
            site = f"www.firm{number}.example"
            company = f"{name},{chance.choice(COUNTRIES)},{site},City {number % 500}"
        mail = f"person{number}@firm{number}.example"
        text.write(f"{company},Person {number},{mail},+49 151 {10_000_000 + number},met at the fair\n")
    return text.getvalue().encode()


def measure(rows: int) -> dict[str, Any]:
    """The facts of one import of so many rows."""
    from genjin.exchange import import_actions, run_actions
    from genjin.people import access
    from genjin.people.models import User

    # No worker holds the models of every migration.
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], check=True)
    together = Together()
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    by = User.objects.create(email="bench@example.com", role_id="ADMINISTRATOR", joined_at=at)
    access.of(by, today=at.date())
    facts: dict[str, Any] = {"rows": rows}
    content = listing(rows)
    job, facts["read_s"] = _timed(
        lambda: import_actions.bring(kind="customers", stream=io.BytesIO(content), name="l.csv", by=by, at=at)
    )
    import_actions.choose_columns(job=job, columns=job.columns, options={}, by=by, at=at)
    import_actions.start_check(job=job, by=by, at=at, in_background=False)
    _, facts["check_s"] = _timed(lambda: run_actions.carry_on(job.pk, at=at, stopping=lambda: False))
    job.refresh_from_db()
    import_actions.start(job=job, by=by, at=at, in_background=False)
    slices: list[float] = []
    took = run_actions.Pace.took

    def noting(pace: Any, rows: int, seconds: float) -> None:
        slices.append(seconds * 1000)
        took(pace, rows, seconds)

    run_actions.Pace.took = noting  # type: ignore[method-assign]
    cpu = time.process_time()
    _, facts["import_s"] = _timed(lambda: run_actions.carry_on(job.pk, at=at, stopping=lambda: False))
    facts["import_cpu_s"] = round(time.process_time() - cpu, 1)
    job.refresh_from_db()
    facts["rows_a_second"] = round(rows / facts["import_s"])
    facts["transactions"] = len(slices)
    facts["transaction_ms_median"] = round(statistics.median(slices), 1)
    facts["transaction_ms_p95"] = round(sorted(slices)[int(len(slices) * 0.95)], 1)
    cpu = time.process_time()
    _, facts["indexed_s"] = _timed(index)
    facts["index_cpu_s"] = round(time.process_time() - cpu, 1)
    facts["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    facts["peak_together_mb"] = together.stop()
    facts["load"] = os.getloadavg()[0]
    return facts | {"counts": job.counts}


class Together:
    """The most memory that this process and those it started held at one moment, looked at every 0.2 s."""

    def __init__(self) -> None:
        self.most, self._ended = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            ids = ["self"]
            for task in Path("/proc/self/task").iterdir():
                ids += (task / "children").read_text().split()
            self.most = max(self.most, sum(map(_resident, ids)))

    def stop(self) -> int:
        """Look no more; how many MB it was."""
        self._ended.set()
        self._thread.join()
        return round(self.most)


def _resident(process: str) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:  # it ended this moment
        return 0.0
    return pages * resource.getpagesize() / 1024 / 1024


def index() -> None:
    """Run the jobs by which what was imported is found."""
    from genjin.jobs.models import Job
    from genjin.search.jobs import index as one

    for args in Job.objects.filter(task=one.module_path).order_by("pk").values_list("args", flat=True):
        one.call(*args)


def _timed(work: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    main()
