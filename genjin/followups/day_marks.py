"""Whose day is touched by what was decided on customers: their lists, their picks, their progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta

from genjin.followups.models import Task
from genjin.journal.actions import mark_people, unheard
from genjin.rules.facts import CustomerFacts

FEW = 5
"""Of so many customers decided together people wait for their day; with more the next turn plans it."""
RECENT = timedelta(hours=36)
"""A follow-up since then may count for the day of the customer's owner."""


def mark_days(
    facts: Mapping[int, CustomerFacts],
    *,
    gone: Iterable[Task],
    new: Iterable[Task],
    moved: Iterable[tuple[Task, Task]],
    at: datetime,
) -> None:
    """Mark the people concerned: at once when little was decided, else they wait for the sweep."""
    soon = at.date() + timedelta(days=1)
    changed = [*gone, *(task for pair in moved for task in pair)]
    people = {task.owner_id for task in changed if task.on_daily_list}
    people |= {task.owner_id for task in (*changed, *new) if task.on_tracking_list and task.due_on <= soon}
    if people:
        with nullcontext() if len(facts) <= FEW else unheard():
            mark_people(people, at=at)
    followed = {
        one.owner_id
        for one in facts.values()
        if one.owner_id and one.last_follow_up_at and one.last_follow_up_at >= at - RECENT
    } - people
    if followed:
        with unheard():
            mark_people(followed, at=at)
