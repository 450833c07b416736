"""The Django Tasks backend of Genjin: enqueuing is a row in the caller's transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least, Now
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from genjin.jobs.declare import enqueued_by, options_of
from genjin.jobs.models import Job

STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
    Job.State.CANCELLED: TaskResultStatus.FAILED,
}


class LeaseBackend(BaseTaskBackend):
    """Jobs as rows of the same database, claimed with a lease; see `lease.py` for the other half."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        if "QUEUES" not in params:
            self.queues = set()  # none listed: every name is a queue

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Writes the job with the caller's change: both are kept, or neither."""
        self.validate_task(task)
        options = options_of(task)
        row = Job(
            task=task.module_path,
            args=normalize_json(args),
            kwargs=normalize_json(kwargs),
            queue=task.queue_name,
            priority=task.priority,
            max_attempts=options.retries + 1,
            enqueued_by_id=enqueued_by(),
        )
        if task.run_after is not None:
            row.run_after = task.run_after
        if options.unique is None:
            row.save(force_insert=True)
        else:
            row.unique_key = options.unique(*args, **kwargs)
            row = _insert_unless_waiting(row, task)
        result = result_of(row, task)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The state of a job by its id."""
        row = Job.objects.filter(pk=result_id).first() if str(result_id).isdigit() else None
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(row)


def _insert_unless_waiting(row: Job, task: Task[..., Any]) -> Job:
    """The waiting job of this key, or the new one.

    The update locks the waiting row until the caller commits: a worker skips it until then, so the job cannot
    run before it can see the change for which it was enqueued.
    """
    wanted = Value(task.run_after) if task.run_after is not None else Now()
    while True:
        with transaction.atomic():
            waiting = Job.objects.filter(unique_key=row.unique_key, state=Job.State.READY, attempts=0)
            if waiting.update(
                run_after=Least(F("run_after"), wanted), priority=Greatest(F("priority"), Value(row.priority))
            ):
                return waiting.get()
            Job.objects.bulk_create([row], ignore_conflicts=True)
            if (inserted := waiting.first()) is not None:
                return inserted


def load_task(path: str) -> Task[..., Any]:
    """The task declared under a dotted path; ImportError if the code no longer has it."""
    try:
        task = import_string(path)
    except ImportError as error:
        raise ImportError(f"This version has no job {path}.") from error
    if not isinstance(task, Task):
        raise ImportError(f"{path} is not a job.")
    return task


def result_of(row: Job, task: Task[..., Any] | None = None) -> TaskResult[Any]:
    """A job row as the Tasks API shows it."""
    result: TaskResult[Any] = TaskResult(
        task=task or load_task(row.task),
        id=str(row.pk),
        status=STATUS[Job.State(row.state)],
        enqueued_at=row.created_at,
        started_at=row.started_at,
        last_attempted_at=row.started_at,
        finished_at=row.finished_at,
        args=row.args,
        kwargs=row.kwargs,
        backend="default",
        errors=[TaskError(exception_class_path=row.error_class, traceback=row.error_text)]
        if row.error_class
        else [],
        worker_ids=[row.owner] * row.attempts,
    )
    object.__setattr__(result, "_return_value", row.result)
    return result
