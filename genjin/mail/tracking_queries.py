"""Which sent mails await an answer, and which days are proposed: reads for pages and for other folders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from genjin.customers.actions.basis import zone_of
from genjin.customers.models import Customer
from genjin.customers.models.dimension import FollowGrade
from genjin.mail.actions.tracking import MOST_DAYS
from genjin.mail.models import Message, Tracking
from genjin.people import access
from genjin.people.models import User
from genjin.policy.queries import effective

USUAL_DAYS = 2
"""For customers without a follow-up grade (000-11)."""


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
    return rows.select_related("message", "customer", "contact", "owner").order_by("message__date", "pk")


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


def untracked(user: User) -> QuerySet[Message]:
    """Sent mails to customers that await no answer although nobody wrote since (000-11), the newest first."""
    own = Message.objects.filter(
        direction=Message.Direction.OUT, outgoing__author__in=access.of(user).covers,
        thread__last_out_at=F("date"),
    )  # fmt: skip
    tracked = Tracking.objects.filter(state=Tracking.State.ACTIVE).values("thread")
    return own.exclude(thread__in=tracked).distinct().order_by("-date", "-pk")
