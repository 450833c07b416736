"""A customer of grade 上 is tracked until there is an order; only a manager lets it end before (000-23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import may
from genjin.customers.actions.refusal import Refused
from genjin.customers.dropping import warning_on
from genjin.customers.models import Customer
from genjin.mail.actions import tracking
from genjin.mail.models import Tracking
from genjin.mail.notice_kinds import CONSENT_ASKED, CONSENT_GIVEN
from genjin.notifications.actions import notify
from genjin.people import queries as people
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.dropping import Demand, demand_on_cancelling
from genjin.rules.facts import FollowGrade

MANAGES = "confirm_key_account"
"""The right that lets a manager decide on the most important customers."""


def demand_on(row: Tracking, by: User, at: datetime) -> Demand:
    """What it takes of this person to cancel a tracking."""
    customer = row.customer
    if customer is None:
        return Demand.NOTHING
    grade = FollowGrade(customer.follow_grade) if customer.follow_grade else None
    policy = effective(customer.owner_id)
    return demand_on_cancelling(grade, customer.follow_up_count, policy, is_manager=may(by, MANAGES, at))


@transaction.atomic
def cancel(*, ids: Sequence[int], by: User, at: datetime, reason: str = "") -> tuple[int, int]:
    """Cancel trackings as the rules allow; how many ended, and of how many the manager was asked.

    Refused without the reason that one of them needs, or without a manager whom to ask.
    """
    rows = list(tracking.active_of(ids, by).select_related("customer"))
    demands = {row.pk: demand_on(row, by, at) for row in rows}
    if any(one is not Demand.NOTHING for one in demands.values()) and not reason.strip():
        warning = warning_on([row.customer for row in rows if row.customer is not None])
        asked_for = _("Say why the tracking ends.")
        raise Refused({"reason": f"{warning} {asked_for}".strip()})
    asked = [row for row in rows if demands[row.pk] is Demand.CONSENT]
    for row in asked:
        _ask(row, by=by, at=at, reason=reason)
    free = [row.pk for row in rows if demands[row.pk] is not Demand.CONSENT]
    return tracking.cancel_trackings(ids=free, by=by, at=at, reason=reason), len(asked)


def _ask(row: Tracking, *, by: User, at: datetime, reason: str) -> None:
    manager_id = people.colleagues([by.pk])[by.pk].manager_id
    if manager_id is None:
        raise Refused(_("A customer of the highest grade is tracked until there is an order."))
    tracking.add_note(tracking_id=row.pk, note=reason, by=by, at=at)
    notify(
        kind=CONSENT_ASKED, user_ids=[manager_id], key=f"consent:{row.pk}:{at:%Y-%m-%d}", at=at,
        customer_id=row.customer_id, params={"by": str(by), "why": reason.strip()},
        url=reverse("mail:consent", args=[row.pk]),
    )  # fmt: skip


def waiting_for_consent(pk: int, by: User, at: datetime) -> Tracking | None:
    """The active tracking that a manager may let end."""
    if not may(by, MANAGES, at):
        return None
    rows = Tracking.objects.filter(
        pk=pk, state=Tracking.State.ACTIVE, customer__in=Customer.objects.editable_by(by)
    )
    return rows.select_related("customer", "message", "owner").first()


@transaction.atomic
def consent(*, tracking_id: int, by: User, at: datetime) -> Tracking:
    """Let a tracking end with the reason that was given; its owner is told."""
    row = waiting_for_consent(tracking_id, by, at)
    if row is None:
        raise Refused(_("This tracking has ended already."))
    tracking.end_with_consent(tracking_id=row.pk, by=by, at=at)
    notify(
        kind=CONSENT_GIVEN, user_ids=[row.owner_id], key=f"consented:{row.pk}:{at.isoformat()}", at=at,
        customer_id=row.customer_id, params={"by": str(by)},
    )  # fmt: skip
    return row
