"""Processes that read are killed at any moment; the next one goes on, with nothing doubled and nothing lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.live.mailserver import server
from tests.mail.sync.conftest import DAY, letter, many

ROOT = Path(__file__).resolve().parents[3]
SET_UP = """
import django, sys; django.setup()
from django.utils import timezone
from genjin.mail import secrets
from genjin.mail.models import MailAccount
from genjin.people.models import User
now = timezone.now()
lin, _ = User.objects.get_or_create(email="lin@exporter.test", defaults=dict(
    name_zh="林", name_en="Lin", role_id="SALESPERSON", joined_at=now))
MailAccount.objects.create(name="Sales", address="sales@exporter.test", owner=lin, username="sales",
    imap_host="127.0.0.1", imap_port=int(sys.argv[1]), imap_security="NONE",
    secret=secrets.seal("correct-horse"), created_at=now)
"""
COUNTED = """
import django, json; django.setup()
from django.db.models import Count
from genjin.files.models import StoredFile
from genjin.mail import raw
from genjin.mail.models import *
lost = 0
for row in Message.objects.select_related("raw"):
    try: lost += len(raw.load(row.raw)) != row.size
    except raw.Lost: lost += 1
print(json.dumps(dict(messages=Message.objects.count(), copies=MessageCopy.objects.count(), lost=lost,
    conversations=Conversation.objects.count(), shown=sum(Conversation.objects.values_list("count", flat=True)),
    unthreaded=MailThread.objects.annotate(n=Count("messages")).filter(n=0).count())))
"""


@pytest.fixture
def instance(tmp_path: Path, engine_url: str) -> Any:
    """An instance of its own with one account: gives the environment of its processes."""
    with template.fresh_database(engine_url, tmp_path) as url:
        environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith("GENJIN_") and name != "DATABASE_URL"
        } | {
            "GENJIN_DATA": str(tmp_path), "DATABASE_URL": url, "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
        }  # fmt: skip
        genjin(environment, "setup")
        yield environment


def genjin(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "genjin", *arguments], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def python(environment: dict[str, str], program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout


def test_reading_that_is_killed_goes_on_without_doubling_or_losing(instance: dict[str, str]) -> None:
    chance = random.Random(11)
    with server() as running:
        running.deliver("sales", many(1500))
        running.deliver("sales", [(letter("sales@exporter.test", "anna@firm.test"), DAY)], "Sent")
        python(instance, SET_UP, str(running.port))
        for _attempt in range(5):
            process = subprocess.Popen(
                [sys.executable, "-m", "genjin", "sync", "sales@exporter.test"], env=instance, cwd=ROOT,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(1.2 + chance.random() * 1.5)  # not a wait for something: the moment of the kill
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = json.loads(genjin(instance, "sync", "sales@exporter.test", "--json").stdout)
        assert (done["ok"], done["found"], done["failed"]) == (True, 1501, [])
        again = json.loads(genjin(instance, "sync", "sales@exporter.test", "--json").stdout)
    assert (again["stored"], again["known"]) == (0, 1501)
    counted = json.loads(python(instance, COUNTED))
    assert counted == {
        "messages": 1501, "copies": 1501, "lost": 0, "conversations": 1501, "shown": 1501, "unthreaded": 0,
    }  # fmt: skip


@pytest.mark.long
def test_three_thousand_mails_are_read_within_300_megabytes(instance: dict[str, str]) -> None:
    from bench.mailbox import letters
    from bench.memory import together

    with server() as running:
        running.deliver("sales", [(one.raw, one.at) for one in letters(3_000)])
        python(instance, SET_UP, str(running.port))
        command = [sys.executable, "-m", "genjin", "sync", "sales@exporter.test", "--json"]
        with subprocess.Popen(command, env=instance, cwd=ROOT, stdout=subprocess.PIPE) as process:
            most = 0
            while process.poll() is None:
                most = max(most, together(process.pid))
                time.sleep(0.02)
            assert process.stdout is not None
            done = json.loads(process.stdout.read())
    assert (done["found"], done["stored"], done["failed"]) == (3_000, 3_000, [])
    assert 0 < most < 300 * 1024


def test_the_command_says_what_is_wrong(instance: dict[str, str]) -> None:
    python(instance, SET_UP, "9")
    done = genjin(instance, "sync", "sales@exporter.test")
    assert done.returncode == 1 and "port 9 of 127.0.0.1" in done.stdout
    assert "There is no mailbox x@y.test" in genjin(instance, "sync", "x@y.test").stderr
