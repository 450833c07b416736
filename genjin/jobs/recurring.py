"""Recurring work: when it is due, and claiming each turn exactly once without a leader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.module_loading import import_string

DEFAULT_SCHEDULE = "genjin.config.schedule.SCHEDULE"


@dataclass(frozen=True)
class Recurring:
    """A line of `genjin/config/schedule.py`: `every` so long, or daily `at` "HH:MM" in the company's zone."""

    name: str
    task: str
    every: timedelta | None = None
    at: str = ""
    demo_only: bool = False
    """Whether it exists in a demo alone."""

    def __post_init__(self) -> None:
        if (self.every is None) == (self.at == ""):
            raise ValueError(f"{self.name} needs either every= or at=.")
        if self.at:
            time.fromisoformat(self.at)

    def first_run(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first turn of work that is new in the schedule: at once, or at its hour."""
        return now if self.every else self.next_run(now, now, zone)

    def next_run(self, previous: datetime, now: datetime, zone: ZoneInfo) -> datetime:
        """The turn after `now`; turns missed meanwhile are not made up one by one."""
        if self.every:
            missed = max((now - previous) // self.every, 0)
            return previous + (missed + 1) * self.every
        hour = time.fromisoformat(self.at)
        day = now.astimezone(zone).date()
        candidates = (
            datetime.combine(day + timedelta(days=d), hour, zone).astimezone(UTC) for d in (0, 1, 2)
        )
        return next(moment for moment in candidates if moment > now)


def schedule() -> Sequence[Recurring]:
    """All recurring work here, from the page named by `TASKS["default"]["OPTIONS"]["schedule"]`."""
    from genjin.instance.models import Instance
    from genjin.instance.queries import current
    from genjin.jobs.execute import task_options

    table: Sequence[Recurring] = import_string(task_options().get("schedule", DEFAULT_SCHEDULE))
    is_demo = current().kind == Instance.Kind.DEMO
    return [line for line in table if is_demo or not line.demo_only]


def company_zone() -> ZoneInfo:
    """The zone of the hours of daily work: what the function named by `OPTIONS["zone"]` answers, else UTC."""
    from genjin.jobs.execute import task_options

    path = task_options().get("zone")
    if path is None:
        return ZoneInfo("UTC")
    zone: Callable[[], ZoneInfo] = import_string(path)
    return zone()


def enqueue_due(now: datetime, table: Sequence[Recurring] | None = None) -> int:
    """Enqueues every recurring job whose turn has come; returns how many this call won."""
    from genjin.jobs.models import Schedule

    table = schedule() if table is None else table
    known = {row.name: row.next_run for row in Schedule.objects.filter(name__in=[r.name for r in table])}
    if missing := [recurring for recurring in table if recurring.name not in known]:
        zone = company_zone()
        rows = [Schedule(name=r.name, next_run=r.first_run(now, zone)) for r in missing]
        Schedule.objects.bulk_create(rows, ignore_conflicts=True)
        known |= {row.name: row.next_run for row in rows}
    due = [recurring for recurring in table if known[recurring.name] <= now]
    return sum(claim_turn(recurring, known[recurring.name], now) for recurring in due)


def claim_turn(recurring: Recurring, observed: datetime, now: datetime) -> bool:
    """Moves `next_run` on from the observed value and enqueues the job; False if another worker did.

    A turn whose predecessor still waits or runs is passed over: recurring work never overlaps itself.
    """
    from genjin.jobs.backend import load_task
    from genjin.jobs.models import Job, Schedule

    following = recurring.next_run(observed, now, company_zone())
    with transaction.atomic():
        turn = Schedule.objects.filter(name=recurring.name)
        if not turn.filter(next_run=observed).update(next_run=following):
            return False
        if turn.filter(last_job__state__in=[Job.State.READY, Job.State.RUNNING]).exists():
            return False
        result = load_task(recurring.task).enqueue()
        turn.update(last_run=now, last_job_id=int(result.id))
    return True
