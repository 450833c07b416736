"""What can be found: one document a record. Its tokens lie beside it in the engine's own full-text index."""

from __future__ import annotations

from django.db import models


class IndexFormat(models.Model):
    """In which format the documents are: a single row."""

    number = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Document(models.Model):
    """Title and further text of one record of the register, as they were when it was last written.

    Derived from the records: it may be thrown away and built again (`genjin manage rebuild_search`).
    """

    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=300)
    title_key = models.CharField(max_length=120, help_text="Beginning of the folded title, hexadecimal.")
    text = models.TextField(help_text="Further text, one thing a line.")
    gate = models.TextField(default="", help_text="Names of the gates it lies behind, between spaces.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="one_document_per_record")]
        indexes = [
            models.Index(fields=["title_key"], name="documents_by_beginning"),
            models.Index(fields=["customer_id"], name="documents_by_customer"),
            models.Index(fields=["id"], condition=models.Q(gate=""), name="documents_without_gate"),
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word of a title, for what was typed wrongly; forwards and backwards, hexadecimal as `title_key`.

    Words that are not used any more stay: they find nothing.
    """

    forwards = models.CharField(max_length=200, unique=True)
    backwards = models.CharField(max_length=200, db_index=True)

    def __str__(self) -> str:
        return bytes.fromhex(self.forwards).decode()
