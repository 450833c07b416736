"""Giving trackings to another owner, as when somebody's work is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.mail.models import Tracking
from genjin.people.models import User


@transaction.atomic
def give_trackings(*, ids: Sequence[int], to_id: int, by: User | None, at: datetime) -> None:
    """Put active trackings on another person's list; their customers are decided again."""
    rows = list(
        Tracking.objects.select_for_update(of=("self",))
        .select_related("message")
        .filter(pk__in=ids, state=Tracking.State.ACTIVE)
        .order_by("pk")
    )
    Tracking.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to_id)
    journal.record(
        by=by, at=at,
        written=[
            Written(
                verb="hand_over", kind="mail.tracking", object_id=row.pk, title=row.message.subject,
                customer_id=row.customer_id, changes={"owner_id": (row.owner_id, to_id)},
                personal_title=True,
            )
            for row in rows
        ],
    )  # fmt: skip
    journal.mark_customers([row.customer_id for row in rows if row.customer_id], at=at)
