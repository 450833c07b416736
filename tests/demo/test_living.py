"""The demo's mail with a real worker: its receiver, its clock, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.demo.test_command import ROOT, environment
from tests.live.postgres import empty_database

pytestmark = [pytest.mark.long, pytest.mark.live, pytest.mark.timeout(300)]

HEAD = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from genjin.demo import firm, load, receiving
from genjin.instance import actions as instance
from genjin.instance.queries import business_now
from genjin.mail.actions import outbox
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.writing import save_draft
from genjin.mail.checking_out import DOUBTS
from genjin.mail.models import *
from genjin.people import access
from genjin.people.models import User
"""
LOAD = """
from genjin.cli.setup import prepare
prepare()
assert load.load(real=timezone.now(), size=3)
load.catch_up()
print(receiving.local_accounts()[0].smtp_port)
"""
SEND = """
by = User.objects.get(email=firm.person("zhou").email)
at = business_now()
access.of(by, today=at.date())
for address in ("nobody@elsewhere.example", firm.person("zheng").email):
    mail = start_draft(beginning=Beginning(to=[["", address]], subject="Offer"), by=by, at=at)
    save_draft(mail_id=mail.pk, values={"html": "<p>Our offer.</p>"}, by=by, at=at)
    outbox.queue(mail_id=mail.pk, by=by, at=at, despite=DOUBTS)
"""
MOVE = """
instance.move_clock(by=None, at=business_now(), forward=timedelta(days=1))
"""
WAIT = """
import time
from django.db import connection
deadline = time.monotonic() + 90
while True:
    told = OutgoingMail.objects.filter(subject="Offer")
    sent = told.filter(state="SENT").count()
    back = Message.objects.filter(in_reply_to__in=told.values("message_id")).count()
    copies = MessageCopy.objects.filter(message__subject="Offer").count()
    if sent >= {sent} and back >= {back} and copies >= 3:
        break
    connection.close()
    assert time.monotonic() < deadline, (sent, back, copies)
    time.sleep(0.1)
print(sent, back, copies, receiving.local_accounts()[0].smtp_port)
"""


class Demo:
    """A demo in a folder of its own, with a database of the engine under test."""

    def __init__(self, folder: Path, url: str) -> None:
        self.known = {**environment(folder), "DJANGO_SETTINGS_MODULE": "genjin.config.settings"}
        if url:
            self.known["DATABASE_URL"] = url

    def run(self, script: str) -> str:
        """What a script in a process of its own prints."""
        done = subprocess.run(
            [sys.executable, "-c", HEAD + script], cwd=ROOT, env=self.known, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def wait(self, *, sent: int, back: int) -> list[int]:
        """Wait for so many mails sent and so many that came back: how many, copies of them, and the port."""
        return [int(part) for part in self.run(WAIT.format(sent=sent, back=back)).split()]

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker of the demo, ended afterwards."""
        command = [sys.executable, "-m", "genjin", "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=self.known, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


def test_mail_leaves_and_comes_back_once_whatever_is_killed_and_whoever_has_the_port(tmp_path, engine_url):
    with empty_database(engine_url) as url:
        demo = Demo(tmp_path, url)
        port = int(demo.run(LOAD))
        with closing(socket.socket()) as other:
            # Another program took the port meanwhile: the receiver finds another one, and the accounts it.
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port))
            other.listen()
            with demo.worker() as worker:
                demo.run(SEND)
                moved = demo.wait(sent=2, back=0)[3]
                demo.run(MOVE)
                # Killed while it brings what came back, or soon before or after.
                os.kill(worker.pid, signal.SIGKILL)
        assert moved != port
        with demo.worker():
            assert demo.wait(sent=2, back=1) == [2, 1, 3, moved]
            demo.run(MOVE)
            assert demo.wait(sent=2, back=1) == [2, 1, 3, moved]
