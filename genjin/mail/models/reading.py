"""What readers chose for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TrustedSender(models.Model):
    """That the pictures of a sender are loaded for this reader without asking."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254, help_text="Lower case.")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="trusted_once")]

    def __str__(self) -> str:
        return self.address
