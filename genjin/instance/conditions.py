"""What Genjin needs of the machine and the database server; each fault is one sentence with what to do."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from genjin.instance import place

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 38, 0)
OLDEST_POSTGRES = 15
LITTLE_DISK = 1024 * 1024 * 1024

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is (ok, warn, bad) and the sentence that says so and what to do."""

    name: str
    level: str
    sentence: str


def python() -> Finding:
    """Whether this Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("python", BAD, f"Python {version} is too old; install Python 3.11 or later.")
    return Finding("python", OK, f"Python {version}.")


def sqlite_version(found: tuple[int, ...] = sqlite3.sqlite_version_info) -> Finding:
    """Whether this SQLite is new enough."""
    version = ".".join(map(str, found))
    if found < OLDEST_SQLITE:
        return Finding(
            "sqlite", BAD, f"SQLite {version} is too old; 3.38 or later is needed (Debian 12 has 3.40)."
        )
    return Finding("sqlite", OK, f"SQLite {version}.")


def sqlite_search() -> Finding:
    """Whether this SQLite can build the search index."""
    with sqlite3.connect(":memory:") as database:
        try:
            database.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        except sqlite3.OperationalError:
            return Finding("search", BAD, "This SQLite lacks FTS5, which search needs; use Debian's Python.")
    return Finding("search", OK, "SQLite has FTS5 for the search index.")


def data_folder(folder: Path | None = None) -> Finding:
    """Whether the data folder can be written."""
    folder = folder or Path(settings.DATA)
    probe = folder / ".writable"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        return Finding(
            "data",
            BAD,
            f"The data folder {folder} cannot be written ({reason}); give it to the user of Genjin.",
        )
    return Finding("data", OK, f"The data folder {folder} can be written.")


def network_folder(kind: str | None = None) -> Finding:
    """Whether SQLite's file lies on a local disk; files for PostgreSQL instances may lie anywhere."""
    kind = place.is_on_network(Path(settings.DATA)) if kind is None else kind
    if kind and connection.vendor == "sqlite":
        return Finding(
            "network folder",
            BAD,
            f"The data folder {settings.DATA} lies on a network file system ({kind}), where SQLite "
            "loses data; set GENJIN_DATA to a local folder or DATABASE_URL to a PostgreSQL server.",
        )
    return Finding("network folder", OK, "The data folder needs no network file system.")


def permissions(folder: Path | None = None) -> Iterator[Finding]:
    """Whether database and keys are closed to other users of the machine."""
    folder = folder or Path(settings.DATA)
    keys = folder / "keys"
    wanted = {folder: 0o700, keys: 0o700, **dict.fromkeys(keys.glob("*"), 0o600)}
    open_ones = [
        f"chmod {mode:o} {path}" for path, mode in wanted.items() if path.exists() and _mode(path) & 0o077
    ]
    for command in open_ones:
        yield Finding("permissions", BAD, f"Other users of this machine can read the data; run: {command}")
    if not open_ones:
        yield Finding("permissions", OK, "Data and keys are readable by their owner only.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def disk() -> Finding:
    """Whether there is room left."""
    free = shutil.disk_usage(settings.DATA).free
    shown = f"{free / 2**30:.1f} GB are free on the disk of the data folder"
    if free < LITTLE_DISK:
        return Finding("disk", BAD, f"Only {shown}; make room, or saving will soon fail.")
    return Finding("disk", OK, f"{shown}.")


def postgres_version(number: int | None = None) -> Finding:
    """Whether the server is new enough; `number` is its server_version_num."""
    if number is None:
        number = int(_show("server_version_num"))
    major = number // 10000
    if major < OLDEST_POSTGRES:
        return Finding("postgresql", BAD, f"The PostgreSQL server is {major}; 15 or later is needed.")
    return Finding("postgresql", OK, f"PostgreSQL {major}.")


def postgres_language(ctype: str | None = None, encoding: str | None = None) -> Finding:
    """Whether the database knows Chinese letters (LC_CTYPE) and can keep them (UTF-8)."""
    if ctype is None or encoding is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database "
                "WHERE datname = current_database()"
            )
            ctype, encoding = cursor.fetchone()
    if encoding.upper() != "UTF8":
        return Finding(
            "language", BAD, f"The database's encoding is {encoding}; create it anew with ENCODING 'UTF8'."
        )
    if ctype in ("C", "POSIX"):
        return Finding(
            "language",
            BAD,
            f"The database's LC_CTYPE is plain {ctype}, which does not know Chinese or accented letters; "
            "create it anew with LC_CTYPE 'C.UTF-8' and restore into it.",
        )
    return Finding("language", OK, f"The database keeps {encoding} with LC_CTYPE {ctype}.")


def sqlite_settings() -> Iterator[Finding]:
    """Whether this connection has WAL and waits for locks."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA busy_timeout")
        waits = cursor.fetchone()[0]
    if mode != "wal":
        yield Finding(
            "wal", BAD, f"The database is in {mode} mode instead of WAL; start Genjin once to set it."
        )
    else:
        yield Finding("wal", OK, "The database is in WAL mode.")
    if waits < 5000:
        yield Finding(
            "busy timeout", BAD, f"The database waits only {waits} ms for a lock; 10 s are expected."
        )


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


MACHINE: tuple[Callable[[], Finding], ...] = (python, data_folder, network_folder)
"""What can be looked at without a database."""


def for_engine() -> tuple[Callable[[], Finding], ...]:
    """What matters for the engine in use; those for PostgreSQL ask the server."""
    if connection.vendor == "postgresql":
        return (postgres_version, postgres_language)
    return (sqlite_version, sqlite_search)
