"""Finding who is to be decided again: those marked, those whose clock has come, those a change concerns."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from genjin.customers.models import Customer, NextStep
from genjin.followups import actions, days, setting
from genjin.followups.decide import Report, decide_customers
from genjin.followups.models import CustomerDecision, Seen, Task
from genjin.followups.triage import remembering
from genjin.journal.actions import mark_customers, mark_people
from genjin.journal.models import Mark
from genjin.people.models import Absence, User
from genjin.rules.duties import WorkClass

logger = logging.getLogger(__name__)

AT_ONCE = 5
"""So many customers are decided in the request that changed them; more are left to the worker."""
BATCH = 400
"""So many customers are decided before it is asked again whether to stop."""
MARKED_AT_ONCE = 500

Clock = Callable[[], datetime]
Stopping = Callable[[], bool]


def never() -> bool:
    """For callers that are not asked to stop."""
    return False


def drain_marks(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide every marked customer once; marks that failed or were raised meanwhile wait for the next run."""
    rows = Mark.objects.filter(subject=Mark.Subject.CUSTOMER).order_by("marked_at", "id")
    return _run(rows, "subject_id", clock, stopping)


def wake(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide every customer whose `wake_at` has passed."""
    rows = CustomerDecision.objects.filter(wake_at__lte=clock()).order_by("wake_at", "pk")
    return _run(rows, "pk", clock, stopping)


def decide_new(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide customers that were never decided: brought in by other ways than actions, or from before."""
    rows = Customer.objects.alive().filter(Q(decision__isnull=True) | Q(decision__decided_at__isnull=True))
    return _run(rows.order_by("pk"), "pk", clock, stopping)


def sweep(clock: Clock, stopping: Stopping = never) -> Report:
    """Everything that may be waiting, until nothing is left that can be done."""
    while carry_changes(clock()) and not stopping():
        pass
    plan(clock, stopping)
    report = drain_marks(clock, stopping)
    report.add(wake(clock, stopping))
    report.add(decide_new(clock, stopping))
    if plan(clock, stopping):
        report.add(drain_marks(clock, stopping))
    return report


def plan(clock: Clock, stopping: Stopping = never) -> int:
    """Plan the days of everybody who is marked, whose plan the clock has ended, or who has none; how many."""
    planned = 0
    for pages in (days.waking_people(clock()), days.marked_people()):
        for page in pages:
            if stopping():
                return planned
            planned += len(page) - len(days.plan_days(page, at=clock()))
    return planned


def _run(rows: QuerySet[Any], column: str, clock: Clock, stopping: Stopping) -> Report:
    """Decide the customers that a column of these rows names, each once and while its row is there.

    They are listed at the beginning, eight bytes for each.
    """
    customers = rows.values_list(column, flat=True)

    def waiting(ids: Sequence[int]) -> Iterable[int]:
        return customers.order_by().filter(**{f"{column}__among": ids})

    report, ids = Report(), array("q", customers.iterator())
    with remembering():
        for start in range(0, len(ids), BATCH):
            if stopping():
                break
            report.add(decide_customers(ids[start : start + BATCH], at=clock(), waiting=waiting))
    return report


def decide_at_once(subject: str, ids: list[int], *, clock: Clock) -> bool:
    """Decide a few customers, or plan a few days, after the commit that changed them; else False.

    Never raises: the user's change is safe already, and the marks make sure of the work.
    """
    if len(ids) > AT_ONCE:
        return False
    try:
        if subject == Mark.Subject.PERSON:
            return not days.plan_days(ids, at=clock())
        marked = Mark.objects.filter(subject=subject, subject_id__in=ids).values_list("subject_id", flat=True)
        return not decide_customers(list(marked), at=clock()).failed
    except Exception:
        logger.exception("%s %s could not be decided at once", subject.capitalize(), ids)
        return False


def carry_changes(at: datetime) -> int:
    """Mark the next few hundred customers whom a change of policy, calendar, people or rules concerns.

    Returns how many were marked; 0 when every change has been carried. Interrupted anywhere, the next call
    goes on where this one committed.
    """
    parts = setting.current(at).parts
    with transaction.atomic():
        seen = {row.part: row for row in Seen.objects.select_for_update()}
        if not seen:
            actions.see_first(parts)
            return 0
        for part, stamp in parts.items():
            row = seen.get(part)
            if row is not None and row.stamp == stamp and row.is_carried:
                continue
            marked = _carry(row or Seen(part=part), stamp, at)
            if marked:
                return marked
        for part in seen.keys() - parts.keys():
            if _carry(seen[part], "", at) == 0:
                actions.forget_seen(seen[part])
    return 0


def _carry(row: Seen, stamp: str, at: datetime) -> int:
    if row.stamp != stamp:
        row.stamp, row.position = stamp, 0
    if row.position == 0:
        mark_people(_people_of(row.part), at=at)
    ids = _concerned(row.part, row.position)
    if ids:
        mark_customers(ids, at=at)
        row.position = ids[-1]
    row.is_carried = len(ids) < MARKED_AT_ONCE
    actions.note_seen(row)
    return len(ids)


def _people_of(part: str) -> list[int]:
    """Whose days a part of the setting is about."""
    people, (kind, _, subject_id) = days.planned_people(), part.partition(":")
    if kind == "team":
        people = people.filter(team=int(subject_id))
    elif kind == "person":
        people = people.filter(pk=int(subject_id))
    return list(people.values_list("pk", flat=True))


def _concerned(part: str, position: int) -> list[int]:
    """The next customers that a part of the setting is about."""
    rows = Customer.objects.alive().filter(pk__gt=position, owner__isnull=False)
    kind, _, subject_id = part.partition(":")
    if kind == "roster":
        rows = rows.filter(pk__in=Task.objects.filter(promised()).values("customer_id"))
    elif kind == "team":
        rows = rows.filter(owner__team_id=int(subject_id))
    elif kind == "person":
        rows = rows.filter(is_about(int(subject_id)))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MARKED_AT_ONCE])


def promised() -> Q:
    """Tasks that keep a promise: of its classes, and due at a moment (C-07)."""
    return Q(rank__in=(WorkClass.COMPLAINT, WorkClass.FIRST_RESPONSE), is_date_only=False)


def is_about(person: int) -> Q:
    """What a person owns, has promised or does, and the work of those for whom he would stand in."""
    stands_in_for = Absence.objects.filter(deputy=person).values("user_id")
    left = User.objects.filter(is_active=False, team__managers=person).values("pk")
    people = Q(owner_id=person) | Q(owner__in=stands_in_for) | Q(owner__in=left)
    promised = NextStep.objects.filter(people, state=NextStep.State.OPEN).values("customer_id")
    does = Task.objects.filter(owner_id=person).values("customer_id")
    return people | Q(pk__in=promised) | Q(pk__in=does)
