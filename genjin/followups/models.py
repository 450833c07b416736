"""What the brain decided: the tasks that people see, and what they did with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Customer
from genjin.customers.models.interaction import Channel
from genjin.people import access
from genjin.people.models import User

KIND = "followups.task"


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
    `due_on` is the day where the owner works. Tasks are computed: they lie ahead as well, and disappear when
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
    decided_at = models.DateTimeField()

    objects = Tasks.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on", "rank"], name="tasks_of_owner"),
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
