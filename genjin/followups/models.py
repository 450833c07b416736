"""What the brain decided: the tasks that people see, and what they did with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Customer
from genjin.customers.models.interaction import Channel
from genjin.followups.day_models import DayPick, MorningPreference, PersonDay, PersonDecision
from genjin.followups.preview_models import PolicyPreview
from genjin.people import access
from genjin.people.models import User

KIND = "followups.task"

__all__ = [
    "KIND",
    "CustomerDecision",
    "DayPick",
    "MorningPreference",
    "Outcome",
    "PersonDay",
    "PersonDecision",
    "PolicyPreview",
    "Seen",
    "Task",
    "Tasks",
]


class CustomerDecision(models.Model):
    """When a customer was last decided and when the clock alone changes the answer; its row is the lock."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="decision"
    )
    decided_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["wake_at"], name="decisions_to_wake")]

    def __str__(self) -> str:
        return f"decision on {self.customer_id}"


class Tasks(models.QuerySet["Task"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Tasks:
        """Tasks of the people within the person's scope, and of those they deputise for."""
        owned = access.of(user).owned(KIND)
        return self if owned is None else self.filter(owned)


class Task(models.Model):
    """One row of Today: the duties to one customer by one owner that fall close together (C-04).

    `key` is the leading duty's key. `duties` lists what is owed, each with key, rule, channel, purpose and
    reason (code and parameters). `rank` is the class of C-07, `place` the grade within it, lowest first.
    `due_on` is the day where the owner works. `on_tracking_list` and `on_daily_list` say which of the two
    entrances of tracking lead to it (000-08). Tasks are computed: they lie ahead as well, and disappear when
    nothing is owed any more; what people did stands in `Outcome`.
    """

    key = models.CharField(max_length=160, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tasks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks")
    contact_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    due_at = models.DateTimeField()
    due_on = models.DateField()
    is_date_only = models.BooleanField(default=True)
    rank = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField(default=0)
    duties = models.JSONField(default=list)
    is_dismissable = models.BooleanField(default=True)
    on_tracking_list = models.BooleanField(default=False)
    on_daily_list = models.BooleanField(default=False)
    decided_at = models.DateTimeField()

    objects = Tasks.as_manager()

    class Meta:
        indexes = [
            # All that ranks and counts, so that Today reads only the tasks it shows.
            models.Index(
                fields=[
                    "owner",
                    "due_on",
                    "rank",
                    "place",
                    "due_at",
                    "id",
                    "channel",
                    "is_date_only",
                    "on_tracking_list",
                    "on_daily_list",
                ],
                name="tasks_in_order",
            ),
            models.Index(fields=["customer", "due_at"], name="tasks_of_customer"),
        ]

    def __str__(self) -> str:
        return self.key


class Outcome(models.Model):
    """What a person did with a duty: the facts from which the next decision follows; never deleted.

    One customer has few that still matter; `is_live` says that deciding must still see it.
    """

    class Kind(models.TextChoices):
        DONE = "DONE", pgettext_lazy("outcome", "Done")
        POSTPONED = "POSTPONED", pgettext_lazy("outcome", "Postponed")
        DISMISSED = "DISMISSED", pgettext_lazy("outcome", "Dismissed")
        DELEGATED = "DELEGATED", pgettext_lazy("outcome", "Handed over")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="outcomes")
    duty_key = models.CharField(max_length=160)
    rule = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        help_text="To whom it was handed.",
    )  # fmt: skip
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    interaction_id = models.BigIntegerField(null=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["customer", "id"], condition=Q(is_live=True), name="live_outcomes"),
            models.Index(fields=["by", "-at"], name="outcomes_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.duty_key}"


class Seen(models.Model):
    """How far a change of policy, calendar, person or rules has been carried to the customers it concerns.

    `part` is "company", "team:3" or "person:7"; `stamp` is the fingerprint that was carried, or is being
    carried while `is_carried` is false: then the customers up to `position` have been marked.
    """

    part = models.CharField(primary_key=True, max_length=40)
    stamp = models.CharField(max_length=40)
    position = models.BigIntegerField(default=0)
    is_carried = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.part


class SequenceRuns(models.QuerySet["SequenceRun"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> SequenceRuns:
        """Those of the customers that the person may see."""
        return self.filter(Customer.objects.visible_to(user).beside("customer_id"))

    def running(self) -> SequenceRuns:
        """Those that are not over."""
        return self.filter(state=SequenceRun.State.RUNNING)


class SequenceRun(models.Model):
    """One sequence of steps for one customer (004-24, 004-49), with the steps as they stood when it began.

    A changed policy holds for later runs only. Who works on it is the customer's owner of the moment, so that
    it goes along when a customer is handed over. `key` begins the keys of its duties. `turn` is empty while
    it runs and its own id after, so that one sequence runs once at a time.
    """

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("sequence", "Running")
        COMPLETED = "COMPLETED", pgettext_lazy("sequence", "Completed")
        EXITED = "EXITED", pgettext_lazy("sequence", "Ended early")
        STOPPED = "STOPPED", pgettext_lazy("sequence", "Stopped")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="sequence_runs")
    key = models.CharField(max_length=100, unique=True)
    sequence = models.CharField(_("Sequence"), max_length=40)
    steps = models.JSONField(default=list)
    exits = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    turn = models.CharField(max_length=20, blank=True)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    began_because = models.CharField(
        max_length=10, blank=True, help_text="The event with which it began itself."
    )
    about_on = models.DateField(_("Date it is about"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_because = models.CharField(max_length=10, blank=True, help_text="The event that ended it early.")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SequenceRuns.as_manager()

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "sequence", "turn"], name="sequence_runs_once")
        ]
        indexes = [
            models.Index(fields=["sequence", "-began_at"], name="runs_of_sequence"),
        ]

    def __str__(self) -> str:
        return self.key


class DutyDay(models.Model):
    """Who answers customers outside of working hours on a day of the company (值班; design "Clocks")."""

    day = models.DateField(unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.person_id}"
