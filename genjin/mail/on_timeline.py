"""Mails on the timeline of the customers to whom they are filed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers import present_timeline, timeline
from genjin.customers.present_timeline import Row
from genjin.customers.timeline import Asked, newest
from genjin.mail.failures import failures
from genjin.mail.models import Filing, Message, MessagePart
from genjin.mail.present import verdict_label
from genjin.records.prepared import Given, Prepared

SOURCE = "mails"


def register_all() -> None:
    """Put mails on the timeline."""
    told = frozenset(("mail.outgoing", "mail.tracking"))
    timeline.add_source(timeline.Source(SOURCE, "date", frozenset(("all", "mails")), _rows, told))
    present_timeline.add_teller(SOURCE, _row)


def _filings(cut: str, limit: int) -> QuerySet[Filing]:
    rows = Filing.objects.filter(customer=Given("customer")).annotate(is_private=F("thread__is_private"))
    return newest(rows.select_related("message").defer("message__text"), "date", cut, limit)


_FILINGS = Prepared(_filings)
_PARTS = Prepared(
    lambda: MessagePart.objects.filter(message_id__among=Given("messages"), is_inline=False).order_by(
        "position"
    )
)


def _seen(asked: Asked) -> list[Filing]:
    """The same without the private conversations of others; asks for longer."""
    rows = Filing.objects.filter(customer=asked.customer)
    rows = rows.filter(thread__is_private=False) if asked.reader is None else rows.visible_to(asked.reader)
    rows = rows.select_related("message").defer("message__text")
    return list(newest(rows, "date", *asked.shape, at=asked.at, pk=asked.id))


def _rows(asked: Asked) -> Sequence[Filing]:
    """The newest mails of a customer whom the reader sees; private conversations need a look at each."""
    found = _FILINGS(*asked.shape, **asked.values)
    if any(one.is_private for one in found):  # type: ignore[attr-defined]
        found = _seen(asked)
    parts = _PARTS(messages=[one.message_id for one in found]) if found else []
    for one in found:
        mine = [part for part in parts if part.message_id == one.message_id]
        one.message.attached = mine  # type: ignore[attr-defined]
    return found


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
