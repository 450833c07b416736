"""Hand-overs: what a person owned, to whom each piece went, and what came back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

UNDO_WITHIN = timedelta(days=7)


class HandOver(models.Model):
    """Giving what one person owns to others (D-5): decided at once, carried out in the background.

    `undoing` limits taking back to one receiver's part.
    """

    class Reason(models.TextChoices):
        LEAVING = "LEAVING", _("Leaves the company")
        ABSENCE = "ABSENCE", _("Is away for long")
        REORGANISATION = "REORG", _("Work is divided anew")

    class Rule(models.TextChoices):
        IN_TURN = "IN_TURN", _("In turn")
        LEAST_LOAD = "LEAST", _("To whoever has fewest customers")
        BY_COUNTRY = "COUNTRY", _("By country")

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("hand-over", "In progress")
        DONE = "DONE", pgettext_lazy("hand-over", "Done")
        UNDOING = "UNDOING", pgettext_lazy("hand-over", "Being taken back")
        UNDONE = "UNDONE", pgettext_lazy("hand-over", "Taken back")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=8, choices=Reason)
    why = models.CharField(_("Why"), max_length=300, blank=True)
    rule = models.CharField(_("Rule"), max_length=8, choices=Rule, default=Rule.IN_TURN)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undoing = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["RUNNING", "UNDOING"]),
                name="one_hand_over_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"

    @property
    def is_busy(self) -> bool:
        """Whether it is being carried out or taken back now."""
        return self.state in (self.State.RUNNING, self.State.UNDOING)

    @property
    def undo_until(self) -> datetime:
        """The moment after which it can no longer be taken back."""
        return self.at + UNDO_WITHIN

    def may_be_undone(self, at: datetime) -> bool:
        """Whether there is time left and something that may still come back."""
        return self.state in (self.State.RUNNING, self.State.DONE) and at <= self.undo_until


class HandOverItem(models.Model):
    """One thing of a hand-over: its receiver, what was before, and whether it moved or stayed.

    `kind` is a name of `genjin.customers.holdings`; `before` is what taking back needs.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", pgettext_lazy("hand-over item", "Waiting")
        MOVED = "MOVED", pgettext_lazy("hand-over item", "Handed over")
        STAYED = "STAYED", pgettext_lazy("hand-over item", "Stayed")
        BACK = "BACK", pgettext_lazy("hand-over item", "Taken back")
        KEPT = "KEPT", pgettext_lazy("hand-over item", "Not taken back")

    class Kept(models.TextChoices):
        OWNER = "OWNER", _("changed hands since")
        DELETED = "DELETED", _("is in the recycle bin or gone")
        CLOSED = "CLOSED", _("next steps closed since stay closed")
        CHANGED = "CHANGED", _("was changed since; the changes stay")

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    kept = models.CharField(max_length=8, choices=Kept, blank=True)
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "kind", "object_id"], name="hand_over_items_differ")
        ]
        indexes = [models.Index(fields=["hand_over", "state", "id"], name="hand_over_items_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} to {self.receiver_id}"
