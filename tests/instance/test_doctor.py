"""Each fault is found and told in one sentence; a sound installation has none."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from genjin.config import checks, probes
from genjin.instance import actions, conditions, doctor
from genjin.instance.conditions import BAD, OK, WARN, Finding
from genjin.instance.models import Instance

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def one_sentence(finding: Finding) -> bool:
    return finding.sentence.endswith((".", "…")) or ": chmod" in finding.sentence


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (lambda: conditions.sqlite_version((3, 31, 1)), BAD),
        (lambda: conditions.sqlite_version((3, 40, 1)), OK),
        (lambda: conditions.postgres_version(140009), BAD),
        (lambda: conditions.postgres_version(150015), OK),
        (lambda: conditions.postgres_language("C", "UTF8"), BAD),
        (lambda: conditions.postgres_language("C.UTF-8", "UTF8"), OK),
        (lambda: conditions.postgres_language("zh_CN.UTF-8", "UTF8"), OK),
        (lambda: conditions.postgres_language("C", "SQL_ASCII"), BAD),
        (lambda: conditions.data_folder(Path("/proc/nothing")), BAD),
        (lambda: conditions.python(), OK),
        (lambda: doctor.port("nonsense"), BAD),
        (lambda: doctor.clock(datetime(1970, 1, 1, tzinfo=UTC)), BAD),
    ],
)
def test_a_fault_is_told_in_one_sentence(finding: Callable[[], Finding], level: str) -> None:
    found = finding()
    assert found.level == level
    assert one_sentence(found)


def test_an_old_python_is_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    assert "3.11 or later" in conditions.python().sentence


def test_an_sqlite_folder_on_the_network_is_told() -> None:
    wanted = BAD if connection.vendor == "sqlite" else OK
    assert conditions.network_folder("cifs").level == wanted


def test_open_permissions_are_told_with_the_command_that_closes_them(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    (tmp_path / "keys" / "secret_key").touch(mode=0o644)
    tmp_path.chmod(0o700)
    found = [finding.sentence for finding in conditions.permissions(tmp_path)]
    assert [sentence.partition("run: ")[2] for sentence in found] == [
        f"chmod 700 {tmp_path}/keys",
        f"chmod 600 {tmp_path}/keys/secret_key",
    ]
    (tmp_path / "keys").chmod(0o700)
    (tmp_path / "keys" / "secret_key").chmod(0o600)
    assert [finding.level for finding in conditions.permissions(tmp_path)] == [OK]


class _Answers(BaseHTTPRequestHandler):
    body = b"ok\n"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *arguments: Any) -> None:
        return


@pytest.mark.parametrize(("body", "level"), [(b"ok\n", OK), (b"<html>", BAD)])
def test_a_port_is_ours_or_somebody_elses(monkeypatch: Any, body: bytes, level: str) -> None:
    monkeypatch.setattr(_Answers, "body", body)
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        # the first connection only asks whether somebody listens, so two requests are served
        second = threading.Thread(target=server.handle_request)
        second.start()
        found = doctor.port(f"127.0.0.1:{server.server_port}")
        thread.join(10)
        second.join(10)
    assert found.level == level


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    assert doctor.port(f"127.0.0.1:{number}").level == OK


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "level"), [(None, WARN), (5, WARN), (1, OK)])
def test_the_age_of_the_last_backup_is_told(days: int | None, level: str) -> None:
    if days is not None:
        actions.note_backup(at=NOW - timedelta(days=days))
    assert [finding.level for finding in doctor.instance(NOW) if finding.name == "backup"] == [level]


@pytest.mark.django_db
def test_a_held_instance_is_told(moment: datetime) -> None:
    actions.hold(reason="COPIED", at=moment)
    [held] = [finding for finding in doctor.instance(NOW) if finding.name == "held"]
    assert "Copied or moved" in held.sentence


@pytest.mark.django_db
def test_a_demo_needs_no_backup() -> None:
    Instance.objects.update(kind="DEMO")
    assert [finding.name for finding in doctor.instance(NOW)] == ["kind"]


@pytest.mark.django_db
def test_workers_and_failed_jobs_are_told() -> None:
    from genjin.jobs.models import Job, Worker

    assert [finding.level for finding in probes.background_work(NOW)] == [WARN, OK]
    Worker.objects.create(owner="x", host="h", pid=1, pid_space="", seen_at=NOW - timedelta(seconds=5))
    Job.objects.create(task="x", state=Job.State.FAILED)
    assert [finding.level for finding in probes.background_work(NOW)] == [OK, WARN]
    assert [finding.level for finding in probes.background_work(NOW + timedelta(hours=1))] == [BAD, WARN]


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_and_nothing_else_is_asked(monkeypatch: Any) -> None:
    def refuse() -> Finding:
        raise OperationalError("connection refused\nis the server running?")

    monkeypatch.setattr(conditions, "for_engine", lambda: (refuse,))
    last = list(doctor.look(at=NOW))[-1]
    assert (last.name, last.level) == ("database", BAD)
    assert "\n" not in last.sentence
    [message] = checks.database(None, databases=["default"])
    assert message.id == "genjin.database"


@pytest.mark.django_db
def test_the_engine_of_the_tests_is_sound() -> None:
    found = list(doctor._database(datetime.now(UTC)))
    bad = {finding.name for finding in found if finding.level == BAD}
    assert bad <= {"wal"}  # a test database may lie in memory
    assert checks.database(None, databases=["default"]) == []
    assert checks.machine(None) == []


def test_a_mail_server_that_is_away_is_told(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    assert doctor.mail_server().level == BAD
    settings.EMAIL_HOST = ""
    assert doctor.mail_server().level == OK


def test_assets_and_messages_that_are_not_built_are_told(tmp_path: Path) -> None:
    assert [finding.level for finding in doctor.built(tmp_path)] == [BAD, WARN]
    (tmp_path / "web" / "assets" / "genjin").mkdir(parents=True)
    (tmp_path / "web" / "assets" / "genjin" / "manifest.json").touch()
    (tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").touch()
    assert [finding.level for finding in doctor.built(tmp_path)] == [OK, OK]
