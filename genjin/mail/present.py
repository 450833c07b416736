"""How mails are told to people: rows of a list, heads of letters, what a bounce means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.customers import local_time
from genjin.customers.local_time import LocalTime
from genjin.customers.models import Customer
from genjin.files.kinds import SHOWN_INLINE
from genjin.mail import outbox_present, queries
from genjin.mail.boxes import Box
from genjin.mail.failures import Failure, failures
from genjin.mail.models import (
    Conversation,
    Handling,
    MailFolder,
    Message,
    MessageCopy,
    MessagePart,
    Participant,
)
from genjin.mail.outbox_present import Line as Sent
from genjin.mail.queries import Read, ThreadCustomers
from genjin.people.models import User
from genjin.web.templatetags.web import day

Role, Verdict = Participant.Role, Message.Verdict
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_NAMES = 3


@dataclass(frozen=True)
class Line:
    """One row of a list: a conversation, or a message that was found."""

    id: str
    thread_id: int
    href: str
    who: str
    subject: str
    preview: str
    at: datetime
    count: int = 1
    is_unread: bool = False
    is_starred: bool = False
    has_attachments: bool = False
    customer: Customer | None = None
    time: LocalTime | None = None
    colleague: str = ""
    is_unfiled: bool = False
    handling: Handling | None = None
    badges: list[tuple[str, str]] = field(default_factory=list)
    account: str = ""
    group: str = ""
    """Stands above the row where another day begins."""


def url_of(name: str, *args: Any) -> str:
    """The address of a page that may not exist yet; empty without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def conversation_lines(
    rows: Sequence[Conversation], box: Box, user: User, *, now: datetime, query: str, accounts: int
) -> list[Line]:
    """Rows of conversations; the number of queries does not depend on how many."""
    threads = [row.thread_id for row in rows]
    shared = {row.folder.account_id for row in rows if row.folder.account.is_shared}
    handlings = queries.handlings_of(threads, shared) if shared else {}
    awaited = queries.tracked(threads)
    to = queries.recipients_of([row.last_message_id for row in rows if row.last_message.direction == "OUT"])
    around = _Around(threads, user, now)
    lines = []
    for row in rows:
        message = row.last_message
        badges = _badges(message, tracked=row.thread_id in awaited)
        lines.append(
            Line(
                id=f"conversation-{row.pk}",
                thread_id=row.thread_id,
                href=f"{reverse('mail:conversation', args=[row.thread_id])}?{query}",
                who=_who(message, to),
                subject=message.subject or _("(no subject)"),
                preview=message.preview,
                at=row.last_at,
                count=row.count,
                is_unread=row.unread > 0,
                is_starred=row.is_flagged,
                has_attachments=row.has_attachments,
                handling=handlings.get(row.thread_id),
                badges=badges,
                account=row.folder.account.name if accounts > 1 and len(box.folders) > 1 else "",
                **around.of(row.thread_id, message),
            )
        )
    return grouped(lines, timezone.localdate(now))


def message_lines(rows: Sequence[Message], user: User, *, now: datetime, query: str) -> list[Line]:
    """Rows of messages that were found."""
    ids = [row.pk for row in rows]
    copies = queries.copies_of(ids, user)
    to = queries.recipients_of([row.pk for row in rows if row.direction == "OUT"])
    around = _Around([row.thread_id for row in rows], user, now)
    roles = dict(MailFolder.Role.choices)
    lines = [
        Line(
            id=f"message-{row.pk}",
            thread_id=row.thread_id,
            href=f"{reverse('mail:conversation', args=[row.thread_id])}?{query}&m={row.pk}",
            who=_who(row, to),
            subject=row.subject or _("(no subject)"),
            preview=row.preview,
            at=row.date,
            is_unread=any(not copy.is_read for copy in copies[row.pk]),
            is_starred=any(copy.is_flagged for copy in copies[row.pk]),
            has_attachments=row.has_attachments,
            badges=_badges(row, tracked=False),
            account=next((str(roles[copy.folder.role]) for copy in copies[row.pk]), ""),
            **around.of(row.thread_id, row),
        )
        for row in rows
    ]
    return grouped(lines, timezone.localdate(now))


class _Around:
    """The customers of a page of conversations, with the time there."""

    def __init__(self, threads: Sequence[int], user: User, now: datetime) -> None:
        self.customers = queries.customers_of(set(threads), user)
        seen = {one.pk: one for found in self.customers.values() for one in found.seen}
        self.times = local_time.of_customers(list(seen.values()), now) if seen else {}

    def of(self, thread_id: int, message: Message) -> dict[str, Any]:
        found = self.customers.get(thread_id, ThreadCustomers())
        customer = found.first(message.from_address)
        return {
            "customer": customer,
            "time": self.times.get(customer.pk) if customer else None,
            "colleague": colleague_text(found.of_colleagues) if not customer and found.of_colleagues else "",
            "is_unfiled": found.is_unfiled and message.verdict != Verdict.BULK,
        }


def colleague_text(owners: Sequence[str]) -> str:
    """That it belongs to customers of others."""
    named = [name for name in owners if name]
    if not named:
        return _("Customer of the public pool")
    return _("Customer of %(name)s") % {"name": _(", ").join(dict.fromkeys(named))}


def grouped(lines: Sequence[Line], today: date) -> list[Line]:
    """The same rows; the first of each day, week or month says which one."""
    above, marked = "", []
    for line in lines:
        name = _group_of(timezone.localtime(line.at).date(), today)
        marked.append(Line(**{**line.__dict__, "group": name if name != above else ""}))
        above = name
    return marked


