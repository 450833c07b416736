"""One salesperson, one customer and a clock that moves day by day, through the real shell.

Mails are stored as raw messages are, calls are logged, tasks completed by the verbs that screens use; after
each the worker sweeps. Nothing is asked but what Today would show.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from genjin.customers.actions.interactions import LogDraft, log_interaction
from genjin.customers.actions.next_steps import NextStepDraft
from genjin.customers.models import Contact, ContactPoint, Customer, Interaction
from genjin.followups import actions, queries, sweep
from genjin.followups.models import Task
from genjin.mail.actions.storing import store
from genjin.mail.actions.tracking import track
from genjin.mail.arrivals import Arrival
from genjin.mail.models import MailAccount, MailFolder, Message, Tracking
from genjin.people.models import User
from tests.conftest import SHANGHAI
from tests.mail.outgoing import account_of
from tests.mail.sync.conftest import letter

BUYER, COLLEAGUE = "hans@nordkai.test", "eva@nordkai.test"
SAID = "Wants the offer again in spring"


@dataclass
class Days:
    """The story of one customer; `at` is its clock."""

    user: User
    customer: Customer
    at: datetime
    account: MailAccount = field(init=False)
    contact: Contact = field(init=False)
    last_id: str = ""
    """Message-ID of the newest mail between us."""

    def __post_init__(self) -> None:
        self.numbers = itertools.count(1)
        self.account = self.mailbox(f"{self.user.name_en.split()[0].lower()}@ours.test")
        self.contact = self.person("Hans Maier", BUYER, phone="+49 151 23456789", is_primary=True)

    def mailbox(self, address: str) -> MailAccount:
        """Another mailbox of the person, with the folders that matter."""
        account = account_of(self.user, self.at, address=address)
        for role in ("SENT", "INBOX"):
            MailFolder.objects.create(account=account, path=role, role=role, uid_validity=1)
        return account

    def person(self, name: str, address: str = "", phone: str = "", **fields: Any) -> Contact:
        """Somebody at the customer."""
        contact = Contact.objects.create(
            customer=self.customer, name=name, created_at=self.at, updated_at=self.at, **fields
        )
        for kind, value in (("EMAIL", address), ("MOBILE", phone)):
            if value:
                ContactPoint.objects.create(
                    contact=contact, kind=kind, value=value, normalised=value.replace(" ", "")
                )
        return contact

    def go(self, day: str, time: str = "09:00") -> None:
        """To a time of a day of 2026 ("11-25") where the salesperson is; the worker sweeps."""
        moment = datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=SHANGHAI)
        assert moment >= self.at, "the clock goes on"
        self.at = moment
        self.sweep()

    def later(self, **span: float) -> None:
        """So much later; the worker sweeps."""
        self.at += timedelta(**span)
        self.sweep()

    def sweep(self) -> None:
        """What the worker does all the time, until it rests."""
        report = sweep.sweep(lambda: self.at)
        assert not report.failed
        assert sweep.sweep(lambda: self.at).written == 0, "deciding again changes nothing"

    def list(self, user: User | None = None) -> list[tuple[str, str]]:
        """What stands on Today: the rule and the channel of each task, in its order."""
        rows = queries.due_tasks(user or self.user, queries.View.MINE, self.at.astimezone(SHANGHAI).date())
        tasks, _more = queries.page_of(rows)
        return [(task.duties[0]["rule"], task.channel) for task in tasks]

    def rules(self, user: User | None = None) -> list[str]:
        """Every duty that is due today, by its rule."""
        rows = queries.due_tasks(user or self.user, queries.View.MINE, self.at.astimezone(SHANGHAI).date())
        tasks, _more = queries.page_of(rows)
        return [duty["rule"] for task in tasks for duty in task.duties]

    def task(self, rule: str) -> Task:
        """The task with a duty of that rule."""
        found = [one for one in self.tasks() if any(duty["rule"] == rule for duty in one.duties)]
        assert found, f"{rule} is not owed, but {[d['rule'] for t in self.tasks() for d in t.duties]}"
        return found[0]

    def tasks(self) -> Sequence[Task]:
        """All that is owed, now and later."""
        return list(Task.objects.filter(customer=self.customer).order_by("due_at", "key"))

    def due(self, rule: str) -> date:
        """On which day a duty of that rule is due."""
        (duty,) = [one for task in self.tasks() for one in task.duties if one["rule"] == rule]
        return date.fromisoformat(duty["due_on"])

    def notes(self, rule: str) -> list[str]:
        """What is said of a duty of that rule beside its reason."""
        (duty,) = [one for task in self.tasks() for one in task.duties if one["rule"] == rule]
        return [note["code"] for note in duty["notes"]]

    # what happens

    def send(self, *, to: str = BUYER, days: int | None = None, fresh: bool = False,
             account: MailAccount | None = None) -> Message:  # fmt: skip
        """Lin writes in the conversation, or begins another one; `days` sets tracking."""
        box, answers = account or self.account, "" if fresh else self.last_id
        message = self._store(box, "SENT", box.address, to, answers)
        if days is not None:
            track(message_id=message.pk, days=days, by=self.user, at=self.at)
        self.sweep()
        return message

    def receive(self, sender: str = BUYER, *, fresh: bool = False, subject: str = "Valves",
                date: datetime | None = None, **headers: str) -> Message:  # fmt: skip
        """Somebody outside writes, as an answer unless it begins another conversation; now or at `date`."""
        answers = "" if fresh else self.last_id
        message = self._store(
            self.account, "INBOX", sender, self.account.address, answers, date, subject=subject, **headers
        )
        self.sweep()
        return message

    def away(self, text: str) -> Message:
        """An automatic answer."""
        return self.receive(subject="Automatic reply", text=text, Auto_Submitted="auto-replied")

    def bounce(self, address: str = BUYER) -> Message:
        """The last mail comes back for good."""
        raw = (
            f"From: MAILER-DAEMON@mx.test\nTo: {self.account.address}\nSubject: Undelivered Mail\n"
            f"In-Reply-To: <{self.last_id}>\nDate: {self.at:%a, %d %b %Y %H:%M:%S %z}\nMIME-Version: 1.0\n"
            f"Message-ID: <bounce{next(self.numbers)}@mx.test>\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nNot delivered.\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n"
            f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n"
            f"Diagnostic-Code: smtp; 550 5.1.1 <{address}>: user unknown\n\n--b--\n"
        )
        message = self._put(self.account, "INBOX", raw.encode())
        self.sweep()
        return message

    def call(self, outcome: str = "CONNECTED", kind: str = "AUDIO_CALL", **fields: Any) -> Interaction:
        """Lin logs a call from the customer's page."""
        values: dict[str, Any] = {"kind": kind, "outcome": outcome, "content": SAID, "happened_at": self.at}
        found = log_interaction(
            customer_id=self.customer.pk, draft=LogDraft(**(values | fields)), by=self.user, at=self.at
        )
        self.sweep()
        return found

    def complete(self, rule: str, kind: str, outcome: str = "", *, by: User | None = None,
                 next_step: NextStepDraft | None = None) -> None:  # fmt: skip
        """Log a contact at the task of that rule, as the form on Today does."""
        task = self.task(rule)
        draft = LogDraft(kind=kind, outcome=outcome, content=SAID)
        actions.complete(
            task=task, draft=draft, by=by or self.user, at=self.at, next_step=next_step, seen=task.decided_at
        )
        self.sweep()

    def grade(self, grade: str, by: User | None = None) -> None:
        """The customer is graded anew."""
        from genjin.customers.actions import set_dimension

        set_dimension(
            customer_ids=[self.customer.pk], dimension="follow_grade", value=grade, by=by or self.user,
            at=self.at, why="Judged anew",
        )  # fmt: skip
        self.sweep()

    def tracking(self) -> str:
        """How the newest tracking stands."""
        return str(Tracking.objects.order_by("-pk").values_list("state", flat=True)[0])

    def _store(
        self, box: MailAccount, role: str, sender: str, to: str, answers: str,
        date: datetime | None = None, **more: str,
    ) -> Message:  # fmt: skip
        number = next(self.numbers)
        self.last_id = f"{number}@{sender.partition('@')[2]}"
        subject = more.pop("subject", "Valves")
        raw = letter(
            sender, to, subject, at=date or self.at, message_id=self.last_id, answers=answers, **more
        )
        return self._put(box, role, raw)

    def _put(self, box: MailAccount, role: str, raw: bytes) -> Message:
        item = Arrival(raw=raw, uid=next(self.numbers), uid_validity=1, arrived_at=self.at)
        folder = box.folders.get(role=role)
        (stored,) = store(account=box, folder=folder, items=[item], at=self.at)
        return Message.objects.get(pk=stored.message_id)
