"""One migrated database for a whole run, to be copied: migrating takes seconds, copying does not.

Made when first asked for, by whichever process asks; the others wait. `python -m tests.template` migrates the
database that GENJIN_DATA or DATABASE_URL names.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.postgres import create_database, drop_database, empty_database

ROOT = Path(__file__).resolve().parent.parent


def place(kind: str) -> Path:
    """Where the processes of this run find it; `kind` is sqlite or postgresql."""
    folder = Path(os.environ["GENJIN_TEST_FOLDER"], "template", kind)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def file() -> Path:
    """A migrated SQLite database, only to be copied."""
    folder = place("sqlite")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "genjin.sqlite3"
        if not (folder / "made").exists():
            _migrate(folder, "")
            (folder / "made").touch()
    return made


def database(url: str) -> str:
    """The name of a migrated database on the PostgreSQL server of that address, only to be copied."""
    folder = place("postgresql")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        named = folder / "name"
        if not named.exists():
            name = f"genjin_template_{secrets.token_hex(4)}"
            _migrate(folder, create_database(url, name))
            named.write_text(name, encoding="ascii")
    return named.read_text(encoding="ascii")


def _migrate(folder: Path, url: str) -> None:
    environment = {**os.environ, "GENJIN_DATA": str(folder), "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.template"], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The database of the tests cannot be migrated:\n{done.stderr}")


def put(data: Path) -> None:
    """Give a data folder a migrated SQLite database."""
    shutil.copyfile(file(), data / "genjin.sqlite3")


@contextmanager
def fresh_database(url: str, data: Path) -> Iterator[str]:
    """A migrated database for a process of its own: on that server, or with "" in its data folder."""
    if url:
        with empty_database(url, template=database(url)) as copy:
            yield copy
    else:
        put(data)
        yield ""


def start_from_it(connection: Any) -> None:
    """Let the test database of this connection begin as a copy; `migrate` then finds nothing to do."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = database(os.environ["DATABASE_URL"])
        return
    create = connection.creation._create_test_db

    def copied(*arguments: Any, **options: Any) -> Any:
        name = create(*arguments, **options)
        shutil.copyfile(file(), name)
        return name

    connection.creation._create_test_db = copied


def remove() -> None:
    """Drop what was made on a PostgreSQL server; the folder goes with all others of the run."""
    named = Path(os.environ["GENJIN_TEST_FOLDER"], "template", "postgresql", "name")
    if named.exists():
        drop_database(os.environ["DATABASE_URL"], named.read_text(encoding="ascii"))


def migrate_here() -> None:
    """Migrate the database of this process, unless it is already."""
    from django.core.management import call_command

    from genjin.instance.schema import schema_state

    if schema_state().missing:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


def main() -> None:
    """Migrate the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "genjin.config.settings"
    import django

    django.setup()
    migrate_here()


if __name__ == "__main__":
    main()
