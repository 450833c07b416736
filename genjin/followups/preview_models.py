"""What a change of the policy would do, as asked for by a person and found out in the background."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from genjin.policy.models import Layer


class PolicyPreview(models.Model):
    """One layer as somebody would like to save it, and the work that it would bring; the newest of a person.

    `result` is what has been found so far (`policy_preview.Found.data`); it is refined while the state is
    RUNNING.
    """

    class State(models.TextChoices):
        RUNNING = "RUNNING"
        DONE = "DONE"
        CANCELLED = "CANCELLED"
        FAILED = "FAILED"

    asked_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="policy_preview"
    )
    asked_at = models.DateTimeField()
    scope = models.CharField(max_length=8, choices=Layer.Scope)
    subject_id = models.BigIntegerField(default=0)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.RUNNING)
    result = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"preview of {self.scope} {self.subject_id}"
