from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from genjin import cli
from genjin.cli import setup, upgrade, web
from genjin.config.environment import SettingError
from genjin.instance import schema
from genjin.instance.models import ErrorReport
from genjin.jobs.models import Job
from genjin.search.actions import FORMAT, take_format
from genjin.search.models import Document, IndexFormat


def answer_with(monkeypatch: pytest.MonkeyPatch, result: object) -> None:
    """Puts a command `try` into the table that returns or raises this."""

    def run(options: object) -> object:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(cli, "COMMANDS", (cli.Command("try", "a command", "x:y", django=False),))
    monkeypatch.setattr(cli, "_load", lambda path: run)


def test_people_get_sentences_and_programs_get_json(monkeypatch, capsys):
    answer_with(monkeypatch, {"jobs": 3, "sentences": ["Three jobs run."]})
    assert cli.main(["try"]) == 0
    assert capsys.readouterr().out == "Three jobs run.\n"
    answer_with(monkeypatch, {"jobs": 3, "sentences": ["Three jobs run."]})
    assert cli.main(["try", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"jobs": 3}


def test_an_answer_that_is_not_ok_exits_with_1(monkeypatch):
    answer_with(monkeypatch, {"ok": False})
    assert cli.main(["try"]) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SettingError("GENJIN_BIND is wrong."), "GENJIN_BIND is wrong."),
        (CommandError("No such backup."), "No such backup."),
        (OperationalError("connection refused\nmore"), "The database cannot be used: connection refused"),
    ],
)
def test_what_the_operator_can_mend_is_one_sentence(monkeypatch, capsys, error, sentence):
    answer_with(monkeypatch, error)
    assert cli.main(["try"]) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.django_db
def test_an_unexpected_error_has_an_id_and_is_kept_for_administrators(monkeypatch, capsys):
    answer_with(monkeypatch, ZeroDivisionError("division by zero"))
    # The log was set up by whichever test came first, on that test's own standard error.
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", sys.stderr)
    assert cli.main(["try"]) == 1
    shown = capsys.readouterr().err
    report = ErrorReport.objects.get()
    assert f"error {report.pk}" in shown
    assert "Traceback" not in shown
    assert (report.process, report.kind) == ("command", "ZeroDivisionError")


def test_every_command_of_the_table_can_be_loaded(capsys):
    for command in cli.COMMANDS:
        with pytest.raises(SystemExit) as end:
            cli.main([command.name, "--help"])
        assert end.value.code == 0
        assert callable(cli._load(command.run))


def test_help_loads_no_django():
    script = (
        "import sys; from genjin.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'django' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused():
    MigrationRecorder(connection).record_applied("jobs", "9999_from_the_future")
    assert schema.schema_state().unknown == ("jobs.9999_from_the_future",)
    for check in (schema.require_current, setup.prepare):
        with pytest.raises(CommandError, match="newer version"):
            check()


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_refused():
    MigrationRecorder(connection).record_unapplied("jobs", "0001_initial")
    with pytest.raises(CommandError, match="genjin setup"):
        schema.require_current()


@pytest.mark.django_db
def test_setup_is_safe_to_repeat():
    assert setup.prepare() == []
    assert setup.prepare() == []


def rebuilding() -> list[str]:
    return [row.task for row in Job.objects.filter(task__contains="search")]


@pytest.mark.django_db
def test_an_index_of_another_version_is_built_anew_once_and_a_new_one_is_left_alone(monkeypatch):
    setup.prepare()
    assert IndexFormat.objects.get().number == FORMAT
    assert rebuilding() == []
    Document.objects.create(kind="customers.customer", object_id=1, title="Old", title_key="", text="")
    setup.prepare()
    assert rebuilding() == []
    IndexFormat.objects.update(number=0)
    upgrade.run(argparse.Namespace(without_backup=True))
    setup.prepare()
    assert rebuilding() == ["genjin.search.jobs.rebuild"]
    assert IndexFormat.objects.get().number == FORMAT


@pytest.mark.django_db
def test_what_could_not_be_asked_for_is_asked_for_by_the_next_setup():
    def broken() -> None:
        raise RuntimeError("no queue")

    Document.objects.create(kind="customers.customer", object_id=1, title="Old", title_key="", text="")
    IndexFormat.objects.update_or_create(pk=1, defaults={"number": 0})
    with pytest.raises(RuntimeError):
        take_format(broken)
    setup.prepare()
    assert rebuilding() == ["genjin.search.jobs.rebuild"]


@pytest.mark.parametrize("bad", ["localhost", "localhost:", "localhost:99999", "localhost:http"])
def test_an_address_that_cannot_be_used_is_refused_by_name(monkeypatch, bad):
    monkeypatch.setenv("GENJIN_BIND", bad)
    with pytest.raises(SettingError, match="GENJIN_BIND"):
        web.bind_address()


def test_addresses_of_both_families_are_understood(monkeypatch):
    monkeypatch.setenv("GENJIN_BIND", "[::1]:8000")
    assert web.bind_address() == ("::1", 8000)
    monkeypatch.setenv("GENJIN_BIND", "0.0.0.0:80")
    assert web.bind_address() == ("0.0.0.0", 80)
