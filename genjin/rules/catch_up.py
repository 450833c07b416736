"""Catching up after an absence: what was overdue is triaged, not dumped on the first day (design, "Today").

What others wait for is done today; the rest is spread over the next working days within what a day can hold;
what the rules asked for and time has overtaken is proposed to be dropped, with a reason. People decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from genjin.rules.duties import WorkClass
from genjin.rules.policy import Policy
from genjin.rules.worktime import ONE_DAY

HORIZON = 90
"""So many days ahead at most; what fits nowhere until then goes to the last working day."""


class Choice(StrEnum):
    """What becomes of an overdue task."""

    TODAY = "TODAY"
    SPREAD = "SPREAD"
    DROP = "DROP"


@dataclass(frozen=True, slots=True)
class Late:
    """An overdue task, as far as it matters for when it is done."""

    key: str
    rank: tuple[int, int]
    """The class of C-07 and the place of the grade in it: lower comes first."""
    due_on: date
    is_dismissable: bool
    is_planned_by_people: bool = False
    """A next step or reminder: somebody's word, which no rule proposes to drop."""


def proposal(late: Late, policy: Policy, today: date) -> Choice:
    """What is proposed for a task."""
    if late.rank[0] <= WorkClass.ANSWER:
        return Choice.TODAY
    is_old = (today - late.due_on).days > policy.number("catch_up.drop_after_days")
    if is_old and late.is_dismissable and not late.is_planned_by_people and late.rank[0] >= WorkClass.DAILY:
        return Choice.DROP
    return Choice.SPREAD


def spread(
    tasks: Iterable[Late],
    planned: Mapping[date, int],
    policy: Policy,
    works_on: Callable[[date], bool],
    today: date,
) -> dict[str, date]:
    """A day for each of these tasks, the most pressing first, none before tomorrow.

    `planned` counts what each day holds already. A day takes tasks up to `catch_up.per_day`.
    """
    per_day = policy.number("catch_up.per_day")
    ahead = [today + ONE_DAY * number for number in range(1, HORIZON + 1)]
    days = [day for day in ahead if works_on(day)] or ahead[:1]
    load = {day: planned.get(day, 0) for day in days}
    found: dict[str, date] = {}
    for task in sorted(tasks, key=lambda one: (one.rank, one.due_on, one.key)):
        day = next((one for one in days if load[one] < per_day), days[-1])
        load[day] += 1
        found[task.key] = day
    return found
