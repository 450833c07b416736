"""What needs a manager's look, by person (001-48, C-11), and a person's own numbers over the last weeks.

The targets are those that the person sees first on Today; nothing is judged here that he cannot see himself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery

from genjin.customers.models import Customer, Interaction
from genjin.customers.models.dimension import FollowGrade
from genjin.followups.models import KIND, PersonDay, Task
from genjin.people import access
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.day import DutyKind
from genjin.rules.duties import WorkClass
from genjin.sales.insight_kinds import declines_for

MOST = 1000
"""Counts stop there."""
SILENT_DAYS = 30
IMPORTANT = (FollowGrade.TOP, FollowGrade.UPPER_MID)
PROMISED = (WorkClass.COMPLAINT, WorkClass.FIRST_RESPONSE)
"""Classes of work that were promised to a customer."""
WEEKS = timedelta(days=28)
LONGEST = timedelta(days=10)
"""How far back the last day with targets is looked for."""


class CountUpTo(Subquery):
    """How many rows a query gives, up to a limit, beside each row of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: MOST + 1])


@dataclass(frozen=True, slots=True)
class Target:
    """A target of a day or month with its progress."""

    done: int
    of: int
    is_behind: bool = False

    @property
    def is_missed(self) -> bool:
        """Whether it was not reached."""
        return self.done < self.of


@dataclass(frozen=True, slots=True)
class Day:
    """The targets of one person and day."""

    day: date
    targets: Mapping[DutyKind, Target]

    @property
    def is_kept(self) -> bool:
        """Whether nothing that was due that day was missed (001-17); a month's target is not."""
        return not any(one.is_missed for kind, one in self.targets.items() if kind in OF_THE_DAY)


OF_THE_DAY = (
    DutyKind.CLOSED_TODAY,
    DutyKind.PROSPECTS_TODAY,
    DutyKind.CALL_TODAY,
    DutyKind.LIST_CLEARED,
)


@dataclass(frozen=True, slots=True)
class Declines:
    """Open declines of the orders of a person's customers (003-34): all, and those in a row (003-37)."""

    open: int = 0
    again: int = 0
    """So many orders fell in a row that the manager is told; those that are late among them."""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One person, with what needs a look; counts beyond `MOST` mean "more than that"."""

    user: User
    overdue: int
    oldest: date | None
    tracking: int
    promises: int
    missing: int
    silent: int
    declines: Declines
    today: date
    days: Sequence[Day] = field(default=())

    @property
    def late(self) -> int:
        """For how many days the oldest of the overdue tasks has waited."""
        return (self.today - self.oldest).days if self.oldest is not None and self.overdue else 0

    @property
    def last_day(self) -> Day | None:
        """The last day before today on which something was asked."""
        return next((one for one in self.days if one.day < self.today and one.targets), None)

    @property
    def missed_call(self) -> Day | None:
        """That day, if its call was not made (000-43)."""
        return self._missed(DutyKind.CALL_TODAY)

    @property
    def missed_list(self) -> Day | None:
        """That day, if its tracking list was not cleared (000-14)."""
        return self._missed(DutyKind.LIST_CLEARED)

    def _missed(self, kind: DutyKind) -> Day | None:
        last = self.last_day
        return last if last and kind in last.targets and last.targets[kind].is_missed else None

    @property
    def month(self) -> Target | None:
        """Different customers called this month (000-44), as it stood last."""
        return next((one for day in self.days if (one := day.targets.get(DutyKind.CUSTOMERS_CALLED))), None)

    @property
    def weight(self) -> tuple[int, ...]:
        """Who needs a look most comes first."""
        behind = bool(self.month and self.month.is_behind)
        missed = (self.missed_call is not None) + (self.missed_list is not None) + behind
        fell = (-self.declines.late, -self.declines.again)
        work = (-self.promises, *fell, -self.overdue, -missed, -self.missing, -self.silent)
        return (*work, -self.declines.open, self.user.pk)

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to look at."""
        return not any(self.weight[:-1])


def lines_of(user: User, today: date, now: datetime) -> list[Line]:
    """Everybody within reach who owns customers or work, whoever needs a look most first; four queries."""
    people = list(_counted(user, today, now))
    days = days_of([one.pk for one in people], today - LONGEST, today)
    fell = declines_of(user)
    lines = [
        Line(
            user=one,
            overdue=one.overdue,
            oldest=one.oldest,
            tracking=one.tracking,
            promises=one.promises,
            missing=one.missing,
            silent=one.silent,
            declines=fell.get(one.pk, Declines()),
            today=today,
            days=days.get(one.pk, ()),
        )
        for one in people
    ]
    return sorted(lines, key=lambda line: line.weight)


