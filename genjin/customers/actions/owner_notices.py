"""Telling people that customers changed hands: who gets them, and who had them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from genjin.notifications.actions import notify
from genjin.notifications.kinds import HANDED_OVER
from genjin.people.models import User


def tell_people(
    *,
    from_id: int | None,
    to_id: int,
    count: int,
    by: User | None,
    at: datetime,
    key: str,
    why: str = "",
    customer_id: int | None = None,
    undone: bool = False,
) -> None:
    """Tell the new owner and, while he works here, the former one; nobody is told of his own deed."""
    people = {user.pk: user for user in User.objects.filter(pk__in=[pk for pk in (from_id, to_id) if pk])}
    former = people.get(from_id or 0)
    params: dict[str, Any] = {
        "who": both(by), "from": both(former), "to": both(people.get(to_id)), "count": count, "why": why,
    }  # fmt: skip
    if undone:
        params["undone"] = True
    for user in people.values():
        if not user.is_active or (by is not None and by.pk == user.pk):
            continue
        mine = {"mine": True} if user.pk == from_id and not undone else {}
        gets = customer_id is None and user.pk == (from_id if undone else to_id)
        notify(
            kind=HANDED_OVER, user_ids=[user.pk], key=key, at=at, customer_id=customer_id,
            params=params | mine, url=f"{reverse('customers:list')}?show=mine" if gets else "",
        )  # fmt: skip


def tell_assigned(
    former: Sequence[tuple[int, int | None]], owner_id: int, *, why: str, by: User | None, at: datetime
) -> None:
    """Tell of customers given to one person: (customer, former owner) each; a single one is named."""
    theirs: dict[int | None, list[int]] = defaultdict(list)
    for customer_id, from_id in former:
        theirs[from_id].append(customer_id)
    for from_id, ids in theirs.items():
        tell_people(
            from_id=from_id, to_id=owner_id, count=len(ids), by=by, at=at, why=why,
            key=f"assigned:{ids[0]}:{from_id or 0}:{owner_id}:{at.isoformat()}",
            customer_id=ids[0] if len(ids) == 1 else None,
        )  # fmt: skip


def both(user: User | None) -> list[str]:
    """A name in both languages, Chinese first; the reader's is chosen when it is shown."""
    return [user.name_zh, user.name_en or user.email] if user else []
