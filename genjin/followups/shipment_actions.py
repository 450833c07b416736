"""Leaving out a step of the chain after a shipment (000-65)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, tell
from genjin.customers.actions.refusal import Refused
from genjin.followups.models import Outcome
from genjin.followups.shipment_plan import plan_of
from genjin.people.models import User
from genjin.sales.models import Shipment


@transaction.atomic
def skip_step(*, shipment: Shipment, name: str, reason: str, by: User, at: datetime) -> Outcome:
    """Say that a step is not to be done any more; refused for what has to be done or is settled already."""
    step = next((one for one in plan_of(shipment, at) if one.name == name), None)
    if step is None or not step.is_open:
        raise Refused(_("This step is settled already."))
    if not step.may_be_skipped:
        raise Refused(_("This has to be done; it can only be postponed."))
    outcome = Outcome.objects.create(
        customer_id=shipment.customer_id, duty_key=step.key, kind=Outcome.Kind.DISMISSED, at=at, by=by,
        reason=reason.strip()[:500],
    )  # fmt: skip
    tell([changed(outcome, "dismiss", {"reason": ("", outcome.reason)})], by=by, at=at)
    return outcome
