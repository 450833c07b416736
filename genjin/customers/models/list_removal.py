"""Removals of choices: what took the place of each, in which customers, and what came back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models.choices import ListEntry

UNDO_WITHIN = timedelta(days=7)


class ListRemoval(models.Model):
    """Taking a choice out of a list: decided at once, replaced where it is used in the background.

    Without `into` the field is left empty. `total` is how many customers had it when it was removed.
    """

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("removed choice", "Being replaced")
        DONE = "DONE", pgettext_lazy("removed choice", "Removed")
        UNDOING = "UNDOING", pgettext_lazy("removed choice", "Being taken back")
        UNDONE = "UNDONE", pgettext_lazy("removed choice", "Taken back")

    BUSY = (State.RUNNING, State.UNDOING)

    list = models.CharField(max_length=16, choices=ListEntry.List)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="removals")
    into = models.ForeignKey(ListEntry, null=True, on_delete=models.PROTECT, related_name="+")
    was_active = models.BooleanField(default=True)
    is_undo = models.BooleanField(
        default=False, help_text="An import that made it was taken back: its name means nothing any more."
    )
    total = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["list"],
                condition=Q(state__in=["RUNNING", "UNDOING"]),
                name="one_removal_of_a_list_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def is_busy(self) -> bool:
        """Whether customers are being changed for it now."""
        return self.state in self.BUSY

    @property
    def undo_until(self) -> datetime:
        """The moment after which it can no longer be taken back."""
        return self.at + UNDO_WITHIN

    def may_be_undone(self, at: datetime) -> bool:
        """Whether there is time left to take it back, and it has not been."""
        return self.state in (self.State.RUNNING, self.State.DONE) and at <= self.undo_until


class ReplacedChoice(models.Model):
    """One customer in which a removed choice was replaced; `added` says that it had not the new one too."""

    class State(models.TextChoices):
        REPLACED = "REPLACED", pgettext_lazy("replaced choice", "Replaced")
        BACK = "BACK", pgettext_lazy("replaced choice", "Taken back")
        KEPT = "KEPT", _("was changed since; the changes stay")

    removal = models.ForeignKey(ListRemoval, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    added = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State, default=State.REPLACED)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["removal", "customer"], name="a_customer_is_replaced_once")
        ]
        indexes = [models.Index(fields=["removal", "state", "id"], name="replaced_choices_by_state")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.state}"
