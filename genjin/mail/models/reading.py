"""What readers chose for themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TrustedSender(models.Model):
    """That the pictures of a sender are loaded for this reader without asking."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=254, help_text="Lower case.")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="trusted_once")]

    def __str__(self) -> str:
        return self.address


class AfterSending(models.Model):
    """Where a person goes on after an answer was sent from the inbox; without a row he stays."""

    class Goal(models.TextChoices):
        STAY = "stay", _("Stay with the conversation")
        NEXT = "next", _("Open the next conversation")
        LIST = "list", _("Back to the list")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    goal = models.CharField(_("After sending"), max_length=4, choices=Goal, default=Goal.STAY)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.goal}"
