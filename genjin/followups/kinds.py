"""The record kinds of this folder, as the journal and other folders know them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer
from genjin.followups.models import Outcome
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
