"""Real workers, killed while they decide: every mark is worked off, every task as deciding says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.followups.torture import OUT_OF_RHYTHM
from tests.live.postgres import empty_database

KILLS = int(os.environ.get("GENJIN_TORTURE", "20"))


@pytest.mark.timeout(120 + 4 * KILLS)
def test_decisions_survive_the_killing_of_their_workers(tmp_path: Path) -> None:
    with empty_database(os.environ.get("DATABASE_URL", "")) as url:
        environment = {**os.environ, "GENJIN_DATA": str(tmp_path), "DATABASE_URL": url}
        run = subprocess.run(
            [sys.executable, "-m", "tests.followups.torture", "--kills", str(KILLS)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    wrong = ("marks", "tasks_doubled", "tasks_differing", "tasks_missing", "notices_missing")
    assert {name: report[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert (report["notices_doubled"], report["outcomes_lost_or_doubled"]) == (0, 0)
    assert report["rhythms_ended"] == OUT_OF_RHYTHM, "what the clock changes happens once"
    assert report["tasks"] > 0
    assert report["notices"] > 0
    assert report["in_the_middle"] > KILLS / 2, "too few kills hit a decision: the test proves little"
