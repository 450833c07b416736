"""Tasks and what people did with them go along when two customers become one; then the rules decide anew."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from genjin.followups.models import DayPick, Outcome, Task
from genjin.records.merge_actions import count_rows, move_rows, rows
from genjin.records.merging import Memory, Merging, Mover, register


def move_tasks(merging: Merging) -> Memory:
    """Show the tasks under the kept record until it is decided anew, which both customers are marked for."""
    return move_rows(Task, "customer", (), merging)


def clear_tasks(merging: Merging, memory: Memory) -> Mapping[str, int]:
    """Drop the tasks of both: what is owed to each is decided at once, from what went back or stayed."""
    Task.objects.filter(customer__in=[merging.kept_id, merging.gone_id]).delete()
    return {}


def register_all() -> None:
    """Put what hangs on a customer in this folder on the register."""
    register(
        Mover(
            "followups.task", ("customer",), partial(count_rows, Task, "customer"), move_tasks, clear_tasks,
            order=80,
        )
    )  # fmt: skip
    register(rows(Outcome, order=81))
    register(rows(DayPick, alike=("user_id", "day"), order=82))
