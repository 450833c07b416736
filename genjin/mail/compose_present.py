"""What the writing page shows beside the text: senders, the customer, files, templates, hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from genjin.customers.local_time import LocalTime
from genjin.customers.models import Customer
from genjin.customers.present import chips, is_overdue
from genjin.customers.queries import CustomerCard, customer_card
from genjin.files.models import Attachment
from genjin.mail import another_sender, compose_text, merge_fields, opening, outgoing_html
from genjin.mail.actions import preferences
from genjin.mail.actions.outbox import UNDO_FOR, local_moment
from genjin.mail.addressed import contact_of
from genjin.mail.models import (
    Filing,
    MailAccount,
    MailTemplate,
    MessageCopy,
    OutgoingMail,
    TemplateVersion,
)
from genjin.people.models import User
from genjin.people.requests import Request

LANGUAGES = (
    ("en", "English"), ("zh", "中文"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"),
    ("pt", "Português"), ("it", "Italiano"), ("ru", "Русский"), ("ja", "日本語"), ("ar", "العربية"),
    ("tr", "Türkçe"),
)  # fmt: skip
COLOURS = (
    ("ink", "#1f2430"), ("red", "#c22f27"), ("orange", "#b45309"), ("green", "#17774a"), ("blue", "#2750c9"),
    ("purple", "#7c3aa8"),
)  # fmt: skip


@dataclass(frozen=True)
class Strip:
    """The customer above the text."""

    customer: Customer
    card: CustomerCard
    grade: Any
    time: LocalTime | None
    last: Filing | None
    is_overdue: bool


@dataclass(frozen=True)
class LocalStart:
    """When work goes on where the recipient is, on both clocks."""

    at: datetime
    there: datetime
    place: str


def context_of(
    mail: OutgoingMail, request: Request, *, typed: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Everything that `mail/_compose.html` needs; the number of queries does not depend on how much it is.

    `typed` are the values of a form that was refused: they are shown again as they were written.
    """
    given = typed or {}
    enclosed = compose_text.attachments_of(mail)
    strip = strip_of(mail, request)
    accounts = senders_of(request.user)
    return {
        "mail": mail, "accounts": accounts, "stays_here": _stays_here(mail, accounts),
        "languages": LANGUAGES, "colours": COLOURS,
        "html": compose_text.for_editor(mail.html, enclosed), "enclosed": shown_files(mail, enclosed),
        "rows": [
            (name, given.get(name, compose_text.typed(pairs)))
            for name, pairs in (("to", mail.to), ("cc", mail.cc), ("bcc", mail.bcc))
        ],
        "subject": given.get("subject", mail.subject), "text": given.get("text", mail.text),
        "later_day": given.get("send_at_day", ""), "later_time": given.get("send_at_time", ""),
        "strip": strip, "templates": templates_for(request.user), "left": fields_left(mail),
        "local_start": _local_start(mail, strip, request.now), "in_place": request.htmx,
        "inbox": url_of("mail:inbox") or reverse("mail:drafts"),
        "ids": {name: f"{name}-{mail.pk}" for name in ("colours", "templates", "later", "doubts")},
        "mistakes": {}, "doubts": [], "answering": _answering_url(mail, request),
        "may_hint": opening.is_allowed(),
        "another": another_sender.hint(mail, accounts),
    } | more  # fmt: skip


def _stays_here(mail: OutgoingMail, accounts: list[MailAccount]) -> bool:
    """Whether it would leave from a mailbox of the demo, and so never leave this machine."""
    return any(
        one.pk == mail.account_id and one.transport == MailAccount.Transport.MAILDIR for one in accounts
    )


def _answering_url(mail: OutgoingMail, request: Request) -> str:
    """Where the box says that it is open, if colleagues could answer the same mail; else empty."""
    if mail.kind != OutgoingMail.Kind.REPLY or mail.thread_id is None:
        return ""
    shared = MailAccount.objects.answered_by(request.user).filter(is_shared=True)
    copies = MessageCopy.objects.filter(thread=mail.thread_id, account__in=shared, gone_at__isnull=True)
    account = copies.values_list("account_id", flat=True).first()
    return reverse("mail:answering", args=[mail.thread_id, account]) if account else ""


def senders_of(user: User) -> list[MailAccount]:
    """The mailboxes from which the person may send, own ones first."""
    return list(MailAccount.objects.answered_by(user).order_by("is_shared", "pk"))


def url_of(name: str, *args: Any) -> str:
    """The address of a page that may not exist; empty without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def shown_files(mail: OutgoingMail, enclosed: list[Attachment]) -> list[Attachment]:
    """What is listed as attached: without the pictures that stand within the text."""
    within = outgoing_html.picture_ids(mail.html)
    return [one for one in enclosed if one.pk not in within]


def fields_left(mail: OutgoingMail) -> list[str]:
    """What people call the merge fields for which nothing is known."""
    text = mail.text if mail.is_plain else mail.html
    return [merge_fields.label(name) for name in merge_fields.left(mail.subject, text)]


def templates_for(user: User) -> list[TemplateVersion]:
    """The wordings that the person may write from: approved ones, and own drafts; one query."""
    seen = MailTemplate.objects.visible_to(user).values("pk")
    usable = Q(state=TemplateVersion.State.APPROVED) | Q(state=TemplateVersion.State.DRAFT, written_by=user)
    rows = TemplateVersion.objects.filter(usable, template__in=seen).select_related("template")
    return list(rows.order_by("template__name", "-number")[:100])


def strip_of(mail: OutgoingMail, request: Request) -> Strip | None:
    """What one must know of the customer before writing; None for strangers."""
    if mail.customer_id is None:
        return None
    try:
        card = customer_card(mail.customer_id, request.user, at=request.now)
    except Customer.DoesNotExist:
        return None
    addresses = {address.lower() for _name, address in mail.to}
    time = next(
        (
            card.local_times[one.pk]
            for one in card.contacts
            if one.pk in card.local_times and addresses & {p.normalised for p in one.points.all()}
        ),
        card.local_time,
    )
    last = Filing.objects.filter(customer=mail.customer_id, counts_as_contact=True).order_by("-date").first()
    step = card.next_step
    return Strip(
        customer=card.customer, card=card, time=time, last=last,
        grade=next((chip for chip in chips(card) if chip.field == "follow_grade"), None),
        is_overdue=step is not None and is_overdue(step, timezone.localdate(request.now), request.now),
    )  # fmt: skip


def _local_start(mail: OutgoingMail, strip: Strip | None, now: datetime) -> LocalStart | None:
    if strip is None or strip.time is None:
        return None
    moment = local_moment(contact=contact_of([*mail.to, *mail.cc]), customer=strip.customer, at=now)
    if moment is None or moment <= now:
        return None
    # Without its zone: templates would show it on the reader's clocks.
    there = moment.astimezone(strip.time.now.tzinfo).replace(tzinfo=None)
    return LocalStart(moment, there, strip.time.place.name or strip.customer.city)


def sent_context(mail: OutgoingMail, request: Request) -> dict[str, Any]:
    """What stands where the text stood."""
    seconds = UNDO_FOR.total_seconds()
    waits = mail.state == OutgoingMail.State.WAITING and mail.sent_at is None
    soon = bool(mail.send_at and (mail.send_at - request.now).total_seconds() <= seconds)
    return {
        "after": preferences.after_sending(request.user),
        "mail": mail, "may_undo": waits, "seconds": int(seconds) if waits and soon else 0, "soon": soon,
        "inbox": url_of("mail:inbox") or reverse("mail:drafts"), "outbox": url_of("mail:outbox"),
    }  # fmt: skip
