"""The command `genjin demo` as a real process on its own data folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from genjin import cli
from genjin.demo import empty, load
from genjin.instance.models import Instance
from tests import template

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("GENJIN_", "DATABASE_"))
    }
    return {**known, "GENJIN_DATA": str(folder), "PYTHONPATH": str(ROOT)}


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genjin", "demo", "--load-only", "--json", *options]
    return subprocess.run(
        command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=False
    )


def count(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "genjin.sqlite3")) as database:
        return int(database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


@pytest.mark.long
@pytest.mark.live
@pytest.mark.timeout(400)
def test_a_killed_load_begins_anew_and_brings_the_whole_firm(tmp_path):
    template.put(tmp_path)
    command = [sys.executable, "-m", "genjin", "demo", "--load-only"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while not (tmp_path / "keys" / "demo_password").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)  # well into the story, far from its end
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert count(tmp_path, "people_user") == 0

    first = demo(tmp_path)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["loaded"] is True
    assert count(tmp_path, "customers_customer") >= 320
    assert count(tmp_path, "customers_interaction") >= 4000

    begun = os.times()
    again = demo(tmp_path)
    assert json.loads(again.stdout) == {**json.loads(first.stdout), "loaded": False}
    assert os.times().children_user - begun.children_user < 10, "processor seconds: the machine may be busy"


RESET = """
import django
django.setup()
from django.utils import timezone
from genjin.cli.setup import prepare
from genjin.customers.models import Customer
from genjin.demo import empty, load
for _ in range(2):
    prepare()
    assert not load.require_demo_or_empty()
    assert load.load(real=timezone.now(), size=3)
    assert Customer.objects.count() == 3
    empty.throw_away()
"""


@pytest.mark.long
@pytest.mark.live
def test_a_demo_that_is_thrown_away_can_be_loaded_anew(tmp_path, engine_url):
    with template.fresh_database(engine_url, tmp_path) as url:
        known = {**environment(tmp_path), "DJANGO_SETTINGS_MODULE": "genjin.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", RESET], cwd=ROOT, env={**known, "DATABASE_URL": url} if url else known,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_the_instance_of_a_real_firm_is_never_thrown_away(people):
    Instance.objects.update(kind=Instance.Kind.PRODUCTION)
    with pytest.raises(load.NotADemo):
        empty.throw_away()


def test_a_port_that_is_taken_is_said_before_anything_else(monkeypatch, capsys):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("GENJIN_BIND", f"127.0.0.1:{port}")
        assert cli.main(["demo"]) == 2
    said = capsys.readouterr().err
    assert str(port) in said
    assert "GENJIN_BIND" in said
    assert said.count("\n") == 1
