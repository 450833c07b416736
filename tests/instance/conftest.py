"""A whole installation of its own, worked by its commands as an operator does."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.live.postgres import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Installation:
    """A data folder with its database; `url` is empty on SQLite."""

    data: Path
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`genjin …` with this installation's environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GENJIN_")}
        environment = {
            **kept,
            "GENJIN_DATA": str(self.data),
            "GENJIN_BIND": "127.0.0.1:8179",
            "DATABASE_URL": self.url,
            "PYTHONPATH": str(ROOT),
            **self.extra,
        }
        return subprocess.run(
            [sys.executable, "-m", "genjin", *arguments],
            env=environment, cwd=self.data, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip

    def answer(self, *arguments: str) -> dict[str, Any]:
        """The JSON of a command that must go well."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    @contextmanager
    def database(self) -> Iterator[Any]:
        """A connection of one's own, committing each statement."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                yield connection
        else:
            file = self.data / "genjin.sqlite3"
            with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as connection:
                yield connection

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement (none for one that gives none)."""
        with self.database() as connection:
            cursor = connection.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture(scope="session")
def prepared(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation after `genjin setup`, to be copied."""
    data, url, name = tmp_path_factory.mktemp("prepared"), "", f"prepared_{uuid.uuid4().hex[:8]}"
    if engine_url:
        url = create_database(engine_url, name, template=template.database(engine_url))
    else:
        template.put(data)
    installation = Installation(data, url)
    done = installation.run("setup")
    assert done.returncode == 0, done.stderr
    yield installation
    if url:
        drop_database(engine_url, name)


@pytest.fixture
def installed(
    prepared: Installation, engine_url: str, tmp_path: Path
) -> Iterator[Callable[..., Installation]]:
    """`installed("name")` gives a fresh installation; `empty=True` one before set-up, `of=` a copy."""
    names: list[str] = []

    def make(name: str, *, empty: bool = False, of: Installation = prepared) -> Installation:
        data, url = tmp_path / name, ""
        if prepared.url:
            database = f"t_{uuid.uuid4().hex[:10]}"
            source = "" if empty else of.url.rpartition("/")[2]
            url = create_database(engine_url, database, template=source)
            names.append(database)
        if empty:
            data.mkdir(mode=0o700)
        else:
            shutil.copytree(of.data, data)
        return Installation(data, url)

    yield make
    for database in names:
        drop_database(engine_url, database)
