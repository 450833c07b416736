"""What the pool's rule needs of customers, read for many at once in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from genjin.customers import ordered
from genjin.customers.models import Customer, NextStep
from genjin.customers.ordered import Ordered
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import FollowGrade, LifecycleStage
from genjin.rules.pool import PoolFacts
from genjin.rules.worktime import ONE_DAY

NONE = Ordered()
COLUMNS = (
    "pk", "owner_id", "is_confirmed", "created_at", "owned_since", "follow_grade", "lifecycle_stage",
    "last_follow_up_at", "not_before", "pool_locked", "protected_until",
)  # fmt: skip


def facts_of_ids(ids: Collection[int]) -> dict[int, tuple[int | None, PoolFacts]]:
    """The same of customers by id; those in the recycle bin are left out."""
    return _facts_of(_FACTS(ids=ids))


def facts_of(rows: QuerySet[Customer]) -> dict[int, tuple[int | None, PoolFacts]]:
    """The owner and the facts of each customer, in the order of the rows.

    Who has ordered is told by orders, else by the lifecycle stage: of orders before this system the dates
    are unknown.
    """
    return _facts_of(list(rows.values_list(*COLUMNS)))


_FACTS = Prepared(
    lambda: Customer.objects.alive().filter(pk__among=Given("ids")).order_by().values_list(*COLUMNS)
)


def _facts_of(known: Sequence[Any]) -> dict[int, tuple[int | None, PoolFacts]]:
    ids = [row[0] for row in known]
    reminders, orders = _reminders(ids), ordered.of(ids)
    found = {}
    for (
        pk, owner_id, is_confirmed, created_at, owned_since, grade, stage, touched_at, pause, locked, until,
    ) in known:  # fmt: skip
        days, had = reminders.get(pk, ()), orders.get(pk, NONE)
        found[pk] = (
            owner_id,
            PoolFacts(
                created_at=created_at,
                is_owned=owner_id is not None and is_confirmed,
                owned_since=owned_since,
                follow_grade=FollowGrade(grade) if grade else None,
                has_orders=had.last_on is not None or stage != LifecycleStage.PROSPECT,
                last_follow_up_at=touched_at,
                last_order_on=had.last_on,
                has_open_order=had.is_open,
                is_locked=locked,
                protected_until=until,
                reminders=(*days, pause) if pause else tuple(days),
            ),
        )
    return found


def _reminders(ids: Sequence[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    for pk, due_on, due_at in _DUE(ids=ids):
        # A moment in UTC and its day in the owner's zone differ by one at most: return rather later.
        if due_at is not None:
            found[pk].append(due_at.date() + ONE_DAY)
        elif due_on is not None:
            found[pk].append(due_on)
    return found


_DUE = Prepared(
    lambda: NextStep.objects.filter(customer_id__among=Given("ids"), state=NextStep.State.OPEN).values_list(
        "customer_id", "due_on", "due_at"
    )
)


def owned(owner_ids: Iterable[int] | None = None) -> QuerySet[Customer]:
    """The customers to which the rule may apply: of these owners, or of all."""
    rows = Customer.objects.alive().filter(is_confirmed=True, owner__isnull=False)
    return rows if owner_ids is None else rows.filter(owner__in=list(owner_ids))
