"""Imports as rows: the file with what was said about it, and what became of each of its rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Customer
from genjin.exchange.export_models import Export
from genjin.people import access
from genjin.people.models import User

__all__ = [
    "Export", "Import", "ImportRow", "Imports", "KnownCode", "RememberedColumns", "RememberedValue",
    "Verdict",
]  # fmt: skip

UNDO_DAYS = 30


class Imports(models.QuerySet["Import"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Imports:
        """One's own; administrators see everybody's."""
        may = access.of(user)
        if may.may("administer"):
            return self
        return self.filter(by=user) if may.may("import") else self.none()


class Import(models.Model):
    """One file that somebody brings in: detected facts, corrections, columns, progress and result."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("import", "Being prepared")
        CHECKING = "CHECKING", pgettext_lazy("import", "Being checked")
        CHECKED = "CHECKED", pgettext_lazy("import", "Checked")
        RUNNING = "RUNNING", pgettext_lazy("import", "Running")
        CANCELLED = "CANCELLED", pgettext_lazy("import", "Stopped")
        DONE = "DONE", pgettext_lazy("import", "Imported")
        FAILED = "FAILED", pgettext_lazy("import", "Failed")
        UNDOING = "UNDOING", pgettext_lazy("import", "Being undone")
        UNDONE = "UNDONE", pgettext_lazy("import", "Undone")

    ACTIVE = (State.CHECKING, State.RUNNING, State.UNDOING)
    EDITABLE = (State.OPEN, State.CHECKED)

    kind = models.CharField(max_length=30)
    file = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True, help_text="In which its verdicts are written.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    corrections = models.JSONField(default=dict)
    sheet = models.JSONField(default=dict, help_text="What was detected, headings and the first rows.")
    columns = models.JSONField(default=list, help_text="A field name for each heading; '-' leaves it out.")
    options = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict, help_text="[text, count] of values not recognised, by field.")
    choices = models.JSONField(default=dict, help_text="What they mean, by field and folded text.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    passed_row = models.PositiveIntegerField(default=0, help_text="The last row of the file dealt with.")
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    kept = models.JSONField(default=list, help_text="Values of lists that an undo left as they are, and why.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = Imports.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-id"], name="imports_by_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def door(self) -> str:
        """What ties the journal's entries of this import together."""
        return f"import-{self.pk}"

    @property
    def spoken(self) -> str:
        """The language of what is written in the background: that of the person when the file was brought."""
        return self.language or self.by.language or settings.LANGUAGE_CODE

    @property
    def is_active(self) -> bool:
        """Whether something happens to it in the background now."""
        return self.state in self.ACTIVE

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        state = self.State
        tones = {state.DONE: "ok", state.FAILED: "bad", state.CANCELLED: "warn"}
        return tones.get(state(self.state), "accent" if self.is_active else "")

    def may_be_undone(self, at: datetime) -> bool:
        """Whether it has written anything that can still be taken back."""
        wrote = self.state in (self.State.DONE, self.State.CANCELLED, self.State.FAILED)
        started = self.started_at is not None and self.undone_at is None
        return wrote and started and at <= self.started_at + timedelta(days=UNDO_DAYS)  # type: ignore[operator]


class Verdict(models.TextChoices):
    """What becomes of a row."""

    NEW = "NEW", pgettext_lazy("verdict", "New")
    UPDATE = "UPDATE", pgettext_lazy("verdict", "Update")
    SAME = "SAME", pgettext_lazy("verdict", "Nothing new")
    DUPLICATE = "DUPLICATE", pgettext_lazy("verdict", "Duplicate")
    ERROR = "ERROR", pgettext_lazy("verdict", "Error")


class ImportRow(models.Model):
    """What one row of the file is found to be, what it made and changed, and why it was left out."""

    LEFT_OUT = (Verdict.DUPLICATE, Verdict.ERROR)

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    title = models.CharField(max_length=200, blank=True)
    reasons = models.JSONField(default=list)
    customer_id = models.BigIntegerField(null=True)
    made = models.JSONField(default=list, help_text="[kind, id] of each record made.")
    changed = models.JSONField(default=list, help_text="[kind, id] of each record changed.")
    is_undone = models.BooleanField(default=False)
    kept = models.JSONField(default=list, help_text="What an undo left as it is, and why.")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_result_a_row")]
        indexes = [models.Index(fields=["job", "verdict", "number"], name="import_rows_by_verdict")]

    def __str__(self) -> str:
        return f"{self.number}: {self.verdict}"

    @property
    def tone(self) -> str:
        """How its verdict is coloured."""
        tones = {Verdict.NEW: "ok", Verdict.UPDATE: "accent", Verdict.DUPLICATE: "warn", Verdict.ERROR: "bad"}
        return tones.get(Verdict(self.verdict), "")


class RememberedColumns(models.Model):
    """Which field each column meant when these headings were last imported as this kind."""

    kind = models.CharField(max_length=30)
    headings = models.CharField(max_length=64, help_text="SHA-256 of the folded headings.")
    columns = models.JSONField(default=list)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "headings"], name="one_memory_a_set_of_headings")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.headings[:8]}"


class RememberedValue(models.Model):
    """What a value under a heading meant when it was last imported: '-' nothing, '+' a new one, '=' this."""

    kind = models.CharField(max_length=30)
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    text = models.CharField(max_length=200, help_text="Folded.")
    value = models.CharField(max_length=60, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "heading", "field", "text"], name="one_memory_a_value_under_a_heading"
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.text}"


class KnownCode(models.Model):
    """What another program calls a customer, folded: lists of orders often say nothing else of him."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["code"], name="customers_by_former_code")]

    def __str__(self) -> str:
        return self.code
