"""Real workers, killed while they decide: whoever was marked, woken or concerned is decided in the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.followups.torture import OUT_OF_RHYTHM
from tests.jobs.torture import report_of

KILLS = int(os.environ.get("GENJIN_TORTURE", "20"))


@pytest.mark.long
@pytest.mark.timeout(120 + 4 * KILLS)
def test_decisions_survive_the_killing_of_their_workers(tmp_path: Path, engine_url: str) -> None:
    report = report_of("tests.followups.torture", KILLS, tmp_path, engine_url)
    wrong = (
        "marks",
        "asleep",
        "uncarried",
        "tasks_doubled",
        "tasks_differing",
        "tasks_missing",
        "notices_missing",
    )
    assert {name: report[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert (report["notices_doubled"], report["outcomes_lost_or_doubled"]) == (0, 0)
    assert report["rhythms_ended"] == OUT_OF_RHYTHM, "what the clock changes happens once"
    assert report["tasks"] > 0
    assert report["notices"] > 0
    assert report["in_the_middle"] > KILLS / 2, "too few kills hit a decision: the test proves little"
