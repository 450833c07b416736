"""What customers do with what was really sent: they answer, are away, stay silent, or the mail comes back.

Nothing is kept about it: each sent mail and recipient decide by themselves what follows and when, the same
every time, and what follows has a Message-ID that follows from them. So whoever looks again, also after a
crash, finds what was put there and puts it no second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from genjin.customers import local_time
from genjin.customers.models import Contact, ContactPoint
from genjin.customers.models.dimension import FollowGrade, LifecycleStage
from genjin.demo import automatic, post, topics, wording, writers
from genjin.demo.letters import SEED, Correspondent, Mail, write
from genjin.mail import raw
from genjin.mail.models import MailAccount, Message, OutgoingMail, OutgoingRecipient
from genjin.mail.reading import Letter, read

LOOKS_BACK = timedelta(days=45)
"""How old a mail may be that is still answered."""
MOST = 400
ANSWERING: dict[str, float] = {
    FollowGrade.TOP: 0.9, FollowGrade.UPPER_MID: 0.8, FollowGrade.MID: 0.65, FollowGrade.LOWER_MID: 0.45,
    FollowGrade.LOW: 0.25,
}  # fmt: skip
USUAL = 0.6
DEAD, FULL, AWAY = 0.05, 0.03, 0.09
"""Shares of addresses that do not exist any more, are full, or away, in a week."""


@dataclass(frozen=True)
class Known:
    """What is known of a recipient: as a contact, or as somebody who wrote to us before."""

    address: str
    contact: Contact | None
    has_written: bool
    is_first: bool
    """Whether the mail goes to him before all others: only he answers."""
    name: str = ""

    @property
    def grade(self) -> str:
        """The follow-up grade of his company."""
        return self.contact.customer.follow_grade if self.contact else ""


@dataclass(frozen=True)
class Reaction:
    """What comes back from one recipient, and when at the earliest."""

    kind: str
    """answer, absence, hard, soft or nobody."""
    known: Known
    after: timedelta
    returns_on: date | None = None

    def key(self, mail: OutgoingMail) -> str:
        """What names it for ever."""
        return f"{self.kind}/{mail.message_id}/{self.known.address}"


def plan(message_id: str, known: Known, sent_at: datetime) -> list[Reaction]:
    """What this recipient does with this mail; the same every time."""
    if known.contact is None and not known.has_written:
        return [Reaction("nobody", known, timedelta(seconds=70))]
    week = sent_at.date().isocalendar()
    always, now = _drawn(known.address), _drawn(known.address, week[0], week[1])
    if not known.has_written and always.random() < DEAD:
        return [Reaction("hard", known, timedelta(seconds=60 + always.randint(0, 60)))]
    if now.random() < FULL:
        return [Reaction("soft", known, timedelta(minutes=now.randint(3, 9)))]
    found = []
    returns_on = None
    if now.random() < AWAY:
        returns_on = sent_at.date() + timedelta(days=7 - sent_at.weekday() + now.choice((0, 0, 1, 3)))
        found.append(Reaction("absence", known, timedelta(seconds=40), returns_on))
    this = _drawn(message_id, known.address)
    if known.is_first and this.random() < ANSWERING.get(known.grade, USUAL):
        found.append(Reaction("answer", known, timedelta(hours=_patience(known.grade, this)), returns_on))
    return found


def _patience(grade: str, rng: Random) -> float:
    """Hours until an answer is begun: who matters to us and we to him is quick."""
    least, most = {"TOP": (0.5, 10), "UPPER_MID": (1, 22), "MID": (2, 40)}.get(grade, (5, 76))
    return float(least + (most - least) * rng.random() ** 1.6)


def _drawn(*parts: object) -> Random:
    return Random(post.key_of(SEED, *parts))  # noqa: S311 - the same every time, nothing secret


@dataclass(frozen=True)
class Due:
    """A mail that has come by now: its bytes, name, moment and the mailboxes that get it."""

    content: bytes
    key: str
    at: datetime
    boxes: Sequence[str]


def due(at: datetime) -> Iterator[Due]:
    """Everything that has come back by that moment and lies in no mailbox yet."""
    rows = OutgoingMail.objects.filter(
        account__transport=MailAccount.Transport.MAILDIR, sent_at__gt=at - LOOKS_BACK, sent_at__lte=at,
        raw__isnull=False,
    )  # fmt: skip
    mails = list(rows.select_related("raw", "account").order_by("-sent_at")[:MOST])
    planned = [
        (mail, one) for mail in mails for one in _planned(mail) if (mail.sent_at or at) + one.after <= at
    ]
    names = {post.key_of(SEED, one.key(mail)): (mail, one) for mail, one in planned}
    there = _known_ids(names)
    for name, (mail, one) in names.items():
        if name not in there and (found := _made(mail, one, at)) is not None:
            yield found


def _known_ids(names: dict[str, tuple[OutgoingMail, Reaction]]) -> set[str]:
    """Which of these have arrived already, by the first half of their Message-ID."""
    ids = [f"{name}@{_domain(one)}" for name, (_mail, one) in names.items()]
    found = Message.objects.filter(message_id__in=ids).values_list("message_id", flat=True)
    return {one.partition("@")[0] for one in found}


def _domain(one: Reaction) -> str:
    is_report = one.kind in ("hard", "soft", "nobody")
    return (automatic.POSTMASTER if is_report else one.known.address).rpartition("@")[2]


def _planned(mail: OutgoingMail) -> list[Reaction]:
    accepted = mail.recipients.filter(state=OutgoingRecipient.State.ACCEPTED).order_by("pk")
    found: list[Reaction] = []
    for place, row in enumerate(one for one in accepted if not post.has_mailbox(one.address)):
        known = _known(row, mail, is_first=place == 0 and row.role == "TO")
        found += plan(mail.message_id, known, mail.sent_at or mail.changed_at)
    return found


def _known(row: OutgoingRecipient, mail: OutgoingMail, *, is_first: bool) -> Known:
    points = ContactPoint.objects.filter(kind="EMAIL", normalised=row.address).values("contact")
    contacts = Contact.objects.alive().filter(pk__in=points).select_related("customer__country")
    before = Message.objects.filter(
        from_address=row.address, verdict=Message.Verdict.HUMAN, date__lt=mail.sent_at
    )
    name = before.values_list("from_name", flat=True).first()
    return Known(row.address, contacts.order_by("pk").first(), name is not None, is_first, name or row.name)


def _made(mail: OutgoingMail, one: Reaction, now: datetime) -> Due | None:
    assert mail.sent_at is not None
    assert mail.account is not None
    moment = mail.sent_at + one.after
    sent = raw.load(mail.raw)
    letter = read(sent)
    boxes = [mail.account.address]
    if one.kind in _CAUSES:
        content = automatic.bounce(
            sent, one.known.address, cause=_CAUSES[one.kind], at=moment, key=one.key(mail)
        )
    else:
        writer, moment = _writer(one, moment)
        if moment > now:
            return None
        if one.kind == "absence":
            assert one.returns_on is not None
            content = automatic.absence(
                sent, writer, country=_country(one), returns_on=one.returns_on, at=moment, key=one.key(mail)
            )
        else:
            content = _answer(one, letter, sent, writer, moment, one.key(mail))
            boxes += [box.address for box in (*letter.to, *letter.cc) if post.has_mailbox(box.address)]
    return Due(content, post.key_of(SEED, one.key(mail)), moment, list(dict.fromkeys(boxes)))


_CAUSES = {"hard": automatic.UNKNOWN, "soft": automatic.FULL, "nobody": automatic.ELSEWHERE}


def _country(one: Reaction) -> str:
    return (one.known.contact.customer.country_id or "") if one.known.contact else ""


def _writer(one: Reaction, moment: datetime) -> tuple[Correspondent, datetime]:
    """Who writes, and when: an answer waits for working hours there and for the writer's return."""
    contact = one.known.contact
    if contact is None:
        name = one.known.name or one.known.address.partition("@")[0]
        return Correspondent(name, one.known.address, name.split()[0], ZoneInfo("UTC")), moment
    place = local_time.of_contacts([contact], moment).get(contact.pk)
    zone = place.place.zone if place is not None else "UTC"
    writer = writers.of_contact(contact, one.known.address, zone)
    if one.kind == "absence":
        return writer, moment
    if one.returns_on is not None:
        moment = max(moment, datetime.combine(one.returns_on, time(9, 20), tzinfo=writer.zone))
        place = local_time.of_contacts([contact], moment).get(contact.pk)
    if place is not None and place.opens_at is not None:
        moment = place.opens_at + timedelta(minutes=_drawn(one.known.address, moment).randint(4, 75))
    return writer, moment


def _answer(
    one: Reaction, letter: Letter, sent: bytes, writer: Correspondent, at: datetime, key: str
) -> bytes:
    """A person's answer that fits what was sent, the customer's stage and language."""
    rng = _drawn(key)
    customer = one.known.contact.customer if one.known.contact else None
    company, deal = topics.deal_of(letter, customer, rng)
    sender = letter.from_[0]
    first = (sender.name or sender.address).split()[0]
    slots = wording.slots_of(deal, company, writer.language, rng, first=first)
    said = wording.body(_occasion(one, letter, rng), writer.language, rng, slots)
    text = wording.for_country(said, _country(one))
    return write(Mail(writer, [], text, at, key, answers=sent, to_all=True))


def _occasion(one: Reaction, letter: Letter, rng: Random) -> str:
    customer = one.known.contact.customer if one.known.contact else None
    if one.known.grade == FollowGrade.LOW and rng.random() < 0.6:
        return "answer_low"
    if topics.OFFER.search(letter.subject) or letter.has_attachments:
        return "answer_offer"
    is_prospect = customer is None or customer.lifecycle_stage == LifecycleStage.PROSPECT
    return "answer_prospect" if is_prospect else "answer_buyer"
