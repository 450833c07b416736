"""`genjin setup`: brings the database to this version; safe to repeat, also on several hosts at once."""

from __future__ import annotations

import argparse
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection

from genjin.config import environment
from genjin.instance.schema import refuse_newer, schema_state
from genjin.people import setup_code
from genjin.search import jobs as search

SETUP_LOCK = 7_236_001
"""Key of PostgreSQL's advisory lock; only has to differ from other users of the same database."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Checks the configuration, applies what is missing and says what was done."""
    _check_configuration()
    applied = prepare()
    if applied:
        done = f"The database was brought to this version; migrations applied: {len(applied)}."
    else:
        done = "The database is ready; nothing had to be done."
    todo = setup_code.announcement()
    sentences = [done, todo] if todo else [done]
    return {"engine": connection.vendor, "applied": applied, "sentences": sentences}


def _check_configuration() -> None:
    problems = [m for m in checks.run_checks(databases=["default"]) if m.is_serious()]
    if problems:
        raise CommandError(f"The configuration cannot be used: {problems[0].msg}")


def prepare() -> list[str]:
    """Applies missing migrations and makes the cache table; returns the migrations applied.

    A search index of another version is built anew in the background.
    """
    with _alone():
        state = schema_state()
        refuse_newer(state.unknown)
        if state.missing:
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        search.rebuild_older()
    return list(state.missing)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process at a time inside: two that migrate together would trip over each other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SETUP_LOCK])
        return
    with (environment.data_folder() / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
