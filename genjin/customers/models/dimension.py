"""The gradings: each its own field with its own history; a bare letter is never shown (domain A.8)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FollowGrade(models.TextChoices):
    """Dimension 1, ordered from high to low (000-24)."""

    TOP = "TOP", pgettext_lazy("follow-up grade", "Top")
    UPPER_MID = "UPPER_MID", pgettext_lazy("follow-up grade", "Upper mid")
    MID = "MID", pgettext_lazy("follow-up grade", "Mid")
    LOWER_MID = "LOWER_MID", pgettext_lazy("follow-up grade", "Lower mid")
    LOW = "LOW", pgettext_lazy("follow-up grade", "Low")


# Stored beside the grade so that lists sort by it: TOP is 5, no grade is 0.
GRADE_ORDER = {"TOP": 5, "UPPER_MID": 4, "MID": 3, "LOWER_MID": 2, "LOW": 1, "": 0}


class ValueClass(models.TextChoices):
    """Dimension 2: purchases of twelve months by Pareto (001-22)."""

    A = "A", _("Purchase class A")
    B = "B", _("Purchase class B")
    C = "C", _("Purchase class C")


class RelationshipClass(models.TextChoices):
    """Dimension 3: categories without order (002-14..17)."""

    VIP = "VIP", _("VIP (class A)")
    SEED = "SEED", _("Seed (class B)")
    PROSPECT = "PROSPECT", _("Prospect (class C)")
    INTERRUPTED = "INTERRUPTED", _("Interrupted (class D)")


class InterruptedKind(models.TextChoices):
    """Why a customer counts as interrupted (C-02)."""

    SMALL = "SMALL", _("Small orders")
    UNSTABLE = "UNSTABLE", _("Unstable orders")
    STOPPED = "STOPPED", _("Stopped ordering")


class LifecycleStage(models.TextChoices):
    """Dimension 6 (003-01..05, 003-68)."""

    PROSPECT = "PROSPECT", pgettext_lazy("lifecycle stage", "Prospect")
    TRIAL = "TRIAL", _("Trial period")
    OLD = "OLD", _("Old customer")
    LARGE = "LARGE", _("Large customer")


class DormancyState(models.TextChoices):
    """Dimension 7 (003-86..95)."""

    ACTIVE = "ACTIVE", pgettext_lazy("dormancy", "Active")
    WARNING = "WARNING", pgettext_lazy("dormancy", "Warning")
    DORMANT = "DORMANT", pgettext_lazy("dormancy", "Dormant")
    WON_BACK = "WON_BACK", pgettext_lazy("dormancy", "Won back")
    LOST = "LOST", pgettext_lazy("dormancy", "Lost")


class KeyAccount(models.TextChoices):
    """Dimension 9: the salesperson proposes, a manager confirms (000-03)."""

    NO = "NO", _("No")
    PROPOSED = "PROPOSED", _("Proposed")
    CONFIRMED = "CONFIRMED", _("Confirmed")


class DecisionRole(models.TextChoices):
    """Dimension 11 (002-21)."""

    UNKNOWN = "UNKNOWN", pgettext_lazy("decision role", "Unknown")
    DECIDER = "DECIDER", _("Decides")
    INFLUENCER = "INFLUENCER", _("Influences")
    EXECUTOR = "EXECUTOR", _("Executes")
    GATEKEEPER = "GATEKEEPER", _("Gatekeeper")


class RelationshipDepth(models.TextChoices):
    """Dimension 14: how near we have come to a person (003-76)."""

    NONE = "NONE", _("No contact yet")
    WROTE = "WROTE", _("Wrote")
    SPOKE = "SPOKE", _("Spoke")
    MET = "MET", _("Met")
    VISITED_COMPANY = "VISITED_COMPANY", _("Visited the company")
    VISITED_HOME = "VISITED_HOME", _("Visited the home")
    MET_FAMILY = "MET_FAMILY", _("Met the family")


class DimensionChange(models.Model):
    """One change of one dimension of a customer or a contact: old, new, who, when, why."""

    class Cause(models.TextChoices):
        PERSON = "PERSON", _("Person")
        RULE = "RULE", _("Rule")
        IMPORT = "IMPORT", _("Import")
        MERGE = "MERGE", _("Merge")

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="dimension_changes"
    )
    contact = models.ForeignKey(
        "customers.Contact", null=True, on_delete=models.CASCADE, related_name="dimension_changes"
    )
    dimension = models.CharField(max_length=24)
    old = models.CharField(max_length=40, blank=True)
    new = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=8, choices=Cause, default=Cause.PERSON)
    why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at"], name="dimension_history")]

    def __str__(self) -> str:
        return f"{self.dimension}: {self.old} → {self.new}"
