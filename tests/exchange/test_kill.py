"""Real workers, killed while they import: every row once. GENJIN_TORTURE=200 kills more often."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.jobs.torture import report_of

KILLS = int(os.environ.get("GENJIN_TORTURE", "3"))
LOST = (
    "rows_lost", "rows_miscounted", "customers_lost", "customers_doubled", "people_lost", "tags_lost",
    "untold", "documents_missing", "left_over",
)  # fmt: skip


@pytest.mark.timeout(240 + 8 * KILLS)
def test_an_import_survives_the_killing_of_its_workers(tmp_path: Path, engine_url: str) -> None:
    report = report_of("tests.exchange.torture", KILLS, tmp_path, engine_url)
    assert {name: report[name] for name in LOST} == dict.fromkeys(LOST, 0)
    assert (report["state"], report["checked_otherwise"]) == ("DONE", False)
    assert report["hits"] > KILLS / 2, "too few kills hit the import: the test proves little"
