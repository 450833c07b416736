"""Planning people's days: lock, gather inside the lock, plan, store what differs, take the mark away.

As level-triggered as deciding customers: planning twice changes nothing, and what a killed process left
undone is still marked or still due to be woken. A pick is a fact of its customer, who is marked for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from genjin.followups import setting
from genjin.followups.day_facts import Kept, gather_person, kept_picks
from genjin.followups.decide import unmark
from genjin.followups.models import DayPick, PersonDay, PersonDecision
from genjin.journal.actions import mark_customers, plain
from genjin.journal.models import Mark
from genjin.people.models import User
from genjin.rules.day import DayPlan, DutyKind, PersonFacts, plan_day

logger = logging.getLogger(__name__)

BATCH = 50


def judge_day(user_id: int, at: datetime) -> tuple[PersonFacts, DayPlan, Kept]:
    """The plan of a person's day on the stored facts, without writing anything."""
    own = setting.current(at).for_owner(user_id)
    kept = kept_picks(user_id, own.calendar(user_id), at)
    facts = gather_person(user_id, own, at, kept)
    return facts, plan_day(facts, own, at), kept


def plan_days(user_ids: Iterable[int], *, at: datetime) -> list[int]:
    """Plan the days of these people, each in a transaction of its own; returns for whom it failed."""
    failed = []
    for user_id in sorted(set(user_ids)):
        try:
            _plan(user_id, at)
        except Exception:
            logger.exception("The day of person %s could not be planned", user_id)
            failed.append(user_id)
    return failed


@transaction.atomic
def _plan(user_id: int, at: datetime) -> None:
    if not User.objects.filter(pk=user_id).exists():
        return
    PersonDecision.objects.bulk_create([PersonDecision(user_id=user_id)], ignore_conflicts=True)
    PersonDecision.objects.select_for_update().get(pk=user_id)
    marks = dict(
        Mark.objects.filter(subject=Mark.Subject.PERSON, subject_id=user_id).values_list(
            "subject_id", "version"
        )
    )
    facts, plan, kept = judge_day(user_id, at)
    _write_picks(plan, kept, user_id, at)
    _write_day(facts, plan, at)
    PersonDecision.objects.filter(pk=user_id).update(decided_at=at, wake_at=plan.wake_at)
    unmark(Mark.Subject.PERSON, marks)


def _write_picks(plan: DayPlan, kept: Kept, user_id: int, at: datetime) -> None:
    """Close picks that are over or impossible, open those that are possible again, add the new ones."""
    wanted = {pick.customer_id for pick in plan.picks}
    rows = kept.of_today(plan.day)
    over = kept.over(plan.day)
    waiting = kept.waiting(plan.day)
    gone = [
        row
        for row in rows
        if row.closed_at is None and row.customer_id not in wanted and row.customer_id not in waiting
    ]
    back = [row for row in rows if row.closed_as == DayPick.Closed.IMPOSSIBLE and row.customer_id in wanted]
    known = {row.customer_id for row in rows}
    new = [
        DayPick(
            user_id=user_id, customer_id=pick.customer_id, day=plan.day, half=str(pick.half), picked_at=at
        )
        for pick in plan.picks
        if pick.customer_id not in known
    ]
    _close(over, DayPick.Closed.OVER, at)
    _close(gone, DayPick.Closed.IMPOSSIBLE, at)
    DayPick.objects.filter(pk__in=[row.pk for row in back]).update(closed_at=None, closed_as="")
    DayPick.objects.bulk_create(new, ignore_conflicts=True)
    mark_customers({row.customer_id for row in (*gone, *back, *new)}, at=at)


def _close(rows: Sequence[DayPick], how: DayPick.Closed, at: datetime) -> None:
    if rows:
        DayPick.objects.filter(pk__in=[row.pk for row in rows]).update(closed_at=at, closed_as=how)


def _write_day(facts: PersonFacts, plan: DayPlan, at: datetime) -> None:
    duties = [duty_data(duty) for duty in plan.duties]
    row, is_new = PersonDay.objects.get_or_create(
        user_id=facts.user_id, day=plan.day, defaults={"duties": duties, "planned_at": at}
    )
    is_cleared = any(duty.kind is DutyKind.LIST_CLEARED and duty.is_done for duty in plan.duties)
    changes: dict[str, Any] = {}
    if row.duties != duties:
        changes["duties"] = duties
    if is_cleared and row.list_cleared_at is None:
        changes["list_cleared_at"] = at
    if not is_new and row.planned_at is None:
        changes["planned_at"] = at
    if changes:
        PersonDay.objects.filter(pk=row.pk).update(**changes)


def duty_data(duty: Any) -> dict[str, Any]:
    """A target of the day as the JSON that the plan keeps of it."""
    return {name: plain(value) for name, value in asdict(duty).items()}


def planned_people() -> Any:
    """Whose days are planned: everybody who can sign in may own customers."""
    return User.objects.can_sign_in()


def marked_people() -> Iterator[list[int]]:
    """Those whose day was marked, oldest first."""
    rows = Mark.objects.filter(subject=Mark.Subject.PERSON).order_by("marked_at", "id")
    after = Q()
    while page := list(rows.filter(after).values_list("marked_at", "id", "subject_id")[:BATCH]):
        marked_at, pk, _ = page[-1]
        after = Q(marked_at__gt=marked_at) | Q(marked_at=marked_at, id__gt=pk)
        yield [user_id for _, _, user_id in page]


def waking_people(now: datetime) -> Iterator[list[int]]:
    """Those whose plan the clock has ended, and those who never had one."""
    ids = list(PersonDecision.objects.filter(wake_at__lte=now).order_by("pk").values_list("pk", flat=True))
    ids += planned_people().filter(day_decision__isnull=True).order_by("pk").values_list("pk", flat=True)
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
