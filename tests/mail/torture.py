"""Kills the worker at every step of sending a mail and counts what arrived.

`python -m tests.mail.torture --kills 200`
runs on an empty database of its own (GENJIN_DATA or DATABASE_URL) and prints a report as JSON. The SMTP server
lives here and survives; at the step whose turn it is, it kills the worker that speaks with it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from tests.jobs.torture import main
from tests.live.smtp import Faults, Server, running

STEPS = ("mail", "rcpt", "data", "after_data", "dot", "accepted", "told", "anywhere")
"""The steps of a dialogue at which the blow falls; `anywhere`: before, between or after."""
BEFORE_DOT = ("mail", "rcpt", "data")
WITHIN = 60.0
"""Seconds within which a blow falls, if the worker comes that far, and a killed process is gone."""
SETTLED_WITHIN = 300.0
"""Seconds after which a mail that is still on its way counts as left behind.

A mail whose worker died may wait for the schedule, which looks each minute, and a machine may be busy with other
tests: a mail that is late is not lost, and one that is lost stays so however long one waits.
"""


class Victim:
    """The worker that is killed and replaced."""

    def __init__(self) -> None:
        self.struck = threading.Event()
        self.stable = subprocess.Popen(
            [sys.executable, "-m", "tests.mail.stable"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        self.pid = self._start()

    def _start(self) -> int:
        assert self.stable.stdin is not None
        assert self.stable.stdout is not None
        self.stable.stdin.write("\n")
        self.stable.stdin.flush()
        return int(self.stable.stdout.readline())

    def strike(self) -> str:
        """Kill it once; called by the server in the middle of a dialogue."""
        if not self.struck.is_set():
            self.struck.set()
            os.kill(self.pid, signal.SIGKILL)
        return ""

    def replace(self) -> None:
        self.end()
        self.struck.clear()
        self.pid = self._start()

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self.strike()
        deadline = time.monotonic() + WITHIN
        while is_there(self.pid) and time.monotonic() < deadline:
            time.sleep(0.005)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def faults_at(step: str, victim: Victim) -> Faults:
    """The blow at that step; at `dot` the server does not take the mail, at `accepted` and `told` it does."""
    if step == "dot":
        return Faults(dot=lambda: victim.strike() or "421 4.3.0 not taken")
    if step == "rcpt":
        return Faults(rcpt=Everybody(victim.strike))
    return Faults() if step == "anywhere" else Faults(**{step: victim.strike})


class Everybody(dict[str, Any]):
    """The same fault for every recipient."""

    def __init__(self, fault: Any) -> None:
        super().__init__()
        self.fault = fault

    def get(self, _address: str, _default: Any = None) -> Any:
        return self.fault


def prepare(port: int) -> Any:
    """An account of one salesperson at that server, without limits."""
    from django.utils import timezone

    from genjin.cli import setup
    from genjin.mail.models import MailAccount
    from genjin.people import access
    from genjin.people.models import Role, User
    from genjin.policy.models import Layer

    setup.prepare()
    be_patient()
    now = timezone.now()
    user = User.objects.create(
        email="lin@example.com", name_en="Lin Xiaowen", role_id=Role.Code.SALESPERSON, joined_at=now
    )
    access.of(user, today=now.date())
    Layer.objects.create(scope="COMPANY", version=1, values={"mail_pause_seconds": 0}, at=now, by=user)
    return MailAccount.objects.create(
        name="Lin", address=user.email, owner=user, smtp_host="127.0.0.1", smtp_port=port, smtp_security="NONE",
        saves_sent=False, hourly_limit=100_000, daily_limit=100_000, created_at=now,
    )  # fmt: skip


def be_patient() -> None:
    """Have this process wait for the lock as long as it takes: whoever writes the mails is not killed here."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(SETTLED_WITHIN * 1000)}")


