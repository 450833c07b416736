"""`genjin restore`: puts a verified backup in the place of what is there, which is moved aside."""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from genjin.instance import actions, archive, place, postgres
from genjin.instance.backup import check_sqlite, is_in_use
from genjin.instance.schema import refuse_newer, schema_state, unknown_of

DATABASE = "genjin.sqlite3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --into and --yes."""
    parser.add_argument("file", help="the archive that “genjin backup” wrote")
    parser.add_argument("--into", metavar="FOLDER", help="another data folder than the one of GENJIN_DATA")
    parser.add_argument(
        "--yes", action="store_true", help="replace what is there; the old database and files are moved aside"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Restores and says what to do next."""
    folder = Path(options.into).expanduser().resolve() if options.into else Path(settings.DATA)
    return restore(Path(options.file).expanduser(), folder=folder, replace=options.yes, at=timezone.now())


def restore(file: Path, *, folder: Path, replace: bool, at: datetime) -> dict[str, Any]:
    """Restore an archive into a data folder (and DATABASE_URL); returns the command's answer.

    Everything that can be refused is refused before anything is touched: a damaged archive, another engine, a
    newer version, a target in use or in need of `replace`. The restored instance is held.
    """
    if not file.is_file():
        raise CommandError(f"There is no archive at {file}.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".restore-", dir=folder))
        try:
            return _restore(file, work, folder, replace=replace, at=at)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except archive.Damaged as error:
        raise CommandError(f"Nothing was changed. {error}") from error
    except OSError as error:
        raise CommandError(
            f"The backup could not be restored to {folder}: {error.strerror or error}."
        ) from error


def _restore(file: Path, work: Path, folder: Path, *, replace: bool, at: datetime) -> dict[str, Any]:
    kind = place.is_on_network(folder)
    if kind and connection.vendor == "sqlite":
        raise CommandError(f"{folder} lies on a network file system ({kind}); SQLite needs a local folder.")
    manifest = archive.unpack(file, work)
    _require_fitting(manifest)
    aside = f"{at:%Y%m%d-%H%M%S}"
    bring = _bring_postgres if connection.vendor == "postgresql" else _bring_sqlite
    moved = bring(work, folder, aside, replace=replace, at=at)
    sentences = [
        f"Restored the backup of {manifest['made_at'][:16].replace('T', ' ')} UTC into {folder}.",
        "The instance is held: it sends and notifies nothing until an administrator releases it "
        "(Settings, Instance). Everybody has to sign in again.",
    ]
    if moved:
        sentences.append(f"What was there before was moved to {moved}; delete it when you no longer need it.")
    if manifest.get("elsewhere"):
        sentences.append(
            f"{manifest['elsewhere']['files']} files were not in the archive; they lie in "
            f"{manifest['elsewhere']['place']}, which GENJIN_FILES must name."
        )
    if not manifest["keys"]:
        sentences.append("The archive holds no keys; put the old keys folder back if you still have it.")
    return {"ok": True, "held": True, "aside": moved, "tables": manifest["tables"], "sentences": sentences}


def _require_fitting(manifest: dict[str, Any]) -> None:
    """CommandError for the other engine or a newer version."""
    engine = manifest.get("engine")
    if engine != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise CommandError(
            f"This backup was made on {names.get(str(engine), engine)}, but this instance uses "
            f"{names[connection.vendor]}; restore it where DATABASE_URL names the same engine."
        )
    parts = (name.partition(".") for name in manifest["migrations"])
    applied = {(app, name) for app, _, name in parts}
    refuse_newer(unknown_of(applied), "The backup")


# --- SQLite


def _bring_sqlite(work: Path, folder: Path, aside: str, *, replace: bool, at: datetime) -> str:
    staged, home = work / "database.sqlite3", folder / DATABASE
    _require_replaceable(home, folder, replace=replace)
    with closing(sqlite3.connect(staged)) as database:
        check_sqlite(database)
    with _at(staged):
        _bring_up_to_date()
        _adopt(place.of_file(staged, home=home), at=at)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(staged)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    staged.rename(work / DATABASE)
    return _swap(work, folder, aside, [DATABASE, "files", "keys"])


def _require_replaceable(home: Path, folder: Path, *, replace: bool) -> None:
    """CommandError if the folder's database holds people and --yes was not given, or if it is in use."""
    if home.exists():
        connection.close()
        with closing(sqlite3.connect(home, timeout=1)) as database:
            if is_in_use(database):
                raise CommandError(f"Genjin is running on {folder}; stop it first, then restore.")
            occupied = _has_people(database)
    else:
        occupied = False
    if (occupied or any((folder / "files").glob("*"))) and not replace:
        raise CommandError(
            f"{folder} holds an instance already; say --yes to put the backup in its place "
            "(the old database and files are moved aside, not deleted)."
        )


def _has_people(database: sqlite3.Connection) -> bool:
    try:
        return database.execute("SELECT 1 FROM people_user LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:
        return False  # no such table: nothing was set up here
    except sqlite3.DatabaseError:
        return True


@contextmanager
def _at(file: Path) -> Iterator[None]:
    """Inside, the default database is this file."""
    connection.close()
    known, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = known


# --- PostgreSQL


def _bring_postgres(work: Path, folder: Path, aside: str, *, replace: bool, at: datetime) -> str:
    dump = work / "database.dump"
    postgres.check(dump)
    if others := postgres.others_connected():
        raise CommandError(
            f"{others} other sessions use this database; stop Genjin everywhere, then restore."
        )
    tables = connection.introspection.table_names()
    if (tables or any((folder / "files").glob("*"))) and not replace:
        raise CommandError(
            "The database holds tables already; say --yes to put the backup in their place "
            "(they are moved to another schema, not deleted)."
        )
    schema = f"{postgres.ASIDE}{aside.replace('-', '_')}"
    postgres.replace(dump, aside=schema)
    _bring_up_to_date()
    _adopt(place.fingerprint(), at=at)
    moved = _swap(work, folder, aside, ["files", "keys"])
    return " and ".join(filter(None, [f"the schema {schema}" if tables else "", moved]))


# --- both


def _bring_up_to_date() -> None:
    if schema_state().missing:
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _adopt(home: str, *, at: datetime) -> None:
    """Hold the restored instance and end the sessions that were open when it was backed up."""
    with transaction.atomic():
        actions.adopt_restored(place=home, at=at)
        for name in ("usersessions.UserSession", "sessions.Session"):
            apps.get_model(name)._default_manager.all().delete()


def _swap(work: Path, folder: Path, aside: str, names: list[str]) -> str:
    """Move the restored parts in, and what they replace aside; returns the folder of the latter, or ""."""
    old = folder / f"before-restore-{aside}"
    moved = False
    for name in names:
        fresh, home = work / name, folder / name
        if not fresh.exists() and name == "keys":
            continue  # the archive brought none: those here stay
        for existing in (home, home.with_name(f"{name}-wal"), home.with_name(f"{name}-shm")):
            if existing.exists():
                old.mkdir(mode=0o700, exist_ok=True)
                existing.rename(old / existing.name)
                moved = True
        if fresh.exists():
            fresh.rename(home)
    return str(old) if moved else ""
