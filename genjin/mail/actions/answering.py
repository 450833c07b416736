"""Who is writing an answer at this moment in a shared mailbox, and what a second one is told (real time)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format

from genjin.mail.checking_out import ANSWERED, WRITING, Doubt
from genjin.mail.models import Answering, MailAccount, Message, MessageCopy, OutgoingMail
from genjin.people.models import User
from genjin.web.templatetags.web import day

LEASE = timedelta(seconds=60)
"""So long somebody counts as writing after the compose box was last heard of."""


@transaction.atomic
def begin(*, account_id: int, thread_id: int, by: User, real: datetime) -> list[Answering]:
    """Say that the person is writing an answer; gives who else is. To be called again within `LEASE`.

    Nothing is kept of a mailbox with which the person does not answer, or in which the thread does not lie.
    """
    shared = MailAccount.objects.answered_by(by).filter(pk=account_id, is_shared=True)
    lies_in = MessageCopy.objects.filter(account__in=shared, thread=thread_id, gone_at__isnull=True)
    if not lies_in.exists():
        return []
    Answering.objects.filter(until__lt=real - LEASE).delete()
    row = Answering.objects.select_for_update().filter(thread=thread_id, user=by).first()
    if row is None or row.until < real:
        values = {"since": real, "until": real + LEASE}
        Answering.objects.update_or_create(thread_id=thread_id, user=by, defaults=values)
    else:
        row.until = real + LEASE
        row.save(update_fields=["until"])
    return now(thread_ids=[thread_id], real=real, besides=by)


def end(*, thread_id: int | None, by: User) -> None:
    """The box was closed, or the answer was sent or thrown away."""
    Answering.objects.filter(thread=thread_id, user=by).delete()


def now(*, thread_ids: Collection[int], real: datetime, besides: User) -> list[Answering]:
    """Who else is writing an answer at this moment, the first first; one query."""
    rows = Answering.objects.filter(thread__in=thread_ids, until__gt=real).exclude(user=besides)
    return list(rows.select_related("user"))


def rivals(mail: OutgoingMail, *, by: User, real: datetime) -> list[Doubt]:
    """Who else writes an answer to what this one answers, or sent one since this one was begun."""
    if mail.thread_id is None or mail.kind != OutgoingMail.Kind.REPLY:
        return []
    writing = now(thread_ids=[mail.thread_id], real=real, besides=by)
    found = [Doubt(WRITING, {"name": str(one.user), "time": _told(one.since, real)}) for one in writing[:1]]
    return [*_answered(mail, by, real), *found]


def _answered(mail: OutgoingMail, by: User, real: datetime) -> list[Doubt]:
    """The newest answer of somebody else: on its way from here, or found in a mailbox."""
    left = ("WAITING", "SENDING", "SENT", "PARTLY", "UNCERTAIN")
    others = OutgoingMail.objects.filter(
        thread=mail.thread_id, kind=mail.kind, state__in=left, queued_at__gt=mail.created_at
    ).exclude(author=by)
    if (queued := others.select_related("author").order_by("-queued_at").first()) is not None:
        return [Doubt(ANSWERED, {"name": str(queued.author), "time": _told(queued.queued_at, real)})]
    elsewhere = Message.objects.filter(
        thread=mail.thread_id, direction=Message.Direction.OUT, date__gt=mail.created_at
    ).exclude(outgoing__author=by)
    if (sent := elsewhere.order_by("-date").first()) is not None:
        name = sent.from_name or sent.from_address
        return [Doubt(ANSWERED, {"name": name, "time": _told(sent.date, real)})]
    return []


def _told(at: datetime | None, real: datetime) -> str:
    """The time of day, with the day if that is another one than today's."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    time = time_format(local, "H:i")
    return time if local.date() == timezone.localdate(real) else f"{day(local.date())} {time}"
