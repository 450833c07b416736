"""What customers and strangers write of their own accord as the demo's time moves on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from genjin.customers import local_time
from genjin.customers.models import Contact, ContactPoint
from genjin.customers.models.dimension import FollowGrade
from genjin.demo import around, firm, post, topics, wording, writers
from genjin.demo.letters import SEED, Mail, write
from genjin.demo.lives import ZONE
from genjin.demo.reactions import Due
from genjin.mail.models import MailAccount, Message, MessageCopy
from genjin.mail.reading import read

LOOKS_BACK = timedelta(days=14)
SHARE = 0.012
"""Of the customers whom one looks after well, so many write on a working day without being asked."""
WELL = (FollowGrade.TOP, FollowGrade.UPPER_MID, FollowGrade.MID)


@dataclass(frozen=True)
class Unasked:
    """A mail before it is written out."""

    message_id: str
    at: datetime
    write: Callable[[], Due]


def due(at: datetime) -> Iterator[Due]:
    """Everything that was written by that moment since the demo began, and lies in no mailbox yet."""
    begun = MessageCopy.objects.order_by("pk").values_list("added_at", flat=True).first()
    if begun is None:
        return
    since = max(begun, at - LOOKS_BACK)
    days = [since.date() + timedelta(days=n) for n in range((at.date() - since.date()).days + 1)]
    found = {one.message_id: one for one in (*_strangers(days, begun.date()), *_customers(days))}
    now = {name: one for name, one in found.items() if since < one.at <= at}
    there = set(Message.objects.filter(message_id__in=now).values_list("message_id", flat=True))
    for name, one in now.items():
        if name not in there:
            yield one.write()


def _strangers(days: list[date], begun: date) -> Iterator[Unasked]:
    """On most working days somebody new asks the firm."""
    for day in days:
        rng = Random(post.key_of(SEED, "stranger", day))  # noqa: S311 - the same every time
        if day.weekday() < 5 and rng.random() < 0.75:
            at = datetime.combine(day, time(rng.randint(9, 21), rng.randint(0, 59)), tzinfo=ZONE)
            number = around.STRANGERS_AT_FIRST + (day - begun).days
            _who, content, message_id = around.inquiry(number, at)
            box = writers.shared().address
            yield Unasked(message_id, at, partial(Due, content, post.key_of(message_id), at, [box]))


def _customers(days: list[date]) -> Iterator[Unasked]:
    """A few of those one looks after write to whoever does, in their working hours."""
    owners = dict(MailAccount.objects.alive().filter(is_shared=False).values_list("owner_id", "address"))
    contacts = Contact.objects.alive().filter(
        is_primary=True, customer__owner__in=owners, customer__follow_grade__in=WELL,
        customer__deleted_at__isnull=True,
    )  # fmt: skip
    chosen = [
        (pk, customer_id, day)
        for pk, customer_id in contacts.order_by("pk").values_list("pk", "customer_id")
        for day in days
        if day.weekday() < 5 and Random(post.key_of(SEED, customer_id, day)).random() < SHARE  # noqa: S311
    ]
    rows = contacts.select_related("customer__country", "customer__owner").in_bulk([one[0] for one in chosen])
    for pk, _customer_id, day in chosen:
        if (made := _asks(rows[pk], day, owners)) is not None:
            yield made


def _asks(contact: Contact, day: date, owners: dict[int, str]) -> Unasked | None:
    points = ContactPoint.objects.filter(contact=contact, kind=ContactPoint.Kind.EMAIL)
    address = points.order_by("-is_primary", "pk").values_list("normalised", flat=True).first()
    noon = datetime.combine(day, time(12), tzinfo=ZONE)
    place = local_time.of_contacts([contact], noon).get(contact.pk)
    if address is None or place is None:
        return None
    rng = Random(post.key_of(SEED, contact.customer_id, day, "text"))  # noqa: S311
    writer = writers.of_contact(contact, address, place.place.zone)
    local = datetime.combine(
        day, time(rng.randint(9, 16), rng.randint(0, 59)), tzinfo=ZoneInfo(str(writer.zone))
    )
    here = writers.colleague(firm.key_of(owners[contact.customer.owner_id or 0]), writer.language)

    def made() -> Due:
        customer = contact.customer
        company, deal = topics.deal_of(read(b""), customer, rng)
        slots = wording.slots_of(deal, company, writer.language, rng, first=here.first)
        text = wording.for_country(wording.body("asks", writer.language, rng, slots), company.country)
        mail.text = text
        mail.subject = wording.for_country(
            wording.subject("asks", writer.language, rng, slots), company.country
        )
        return Due(write(mail), post.key_of(mail.message_id), local, [here.address])

    mail = Mail(writer, [here], "", local, f"asks/{contact.customer_id}/{day}")
    return Unasked(mail.message_id, local, made)
