"""`genjin backup`: database, files and keys of a running instance in one verified archive."""

from __future__ import annotations

import argparse
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from genjin import __version__
from genjin.instance import actions, archive, postgres, queries
from genjin.instance.schema import schema_state

DIGEST = re.compile(r"[0-9a-f]{64}")

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Rows of a statement, read from the frozen moment that is backed up."""


@dataclass(frozen=True)
class Frozen:
    """One moment of the database: its copy as a file, and a way to ask it."""

    file: Path
    member: str
    ask: Ask


class Elsewhere(Protocol):
    """A store of files outside of the data folder; its failures are CommandErrors."""

    place: str

    def names(self) -> set[str]: ...
    def open(self, sha256: str) -> BinaryIO: ...


_elsewhere: list[Callable[[], Elsewhere | None]] = []


def register_elsewhere(find: Callable[[], Elsewhere | None]) -> None:
    """Tell where files lie outside of the data folder; None while they do not."""
    if find not in _elsewhere:
        _elsewhere.append(find)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --without-keys and --with-files."""
    parser.add_argument("file", nargs="?", help="the archive to write; default: a new one in the data folder")
    parser.add_argument(
        "--without-keys", action="store_true", help="leave the keys out; keep them somewhere safe yourself"
    )
    parser.add_argument(
        "--with-files",
        action="store_true",
        help="also fetch the files that lie in the S3 store of GENJIN_FILES",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Backs up and says where to."""
    target = Path(options.file).expanduser().resolve() if options.file else None
    return make(target, with_keys=not options.without_keys, with_files=options.with_files, at=timezone.now())


def make(
    target: Path | None, *, with_keys: bool = True, with_files: bool = False, at: datetime
) -> dict[str, Any]:
    """Write and verify a backup; returns the command's answer, or raises CommandError with a sentence."""
    if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names():
        raise CommandError("There is nothing to back up: the database is still empty.")
    target = target or _default_target(at)
    if target.exists():
        raise CommandError(f"{target} exists already; a backup never overwrites another.")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.writing(target) as writer, _frozen() as frozen:
            manifest = _fill(writer, frozen, with_keys=with_keys, with_files=with_files, at=at)
    except archive.Damaged as error:
        raise CommandError(f"The backup could not be read back: {error}") from error
    except OSError as error:
        raise CommandError(
            f"The backup could not be written to {target.parent}: {error.strerror}."
        ) from error
    if schema_state().is_current:  # before an upgrade the row may lack the column
        actions.note_backup(at=at)
    return _answer(target, manifest)


def _default_target(at: datetime) -> Path:
    return settings.DATA / "backups" / f"genjin-{at:%Y%m%d-%H%M%S}.tar.gz"


def _answer(target: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    size = target.stat().st_size
    rows = sum(manifest["tables"].values())
    sentences = [f"Backed up to {target} ({size / 2**20:.1f} MB, {rows} rows) and read back without a fault."]
    if manifest["keys"]:
        sentences.append(
            "The archive holds the keys of this instance: keep it as safe as the instance itself."
        )
    if manifest["elsewhere"]:
        sentences.append(
            f"The archive does not hold the {manifest['elsewhere']['files']} files in "
            f"{manifest['elsewhere']['place']}: let that store keep older versions and a copy, "
            "or say --with-files."
        )
    missing = manifest["missing_files"]
    if missing:
        sentences.append(f"{len(missing)} stored files are missing or damaged; the manifest names them.")
    return {
        "ok": True, "file": str(target), "bytes": size, "rows": rows, "missing_files": missing,
        "keys": manifest["keys"], "engine": manifest["engine"], "sentences": sentences,
    }  # fmt: skip


def _fill(
    writer: archive.Writer, frozen: Frozen, *, with_keys: bool, with_files: bool, at: datetime
) -> dict[str, Any]:
    """Database first, then the files: what the database names was stored before it did so."""
    writer.add(frozen.file, frozen.member)
    stored = _add_files(writer)
    counts = _counts(frozen.ask)
    referenced = {row[0] for row in frozen.ask(_REFERENCED)} if "files_storedfile" in counts else set()
    remote = next((found for find in _elsewhere if (found := find()) is not None), None)
    away = (referenced & remote.names()) - stored if remote else set()
    if remote and with_files:
        stored |= _fetch(writer, remote, away)
        away = set()
    if with_keys:
        for key in sorted((settings.DATA / "keys").glob("*")):
            if key.is_file():
                writer.add(key, f"keys/{key.name}")
    manifest = {
        "genjin": __version__,
        "engine": connection.vendor,
        "engine_version": queries.engine(),
        "made_at": at.isoformat(),
        "identity": str(frozen.ask(_IDENTITY)[0][0]),
        "migrations": [f"{app}.{name}" for app, name in frozen.ask(_MIGRATIONS)],
        "tables": counts,
        "keys": with_keys,
        "note": "Holds secret keys; keep it as safe as the instance." if with_keys else "",
        "elsewhere": {"place": remote.place, "files": len(away)} if remote and away else None,
        "missing_files": sorted(referenced - stored - away),
    }
    writer.finish(manifest)
    return manifest


_REFERENCED = "SELECT sha256 FROM files_storedfile"
_IDENTITY = "SELECT identity FROM instance_instance"
_MIGRATIONS = f"SELECT app, name FROM {MigrationRecorder.Migration._meta.db_table} ORDER BY id"  # noqa: S608


def _add_files(writer: archive.Writer) -> set[str]:
    """Add the store of files; returns the digests whose content is there and still what it was.

    Whatever is not named by a digest is on its way in or out and belongs to nobody yet.
    """
    root, sound = settings.DATA / "files", set()
    for file in sorted(root.rglob("*")):
        if not DIGEST.fullmatch(file.name) or not file.is_file():
            continue
        name = f"files/{file.relative_to(root).as_posix()}"
        try:
            writer.add(file, name)
        except FileNotFoundError:  # removed since the folder was listed: nothing refers to it any more
            continue
        if writer.members[name]["sha256"] == file.name:
            sound.add(file.name)
    return sound


def _fetch(writer: archive.Writer, remote: Elsewhere, names: set[str]) -> set[str]:
    """Add files of the other store as if they lay in the folder; returns those that were still there."""
    sound = set()
    for sha256 in sorted(names):
        try:
            with remote.open(sha256) as stream:
                writer.add_stream(stream, f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}")
        except FileNotFoundError:
            continue
        sound.add(sha256)
    return sound


def _counts(ask: Ask) -> dict[str, int]:
    """Rows of every table of ours."""
    tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    return {table: ask(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608


@contextmanager
def _frozen() -> Iterator[Frozen]:
    """The database as it was at one moment, while others go on writing."""
    work = Path(tempfile.mkdtemp(prefix=".backup-", dir=settings.DATA))
    try:
        with _frozen_postgres(work) if connection.vendor == "postgresql" else _frozen_sqlite(work) as frozen:
            yield frozen
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _frozen_sqlite(work: Path) -> Iterator[Frozen]:
    file = work / "database.sqlite3"
    copy_sqlite(Path(str(connection.settings_dict["NAME"])), file)
    with closing(sqlite3.connect(file)) as copy:
        check_sqlite(copy)
        yield Frozen(file, "database.sqlite3", lambda statement: copy.execute(statement).fetchall())


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy, made in one step: in WAL mode that is one snapshot and stops no writer.

    In several steps each write meanwhile would start it anew, and a busy instance would never finish.
    """
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    target.chmod(0o600)


def check_sqlite(database: sqlite3.Connection) -> None:
    """CommandError unless SQLite finds the file whole."""
    said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise CommandError(f"The database file is damaged ({said}); do not delete older backups.")


def is_in_use(database: sqlite3.Connection) -> bool:
    """Whether another process has the file open; one damaged beyond opening is in nobody's use.

    Leaving WAL mode needs the file for oneself: so it tells, and leaves one file without a log beside it.
    """
    try:
        return bool(database.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


@contextmanager
def _frozen_postgres(work: Path) -> Iterator[Frozen]:
    file = work / "database.dump"

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    with postgres.snapshot() as name:
        postgres.dump(file, at_snapshot=name)
        yield Frozen(file, "database.dump", ask)
