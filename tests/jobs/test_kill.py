"""Real workers, real SIGKILL: nothing is lost, nothing happens twice. GENJIN_TORTURE=200 kills more often."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.jobs.torture import report_of

KILLS = int(os.environ.get("GENJIN_TORTURE", "20"))


@pytest.mark.long
@pytest.mark.timeout(120 + 3 * KILLS)
def test_jobs_survive_the_killing_of_their_workers(tmp_path: Path, engine_url: str) -> None:
    report = report_of("tests.jobs.torture", KILLS, tmp_path, engine_url)
    assert report["done"] == report["jobs"] > KILLS
    assert (report["lost"], report["doubled"], report["rolled_back_but_run"]) == (0, 0, 0)
    assert report["attempted_again"] > 0, "no kill ever hit a running job: the test proves nothing"
