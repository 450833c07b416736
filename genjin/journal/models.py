"""Append-only: who did what to which record, from what to what; and the marks that say "decide again"."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _


class CurrentTransaction(models.Func):
    """PostgreSQL's id of the running transaction; nothing on SQLite, where writers take turns."""

    template = "NULL"
    arity = 0
    output_field = models.BigIntegerField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: object
    ) -> tuple[str, list[object]]:
        """xid8 has no cast to bigint, so the way leads through text."""
        return "(pg_current_xact_id()::text::bigint)", []


class AppendOnly(models.QuerySet[Any]):
    """Entries are written once; changing or deleting them through the ORM is a programming error."""

    def update(self, **kwargs: object) -> int:
        raise TypeError("journal entries are append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("journal entries are append-only")


class Entry(models.Model):
    """One write. `changes` maps field name to [old, new] (JSON values); personal values lie in `Personal`."""

    class Via(models.TextChoices):
        WEB = "WEB", _("Web")
        JOB = "JOB", _("Background job")
        IMPORT = "IMPORT", _("Import")
        API = "API", _("API")
        COMMAND = "COMMAND", _("Command")

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=8, choices=Via, default=Via.WEB)
    request_id = models.CharField(max_length=36, default="")
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200, default="")
    customer_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    note = models.CharField(max_length=500, default="")
    transaction = models.BigIntegerField(
        null=True,
        db_default=CurrentTransaction(),
        editable=False,
        help_text="PostgreSQL's transaction id, for gapless readers.",
    )

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="journal_by_record"),
            models.Index(fields=["customer_id", "-id"], name="journal_by_customer"),
            models.Index(fields=["by", "-id"], name="journal_by_person"),
            models.Index(fields=["verb", "-id"], name="journal_by_verb"),
            models.Index(fields=["transaction", "id"], name="journal_for_readers"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.object_id}"


class Personal(models.Model):
    """Personal old and new values of one entry, apart so that a person can be erased on request."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="personal")
    title = models.CharField(max_length=200, default="")
    note = models.CharField(max_length=500, default="")
    changes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"personal values of entry {self.pk}"


class Cursor(models.Model):
    """How far a reader of the journal has come."""

    reader = models.CharField(primary_key=True, max_length=60)
    position = models.BigIntegerField(default=0)
    transaction = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.position}"


class Mark(models.Model):
    """Something happened to a customer (or a person's day): decide again. Removed only if unchanged."""

    class Subject(models.TextChoices):
        CUSTOMER = "CUSTOMER", "customer"
        PERSON = "PERSON", "person"

    subject = models.CharField(max_length=8, choices=Subject)
    subject_id = models.BigIntegerField()
    version = models.BigIntegerField(default=1)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id"], name="one_mark_per_subject")]
        indexes = [models.Index(fields=["marked_at"], name="marks_oldest_first")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} v{self.version}"
