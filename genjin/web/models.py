"""Forms that were sent, so that the same one sent twice counts once."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """One form that was saved: what tells it from others, and where its sender was led."""

    token = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(db_index=True)
    to = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.token
