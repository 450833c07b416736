"""Running one claimed job, so that its effect on the database and its "done" cannot part."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from enum import Enum
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from genjin.instance import errors
from genjin.jobs import lease
from genjin.jobs.backend import load_task, result_of
from genjin.jobs.declare import DEFAULTS, GiveUp, HandBack, asking, on_behalf_of, options_of
from genjin.jobs.models import Job

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """How one attempt ended."""

    DONE = "done"
    RETRY = "retry"
    FAILED = "failed"
    LOST = "lost"
    HANDED_BACK = "handed back"


def execute(job: Job, *, should_stop: Callable[[], bool] = lambda: False) -> Outcome:
    """Runs a claimed job and records how it ended; errors of the job never leave this function."""
    options = DEFAULTS
    try:
        task = load_task(job.task)
        options = options_of(task)
        with ExitStack() as around:
            around.enter_context(asking(should_stop))
            around.enter_context(on_behalf_of(job.enqueued_by_id))
            for enter in _surroundings():
                around.enter_context(enter(job))
            if options.atomic:
                with transaction.atomic():
                    lease.finish(job, _call(task, job))
            else:
                lease.finish(job, _call(task, job))
    except lease.LeaseLost:
        logger.warning("Job %s was taken from this worker; its work does not count", job)
        return Outcome.LOST
    except HandBack:
        lease.hand_back(job)
        return Outcome.HANDED_BACK
    except (Exception, SystemExit) as error:
        gives_up = lease.fail(job, error, options, for_good=isinstance(error, GiveUp))
        if gives_up and not isinstance(error, GiveUp):
            errors.report(
                error, process="worker", place=job.task, by=job.enqueued_by, request_id=f"job-{job.pk}"
            )
        # The traceback is kept, scrubbed, with the job; the log only says that there is one.
        logger.log(
            logging.ERROR if gives_up else logging.WARNING,
            "Job %s failed in attempt %s of %s: %s",
            job,
            job.attempts,
            job.max_attempts,
            type(error).__name__,
        )
        return Outcome.FAILED if gives_up else Outcome.RETRY
    return Outcome.DONE


def _call(task: Task[..., Any], job: Job) -> Any:
    first = (TaskContext(task_result=result_of(job, task)),) if task.takes_context else ()
    return normalize_json(task.call(*first, *job.args, **job.kwargs))


@cache
def _surroundings() -> tuple[Callable[[Job], Any], ...]:
    """Context managers around every job, from `OPTIONS["around"]` of the backend; each takes the job."""
    return tuple(import_string(path) for path in task_options().get("around", ()))


def task_options() -> dict[str, Any]:
    """`OPTIONS` of the default backend: `around`, `schedule`, `zone`, all dotted paths."""
    options: dict[str, Any] = getattr(settings, "TASKS", {}).get("default", {}).get("OPTIONS", {})
    return options
