"""The story of one customer's orders: its clock, its pages, the mails that leave."""

from __future__ import annotations

import itertools
import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from genjin.customers.models import Contact, Customer
from genjin.followups import sweep
from genjin.followups.aftersales_command import run_aftersales
from genjin.followups.models import Task
from genjin.instance.models import Instance
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.after_sending import sent
from genjin.mail.models import Filing, MailThread, Message, OutgoingMail
from genjin.people.models import User
from genjin.sales.actions.aftersales_templates import load_templates
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.receipts import NewReceipt, register_receipt
from genjin.sales.models import Order, PaymentPlanLine, Receipt, Shipment
from tests.conftest import SHANGHAI, Cast
from tests.mail.outgoing import account_of

MISTAKES = re.compile(r"class=\"[^\"]*error[^\"]*\".*?</")


@dataclass
class Trade:
    """What happens with one customer; `at` is the clock, `page` the browser of its salesperson."""

    people: Cast
    customer: Customer
    at: datetime
    page: Client
    contact: Contact = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = itertools.count(1)
        self.contact = Contact.objects.create(
            customer=self.customer, name="Elif Demirkan", is_primary=True, created_at=self.at,
            updated_at=self.at,
        )  # fmt: skip
        for kind, value in (("EMAIL", "elif@marmara.example"), ("MOBILE", "+905321234567")):
            self.contact.points.create(kind=kind, value=value, normalised=value)
        account_of(self.people.lin, self.at)
        load_templates(self.people.admin, self.at)
        self.go(self.at)

    @property
    def lin(self) -> User:
        return self.people.lin

    @property
    def today(self) -> date:
        return self.at.astimezone(SHANGHAI).date()

    # the clock

    def go(self, to: datetime | date | str, hour: int = 10) -> None:
        """On to a moment, or to ten o'clock of a day; the worker sweeps."""
        day = date.fromisoformat(to) if isinstance(to, str) else to
        if not isinstance(day, datetime):
            day = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        assert day >= self.at, "the clock goes on"
        self.at = day
        Instance.objects.update(clock_offset=day - datetime.now(tz=day.tzinfo))
        self.sweep()

    def sweep(self) -> None:
        """What the worker does all the time, until it rests."""
        assert not sweep.sweep(lambda: self.at).failed
        assert sweep.sweep(lambda: self.at).written == 0, "deciding again changes nothing"

    # what is owed

    def duties(self) -> dict[str, dict[str, Any]]:
        """Every duty of the customer, now and later, by its key."""
        self.sweep()
        rows = Task.objects.filter(customer=self.customer)
        return {duty["key"]: duty for task in rows for duty in task.duties}

    def owed(self, prefix: str = "aftersales:") -> dict[str, dict[str, Any]]:
        """Those of a kind, by the last part of their keys."""
        return {key.rpartition(":")[2]: duty for key, duty in self.duties().items() if key.startswith(prefix)}

    def days(self, prefix: str = "aftersales:") -> dict[str, str]:
        """When they are due: step -> "03-21"."""
        return {name: duty["due_on"][5:] for name, duty in self.owed(prefix).items()}

    def rules(self) -> set[str]:
        """The rules that ask for anything, now or later."""
        return {duty["rule"] for duty in self.duties().values()}

    def task(self, step: str) -> Task:
        """The task with the duty whose key ends so."""
        self.sweep()
        rows = Task.objects.filter(customer=self.customer)
        (found,) = [task for task in rows if any(duty["key"].endswith(step) for duty in task.duties)]
        return found

    # pages

    def get(self, name: str, *args: Any, **query: Any) -> str:
        """A page as its reader sees it."""
        answer = self.page.get(reverse(name, args=args), query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, name: str, *args: Any, data: Mapping[str, Any] | None = None) -> str:
        """A form sent; gives where it leads. One that was refused fails with its page."""
        answer = self.page.post(reverse(name, args=args), dict(data or {}))
        assert answer.status_code in (200, 204, 302), MISTAKES.findall(answer.content.decode())
        self.sweep()
        return str(answer.headers.get("Location", ""))

    def refused(self, name: str, *args: Any, data: Mapping[str, Any]) -> str:
        """A form that is refused: it is shown again, with a mistake beside a field or above all; its page."""
        answer = self.page.post(reverse(name, args=args), dict(data))
        assert answer.status_code in (200, 422), answer.status_code
        shown = answer.content.decode()
        assert MISTAKES.search(shown), "no mistake is shown"
        return shown

    # mails and money

    def mail(self, key: str, purpose: str = "") -> OutgoingMail:
        """The draft for a duty, from its wording."""
        beginning = Beginning(
            purpose=purpose, about=key, customer_id=self.customer.pk, contact_id=self.contact.pk,
            to=[["Elif Demirkan", "elif@marmara.example"]],
        )  # fmt: skip
        return start_draft(beginning=beginning, by=self.lin, at=self.at)

    def leave(self, mail: OutgoingMail) -> Message:
        """A server has taken it: it is a message of its conversation, filed, and its listeners are told."""
        number = next(self.numbers)
        thread = mail.thread or MailThread.objects.create(
            subject=mail.subject, first_at=self.at, last_at=self.at
        )
        message = Message.objects.create(
            thread=thread, content_key=f"trade{number}", size=1, message_id=mail.message_id, direction="OUT",
            subject=mail.subject, from_address=self.lin.email, date=self.at, arrived_at=self.at,
            stored_at=self.at,
        )  # fmt: skip
        Filing.objects.create(
            customer=self.customer, message=message, thread=thread, date=self.at, filed_at=self.at,
            direction="OUT", counts_as_contact=True,
        )  # fmt: skip
        mail.sent_at, mail.sent_as, mail.state = self.at, message, OutgoingMail.State.SENT
        mail.save()
        sent(mail, message, self.at)
        self.sweep()
        return message

    def answer_step(self, step: str) -> OutgoingMail:
        """Do a step of the chain with the mail that its task begins."""
        task = self.task(step)
        (duty,) = [one for one in task.duties if one["key"].endswith(step)]
        mail = self.mail(duty["key"], duty["reason"]["params"]["template"])
        self.leave(mail)
        return mail

    def pay(self, order: Order, amount: str) -> Receipt:
        """Finance registers a transfer; Lin puts it to what is open of the order, in its order."""
        receipt = register_receipt(
            item=NewReceipt(
                self.today, order.currency, Decimal(amount), bank_charges=Decimal(0),
                customer_id=order.customer_id,
            ),
            by=self.people.zhou, at=self.at,
        )  # fmt: skip
        left, shares = Decimal(amount), []
        for part in PaymentPlanLine.objects.filter(order=order).order_by("position"):
            share = min(left, part.amount - part.paid_amount)
            if share > 0:
                shares.append(Allocation(order.pk, share, part.pk))
                left -= share
        allocate(receipt_id=receipt.pk, shares=shares, by=self.lin, at=self.at)
        self.sweep()
        return receipt

    def chain(self, order: Order) -> dict[str, str]:
        """The days of the chain as the command gives them: step -> "03-21"."""
        answer = run_aftersales(
            Namespace(order=order.number, at=(self.at + timedelta(minutes=1)).isoformat())
        )
        return {step["name"]: str(step["due_on"])[5:] for step in answer["shipments"][-1]["steps"]}


def shipment_of(order: Order) -> Shipment:
    """The newest shipment with goods of the order."""
    return Shipment.objects.filter(lines__order_line__order=order).distinct().order_by("-pk")[0]
