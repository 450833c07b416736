"""A person's day as it was planned: what was asked and done, and who was picked for the 2 + 2."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer


class PersonDecision(models.Model):
    """When a person's day was last planned and when the clock alone changes the plan; its row is the lock."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="day_decision"
    )
    decided_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["wake_at"], name="days_to_wake")]

    def __str__(self) -> str:
        return f"day of {self.user_id}"


class PersonDay(models.Model):
    """One day of one person, where the person works: the targets with their progress, kept as history.

    `duties` lists kind, done, of, due_on and is_behind of each; it is empty on a day off. `list_opened_at` is
    when the tracking list was first looked at that day, `list_cleared_at` when it was seen to be cleared
    (000-14). The morning mail is claimed before it is sent, so that nobody gets it twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    planned_at = models.DateTimeField(null=True)
    duties = models.JSONField(default=list)
    list_opened_at = models.DateTimeField(null=True)
    list_cleared_at = models.DateTimeField(null=True)
    mail_claimed_at = models.DateTimeField(null=True)
    mail_sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_plan_a_day")]
        indexes = [models.Index(fields=["day"], name="plans_by_day")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"


class DayPick(models.Model):
    """A customer picked for a person's 2 + 2 of a day; an open one is a fact for deciding that customer.

    Picked once: it is closed when its day is over, and before that only if the customer cannot be contacted
    any more (another is picked) or the person asks for another one instead.
    """

    class Closed(models.TextChoices):
        OVER = "OVER", _("The day is over")
        IMPOSSIBLE = "IMPOSSIBLE", _("Cannot be contacted that day")
        REPLACED = "REPLACED", _("Another one instead")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="picks")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="picks")
    day = models.DateField()
    half = models.CharField(max_length=8)
    picked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_as = models.CharField(max_length=10, choices=Closed, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day", "customer"], name="picked_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["customer"], condition=Q(closed_at__isnull=True), name="open_picks"),
            models.Index(
                fields=["user", "day"], condition=Q(closed_at__isnull=True), name="open_picks_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} for {self.user_id} on {self.day}"


class MorningPreference(models.Model):
    """At what time of their working day people want their tasks by mail; without a row they do not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="morning_mail"
    )
    at = models.TimeField(_("At"))

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at}"
