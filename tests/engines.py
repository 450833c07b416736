"""Which tests meet a database engine; the others are the same on every engine and need to run only once.

A test meets one when it asks for the database of pytest-django (by mark or fixture) or for `engine_url`, the
address that it gives to processes of its own; every fixture and test that starts such a process asks for it.
In all others the database is out of reach: pytest-django refuses queries, and DATABASE_URL leads nowhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

ASKING = frozenset({"db", "transactional_db", "django_db_setup", "engine_url"})
NOWHERE = "postgresql://nobody@127.0.0.1:9/nowhere"


def meets_engine(item: pytest.Item) -> bool:
    """Whether it asks for a database, directly or through a fixture."""
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not ASKING.isdisjoint(names)


def mark_others(items: list[pytest.Item]) -> None:
    """Mark `no_engine` on the tests that meet none."""
    for item in items:
        if not meets_engine(item):
            item.add_marker("no_engine")


@pytest.fixture(scope="session")
def engine_url() -> str:
    """DATABASE_URL of the engine that the suite runs on; empty for SQLite in the data folder."""
    return os.environ.get("DATABASE_URL", "")


@pytest.fixture(autouse=True)
def _engine_out_of_reach(request: pytest.FixtureRequest) -> Iterator[None]:
    """A process started by a test that meets no engine finds none either."""
    if request.node.get_closest_marker("no_engine") is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", NOWHERE)
        yield
