"""Which sent mails await an answer, and which days are proposed: reads for pages and for other folders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from genjin.customers.actions.basis import zone_of
from genjin.customers.models import Customer
from genjin.customers.models.dimension import FollowGrade
from genjin.mail.actions.tracking import MOST_DAYS
from genjin.mail.models import Filing, MailAccount, Message, OutgoingMail, Tracking
from genjin.people import access
from genjin.people.models import User
from genjin.policy.queries import effective

USUAL_DAYS = 2
"""For customers without a follow-up grade (000-11)."""
UNTRACKED_FOR = timedelta(days=30)
"""How far back the list of mails without tracking goes."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """One tracking with the day on which it is due; `attempts` counts the mails sent while it was tracked."""

    tracking: Tracking
    due_on: date
    age: int
    """Whole days since the newest sent mail."""
    attempts: int


def of_user(user: User) -> QuerySet[Tracking]:
    """The active trackings on the list of a person and of those he deputises for, the oldest mail first."""
    rows = Tracking.objects.filter(owner__in=access.of(user).covers, state=Tracking.State.ACTIVE)
    return _counted(rows).order_by("message__date", "pk")


def _counted(rows: QuerySet[Tracking]) -> QuerySet[Tracking]:
    """These with `attempts`, the mails sent while they ran."""
    mails = (
        Message.objects.filter(
            thread=OuterRef("thread_id"), direction=Message.Direction.OUT,
            date__gte=OuterRef("started_with__date"),
        )
        .order_by()
        .values("thread")
        .annotate(count=Count("pk"))
        .values("count")
    )  # fmt: skip
    rows = rows.annotate(attempts=Coalesce(Subquery(mails), 1))
    return rows.select_related("message", "customer", "contact", "owner")


def awaiting(user: User, at: datetime) -> list[Awaited]:
    """What is due by now on the person's list: calendar days after the newest mail, not while paused."""
    return [one for one in awaited(user, at) if one.due_on <= at.astimezone(zone_of(user)).date()]


def awaited(user: User, at: datetime) -> list[Awaited]:
    """All active trackings of the person with the days on which they are due, the first due first."""
    zone = zone_of(user)
    found = [_awaited(row, zone, at) for row in of_user(user)]
    return sorted(found, key=lambda one: (one.due_on, one.tracking.message.date))


def _awaited(row: Tracking, zone: ZoneInfo, at: datetime) -> Awaited:
    due = row.message.date.astimezone(zone).date() + timedelta(days=row.days)
    if row.paused_until is not None:
        due = max(due, row.paused_until)
    attempts: int = row.attempts  # type: ignore[attr-defined]
    return Awaited(row, due, max((at - row.message.date).days, 0), attempts)


def of_thread(thread_id: int, user: User) -> Awaited | None:
    """The active tracking of a conversation, on whomever's list, with its day on the reader's clock."""
    row = _counted(Tracking.objects.filter(thread=thread_id, state=Tracking.State.ACTIVE)).first()
    return _awaited(row, zone_of(user), row.message.date) if row is not None else None


def proposed_days(customer: Customer | None, owner_id: int | None) -> int | None:
    """After how many days a mail to this customer enters tracking; None when it is not proposed (000-11).

    Not proposed for the lowest grade; strangers and customers without a grade get the usual days.
    """
    if customer is None or not customer.follow_grade:
        return USUAL_DAYS
    if customer.follow_grade == FollowGrade.LOW:
        return None
    days = effective(owner_id).number(f"tracking_delay_days.{customer.follow_grade}")
    return min(days, MOST_DAYS)


def untracked(user: User, at: datetime) -> QuerySet[Message]:
    """Mails to customers that were sent without tracking and not answered since (000-11), the newest first.

    Written here or found in the Sent folder of an own mailbox (000-12). Left out: customers of the lowest
    grade, automatic mails, and those whose tracking somebody ended by hand.
    """
    covers = access.of(user).covers
    own = MailAccount.objects.filter(owner__in=covers, is_shared=False).annotate(lower=Lower("address"))
    filed = Filing.objects.filter(message=OuterRef("pk"), customer__deleted_at=None)
    filed = filed.exclude(customer__follow_grade=FollowGrade.LOW)
    rows = Message.objects.filter(
        Q(outgoing__author__in=covers) | Q(from_address__in=own.values("lower")), Exists(filed),
        direction=Message.Direction.OUT, thread__last_out_at=F("date"), date__gt=at - UNTRACKED_FOR,
    )  # fmt: skip
    waits = Q(thread__last_in_at=None) | Q(thread__last_in_at__lt=F("date"))
    active = Tracking.objects.filter(thread=OuterRef("thread"), state=Tracking.State.ACTIVE)
    ended = Tracking.objects.filter(message=OuterRef("pk"))
    automatic = Q(outgoing__kind=OutgoingMail.Kind.AUTOMATIC)
    return (
        rows.filter(waits).exclude(Exists(active)).exclude(Exists(ended)).exclude(automatic)
        .distinct().order_by("-date", "-pk")
    )  # fmt: skip
