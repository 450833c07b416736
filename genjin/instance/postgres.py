"""PostgreSQL's own programs: dump and restore of the database that DATABASE_URL names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import CommandError
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ASIDE = "before_restore_"


def without_preparations(connection: BaseDatabaseWrapper, **options: object) -> None:
    """Answer queries without compiling them first and without helpers: both take longer than our answers.

    Compiling takes 70 ms; helpers take 10 to start, and of a sorted list read far more than its first rows.
    Called for every new connection (`connection_created`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")


def server_major() -> int:
    """The server's major version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def program(name: str) -> str:
    """Path of pg_dump or pg_restore; CommandError if it is missing or older than the server."""
    path = shutil.which(name)
    if path is None:
        raise CommandError(
            f"{name} is not installed; install PostgreSQL's client programs (postgresql-client)."
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)(?:\.\d+)?", said)
    server = server_major()
    if not match or int(match.group(1)) < server:
        has = match.group(1) if match else "of an unknown version"
        raise CommandError(
            f"{name} is {has}, but the server is {server}; install postgresql-client-{server} or newer."
        )
    return path


def _target() -> tuple[list[str], dict[str, str]]:
    """Arguments and environment that name the database; the password goes by environment, not by `ps`."""
    from psycopg.conninfo import make_conninfo

    settings = connection.settings_dict
    words = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    parts = {word: str(settings[key]) for word, key in words.items() if settings[key]}
    plain = {key: value for key, value in settings["OPTIONS"].items() if isinstance(value, str | int)}
    secret = {"PGPASSWORD": str(settings["PASSWORD"])} if settings["PASSWORD"] else {}
    return ["--dbname", make_conninfo("", **{**plain, **parts})], {**os.environ, **secret}


def _run(arguments: list[str], doing: str) -> None:
    target, environment = _target()
    done = subprocess.run([*arguments, *target], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise CommandError(f"{doing} failed: {said[0] if said else 'no reason was given'}")


@contextmanager
def snapshot() -> Iterator[str]:
    """A moment that all reads inside share, and pg_dump with them; gives its name."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(file: Path, *, at_snapshot: str) -> None:
    """Dump the snapshot to a file and read the dump through to its end."""
    _run(
        [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={at_snapshot}",
         f"--exclude-schema={ASIDE}*", f"--file={file}"],
        "pg_dump",
    )  # fmt: skip
    check(file)


def check(file: Path) -> None:
    """CommandError if the dump cannot be read to its end."""
    done = subprocess.run(
        [program("pg_restore"), f"--file={os.devnull}", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(
            "The dump of the database cannot be read back; the disk or the server may be failing."
        )


def others_connected() -> int:
    """How many other sessions use this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def replace(file: Path, *, aside: str) -> None:
    """Put the dump in the place of what is there, which stays as the schema `aside`; undone if it fails."""
    restore = program("pg_restore")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute(
            "SELECT extname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname = %s",
            [aside],
        )
        for (extension,) in cursor.fetchall():
            cursor.execute(f'ALTER EXTENSION "{extension}" SET SCHEMA public')
    connection.close()
    try:
        _run(
            [restore, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file)],
            "pg_restore",
        )
    except CommandError:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute(f"ALTER SCHEMA {aside} RENAME TO public")
        raise
