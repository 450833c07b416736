"""Reads of tasks and counts; every one starts at what the person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from genjin.customers.models import Customer, Interaction
from genjin.customers.models.customer import COSTLY
from genjin.customers.models.interaction import Channel
from genjin.followups.day_queries import ids_of_today
from genjin.followups.models import KIND, Outcome, Task, Tasks
from genjin.people import access
from genjin.people.models import User
from genjin.records.prepared import Given, Prepared, counting, join
from genjin.rules.duties import WorkClass
from genjin.rules.interactions import LogLimits
from genjin.rules.policy import Policy

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


_TASKS = Prepared(lambda: Task.objects.filter(pk__among=Given("ids")))
_CUSTOMERS = Prepared(lambda: Customer.objects.filter(pk__among=Given("ids")).defer(*COSTLY))


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
    return _meetings(own_tasks(user), today + MEETINGS_AHEAD)


def _meetings(rows: Tasks, until: date | Given) -> Tasks:
    return rows.filter(
        rank=WorkClass.APPOINTMENT, is_date_only=False, channel__in=MEETINGS, due_on__lte=until
    )


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
    """The next tasks, ranked unless told otherwise, with their customers; whether more follow."""
    if after is not None:
        rows = rows.filter(after.following())
    # Ranked before anything is read: PostgreSQL would fetch the customer of every task to sort them.
    ids = list(rows.order_by(*order).values_list("pk", flat=True)[: size + 1])
    shown = _tasks(ids[:size])
    return shown, len(ids) > size and bool(shown)


def _tasks(ids: Sequence[int]) -> list[Task]:
    """These tasks with their customers, in that order."""
    found = {task.pk: task for task in _TASKS(ids=ids)} if ids else {}
    customers = _CUSTOMERS(ids={task.customer_id for task in found.values()}) if found else []
    join(found.values(), "customer", {row.pk: row for row in customers})
    return [found[pk] for pk in ids if pk in found]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do: by class of C-07, in all, overdue, and since when."""

    by_class: dict[int, int]
    overdue: int
    oldest: date | None

    @classmethod
    def of(cls, found: Sequence[tuple[int, int, int, date]], today: date) -> Counts:
        """From class, number, how many are late and the first day of each."""
        oldest = min((first for _, _, _, first in found), default=None)
        return cls(
            by_class={rank: n for rank, n, _, _ in sorted(found)},
            overdue=sum(n for _, _, n, _ in found),
            oldest=oldest if oldest is not None and oldest < today else None,
        )

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
    return Counts.of(found, today)


@dataclass(frozen=True, slots=True)
class TabCounts:
    """How much stands behind each tab of one's own work."""

    mine: int
    tracking: int
    daily: int
    calls: int
    overdue: int
    meetings: int


def _due_by_class() -> QuerySet[Any, Any]:
    late = Q(due_on__lt=Given("today"))
    due = Task.objects.filter(owner_id__among=Given("owners"), due_on__lte=Given("today"))
    return due.order_by().values_list("rank").annotate(
        n=Count("id"), late=Count("id", late), oldest=Min("due_on"),
        tracking=Count("id", Q(on_tracking_list=True)),
        daily=Count("id", Q(on_daily_list=True)),
        calls=Count("id", Q(channel__in=CALLS)),
    )  # fmt: skip


_DUE_BY_CLASS = Prepared(_due_by_class)
_MEETINGS = Prepared(
    lambda: counting(_meetings(Task.objects.filter(owner_id__among=Given("owners")), Given("until")), "rank")
)


def own_counts(user: User, today: date) -> tuple[Counts, TabCounts]:
    """Exact counts of all one's own work that is due, and of what stands behind the tabs, in two queries."""
    owners = access.of(user).covers
    found = _DUE_BY_CLASS(owners=owners, today=today)
    meetings = _MEETINGS.first(owners=owners, until=today + MEETINGS_AHEAD)
    counts = Counts.of([row[:4] for row in found], today)
    tabs = TabCounts(
        mine=counts.all,
        tracking=sum(row[4] for row in found),
        daily=sum(row[5] for row in found),
        calls=sum(row[6] for row in found),
        overdue=counts.overdue,
        meetings=meetings[0] if meetings else 0,
    )
    return counts, tabs


def start_of(day: date, zone: str = "") -> datetime:
    """The first moment of a day, in the reader's zone unless another is named."""
    where = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    return datetime.combine(day, datetime.min.time(), where)


def done_today(user: User, now: datetime, policy: Policy) -> tuple[QuerySet[Interaction], QuerySet[Outcome]]:
    """What the person logged today, and what was finished or dismissed without a log."""
    asked = _today_of(user, now, policy)
    return _logged(**asked), _settled(**asked)


def _today_of(user: User, now: datetime, policy: Policy) -> dict[str, Any]:
    day = start_of(timezone.localdate(now))
    # What lies further back than one may log is imported history, not work of today.
    reach = day - timedelta(days=LogLimits.of(policy).backdating_days)
    return {"person": user.pk, "begins": day, "now": now, "reach": reach}


def _logged(*, person: Any, begins: Any, now: Any, reach: Any) -> QuerySet[Interaction]:
    rows = Interaction.objects.alive().filter(person=person, happened_at__gte=reach)
    return rows.filter(logged_at__gte=begins, logged_at__lte=now).exclude(kind=Interaction.Kind.NOTE)


def _settled(*, person: Any, begins: Any, now: Any, reach: Any) -> QuerySet[Outcome]:
    rows = Outcome.objects.filter(by=person, at__gte=begins, at__lte=now, interaction_id__isnull=True)
    return rows.filter(kind__in=(Outcome.Kind.DONE, Outcome.Kind.DISMISSED)).exclude(
        kind=Outcome.Kind.DISMISSED, is_live=False
    )


def _done() -> QuerySet[Any, Any]:
    asked = {name: Given(name) for name in ("person", "begins", "now", "reach")}
    return counting(_logged(**asked), "person").union(counting(_settled(**asked), "by"), all=True)


_DONE = Prepared(_done)


def done_count(user: User, now: datetime, policy: Policy) -> int:
    """How much the person did today: logged, finished, dismissed, mailed."""
    counted: list[int] = [n for (n,) in _DONE(**_today_of(user, now, policy))]
    return sum(counted) + len(ids_of_today(user, now))


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
