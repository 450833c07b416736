"""Real workers, real SIGKILL: nothing is lost, nothing happens twice. GENJIN_TORTURE=200 kills more often."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.postgres import empty_database

KILLS = int(os.environ.get("GENJIN_TORTURE", "20"))


@pytest.mark.timeout(120 + 3 * KILLS)
def test_jobs_survive_the_killing_of_their_workers(tmp_path: Path) -> None:
    with empty_database(os.environ.get("DATABASE_URL", "")) as url:
        environment = {**os.environ, "GENJIN_DATA": str(tmp_path), "DATABASE_URL": url}
        run = subprocess.run(
            [sys.executable, "-m", "tests.jobs.torture", "--kills", str(KILLS)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert report["done"] == report["jobs"] > KILLS
    assert (report["lost"], report["doubled"], report["rolled_back_but_run"]) == (0, 0, 0)
    assert report["attempted_again"] > 0, "no kill ever hit a running job: the test proves nothing"
