"""The mail that shows a customer, with photos, how his goods come along (003-23)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.files import kinds
from genjin.files.models import Attachment, StoredFile
from genjin.mail.actions.starting import CARRIED, Beginning, start_draft
from genjin.mail.actions.writing import KIND as OUTGOING
from genjin.mail.models import Message, OutgoingMail
from genjin.people.models import User
from genjin.sales.actions.order_sales import share_progress
from genjin.sales.models import NodeKind, Order
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.shipment_fields import day_text

PREFIX = "progress:order-"
PURPOSE = "order.PROGRESS"
MOST = 20
"""Photos of one mail; whoever has more chooses."""
FIELDS: dict[str, Any] = {
    "order.number": _("Order number"),
    "order.progress": _("How far production is"),
    "order.delivery_on": _("Delivery day"),
}


def values_of(about: str, language: str) -> dict[str, str]:
    """What the fields stand for in a mail about the progress of an order."""
    order = _order(about)
    if order is None:
        return {}
    percent = order.nodes.filter(kind=NodeKind.PRODUCTION).values_list("percent", flat=True).first()
    return {
        "order.number": f"{order.number} ({order.customer_po_no})" if order.customer_po_no else order.number,
        "order.progress": "" if percent is None else f"{percent} %",
        "order.delivery_on": day_text(order.delivery_on, language),
    }


def photos_of(order: Order) -> list[Attachment]:
    """The order's pictures that no mail has shown to the customer yet, the oldest first."""
    mails = OutgoingMail.objects.filter(about=f"{PREFIX}{order.pk}", sent_at__isnull=False)
    shown = Attachment.objects.filter(kind=OUTGOING, object_id__in=mails.values("pk"), deleted_at=None)
    rows = Attachment.objects.filter(
        kind=ORDER_KIND, object_id=order.pk, deleted_at=None, file__media_type__in=kinds.PICTURES
    ).exclude(file__in=shown.values("file"))
    newest = list(rows.select_related("file").order_by("-pk")[:MOST])
    room, kept = CARRIED, []
    for row in newest:
        if row.file.size <= room:
            room -= row.file.size
            kept.append(row)
    return kept[::-1]


def enclosed(mail: OutgoingMail, by: User, at: datetime) -> list[tuple[StoredFile, str]]:
    """Those photos, for a draft about the progress of an order that the writer may see."""
    order = _order(mail.about)
    if order is None or not Order.objects.visible_to(by).filter(pk=order.pk).exists():
        return []
    return [(row.file, row.name) for row in photos_of(order)]


def write(*, order: Order, by: User, at: datetime) -> OutgoingMail:
    """A draft with the photos, in the conversation that is about the order. Not inside of a transaction."""
    answered = conversation_of(order, by)
    beginning = Beginning(
        answers_id=answered.pk if answered else None,
        purpose=PURPOSE,
        about=f"{PREFIX}{order.pk}",
        customer_id=order.customer_id,
        contact_id=order.contact_id,
        to=_to(order),
    )
    return start_draft(beginning=beginning, by=by, at=at)


def conversation_of(order: Order, by: User) -> Message | None:
    """The newest mail about this order's progress, else about its offer, else of the customer."""
    rows = Message.objects.visible_to(by).filter(raw__isnull=False)
    told = OutgoingMail.objects.filter(about=f"{PREFIX}{order.pk}", sent_as__isnull=False)
    offered = order.offer.sent_message_id if order.offer is not None else None
    for found in (
        rows.filter(pk__in=told.values("sent_as")),
        rows.filter(thread__messages=offered) if offered else rows.none(),
        rows.filter(filings__customer=order.customer_id, direction=Message.Direction.IN),
    ):
        if (newest := found.order_by("-date", "-pk").first()) is not None:
            return newest
    return None


def left(mail: OutgoingMail, _message: Message, at: datetime) -> None:
    """The mail has left: the customer was shown how his goods come along."""
    order = _order(mail.about)
    if order is not None and order.is_open:
        share_progress(order_id=order.pk, by=mail.author, at=min(mail.sent_at or at, at))


def _order(about: str) -> Order | None:
    number = about.removeprefix(PREFIX)
    if not number.isdecimal() or len(number) > 18:
        return None
    return Order.objects.alive().filter(pk=int(number)).first()


def _to(order: Order) -> list[list[str]]:
    """The order's contact, where he has an address."""
    contact = order.contact
    point = contact.points.filter(kind="EMAIL").order_by("pk").first() if contact is not None else None
    return [[contact.name, point.value]] if contact is not None and point is not None else []
