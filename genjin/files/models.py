"""Files by content: equal bytes are kept once, whoever attached them and however often."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One distinct content in the store, named by its SHA-256 (hex); the bytes lie outside the database."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(help_text="Bytes.")
    media_type = models.CharField(
        max_length=100, help_text="As found by looking at the bytes, not as claimed."
    )
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A file put to a record (kind and id of the register) under the name its sender gave it."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True, db_index=True)
    attached_at = models.DateTimeField()
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id"], name="attachments_by_record")]

    def __str__(self) -> str:
        return self.name
