"""What the rules know of conversations that await an answer, for one customer and for a thousand alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from genjin.mail.models import Filing, Message, Tracking
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import Attempt, Channel, ThreadFact

State = Tracking.State
COLUMNS = (
    "customer_id", "thread_id", "owner_id", "days", "began_at", "contact_id", "paused_until", "state",
    "ended_at", "started_with__date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tracked:
    """The conversations of one customer that await an answer or bounced, and when another one last ended."""

    threads: list[ThreadFact] = field(default_factory=list)
    last_ended_at: datetime | None = None
    heard_at: datetime | None = None
    """When the customer last began a conversation of his own: an answer for which nobody pressed "reply"."""


def tracked(customer_ids: Collection[int], at: datetime | None = None) -> Mapping[int, Tracked]:
    """By customer, in at most four queries. With `at` as of that moment, except for pauses and days."""
    found: dict[int, Tracked] = {}
    rows = _trackings(customer_ids, at)
    mails = _mails(rows, at)
    for row in rows:
        sent = [mail for mail in mails[row.thread_id] if mail[1].at >= row.started_with.date]
        if sent and row.customer_id is not None:
            found.setdefault(row.customer_id, Tracked()).threads.append(_fact(row, sent, at))
    heard = _begun_by_them(found, at) if found else {}
    for customer_id, ended_at in _ends(customer_ids, at):
        threads = found[customer_id].threads if customer_id in found else []
        found[customer_id] = Tracked(threads, ended_at)
    return {pk: replace(one, heard_at=heard.get(pk)) for pk, one in found.items()}


def _begun_by_them(found: Mapping[int, Tracked], at: datetime | None) -> Mapping[int, datetime]:
    """When somebody at these customers last began a conversation, since the first of the trackings."""
    began = min(thread.started_at for one in found.values() for thread in one.threads)
    rows = Filing.objects.filter(
        customer__in=list(found), direction=Message.Direction.IN, counts_as_contact=True, date__gt=began,
        date=F("thread__first_at"),
    )  # fmt: skip
    if at is not None:
        rows = rows.filter(date__lte=at, filed_at__lte=at)
    return dict(rows.order_by().values_list("customer_id").annotate(last=Max("date")))


def _trackings(customer_ids: Collection[int], at: datetime | None) -> list[Tracking]:
    """Of each thread the newest that is active, or that bounced and after which nothing was done yet."""
    newest = {row.thread_id: row for row in _GOING(at is not None, ids=customer_ids, at=at)}
    return list(newest.values())


def _going(as_of: bool) -> QuerySet[Tracking]:
    rows = Tracking.objects.filter(customer_id__among=Given("ids")).select_related("started_with")
    active, bounced = Q(state=State.ACTIVE), Q(state=State.BOUNCED)
    if as_of:
        ended = Q(ended_at__lte=Given("at"))
        later = active | Q(ended_at__gt=Given("at"))
        rows = rows.filter(later | (bounced & ended), began_at__lte=Given("at"))
    else:
        last = "customer__last_follow_up_at"
        rows = rows.filter(active | bounced & (Q(ended_at__gte=F(last)) | Q(**{f"{last}__isnull": True})))
    return rows.only(*COLUMNS).order_by("began_at", "pk")


_GOING = Prepared(_going)


def _mails(rows: Sequence[Tracking], at: datetime | None) -> Mapping[int, list[tuple[int, Attempt]]]:
    """What people sent in these conversations, by thread, the newest last."""
    found: dict[int, list[tuple[int, Attempt]]] = defaultdict(list)
    if not rows:
        return found
    sent = Message.objects.filter(
        thread__in=[row.thread_id for row in rows],
        direction=Message.Direction.OUT,
        date__gte=min(row.started_with.date for row in rows),
    ).exclude(verdict=Message.Verdict.AUTO_REPLY)
    if at is not None:
        sent = sent.filter(date__lte=at)
    for thread_id, pk, date, sender in sent.order_by("date", "pk").values_list(
        "thread_id", "pk", "date", "from_address"
    ):
        found[thread_id].append((pk, Attempt(date, Channel.EMAIL, sender=sender)))
    return found


def _fact(row: Tracking, sent: Sequence[tuple[int, Attempt]], at: datetime | None) -> ThreadFact:
    has_bounced = row.state == State.BOUNCED and (at is None or row.ended_at is None or row.ended_at <= at)
    return ThreadFact(
        thread_id=row.thread_id,
        tracking_id=row.pk,
        owner_id=row.owner_id,
        days=row.days,
        began_at=row.began_at,
        message_id=sent[-1][0],
        mails=tuple(mail for _pk, mail in sent),
        contact_id=row.contact_id,
        paused_until=row.paused_until,
        bounced_at=row.ended_at if has_bounced else None,
    )


def _ends(customer_ids: Collection[int], at: datetime | None) -> Sequence[tuple[int, datetime]]:
    return _ENDED(at is not None, ids=customer_ids, at=at)


def _ended(as_of: bool) -> QuerySet[Tracking, Any]:
    ended = Tracking.objects.filter(customer_id__among=Given("ids"), ended_at__isnull=False)
    if as_of:
        ended = ended.filter(ended_at__lte=Given("at"))
    return ended.order_by().values_list("customer_id").annotate(at=Max("ended_at"))


_ENDED = Prepared(_ended)