def post(account: Any, number: int) -> Any:
    """A mail to two recipients that is due at once."""
    from django.utils import timezone

    from genjin.mail.actions.outbox import queue
    from genjin.mail.actions.starting import Beginning, start_draft
    from genjin.mail.actions.writing import save_draft

    before = timezone.now() - timedelta(seconds=30)
    by = account.owner
    mail = start_draft(beginning=Beginning(account_id=account.pk), by=by, at=before)
    names = [["", f"{who}@firm{number}.example"] for who in ("a", "b")]
    values = {"to": names, "subject": f"Offer {number}", "html": "<p>Dear Sirs</p>"}
    save_draft(mail_id=mail.pk, values=values, by=by, at=before)
    return queue(mail_id=mail.pk, by=by, at=before)


def settled(pk: int) -> str:
    """The state of the mail once it is one that stays, else ""."""
    from genjin.mail.models import OutgoingMail

    state = OutgoingMail.objects.values_list("state", flat=True).get(pk=pk)
    return state if state in ("SENT", "UNCERTAIN", "FAILED", "PARTLY", "CANCELLED") else ""


def wait_for(pk: int) -> str:
    deadline = time.monotonic() + SETTLED_WITHIN
    while not (state := settled(pk)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return state


def wait_until_finished() -> None:
    """Until every sent mail has become a message."""
    from genjin.mail.models import OutgoingMail

    deadline = time.monotonic() + SETTLED_WITHIN
    lacking = OutgoingMail.objects.filter(state="SENT", sent_as=None)
    while lacking.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def torture(kills: int, seed: int) -> dict[str, object]:
    """The report: what arrived twice, what is lost, what is uncertain and at which steps."""
    from django.db import connection

    chance = random.Random(seed)
    mails: dict[int, tuple[str, str]] = {}
    ends: Counter[str] = Counter()
    with running() as server:
        account = prepare(server.port)
        victim = Victim()
        try:
            for number in range(kills):
                step = STEPS[number % len(STEPS)]
                server.faults = faults_at(step, victim)
                mail = post(account, number)
                mails[mail.pk] = (mail.message_id, step)
                if step == "anywhere":
                    time.sleep(chance.uniform(0, 0.6))
                else:
                    victim.struck.wait(WITHIN)
                server.faults = Faults()
                victim.replace()
                ends[f"{step}: {wait_for(mail.pk) or 'OPEN'}"] += 1
            wait_until_finished()
        finally:
            victim.end()
            victim.stable.terminate()
            victim.stable.wait()
    return report(server, mails, ends) | {"engine": connection.vendor, "kills": kills}


def report(server: Server, mails: dict[int, tuple[str, str]], ends: Counter[str]) -> dict[str, object]:
    from genjin.mail.models import OutgoingMail
    from genjin.notifications.models import Notice

    arrived = Counter(server.arrived())
    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    of_mail = {
        pk: [n for (mid, _to), n in arrived.items() if mid == known] for pk, (known, _s) in mails.items()
    }
    sent = [pk for pk, state in states.items() if state == "SENT"]
    uncertain = [pk for pk, state in states.items() if state == "UNCERTAIN"]
    return {
        "mails": len(mails),
        "sent": len(sent),
        "uncertain": len(uncertain),
        "uncertain_that_arrived": sum(bool(of_mail[pk]) for pk in uncertain),
        "twice": sum(n > 1 for n in arrived.values()),
        "lost": sum(of_mail[pk] != [1, 1] for pk in sent),
        "left_behind": left_behind(mails),
        "doubted_too_early": sum(mails[pk][1] in BEFORE_DOT for pk in uncertain),
        "told": Notice.objects.filter(kind="mail.uncertain").count(),
        "messages": OutgoingMail.objects.filter(sent_as__isnull=False).count(),
        "ends": dict(sorted(ends.items())),
    }


def left_behind(mails: dict[int, tuple[str, str]]) -> list[str]:
    """Mails that are neither sent nor shown as uncertain: the step of the blow, the state, how far they came."""
    from genjin.mail.models import OutgoingMail

    rows = OutgoingMail.objects.exclude(state__in=["SENT", "UNCERTAIN"])
    return [f"{mails[one.pk][1]}: {one.state} {one.reached} {one.delay} {one.answer}" for one in rows]


if __name__ == "__main__":
    raise SystemExit(main(torture, __doc__))
