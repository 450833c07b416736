"""Mails on the timeline of the customers to whom they are filed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers import present_timeline, timeline
from genjin.customers.models import Customer
from genjin.customers.present_timeline import Row
from genjin.mail.failures import failures
from genjin.mail.models import Filing, Message, MessagePart
from genjin.mail.present import verdict_label
from genjin.people.models import User

SOURCE = "mails"


def register_all() -> None:
    """Put mails on the timeline."""
    timeline.add_source(timeline.Source(SOURCE, frozenset(("all", "mails")), _rows))
    present_timeline.add_teller(SOURCE, _row)


def _rows(customer: Customer, kinds: Collection[str], reader: User | None) -> tuple[QuerySet[Any], str]:
    rows = Filing.objects.filter(customer=customer)
    rows = rows.filter(thread__is_private=False) if reader is None else rows.visible_to(reader)
    parts = MessagePart.objects.filter(is_inline=False).order_by("position")
    return rows.select_related("message", "contact").prefetch_related(
        Prefetch("message__parts", parts, to_attr="attached")
    ), "date"


def _row(record: Filing) -> Row:
    message = record.message
    is_out = message.direction == Message.Direction.OUT
    badges = []
    if label := verdict_label(message):
        badges.append((label, "bad" if message.verdict == Message.Verdict.BOUNCE else ""))
    names = [part.name for part in message.attached]  # type: ignore[attr-defined]
    details = [_("Attachments: %(names)s") % {"names": _(", ").join(names[:5])}] if names else []
    details += [f"{one.address}: {one.why}" for one in failures(message)]
    return Row(
        source=SOURCE, at=record.date, icon="send" if is_out else "mail",
        title=message.subject or _("(no subject)"), text=message.preview,
        who=message.from_name or message.from_address, badges=badges, details=details,
        href=reverse("mail:message", args=[message.pk]),
        quiet=not record.counts_as_contact,
    )  # fmt: skip
