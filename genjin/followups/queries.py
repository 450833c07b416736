"""Reads of tasks and counts; every one starts at what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from genjin.customers.log_limits import limits_of
from genjin.customers.models import Country, Interaction
from genjin.customers.models.customer import COSTLY
from genjin.customers.models.interaction import Channel
from genjin.followups.day_queries import mails_of_today
from genjin.followups.models import KIND, Outcome, Task, Tasks
from genjin.people import access
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.records.prepared import join
from genjin.rules.duties import WorkClass

PAGE = 50
CALLS = (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL)
MEETINGS = (Channel.MEETING, Channel.VISIT, Channel.VIDEO_CALL)
MEETINGS_AHEAD = timedelta(days=14)
UNSHOWN = tuple(f"customer__{name}" for name in COSTLY)
"""What no row shows: long texts, and moments, which cost most to read."""
ORDER = ("rank", "place", "due_at", "id")
BY_TIME = ("due_at", "id")


class View(StrEnum):
    """Which tasks Today lists."""

    MINE = "mine"
    DEPUTY = "deputy"
    TEAM = "team"
    OVERDUE = "overdue"
    TRACKING = "tracking"
    DAILY = "daily"


def own_tasks(user: User) -> Tasks:
    """The tasks of the person and of those whose deputy the person is today."""
    return Task.objects.filter(owner__in=sorted(access.of(user).covers))


def actionable(user: User) -> Tasks:
    """Tasks that the person may complete, postpone or dismiss: by the scope for editing."""
    owned = access.of(user).owned(KIND, "edit")
    rows = Task.objects.visible_to(user)
    return rows if owned is None else rows.filter(owned)


def due_tasks(user: User, view: View, today: date) -> Tasks:
    """What is due today or overdue, in that view."""
    may = access.of(user)
    if view is View.TEAM:
        return Task.objects.visible_to(user).filter(due_on__lte=today)
    rows = own_tasks(user)
    if view is View.OVERDUE:
        return rows.filter(due_on__lt=today)
    if view is View.TRACKING:
        return rows.filter(due_on__lte=today, on_tracking_list=True)
    if view is View.DAILY:
        return rows.filter(due_on__lte=today, on_daily_list=True)
    if view is View.DEPUTY:
        others = sorted(may.covers - {user.pk})
        return rows.filter(due_on__lte=today, customer__owner__in=others)
    return rows.filter(due_on__lte=today)


def meetings_of(user: User, today: date) -> Tasks:
    """Meetings, visits and video calls at a fixed time: today's, those ahead, those missed."""
    rows = own_tasks(user).filter(due_on__lte=today + MEETINGS_AHEAD)
    return rows.filter(rank=WorkClass.APPOINTMENT, is_date_only=False, channel__in=MEETINGS)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the ranked list begins: after this task."""

    rank: int
    place: int
    due_at: datetime
    id: int

    @classmethod
    def of(cls, task: Task) -> Position:
        """The position of a task in the list."""
        return cls(task.rank, task.place, task.due_at, task.pk)

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """A position as written by `str`; None for anything else."""
        try:
            rank, place, due_at, pk = text.split("~")
            return cls(int(rank), int(place), datetime.fromisoformat(due_at), int(pk))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.rank}~{self.place}~{self.due_at.isoformat()}~{self.id}"

    def following(self) -> Q:
        """The condition on what comes after it."""
        same_class = Q(rank=self.rank)
        same_place = same_class & Q(place=self.place)
        return (
            Q(rank__gt=self.rank)
            | (same_class & Q(place__gt=self.place))
            | (same_place & Q(due_at__gt=self.due_at))
            | (same_place & Q(due_at=self.due_at, id__gt=self.id))
        )


def page_of(
    rows: Tasks, after: Position | None = None, size: int = PAGE, order: Sequence[str] = ORDER
) -> tuple[list[Task], bool]:
    """The next tasks, ranked unless told otherwise, with customer, country and owner; whether more follow."""
    if after is not None:
        rows = rows.filter(after.following())
    # Ranked before anything is joined: PostgreSQL would fetch the customer of every task to sort them.
    first = rows.order_by(*order).values("pk")[: size + 1]
    shown = Task.objects.filter(pk__in=first).select_related("customer").defer(*UNSHOWN)
    found = list(shown.order_by(*order))
    # Of people and countries there are few: read apart they are made once and not once for each row.
    join(found, "owner", people_of(task.owner_id for task in found))
    companies = [task.customer for task in found]
    join(companies, "country", Country.objects.in_bulk({one.country_id for one in companies} - {None}))
    return found[:size], len(found) > size


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do: by class of C-07, in all, overdue, and since when."""

    by_class: dict[int, int]
    overdue: int
    oldest: date | None

    @property
    def all(self) -> int:
        """All that is due."""
        return sum(self.by_class.values())


