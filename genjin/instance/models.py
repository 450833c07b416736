"""What is known about this running instance itself: its kind, its clock, whether it may reach out."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Instance(models.Model):
    """The single row (pk 1) that every process reads.

    A held instance reads and computes but sends, writes back and notifies nothing (design, section 3).
    """

    class Kind(models.TextChoices):
        PRODUCTION = "PRODUCTION", _("Production")
        DEMO = "DEMO", _("Demo")
        TEST = "TEST", _("Test")

    class Reason(models.TextChoices):
        RESTORED = "RESTORED", _("Restored from a backup")
        COPIED = "COPIED", _("Copied or moved")
        BY_HAND = "BY_HAND", _("Held by an administrator")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PRODUCTION)
    identity = models.UUIDField(default=uuid.uuid4, editable=False)
    place = models.CharField(max_length=200, default="", help_text="Fingerprint of the database's home.")
    held_since = models.DateTimeField(null=True)
    held_reason = models.CharField(max_length=20, choices=Reason, default="")
    clock_offset = models.DurationField(default=timedelta, help_text="Business time minus real time.")
    clock_start = models.CharField(max_length=40, default="", help_text="The GENJIN_NOW applied last.")
    set_up_at = models.DateTimeField(null=True)
    backed_up_at = models.DateTimeField(null=True, help_text="Real time of the last verified backup.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="instance_is_single")]

    def __str__(self) -> str:
        return f"{self.kind} {self.identity}"

    @property
    def is_held(self) -> bool:
        """Whether nothing may leave this instance yet."""
        return self.held_since is not None

    @property
    def may_time_travel(self) -> bool:
        """Whether business time may differ from real time here."""
        return self.kind in (self.Kind.DEMO, self.Kind.TEST)

    def now(self) -> datetime:
        """Business time, aware, in UTC; real time except in demo and test instances."""
        offset = self.clock_offset if self.may_time_travel else timedelta()
        return timezone.now() + offset


class ErrorReport(models.Model):
    """One unexpected error, scrubbed of personal values, for administrators (kept 90 days)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    process = models.CharField(max_length=20, help_text="web, worker or command.")
    request_id = models.CharField(max_length=64, default="")
    place = models.CharField(max_length=300, help_text="URL pattern, job path or command; never its values.")
    kind = models.CharField(max_length=200)
    trace = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["kind", "place", "-at"], name="errors_by_group")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.place}"
