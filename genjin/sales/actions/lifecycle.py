"""The customer's stage follows from orders: a first one makes a trial, completed ones an old customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.models import Customer, DimensionChange
from genjin.customers.models.dimension import LifecycleStage
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules.classes import is_old
from genjin.sales.models import Complaint, ExecutionState, Order, OrderKind
from genjin.sales.models.order import COUNTED

COMPLETED = (ExecutionState.DELIVERED, ExecutionState.CLOSED)


@transaction.atomic
def see_to_lifecycle(*, customer_ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Raise the stage of customers by their orders (003-01 to 003-03); how many rose.

    A stage never falls by itself, what a person set higher stays; one-off projects do not count (003-02),
    nor do completed orders make an old customer of one with an open complaint.
    """
    stages = dict(
        Customer.objects.filter(
            pk__in=list(customer_ids), lifecycle_stage__in=(LifecycleStage.PROSPECT, LifecycleStage.TRIAL)
        ).values_list("pk", "lifecycle_stage")
    )
    if not stages:
        return 0
    policy, today = effective(None), today_of(None, at)
    needed = policy.number("old_customer_min_orders")
    months = policy.number("old_customer_min_age.months") if needs_age() else 0
    old, trial = [], []
    complaining = set(
        Complaint.objects.filter(customer__in=list(stages), deleted_at__isnull=True)
        .exclude(state=Complaint.State.SETTLED)
        .values_list("customer_id", flat=True)
    )
    for pk, completed, first_on in _counts(list(stages)):
        is_of_age = is_old(completed, first_on, today, min_orders=needed, min_months=months)
        if is_of_age and pk not in complaining:
            old.append(pk)
        elif stages[pk] == LifecycleStage.PROSPECT:
            trial.append(pk)
    first = _("First sample or order")
    rose = _raise(trial, LifecycleStage.TRIAL, first, by=by, at=at)
    why = _("%(count)d orders completed") % {"count": needed}
    return rose + _raise(old, LifecycleStage.OLD, why, by=by, at=at)


def needs_age() -> bool:
    """Whether an old customer must be one for some time (003-04), so that the clock alone makes some."""
    return effective(None).is_on("old_customer_min_age.is_on")


def _counts(ids: Sequence[int]) -> list[tuple[int, int, date | None]]:
    """Of each customer how many orders are completed, and when the first that counts was placed."""
    orders = (
        Order.objects.alive()
        .filter(customer__in=list(ids), kind__in=(*COUNTED, OrderKind.SAMPLE))
        .exclude(state=ExecutionState.CANCELLED)
    )
    completed = Count("pk", filter=Q(kind__in=COUNTED, state__in=COMPLETED))
    first_on = Min("ordered_on", filter=Q(kind__in=COUNTED))
    rows = orders.order_by().values_list("customer_id").annotate(completed=completed, first_on=first_on)
    return list(rows)


def _raise(ids: Sequence[int], stage: str, why: str, *, by: User | None, at: datetime) -> int:
    if not ids:
        return 0
    return set_dimension(
        customer_ids=ids, dimension="lifecycle_stage", value=stage, by=by, at=at, why=why,
        cause=DimensionChange.Cause.RULE,
    )  # fmt: skip
