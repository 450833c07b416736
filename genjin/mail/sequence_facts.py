"""What the rules of sequences know of mail: what people sent to customers, when a person there last wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Max, QuerySet

from genjin.mail.models import Filing, Message

Direction, Verdict = Message.Direction, Message.Verdict


def mails_of(since: Mapping[int, datetime], at: datetime | None) -> Iterator[tuple[int, datetime]]:
    """The mails that people sent to each customer after its moment; one query."""
    sent = _counting(since, at).filter(direction=Direction.OUT)
    for pk, date in sent.order_by("date", "pk").values_list("customer_id", "date"):
        if date > since[pk]:
            yield pk, date


def heard_of(since: Mapping[int, datetime], at: datetime | None) -> Iterator[tuple[int, datetime]]:
    """When a person at each customer last wrote after its moment; one query."""
    heard = _counting(since, at).filter(direction=Direction.IN)
    for pk, date in heard.order_by().values_list("customer_id").annotate(last=Max("date")):
        if date > since[pk]:
            yield pk, date


def _counting(since: Mapping[int, datetime], at: datetime | None) -> QuerySet[Filing]:
    """What counts as contact: neither automatic answers, nor bounces, nor lists."""
    rows = Filing.objects.filter(
        customer__in=list(since), counts_as_contact=True, date__gt=min(since.values())
    )
    return rows if at is None else rows.filter(date__lte=at, filed_at__lte=at)
