"""What became of the tasks of one customer: done, postponed, dismissed, handed over; the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.models import Customer, Interaction, NextStep
from genjin.followups import sequence_names
from genjin.followups.actions import STEPS
from genjin.followups.chain_words import PROMISES
from genjin.followups.models import Outcome
from genjin.followups.reasons import RULES
from genjin.rules.duties import Rule

PAGE = 50
ICONS = {
    Outcome.Kind.DONE: "check",
    Outcome.Kind.POSTPONED: "clock",
    Outcome.Kind.DISMISSED: "x",
    Outcome.Kind.DELEGATED: "arrow-right",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did with one duty."""

    outcome: Outcome
    title: str
    log: Interaction | None
    """The contact that fulfilled it."""

    @property
    def icon(self) -> str:
        """What became of it, as a picture."""
        return ICONS[Outcome.Kind(self.outcome.kind)]

    @property
    def log_href(self) -> str:
        """Where the contact stands on the timeline; empty for one in the recycle bin."""
        if self.log is None or self.log.deleted_at is not None:
            return ""
        return f"{reverse('customers:customer', args=[self.outcome.customer_id])}#log-{self.log.pk}"

    @property
    def is_taken_back(self) -> bool:
        """Whether it holds no more: its writer took it back, or its log lies in the recycle bin."""
        kind = self.outcome.kind
        if kind in (Outcome.Kind.POSTPONED, Outcome.Kind.DISMISSED):
            return not self.outcome.is_live
        return self.log is not None and self.log.deleted_at is not None


def history_of(customer: Customer, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page of it, and before which outcome the next begins; the caller has checked who may see it."""
    rows = Outcome.objects.filter(customer=customer).select_related("by", "to").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    titles = _titles(shown)
    logs = Interaction.objects.in_bulk({one.interaction_id for one in shown} - {None})
    lines = [Line(one, titles[one.pk], logs.get(one.interaction_id or 0)) for one in shown]
    return lines, shown[-1].pk if len(found) > PAGE else None


def _titles(outcomes: Sequence[Outcome]) -> Mapping[int, str]:
    """What was owed, by outcome: a step in its writer's words, else what its rule is called."""
    parts = {one.pk: one.duty_key.split(":") for one in outcomes}
    steps = {int(key[1]) for key in parts.values() if key[0] in STEPS}
    purposes = dict(NextStep.objects.filter(pk__in=steps).values_list("pk", "purpose"))
    names = sequence_names.of({parts[one.pk][1] for one in outcomes if one.rule == Rule.SEQUENCE})
    titles = {}
    for one in outcomes:
        key = parts[one.pk]
        title = str(RULES.get(one.rule, one.rule))
        if key[0] in STEPS:
            title = purposes.get(int(key[1]), title)
        elif one.rule == Rule.SEQUENCE:
            title = _("Step of “%(sequence)s”") % {"sequence": names.get(key[1], key[1])}
        elif one.rule == Rule.PROMISE:
            title = str(PROMISES.get(key[1].upper().replace("-", "_"), title))
        titles[one.pk] = title
    return titles
