"""Merges: which customer was taken into which, what moved and what was chosen, so that it can be undone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from genjin.customers.models.customer import Customer
from genjin.people.models import User


class Merges(models.QuerySet["Merge"]):
    """Merges are seen with the customer that was kept."""

    def visible_to(self, user: User) -> Merges:
        """Merges into customers the person may see."""
        return self.filter(Customer.objects.visible_to(user).beside("kept_id"))

    def standing(self) -> Merges:
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """One customer taken into another (B-5, D-2).

    `changes` maps columns of the kept record to [before, after]; `moved` holds what each mover of
    `genjin.records.merging` needs to move back; `counts` how many rows moved and `left` what an undo left,
    by mover; `choices` which side was chosen of each field.
    """

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    choices: Any = models.JSONField(default=dict)
    changes: Any = models.JSONField(default=dict)
    moved: Any = models.JSONField(default=dict)
    counts: Any = models.JSONField(default=dict)
    left: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects = Merges.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merged_into_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
