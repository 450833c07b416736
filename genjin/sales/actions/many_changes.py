"""Many changes of orders in one go: what follows from them is computed once, at their end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from genjin.customers.actions.basis import batches
from genjin.sales.actions.following import Follower, put_off
from genjin.sales.actions.plans import follow_plans
from genjin.sales.actions.rhythms import renew_rhythms


@contextmanager
def many_changes(*, at: datetime) -> Iterator[None]:
    """Within, plans of payment and rhythms do not follow each change, but all of them once, before it ends.

    All in one transaction, so that nobody sees what does not fit together. Whoever reads due days, or when a
    customer orders next, reads them behind it.
    """
    with transaction.atomic():
        with put_off() as waiting:
            yield
        for ids in batches(sorted(waiting[Follower.PLANS])):
            follow_plans(order_ids=ids, at=at)
        for ids in batches(sorted(waiting[Follower.RHYTHMS])):
            renew_rhythms(customer_ids=ids, at=at)
