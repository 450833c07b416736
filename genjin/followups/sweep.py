"""Finding who is to be decided again: those marked, those whose clock has come, those a change concerns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from genjin.customers.models import Customer, NextStep
from genjin.followups import actions, setting
from genjin.followups.decide import Report, decide_customers
from genjin.followups.models import CustomerDecision, Seen, Task
from genjin.journal.actions import mark_customers
from genjin.journal.models import Mark
from genjin.people.models import Absence, User
from genjin.rules.duties import WorkClass

logger = logging.getLogger(__name__)

AT_ONCE = 5
"""So many customers are decided in the request that changed them; more are left to the worker."""
BATCH = 100
MARKED_AT_ONCE = 500

Clock = Callable[[], datetime]
Stopping = Callable[[], bool]


def never() -> bool:
    """For callers that are not asked to stop."""
    return False


def drain_marks(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide every marked customer once; marks that failed or were raised meanwhile wait for the next run."""
    return _run(_marked(), clock, stopping)


def wake(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide every customer whose `wake_at` has passed."""
    return _run(_waking(clock()), clock, stopping)


def decide_new(clock: Clock, stopping: Stopping = never) -> Report:
    """Decide customers that were never decided: brought in by other ways than actions, or from before."""
    rows = Customer.objects.alive().filter(Q(decision__isnull=True) | Q(decision__decided_at__isnull=True))

    def pages() -> Iterator[list[int]]:
        last = 0
        while page := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            last = page[-1]
            yield page

    return _run(pages(), clock, stopping)


def sweep(clock: Clock, stopping: Stopping = never) -> Report:
    """Everything that may be waiting, until nothing is left that can be done."""
    while carry_changes(clock()) and not stopping():
        pass
    report = drain_marks(clock, stopping)
    report.add(wake(clock, stopping))
    report.add(decide_new(clock, stopping))
    return report


def _run(pages: Iterator[list[int]], clock: Clock, stopping: Stopping) -> Report:
    report = Report()
    for page in pages:
        if stopping():
            break
        report.add(decide_customers(page, at=clock()))
    return report


def _marked() -> Iterator[list[int]]:
    """Oldest first; by position, so that one that cannot be decided does not hold up the others."""
    rows = Mark.objects.filter(subject=Mark.Subject.CUSTOMER).order_by("marked_at", "id")
    after = Q()
    while page := list(rows.filter(after).values_list("marked_at", "id", "subject_id")[:BATCH]):
        marked_at, pk, _ = page[-1]
        after = Q(marked_at__gt=marked_at) | Q(marked_at=marked_at, id__gt=pk)
        yield [customer_id for _, _, customer_id in page]


def _waking(now: datetime) -> Iterator[list[int]]:
    rows = CustomerDecision.objects.filter(wake_at__lte=now).order_by("wake_at", "pk")
    after = Q()
    while page := list(rows.filter(after).values_list("wake_at", "pk")[:BATCH]):
        wake_at, pk = page[-1]
        after = Q(wake_at__gt=wake_at) | Q(wake_at=wake_at, pk__gt=pk)
        yield [customer_id for _, customer_id in page]


def decide_at_once(subject: str, ids: list[int], *, clock: Clock) -> bool:
    """Decide a few customers right after the commit that changed them; False when the worker has to.

    Never raises: the user's change is safe already, and the marks make sure of the work.
    """
    if subject != Mark.Subject.CUSTOMER:
        return True
    if len(ids) > AT_ONCE:
        return False
    try:
        marked = Mark.objects.filter(subject=subject, subject_id__in=ids).values_list("subject_id", flat=True)
        return not decide_customers(list(marked), at=clock()).failed
    except Exception:
        logger.exception("Customers %s could not be decided at once", ids)
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
    ids = _concerned(row.part, row.position)
    if ids:
        mark_customers(ids, at=at)
        row.position = ids[-1]
    row.is_carried = len(ids) < MARKED_AT_ONCE
    actions.note_seen(row)
    return len(ids)


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
