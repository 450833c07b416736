"""Asking one's superior to call a customer (000-37)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.next_steps import NextStepDraft, add_next_step
from genjin.customers.actions.refusal import Refused
from genjin.customers.models.interaction import Channel
from genjin.followups.actions import check_delegate, tell_delegate
from genjin.followups.asking import superior_of
from genjin.followups.models import Outcome
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.rules.duties import Rule


@dataclass(frozen=True, slots=True)
class Call:
    """What the superior is to call about, whom, and on which day."""

    purpose: str
    on: date
    contact_id: int | None = None


@transaction.atomic
def ask_superior(*, customer_id: int, call: Call, by: User, at: datetime) -> Outcome:
    """Have one's superior call a customer: a next step of one's own that stands on his list until he did.

    The call counts for the customer and for whoever made it; whoever asked is told when it is settled.
    """
    superior = superior_of(by)
    if superior is None:
        raise Refused(_("Your team has no manager whom you could ask."))
    check_delegate(customer_id=customer_id, to=superior, at=at)
    draft = NextStepDraft(
        purpose=call.purpose, due_on=call.on, channel=Channel.AUDIO_CALL, contact_id=call.contact_id
    )
    step = add_next_step(customer_id=customer_id, draft=draft, by=by, at=at, owner_id=by.pk)
    asked = Outcome(
        customer_id=step.customer_id, duty_key=f"next-step:{step.pk}", rule=Rule.NEXT_STEP,
        kind=Outcome.Kind.DELEGATED, at=at, by=by, to=superior, reason=step.purpose,
    )  # fmt: skip
    asked.save(force_insert=True)
    written = journal.Written(
        verb="delegate", kind="followups.outcome", object_id=asked.pk, title=asked.duty_key,
        customer_id=asked.customer_id, changes={"to": (None, str(superior))}, note=asked.reason,
    )  # fmt: skip
    journal.record(by=by, at=at, written=[written])
    journal.mark_customers([asked.customer_id], at=at)
    tell_delegate(asked)
    return asked
