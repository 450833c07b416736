"""What was overdue when somebody came back, with what is proposed for each task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from genjin.followups import setting
from genjin.followups.models import Task
from genjin.followups.queries import ORDER, UNSHOWN, own_tasks
from genjin.people.models import Absence, User
from genjin.rules.catch_up import HORIZON, Choice, Late, proposal, spread
from genjin.rules.duties import Rule
from genjin.rules.policy import Policy

MOST = 300
"""So many tasks are sorted out at a time; what is left is offered again."""
AFTER_ABSENCE = 5
"""After an absence catching up is offered from so many overdue tasks on."""
LATELY = timedelta(days=4)


@dataclass(frozen=True)
class Proposed:
    """An overdue task with what is to become of it."""

    task: Task
    choice: Choice
    day: date | None
    """When it comes back, if it is spread."""


def is_offered(user: User, policy: Policy, today: date, overdue: int) -> bool:
    """Whether so much is overdue that it should be sorted out, or the person just came back."""
    if overdue >= policy.number("catch_up.from_overdue"):
        return True
    if overdue < AFTER_ABSENCE:
        return False
    return Absence.objects.filter(user=user, last_day__lt=today, last_day__gte=today - LATELY).exists()


def overdue_tasks(user: User, today: date) -> list[Task]:
    """What is overdue, in the order of Today."""
    rows = own_tasks(user).filter(due_on__lt=today).select_related("customer__country", "owner")
    return list(rows.defer(*UNSHOWN).order_by(*ORDER)[:MOST])


def proposed(
    user: User, tasks: list[Task], chosen: Mapping[str, Choice], now: datetime, today: date
) -> list[Proposed]:
    """Each task with what was chosen, else with what is proposed; the same again gives the same days."""
    own = setting.current(now).for_owner(user.pk)
    colleague = own.people.get(user.pk)
    works_on = colleague.works_on if colleague else own.company.is_workday
    known = {task.key: _late(task) for task in tasks}
    choices = {key: chosen.get(key) or proposal(late, own.policy, today) for key, late in known.items()}
    for key, choice in choices.items():
        if choice is Choice.DROP and not known[key].is_dismissable:
            choices[key] = Choice.SPREAD
    planned = own_tasks(user).filter(due_on__gt=today, due_on__lte=today + timedelta(days=HORIZON))
    loads = dict(planned.order_by().values_list("due_on").annotate(n=Count("id")))
    late = [known[key] for key, choice in choices.items() if choice is Choice.SPREAD]
    days = spread(late, loads, own.policy, works_on, today)
    return [Proposed(task, choices[task.key], days.get(task.key)) for task in tasks]


def _late(task: Task) -> Late:
    people = (Rule.NEXT_STEP, Rule.REMINDER)
    return Late(
        key=task.key,
        rank=(task.rank, task.place),
        due_on=task.due_on,
        is_dismissable=task.is_dismissable,
        is_planned_by_people=any(duty["rule"] in people for duty in task.duties),
    )
