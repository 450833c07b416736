"""What the pool's rule needs of customers, read for many at once in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from genjin.customers.models import Customer, NextStep
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import FollowGrade, LifecycleStage
from genjin.rules.pool import PoolFacts
from genjin.rules.worktime import ONE_DAY

COLUMNS = (
    "pk", "owner_id", "is_confirmed", "created_at", "owned_since", "follow_grade", "lifecycle_stage",
    "last_follow_up_at", "not_before", "pool_locked", "protected_until",
)  # fmt: skip


def facts_of_ids(ids: Collection[int]) -> dict[int, tuple[int | None, PoolFacts]]:
    """The same of customers by id; those in the recycle bin are left out."""
    return _facts_of(_FACTS(ids=ids))


def facts_of(rows: QuerySet[Customer]) -> dict[int, tuple[int | None, PoolFacts]]:
    """The owner and the facts of each customer, in the order of the rows.

    Orders are not in the system yet: who has any is told by the lifecycle stage, their dates are unknown.
    """
    return _facts_of(list(rows.values_list(*COLUMNS)))


_FACTS = Prepared(
    lambda: Customer.objects.alive().filter(pk__among=Given("ids")).order_by().values_list(*COLUMNS)
)


def _facts_of(known: Sequence[Any]) -> dict[int, tuple[int | None, PoolFacts]]:
    reminders = _reminders([row[0] for row in known])
    found = {}
    for (
        pk, owner_id, is_confirmed, created_at, owned_since, grade, stage, touched_at, pause, locked, until,
    ) in known:  # fmt: skip
        days = reminders.get(pk, ())
        found[pk] = (
            owner_id,
            PoolFacts(
                created_at=created_at,
                is_owned=owner_id is not None and is_confirmed,
                owned_since=owned_since,
                follow_grade=FollowGrade(grade) if grade else None,
                has_orders=stage != LifecycleStage.PROSPECT,
                last_follow_up_at=touched_at,
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
