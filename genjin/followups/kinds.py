"""The record kinds of this folder, as the journal and other folders know them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer
from genjin.followups import sequence_names
from genjin.followups.models import DayPick, DutyDay, Outcome, SequenceRun
from genjin.records.registry import RecordKind, register


def register_all() -> None:
    """Put what people did with duties on the register; the tasks themselves are computed, not recorded."""
    register(
        RecordKind(
            name="followups.outcome",
            label=_("Task"),
            plural=_("Tasks"),
            model=Outcome,
            visible_to=lambda user: Outcome.objects.filter(customer__in=Customer.objects.visible_to(user)),
            title=lambda outcome: outcome.get_kind_display(),
            icon="today",
            customer_of=lambda outcome: outcome.customer_id,
            field_labels={
                "until": _("Postponed to"),
                "to": _("To whom"),
                "reason": _("Reason"),
                "task": _("Task"),
            },
        )
    )
    register(
        RecordKind(
            name="followups.sequencerun",
            label=_("Sequence"),
            plural=_("Sequences"),
            model=SequenceRun,
            visible_to=SequenceRun.objects.visible_to,
            title=lambda run: _sequence("sequence", run.sequence),
            icon="list",
            customer_of=lambda run: run.customer_id,
            field_labels={"sequence": _("Sequence"), "about_on": _("Date it is about")},
            value_labels=_sequence,
        )
    )
    register(
        RecordKind(
            name="followups.pick",
            label=_("Daily follow-up"),
            plural=_("Daily follow-ups"),
            model=DayPick,
            visible_to=lambda user: DayPick.objects.filter(customer__in=Customer.objects.visible_to(user)),
            title=lambda pick: str(pick.day),
            icon="today",
            customer_of=lambda pick: pick.customer_id,
            field_labels={"day": _("Day")},
        )
    )
    register(
        RecordKind(
            name="followups.dutyday",
            label=_("Duty roster"),
            plural=_("Duty roster"),
            model=DutyDay,
            visible_to=lambda user: DutyDay.objects.all(),
            title=lambda row: row.day.isoformat(),
            icon="calendar",
            field_labels={"person": _("On duty")},
        )
    )


def _sequence(name: str, value: Any) -> str:
    """The name of a sequence, for the journal that keeps its key."""
    if name != "sequence" or not value:
        return "" if value is None else str(value)
    return sequence_names.called(value)
