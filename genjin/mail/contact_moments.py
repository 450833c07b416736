"""Filed mail counts as contact: what the summary columns of customers learn from this folder (domain A.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q

from genjin.customers import moments
from genjin.customers.moments import Moments
from genjin.mail.models import Filing, Message


def moments_of(customer_ids: Collection[int], at: datetime | None = None) -> Mapping[int, Moments]:
    """When mail went to and came from these customers; what we wrote to them is a follow-up."""
    rows = Filing.objects.filter(customer__in=list(customer_ids), counts_as_contact=True)
    if at is not None:
        rows = rows.filter(date__lte=at, filed_at__lte=at)
    return moments.summed(rows, "date", follow_up=Q(direction=Message.Direction.OUT))


def register_all() -> None:
    """Put mail on the register of what counts as contact."""
    moments.register("mail", moments_of)
