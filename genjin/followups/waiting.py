"""What waits for our answer, as the rules must know it: the mails, and since when the grade holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from genjin.customers.models import Customer
from genjin.customers.models.dimension import DimensionChange
from genjin.mail.answer_facts import waiting
from genjin.records.prepared import Given, Prepared
from genjin.rules.answers import LAPSES_AFTER
from genjin.rules.facts import FollowGrade, WaitingFact

LOOKED_BACK = LAPSES_AFTER + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The conversations of one customer that wait, and since when it has its grade."""

    conversations: tuple[WaitingFact, ...] = ()
    graded_at: datetime | None = None

    @property
    def since(self) -> datetime | None:
        """When the first of the mails came; None where nothing waits."""
        return min((mail.at for one in self.conversations for mail in one.mails), default=None)


def waiting_of(rows: Sequence[Customer], now: datetime | None, at: datetime | None) -> Mapping[int, Waiting]:
    """By customer, in three queries at most, and one where nothing waits; with `at` as of that moment.

    `now` says how far back it is worth looking; without it everything is looked at.
    """
    since = datetime.min.replace(tzinfo=UTC) if now is None else now - LOOKED_BACK
    found = waiting([row.pk for row in rows], since, at)
    top = [row.pk for row in rows if row.pk in found and row.follow_grade == FollowGrade.TOP]
    graded = dict(_GRADED(at is not None, ids=top, at=at)) if top else {}
    return {pk: Waiting(tuple(facts), graded.get(pk)) for pk, facts in found.items()}


def _graded(as_of: bool) -> QuerySet[DimensionChange, Any]:
    rows = DimensionChange.objects.filter(
        customer_id__among=Given("ids"), dimension="follow_grade", contact__isnull=True
    )
    if as_of:
        rows = rows.filter(at__lte=Given("at"))
    return rows.order_by().values_list("customer_id").annotate(last=Max("at"))


_GRADED = Prepared(_graded)
