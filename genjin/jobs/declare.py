"""How a function becomes a job, and what a job may ask for while it runs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

import django_tasks
from django_tasks.base import Task

P = ParamSpec("P")
R = TypeVar("R")


class GiveUp(Exception):
    """Raised by a job that no retry can help: it fails at once, with this text as its error."""


class HandBack(Exception):
    """Raised by a job that was asked to stop: it returns to the queue and no attempt is counted."""


@dataclass(frozen=True)
class JobOptions:
    """What stands next to a job's declaration; a plain `django_tasks.task` has the defaults."""

    retries: int = 5
    pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(hours=1)
    atomic: bool = True
    limit: timedelta = timedelta(minutes=15)
    unique: Callable[..., str] | None = None

    def pause_after(self, attempts: int) -> timedelta:
        """The wait before the next try: doubled each time, ±20 % so that failures do not return in step."""
        doubled = self.pause * 2 ** min(max(attempts, 1) - 1, 30)
        pause: timedelta = min(doubled, self.longest_pause)
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret


DEFAULTS = JobOptions()


def job(
    *,
    retries: int = DEFAULTS.retries,
    pause: timedelta = DEFAULTS.pause,
    longest_pause: timedelta = DEFAULTS.longest_pause,
    atomic: bool = DEFAULTS.atomic,
    limit: timedelta = DEFAULTS.limit,
    unique: Callable[..., str] | None = None,
    queue: str = "default",
    priority: int = 0,
    takes_context: bool = False,
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Declares a module-level function as a job; `.enqueue(…)` in a transaction starts it with the commit.

    `atomic` (the default): what the job writes and its "done" are one transaction, so the effect happens
    exactly once even if the process is killed. Say `atomic=False` for network or long parsing: then the
    function may run again after a crash and must open its own short transactions.
    `limit`: a job that runs longer counts as hung and is given to another worker.
    `unique`: a function of the job's arguments; while a job with the same key waits, no second one is made.
    """
    options = JobOptions(retries, pause, longest_pause, atomic, limit, unique)

    def declare(function: Callable[P, R]) -> Task[P, R]:
        cast(Any, function).job_options = options
        declaration: Any = {"priority": priority, "queue_name": queue, "takes_context": takes_context}
        return cast("Task[P, R]", django_tasks.task(**declaration)(function))

    return declare


def options_of(task: Task[..., Any]) -> JobOptions:
    """The options declared next to a task."""
    return getattr(task.func, "job_options", DEFAULTS)


_stopping: ContextVar[Callable[[], bool]] = ContextVar("stopping", default=lambda: False)
_enqueued_by: ContextVar[int | None] = ContextVar("enqueued_by", default=None)


def stopping() -> bool:
    """Whether the running job should end soon: its worker stops, or the job was cancelled or given away."""
    return _stopping.get()()


@contextmanager
def asking(question: Callable[[], bool]) -> Iterator[None]:
    """Inside, `stopping()` answers with this question (set by the worker around each job)."""
    token = _stopping.set(question)
    try:
        yield
    finally:
        _stopping.reset(token)


@contextmanager
def on_behalf_of(user_id: int | None) -> Iterator[None]:
    """Jobs enqueued inside name this person as the one who caused them."""
    token = _enqueued_by.set(user_id)
    try:
        yield
    finally:
        _enqueued_by.reset(token)


def enqueued_by() -> int | None:
    """The person for whom work is being enqueued now, if any."""
    return _enqueued_by.get()
