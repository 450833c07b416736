"""Merges: which record was taken into which, what moved and what was chosen, so that it can be undone."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from genjin.customers.models.contact import Contact
from genjin.customers.models.customer import Customer
from genjin.people.models import User

M = TypeVar("M", bound=models.Model)


class Standing(models.QuerySet[M]):
    """Merges of either kind."""

    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)


class Merges(Standing["Merge"]):
    """Merges of customers are seen with the customer that was kept."""

    def visible_to(self, user: User) -> Self:
        """Merges into customers the person may see."""
        return self.filter(Customer.objects.visible_to(user).beside("kept_id"))


class ContactMerges(Standing["ContactMerge"]):
    """Merges of contacts are seen with the contact that was kept."""

    def visible_to(self, user: User) -> Self:
        """Merges into contacts of customers the person may see."""
        return self.filter(kept__in=Contact.objects.visible_to(user))


class AnyMerge(models.Model):
    """One record taken into another of its kind, `gone` into `kept` (B-5, D-2).

    `changes` maps columns of the kept record to [before, after]; `moved` holds what each mover of
    `genjin.records.merging` needs to move back; `counts` how many rows moved and `left` what an undo left,
    by mover; `choices` which side was chosen of each field.
    """

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

    class Meta:
        abstract = True
        ordering = ["-id"]


class Merge(AnyMerge):
    """One customer taken into another."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    objects = Merges.as_manager()

    class Meta(AnyMerge.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="merged_into_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"


class ContactMerge(AnyMerge):
    """One contact taken into another of the same customer; the former lies in the bin and cannot leave it."""

    kept = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    objects = ContactMerges.as_manager()

    class Meta(AnyMerge.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="contact_merged_into_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