def _counted(user: User, today: date, now: datetime) -> QuerySet[Any]:
    """The people with their counts, each from an index and up to a limit."""
    tasks = Task.objects.visible_to(user).filter(owner=OuterRef("pk"))
    customers: Any = Customer.objects.visible_to(user).filter(owner=OuterRef("pk"), is_confirmed=True)
    oldest = tasks.filter(due_on__lt=today).order_by().values("owner").annotate(first=Min("due_on"))
    return (
        reached_by(user)
        .annotate(
            overdue=CountUpTo(tasks.filter(due_on__lt=today)),
            oldest=Subquery(oldest.values("first")),
            tracking=CountUpTo(tracking_due(tasks, today)),
            promises=CountUpTo(promised(tasks, today)),
            missing=CountUpTo(customers.filter(lacks_next_step=True)),
            silent=CountUpTo(customers.filter(silent(now))),
        )
        .filter(Exists(customers) | Exists(tasks))
        .order_by("pk")
    )


def levels() -> tuple[int, int]:
    """From how many declines in a row on the manager is told, and from how many on it is late (003-37)."""
    policy = effective(None)
    return policy.number("order_decline.escalate_at"), policy.number("order_decline.too_late_at")


def declines_of(user: User) -> dict[int, Declines]:
    """Open declines by the customer's owner, who owes cause and measure; one query."""
    again, late = levels()
    rows: Any = declines_for(user).filter(closed_at__isnull=True, customer__owner__isnull=False)
    counts = rows.order_by().values_list("customer__owner_id")
    counts = counts.annotate(
        open=Count("pk"),
        again=Count("pk", filter=Q(level__gte=again)),
        late=Count("pk", filter=Q(level__gte=late)),
    )
    return {owner_id: Declines(*numbers) for owner_id, *numbers in counts}


def reached_by(user: User) -> QuerySet[User]:
    """Those who work here and whose tasks the person may see."""
    people: QuerySet[User] = User.objects.filter(is_active=True)
    may = access.of(user)
    if may.scope(KIND) == "ALL":
        return people
    if may.scope(KIND) == "TEAM":
        return people.filter(Q(team_id__in=sorted(may.team_ids)) | Q(pk__in=sorted(may.covers)))
    return people.filter(pk=user.pk)


def tracking_due(tasks: Any, today: date) -> Any:
    """What waits on the tracking list."""
    return tasks.filter(on_tracking_list=True, due_on__lte=today)


def promised(tasks: Any, today: date) -> Any:
    """Promises to customers that are due today or late."""
    return tasks.filter(rank__in=PROMISED, due_on__lte=today)


def silent(now: datetime) -> Q:
    """Important customers with whom nobody has spoken for long; the customers' list has the same filter."""
    return Q(follow_grade__in=IMPORTANT, last_contact_at__lt=now - timedelta(days=SILENT_DAYS))


def days_of(user_ids: Iterable[int], since: date, until: date) -> dict[int, list[Day]]:
    """The planned days of people, the newest first; one query."""
    found: dict[int, list[Day]] = defaultdict(list)
    rows = PersonDay.objects.filter(user__in=list(user_ids), day__gte=since, day__lte=until)
    for user_id, day, duties in rows.order_by("-day").values_list("user_id", "day", "duties"):
        targets = {
            DutyKind(one["kind"]): Target(one["done"], one["of"], one.get("is_behind", False))
            for one in duties
        }
        found[user_id].append(Day(day, targets))
    return found


def calls_since(user_id: int, since: datetime, until: datetime) -> QuerySet[Interaction]:
    """The calls of a person that were answered and recorded (000-43 to 000-45), newest first."""
    rows = Interaction.objects.alive().filter(
        person=user_id,
        kind__in=(Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL),
        direction=Interaction.Direction.OUT,
        outcome=Interaction.Outcome.CONNECTED,
        happened_at__gte=since,
        happened_at__lte=until,
    )
    return rows.order_by("-happened_at", "-pk")


def streak(days: Sequence[Day], today: date) -> int:
    """For how many days with targets nothing has been missed (001-17); today counts once it is done."""
    count = 0
    for one in days:
        if not one.targets or (one.day == today and not one.is_kept):
            continue
        if not one.is_kept:
            break
        count += 1
    return count
