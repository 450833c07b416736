"""The stored policy: what company, team and person set apart from the defaults of `rules/policy.toml`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Layer(models.Model):
    """One saved version of one layer; the newest of a layer is in force, older ones stay as history.

    `values` holds only what differs from the layer above it; names and ranges are those of
    `genjin.rules.policy`. `subject_id` is the team or person of the layer, 0 for the company.
    """

    class Scope(models.TextChoices):
        COMPANY = "COMPANY", _("Company")
        TEAM = "TEAM", _("Team")
        PERSON = "PERSON", _("Person")

    scope = models.CharField(max_length=8, choices=Scope)
    subject_id = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "subject_id", "version"], name="policy_versions_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject_id} v{self.version}"


class CompanySwitches(models.Model):
    """The single row (pk 1) of dates and features that hold for the whole company.

    `go_live_on`: what lies before gives facts, never overdue duties (design, "Day one").
    `sensitive_fields`: whether restricted personal fields may be kept at all (002-24, C-18).
    """

    go_live_on = models.DateField(null=True)
    sensitive_fields = models.BooleanField(default=False)
    second_factor_required = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="company_switches_are_single")]

    def __str__(self) -> str:
        return "company switches"
