"""What was exported: kept for a week, the journal keeps the fact for ever."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.files.models import StoredFile
from genjin.people.models import User

KEPT = timedelta(days=7)


class Exports(models.QuerySet["Export"]):
    """Exports are seen by whoever made them."""

    def visible_to(self, user: User) -> Exports:
        """The person's own exports."""
        return self.filter(by=user)


class Export(models.Model):
    """One export: what was asked for, by whom, how it went; the file only of those made in the background."""

    class Form(models.TextChoices):
        XLSX = "xlsx", _("Excel (.xlsx)")
        CSV = "csv", _("Text (.csv)")
        ZIP = "zip", _("Archive (.zip)")

    class State(models.TextChoices):
        WAITING = "WAITING", _("Being prepared")
        DONE = "DONE", pgettext_lazy("export", "Ready")
        FAILED = "FAILED", pgettext_lazy("export", "Failed")

    kind = models.CharField(_("What"), max_length=60)
    form = models.CharField(_("File format"), max_length=4, choices=Form)
    query = models.CharField(max_length=2000, blank=True)
    columns = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    row_count = models.PositiveIntegerField(_("Rows"), default=0)
    finished_at = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    objects = Exports.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["by", "-id"], name="exports_by_person"),
            models.Index(fields=["asked_at"], name="exports_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.form}"
