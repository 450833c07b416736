"""What people do with their day: ask for another customer, open the tracking list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers.actions.next_steps import change_next_step
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import NextStep
from genjin.followups.actions import dismiss, locked_task, postpone, steps_of
from genjin.followups.catching_up import Proposed
from genjin.followups.models import DayPick, MorningPreference, PersonDay, Task
from genjin.journal import actions as journal
from genjin.journal.actions import unheard
from genjin.people.models import User
from genjin.people.queries import work_calendar
from genjin.rules.catch_up import Choice


@transaction.atomic
def replace_pick(*, task: Task, by: User, at: datetime) -> DayPick:
    """Have somebody else picked for the 2 + 2 today; the customer may be picked again from tomorrow on."""
    pick = (
        DayPick.objects.select_for_update()
        .filter(customer=task.customer_id, user=task.owner_id, closed_at__isnull=True)
        .order_by("-day")
        .first()
    )
    if pick is None:
        raise Refused(_("This customer is not one of today's 2 + 2 any more."))
    pick.closed_at, pick.closed_as = at, DayPick.Closed.REPLACED
    pick.save(update_fields=["closed_at", "closed_as"])
    written = journal.Written(
        verb="replace_pick",
        kind="followups.pick",
        object_id=pick.pk,
        title=str(pick.day),
        customer_id=pick.customer_id,
        changes={"day": (None, pick.day)},
    )
    journal.record(by=by, at=at, written=[written])
    journal.mark_customers([pick.customer_id], at=at)
    journal.mark_people([pick.user_id], at=at)
    return pick


@transaction.atomic
def move_steps(*, task: Task, to: date, by: User, at: datetime, seen: datetime | None = None) -> int:
    """Move the next steps of a task to another day, today or later; an appointment keeps its hour."""
    task = locked_task(task, seen)
    zone = timezone.get_current_timezone()
    if to < at.astimezone(zone).date():
        raise Refused({"to": _("Choose today or a later day.")})
    steps = list(NextStep.objects.filter(pk__in=steps_of(task), state=NextStep.State.OPEN).order_by("pk"))
    if not steps:
        raise Refused(_("Only next steps can be moved; postpone this instead."))
    for step in steps:
        if step.due_at is None:
            changes: dict[str, object] = {"due_on": to}
        else:
            clock = step.due_at.astimezone(zone).time()
            changes = {"due_at": datetime.combine(to, clock, zone)}
        change_next_step(step_id=step.pk, changes=changes, by=by, at=at)
    return len(steps)


def catch_up(*, plan: Sequence[Proposed], reason: str, by: User, at: datetime) -> int:
    """Postpone and drop overdue tasks as planned, all at one moment, so that it is taken back in one go.

    A task that changed meanwhile stays as it is. Each is written by itself, and decided by the worker if they
    are many. Returns how many were moved or dropped.
    """
    changed: list[int] = []
    with unheard():
        for one in plan:
            try:
                if one.choice is Choice.DROP:
                    dismiss(task=one.task, reason=reason, by=by, at=at, seen=one.task.decided_at)
                elif one.day is not None:
                    why = _("Caught up")
                    postpone(task=one.task, until=one.day, by=by, at=at, reason=why, seen=one.task.decided_at)
                else:
                    continue
            except Refused:
                continue
            changed.append(one.task.customer_id)
    with transaction.atomic():
        journal.mark_customers(changed, at=at)
    return len(changed)


@transaction.atomic
def open_list(*, user: User, at: datetime) -> bool:
    """Keep when a person first looked at the tracking list that day (000-14); False when that is known."""
    day = work_calendar(user).local_date(at)
    row, is_new = PersonDay.objects.get_or_create(user=user, day=day, defaults={"list_opened_at": at})
    if not is_new:
        if row.list_opened_at is not None:
            return False
        PersonDay.objects.filter(pk=row.pk).update(list_opened_at=at)
    journal.mark_people([user.pk], at=at)
    return True


@transaction.atomic
def claim_morning(*, user_id: int, day: date, at: datetime) -> bool:
    """Claim this day's morning mail; False when it was claimed: what may have left is never sent again."""
    PersonDay.objects.get_or_create(user_id=user_id, day=day)
    rows = PersonDay.objects.filter(user=user_id, day=day, mail_claimed_at__isnull=True)
    return rows.update(mail_claimed_at=at) == 1


def note_morning_sent(*, user_id: int, day: date, at: datetime) -> None:
    """Keep that the mail left."""
    PersonDay.objects.filter(user=user_id, day=day).update(mail_sent_at=at)


@transaction.atomic
def prefer_morning(*, user: User, at: time | None) -> None:
    """Keep at what time the person wants the morning mail; None for not at all."""
    if at is None:
        MorningPreference.objects.filter(user=user).delete()
    else:
        MorningPreference.objects.update_or_create(user=user, defaults={"at": at})
