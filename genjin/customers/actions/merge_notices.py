"""Telling people that their customers were merged, or should be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from genjin.customers import merging
from genjin.customers.actions.owner_notices import both
from genjin.customers.models import Customer, Merge
from genjin.notifications.actions import notify
from genjin.notifications.kinds import MERGE_PROPOSED, MERGED
from genjin.people.models import User


def tell_merged(merge: Merge, kept: Customer, gone: Customer, *, by: User | None, at: datetime) -> None:
    """Tell the owners of both, those before and those since; nobody is told of his own deed."""
    undone = merge.undone_at is not None
    was = merge.changes.get("owner_id", [kept.owner_id])[0]
    owners = {kept.owner_id, gone.owner_id, was} - {None, by.pk if by else None}
    active = User.objects.filter(pk__in=owners, is_active=True).values_list("pk", flat=True)
    params: dict[str, Any] = {"who": both(by), "kept": kept.name, "gone": gone.name}
    notify(
        kind=MERGED,
        user_ids=active,
        key=f"merge:{merge.pk}:{'undone' if undone else 'made'}",
        at=at,
        customer_id=kept.pk,
        params=params | ({"undone": True} if undone else {}),
    )


def tell_proposed(kept: Customer, gone: Customer, *, why: str, by: User, at: datetime) -> int:
    """Tell who may merge the two, once a day from each who proposes it; how many were not told yet."""
    return notify(
        kind=MERGE_PROPOSED,
        user_ids=set(merging.keepers([kept, gone])) - {by.pk},
        key=f"merge-proposed:{kept.pk}:{gone.pk}:{by.pk}:{at:%Y-%m-%d}",
        at=at,
        customer_id=kept.pk,
        params={"who": both(by), "kept": kept.name, "gone": gone.name, "why": why},
        url=reverse("customers:merge", args=[kept.pk, gone.pk]),
    )
