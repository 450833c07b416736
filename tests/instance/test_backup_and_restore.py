"""Backups are consistent and whole, and a restore loses nothing and touches nothing that it should not."""

from __future__ import annotations

import hashlib
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.instance.conftest import Installation

Installed = Callable[..., Installation]
NOW = "'2026-11-24 01:00:00+00'"


def mark(number: int) -> str:
    """A row that any instance may have."""
    return (
        "INSERT INTO journal_mark (subject, subject_id, version, marked_at) "
        f"VALUES ('CUSTOMER', {number}, 1, {NOW})"
    )


def settle(here: Installation) -> bytes:
    """Gives the instance a person, a session, a mark and a stored file, whose bytes are returned."""
    content = b"a picture"
    digest = hashlib.sha256(content).hexdigest()
    folder = here.data / "files" / digest[:2]
    folder.mkdir(parents=True)
    (folder / digest).write_bytes(content)
    (here.data / "files" / "incoming").mkdir()
    (here.data / "files" / "incoming" / "tmp4x7").write_bytes(b"half written")
    here.sql(
        "INSERT INTO files_storedfile (sha256, size, media_type, stored_at) "
        f"VALUES ('{digest}', {len(content)}, 'image/png', {NOW})"
    )
    here.sql(
        "INSERT INTO people_user (password, email, name_zh, name_en, phone, language, timezone, theme, "
        "shortcuts, has_laptop, is_active, version, role_id) VALUES ('!', 'ada@example.com', '', 'Ada', '', "
        "'', '', 'auto', true, true, true, 1, 'ADMINISTRATOR')"
    )
    here.sql(f"INSERT INTO django_session VALUES ('key', 'data', {NOW})")
    here.sql(mark(1))
    return content


def test_a_restored_backup_holds_everything_and_is_held(installed: Installed, tmp_path: Path) -> None:
    here, there = installed("here"), installed("there", empty=True)
    content = settle(here)
    archive = tmp_path / "backup.tar.gz"
    made = here.answer("backup", str(archive))
    assert made["missing_files"] == []
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    restored = there.answer("restore", str(archive))

    assert restored["held"]
    assert there.sql("SELECT email FROM people_user") == [("ada@example.com",)]
    assert there.sql("SELECT count(*) FROM journal_mark") == [(1,)]
    assert there.sql("SELECT held_reason FROM instance_instance") == [("RESTORED",)]
    assert there.sql("SELECT count(*) FROM django_session") == [(0,)]
    assert there.sql("SELECT verb FROM journal_entry") == [("hold",)]
    assert [f.read_bytes() for f in (there.data / "files").rglob("*") if f.is_file()] == [content]
    assert (there.data / "keys" / "secret_key").read_text() == (here.data / "keys" / "secret_key").read_text()
    assert stat.S_IMODE((there.data / "keys" / "secret_key").stat().st_mode) == 0o600
    assert not list(there.data.glob(".restore-*"))
    assert "held" in there.run("doctor").stdout
    assert here.sql("SELECT held_reason FROM instance_instance") == [("",)]


def test_keys_can_stay_out(installed: Installed, tmp_path: Path) -> None:
    here, there = installed("here"), installed("there")
    archive = tmp_path / "backup.tar.gz"
    assert here.answer("backup", str(archive), "--without-keys")["keys"] is False
    own = (there.data / "keys" / "secret_key").read_text()
    there.answer("restore", str(archive), "--yes")
    assert (there.data / "keys" / "secret_key").read_text() == own


def test_a_stored_file_that_is_gone_or_damaged_is_named(installed: Installed) -> None:
    here = installed("here")
    here.sql(
        "INSERT INTO files_storedfile (sha256, size, media_type, stored_at) "
        f"VALUES ('{'a' * 64}', 1, 'image/png', {NOW})"
    )
    assert here.answer("backup")["missing_files"] == ["a" * 64]
    (here.data / "files" / "aa").mkdir(parents=True)
    (here.data / "files" / "aa" / ("a" * 64)).write_bytes(b"not what has this digest")
    assert here.answer("backup", "second.tar.gz")["missing_files"] == ["a" * 64]