def _group_of(when: date, today: date) -> str:
    if when >= today:
        return pgettext("mails", "Today")
    if when == today - timedelta(days=1):
        return pgettext("mails", "Yesterday")
    monday = today - timedelta(days=today.weekday())
    if when >= monday:
        return _("This week")
    if when >= monday - timedelta(days=7):
        return _("Last week")
    if (when.year, when.month) == (today.year, today.month):
        return _("Earlier this month")
    return f"{when.year}-{when.month:02}"


def _who(message: Message, to: Mapping[int, str]) -> str:
    if message.direction == Message.Direction.OUT:
        return _("To %(name)s") % {"name": to.get(message.pk) or _("nobody named")}
    return message.from_name or message.from_address or _("(no sender)")


def _badges(message: Message, *, tracked: bool) -> list[tuple[str, str]]:
    found = []
    if label := verdict_label(message):
        found.append((label, "bad" if message.verdict == Verdict.BOUNCE else ""))
    if tracked:
        found.append((_("awaiting an answer"), "accent"))
    return found


def verdict_label(message: Message) -> str:
    """What a message was taken for, in a few words; empty for what a person wrote."""
    if message.verdict == Verdict.AUTO_REPLY and message.returns_on:
        return _("Automatic reply, back on %(day)s") % {"day": day(message.returns_on)}
    return "" if message.verdict == Verdict.HUMAN else str(Verdict(message.verdict).label)


@dataclass(frozen=True)
class PartLine:
    """An attachment."""

    part: MessagePart
    href: str
    show: str
    is_picture: bool
    icon: str


@dataclass(frozen=True)
class Letter:
    """One message of a conversation as the page shows it."""

    message: Message
    senders: list[Participant]
    recipients: list[tuple[str, list[Participant]]]
    copies: list[MessageCopy]
    parts: list[PartLine]
    failures: list[Failure]
    label: str
    is_open: bool
    is_unread: bool
    is_starred: bool
    there: str
    """Its moment on the sender's clock, if that differs from the reader's."""
    problem: str
    sent: Sent | None = None
    """How it left, where it was written here and the reader may know."""
    bounced: list[Failure] = field(default_factory=list)
    """Whom it did not reach, as bounces in the conversation say."""

    @property
    def menu_id(self) -> str:
        """Names its menu in the page."""
        return f"letter-menu-{self.message.pk}"

    @property
    def short_to(self) -> str:
        """To whom it went, in a few words."""
        names = [p.name or p.address for _label, people in self.recipients for p in people]
        more = len(names) - MOST_NAMES
        return _(", ").join(names[:MOST_NAMES]) + (f" +{more}" if more > 0 else "")


def letters(read: Read, *, wanted: int | None, sent: Sequence[Sent] = ()) -> list[Letter]:
    """The messages of a conversation; open are the newest, what is unread or went wrong, and the wanted one.

    `sent` tells how those that were written here left.
    """
    newest = read.messages[-1].pk
    zone = _zone_of(read)
    bounced = outbox_present.bounced(read.messages)
    ways = {one.mail.sent_as_id: one for one in sent}
    opened = {newest, wanted, *bounced, *(pk for pk, one in ways.items() if not one.is_sent)}
    found = [_letter(message, read, zone, is_open=message.pk in opened) for message in read.messages]
    return [
        replace(one, sent=ways.get(one.message.pk), bounced=bounced.get(one.message.pk, [])) for one in found
    ]


def _zone_of(read: Read) -> str:
    """Where the customer of a conversation is; empty when unknown."""
    customer = read.customer
    return local_time.zone_of_customer(customer, customer.country) if customer else ""


def _there(at: datetime, zone: str) -> str:
    """The moment on the clocks of the customer, where they show another time than the reader's."""
    if not zone:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    if local.utcoffset() == timezone.localtime(at).utcoffset():
        return ""
    return f"{local_time.zone_city(zone)} {local:%H:%M}"


def _letter(message: Message, read: Read, zone: str, *, is_open: bool) -> Letter:
    copies = read.copies.get(message.pk, [])
    people = list(message.participants.all())
    is_unread = any(not copy.is_read for copy in copies)
    shown = [Role.TO, Role.CC, *([Role.BCC] if queries.is_senders(message, copies) else []), Role.REPLY_TO]
    recipients = [(str(role.label), [p for p in people if p.role == role]) for role in shown]
    return Letter(
        message=message,
        senders=[p for p in people if p.role == Role.FROM],
        recipients=[(label, found) for label, found in recipients if found],
        copies=copies,
        parts=[_part(part) for part in message.parts.all() if not part.is_inline],
        failures=failures(message),
        label=verdict_label(message),
        is_open=is_open or is_unread,
        is_unread=is_unread,
        is_starred=any(copy.is_flagged for copy in copies),
        there=_there(message.date, zone),
        problem=_problem(message),
    )


def _problem(message: Message) -> str:
    if message.verdict == Verdict.UNREADABLE or "UNREADABLE" in message.problems:
        return _("This mail could not be read; what it holds is in the raw message.")
    if message.dated is None:
        return _("It carries no readable date; shown is when it arrived.")
    if abs(message.dated - message.date) > timedelta(days=1):
        return _("It claims the date %(day)s; shown is when it arrived.") % {"day": day(message.dated)}
    return ""


PART_ICONS = {"image": "photo", "text": "file", "application": "file", "message": "mail", "video": "video"}


def _part(part: MessagePart) -> PartLine:
    name = part.name or pgettext("attachment without a name", "attachment")
    href = reverse("mail:part", args=[part.message_id, part.position, name.replace("/", "_") or "_"])
    is_picture = part.media_type in PICTURES
    may_show = part.media_type in SHOWN_INLINE or is_picture
    icon = PART_ICONS.get(part.media_type.partition("/")[0], "clip")
    return PartLine(
        part, href, f"{href}?show" if may_show else "", is_picture, icon if icon != "video" else "play"
    )
