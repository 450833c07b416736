"""Telling owners that somebody entered a customer which is theirs already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.owner_notices import both
from genjin.customers.models import Customer
from genjin.notifications import kinds
from genjin.notifications.actions import Telling, notify_all
from genjin.people.models import User


def tell_conflicts(*, found: Iterable[tuple[Customer, str]], by: User, at: datetime) -> int:
    """Tell the owner of each customer what somebody typed; how many had not been told.

    Each owner hears of one colleague and customer once a day; nobody hears of his own deed.
    """
    others = [
        (customer, customer.owner_id, typed)
        for customer, typed in found
        if customer.owner_id is not None and customer.owner_id != by.pk
    ]
    if not others:
        return 0
    day = today_of(by, at).isoformat()
    return notify_all(
        [
            Telling(
                kind=kinds.OWNERSHIP_CONFLICT,
                user_id=owner_id,
                key=f"conflict:{by.pk}:{customer.pk}:{day}",
                customer_id=customer.pk,
                params={"who": both(by), "typed": typed[:200]},
            )
            for customer, owner_id, typed in others
        ],
        at=at,
    )
