"""Real workers, real SIGKILL: nothing is lost and nothing happens twice. GENJIN_TORTURE=200 asks for more kills."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

KILLS = int(os.environ.get("GENJIN_TORTURE", "20"))


@contextmanager
def empty_database(url: str) -> Iterator[str]:
    """A database of its own beside the one of the suite; "" (SQLite in its own folder) needs none."""
    if not url:
        yield ""
        return
    import psycopg
    from psycopg import sql

    name = f"genjin_torture_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