def test_a_backup_never_overwrites_another(installed: Installed, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    archive.write_text("precious")
    done = installed("here").run("backup", str(archive))
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert archive.read_text() == "precious"


def test_a_backup_of_a_busy_instance_is_one_moment(installed: Installed, tmp_path: Path) -> None:
    here, there = installed("here"), installed("there", empty=True)
    stop, written = threading.Event(), [0]
    busy = threading.Event()

    def write_pairs() -> None:
        with here.database() as connection:
            while not stop.is_set():
                written[0] += 1
                connection.execute("BEGIN")
                connection.execute(mark(written[0]))
                connection.execute(mark(-written[0]))
                connection.execute("COMMIT")
                busy.set()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    assert busy.wait(20)
    before = written[0]
    try:
        archive = tmp_path / "backup.tar.gz"
        here.answer("backup", str(archive))
    finally:
        after = written[0]
        stop.set()
        writer.join()
    assert after > before, "nothing was written meanwhile"
    there.answer("restore", str(archive))
    [(rows, total)] = there.sql("SELECT count(*), sum(subject_id) FROM journal_mark")
    assert rows >= 2 * (before - 1)
    assert (rows % 2, total) == (0, 0)


def test_an_instance_with_people_is_replaced_only_when_told_and_kept_aside(
    installed: Installed, tmp_path: Path
) -> None:
    here, there = installed("here"), installed("there")
    archive = tmp_path / "backup.tar.gz"
    here.answer("backup", str(archive))
    content = settle(there)

    refused = there.run("restore", str(archive))
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert there.sql("SELECT email FROM people_user") == [("ada@example.com",)]

    aside = there.answer("restore", str(archive), "--yes")["aside"]
    assert there.sql("SELECT count(*) FROM people_user") == [(0,)]
    kept = list(there.data.glob("before-restore-*/files/*/*"))
    assert content in [file.read_bytes() for file in kept]
    if there.url:
        schema = aside.split()[2]
        assert there.sql(f"SELECT email FROM {schema}.people_user") == [("ada@example.com",)]
        there.answer("backup", str(tmp_path / "second.tar.gz"))
    else:
        assert (Path(aside) / "genjin.sqlite3").is_file()


def test_a_running_instance_is_not_replaced(installed: Installed, tmp_path: Path) -> None:
    here = installed("here")
    archive = tmp_path / "backup.tar.gz"
    here.answer("backup", str(archive))
    with here.database() as connection:
        connection.execute("SELECT count(*) FROM journal_mark").fetchall()
        done = here.run("restore", str(archive), "--yes")
    assert done.returncode == 2
    assert "stop" in done.stderr


def test_a_backup_of_a_newer_version_is_refused(installed: Installed, tmp_path: Path) -> None:
    here, there = installed("here"), installed("there", empty=True)
    archive = tmp_path / "backup.tar.gz"
    here.sql(f"INSERT INTO django_migrations (app, name, applied) VALUES ('instance', '9999_x', {NOW})")
    here.answer("backup", str(archive))
    done = there.run("restore", str(archive))
    assert done.returncode == 2
    assert "newer version" in done.stderr and "instance.9999_x" in done.stderr


def test_a_backup_of_an_older_version_is_brought_up_to_date(installed: Installed, tmp_path: Path) -> None:
    here, there = installed("here"), installed("there", empty=True)
    archive = tmp_path / "backup.tar.gz"
    assert here.run("manage", "migrate", "-v0", "journal", "0002").returncode == 0
    here.answer("backup", str(archive))
    there.answer("restore", str(archive))
    assert there.sql("SELECT count(*) FROM django_migrations WHERE name = '0003_append_only'") == [(1,)]


def test_an_upgrade_backs_up_first_and_can_be_repeated(installed: Installed) -> None:
    here = installed("here")
    assert here.run("manage", "migrate", "-v0", "instance", "0002").returncode == 0
    done = here.answer("upgrade")
    assert Path(done["backup"]).is_file()
    assert "instance.0003_clock_backup_errors" in done["applied"]
    again = here.answer("upgrade")
    assert (again["applied"], again["backup"]) == ([], "")


def test_another_engine_is_refused_with_a_sentence(installed: Installed, tmp_path: Path) -> None:
    import gzip
    import io
    import json
    import tarfile

    here = installed("here")
    archive = tmp_path / "backup.tar.gz"
    other = "sqlite" if here.url else "postgresql"
    text = json.dumps({"format": 1, "engine": other, "migrations": [], "members": {}}).encode()
    with gzip.open(archive, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    done = here.run("restore", str(archive), "--yes")
    assert done.returncode == 2
    assert "same engine" in done.stderr


@pytest.mark.parametrize("content", [b"", b"not an archive", None])
def test_what_is_no_backup_is_refused_before_anything_is_touched(
    installed: Installed, tmp_path: Path, content: bytes | None
) -> None:
    here, archive = installed("here"), tmp_path / "backup.tar.gz"
    if content is not None:
        archive.write_bytes(content)
    done = here.run("restore", str(archive), "--yes")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert here.sql("SELECT held_reason FROM instance_instance") == [("",)]


def test_another_folder_takes_a_backup_and_this_one_stays(installed: Installed, tmp_path: Path) -> None:
    here, other = installed("here"), Installation(tmp_path / "other")
    if here.url:
        pytest.skip("on PostgreSQL the database goes where DATABASE_URL says")
    archive = tmp_path / "backup.tar.gz"
    settle(here)
    here.answer("backup", str(archive))
    here.answer("restore", str(archive), "--into", str(other.data))
    assert other.sql("SELECT held_reason FROM instance_instance") == [("RESTORED",)]
    assert here.sql("SELECT held_reason FROM instance_instance") == [("",)]
    assert here.sql("SELECT count(*) FROM django_session") == [(1,)]
