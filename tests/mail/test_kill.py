"""A real worker, killed by SIGKILL at every step of sending: nothing twice, nothing lost, doubts are shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.jobs.torture import report_of

KILLS = int(os.environ.get("GENJIN_MAIL_TORTURE", "20"))


@pytest.mark.long
@pytest.mark.timeout(600 + 30 * KILLS)
def test_mails_survive_the_killing_of_their_worker(tmp_path: Path, engine_url: str) -> None:
    report = report_of("tests.mail.torture", KILLS, tmp_path, engine_url)
    assert report["mails"] == KILLS
    assert (report["twice"], report["lost"], report["doubted_too_early"]) == (0, 0, 0), report
    assert report["left_behind"] == [], report
    assert report["uncertain"] == report["told"] > 0, "no blow fell between the final dot and the record"
    assert report["uncertain_that_arrived"] > 0
    assert report["messages"] == report["sent"]
