"""The queue as rows: jobs, the schedule of recurring work, and the workers that run them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of background work; written with the change that causes it, kept until pruned."""

    class State(models.TextChoices):
        READY = "READY", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELLED = "CANCELLED", _("Cancelled")

    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    unique_key = models.CharField(max_length=200, null=True)
    enqueued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())
    run_after = models.DateTimeField(db_default=Now())

    state = models.CharField(max_length=10, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=1)
    owner = models.CharField(max_length=64, default="", help_text="The worker that runs it; else empty.")
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error_class = models.CharField(max_length=200, default="")
    error_text = models.TextField(default="")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                # A job that was started before does not count: what changed since then needs a new one.
                condition=models.Q(state="READY", attempts=0, unique_key__isnull=False),
                name="jobs_one_waiting_per_key",
            )
        ]
        indexes = [
            models.Index(
                models.F("priority").desc(),
                "run_after",
                "id",
                condition=models.Q(state="READY"),
                name="jobs_claim",
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state="RUNNING"), name="jobs_leases"),
            models.Index(fields=["state", "-id"], name="jobs_list"),
            models.Index(
                fields=["state", "finished_at"],
                condition=models.Q(finished_at__isnull=False),
                name="jobs_prune",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    @property
    def short_name(self) -> str:
        """The task without what all have in common: "mail.sync" for genjin.mail.jobs.sync."""
        return self.task.removeprefix("genjin.").replace(".jobs.", ".")

    @property
    def error_name(self) -> str:
        """The class of the last error, without its module."""
        return self.error_class.rpartition(".")[2]

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        return {Job.State.FAILED: "bad", Job.State.RUNNING: "accent", Job.State.DONE: "ok"}.get(
            Job.State(self.state), ""
        )

    @property
    def may_run_again(self) -> bool:
        """Whether a person may send it back to the queue."""
        return self.state in (Job.State.FAILED, Job.State.CANCELLED)

    @property
    def may_be_cancelled(self) -> bool:
        """Whether a person may stop it."""
        return self.state in (Job.State.READY, Job.State.RUNNING)


class Schedule(models.Model):
    """When a recurring job runs next; claimed by compare-and-set on `next_run`."""

    name = models.CharField(max_length=80, primary_key=True)
    next_run = models.DateTimeField()
    last_run = models.DateTimeField(null=True)
    last_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker process as it announces itself; removed when it stops in order."""

    owner = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    pid_space = models.CharField(max_length=100)
    queues = models.JSONField(default=list)
    slots = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