def counts_of(rows: Tasks, today: date) -> Counts:
    """Exact counts in one query."""
    late = Q(due_on__lt=today)
    found = list(
        rows.order_by()
        .values_list("rank")
        .annotate(n=Count("id"), late=Count("id", late), oldest=Min("due_on"))
    )
    oldest = min((first for _, _, _, first in found), default=None)
    return Counts(
        by_class={rank: n for rank, n, _, _ in sorted(found)},
        overdue=sum(n for _, _, n, _ in found),
        oldest=oldest if oldest is not None and oldest < today else None,
    )


@dataclass(frozen=True, slots=True)
class TabCounts:
    """How much stands behind each tab of one's own work."""

    mine: int
    tracking: int
    daily: int
    calls: int
    overdue: int
    meetings: int


def tab_counts(user: User, today: date) -> TabCounts:
    """Exact counts of all that is due, in one query, and of the meetings ahead."""
    due = own_tasks(user).filter(due_on__lte=today)
    return TabCounts(
        meetings=meetings_of(user, today).count(),
        **due.aggregate(
            mine=Count("id"),
            tracking=Count("id", Q(on_tracking_list=True)),
            daily=Count("id", Q(on_daily_list=True)),
            calls=Count("id", Q(channel__in=CALLS)),
            overdue=Count("id", Q(due_on__lt=today)),
        ),
    )


def start_of(day: date, zone: str = "") -> datetime:
    """The first moment of a day, in the reader's zone unless another is named."""
    where = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    return datetime.combine(day, datetime.min.time(), where)


def done_today(user: User, now: datetime) -> tuple[QuerySet[Interaction], QuerySet[Outcome]]:
    """What the person logged today, and what was finished or dismissed without a log."""
    day = start_of(timezone.localdate(now))
    # What lies further back than one may log is imported history, not work of today.
    reach = day - timedelta(days=limits_of(user.pk).backdating_days)
    logged = (
        Interaction.objects.alive()
        .filter(person=user, happened_at__gte=reach, logged_at__gte=day, logged_at__lte=now)
        .exclude(kind=Interaction.Kind.NOTE)
    )
    settled = Outcome.objects.filter(
        by=user,
        at__gte=day,
        at__lte=now,
        interaction_id__isnull=True,
        kind__in=(Outcome.Kind.DONE, Outcome.Kind.DISMISSED),
    ).exclude(kind=Outcome.Kind.DISMISSED, is_live=False)
    return logged, settled


def done_count(user: User, now: datetime) -> int:
    """How much the person did today: logged, finished, dismissed, mailed."""
    logged, settled = done_today(user, now)
    return logged.count() + settled.count() + mails_of_today(user, now).count()


def handed_over(user: User, key: str) -> Task | None:
    """A task that the person handed to a colleague, with its customer; whoever did takes it back."""
    task = Task.objects.select_related("customer__country", "owner").filter(key=key).first()
    if task is None:
        return None
    keys = [duty["key"] for duty in task.duties]
    mine = Outcome.objects.filter(
        customer=task.customer_id, duty_key__in=keys, kind=Outcome.Kind.DELEGATED, is_live=True, by=user
    )
    return task if mine.exists() else None


def due_count(user: User, today: date) -> int:
    """How many tasks are due: the number on the rail."""
    return due_tasks(user, View.MINE, today).count()


def tasks_of_customer(customer_id: int, until: date) -> Sequence[Task]:
    """What is owed to a customer up to a day; the caller has checked that it may be seen."""
    rows = Task.objects.filter(customer=customer_id, due_on__lte=until).select_related("owner")
    return list(rows.order_by("due_at", "key"))
