"""Who might be picked for a person's 2 + 2: the first few of each half, by an indexed query (000-30..33).

Read in the order of the rule, grade by grade: never followed up first, then whoever has waited longest. Two
partial indexes of the customers hold each half in that order, so that the cost does not follow the base.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.customers.models import Customer
from genjin.customers.models.customer import LISTED, NEVER_ORDERED
from genjin.customers.models.dimension import GRADE_ORDER, DormancyState
from genjin.followups.models import Task
from genjin.records.prepared import Given, Prepared
from genjin.rules.day import Candidate, in_order
from genjin.rules.duties import WorkClass
from genjin.rules.facts import FollowGrade, Half, ValueClass
from genjin.rules.policy import Policy
from genjin.rules.worktime import WorkCalendar

GRADES = ((GRADE_ORDER["TOP"],), (GRADE_ORDER["UPPER_MID"],), (GRADE_ORDER["MID"], GRADE_ORDER[""]), (2,))
"""In the rule's order: a customer without a grade stands with the middle; the lowest is not tracked."""
HALVES = {Half.CLOSED: ~NEVER_ORDERED, Half.PROSPECT: NEVER_ORDERED}
COLUMNS = (
    "pk", "follow_grade", "value_class", "cadence_days", "last_follow_up_at", "not_before", "next_step_at",
)  # fmt: skip
BATCH = 40
IN_TALK = Q(on_tracking_list=True) | Q(rank=WorkClass.ANSWER)
"""Tasks that say that a mail awaits an answer, his or ours."""


def half_of(customer: Customer) -> Half:
    """To which half a customer counts."""
    is_prospect = customer.lifecycle_stage == "PROSPECT" and not customer.value_class
    return Half.PROSPECT if is_prospect else Half.CLOSED


def has_ordered(user_id: int) -> bool:
    """Whether the person has any customer with orders (000-32)."""
    return Customer.objects.filter(LISTED, HALVES[Half.CLOSED], owner=user_id).exists()


def first_of(
    half: Half,
    user_id: int,
    *,
    most: int,
    without: Collection[int],
    policy: Policy,
    calendar: WorkCalendar,
    today: date,
) -> list[Candidate]:
    """The first `most` customers of that half who may be picked today, in order; own private ones only."""
    found: list[Candidate] = []
    values = _values(user_id, policy, calendar, today)
    for grades in GRADES:
        for grade in grades:
            for is_new in (True, False):
                possible = (
                    one
                    for one in _candidates(half, grade, is_new, values, calendar)
                    if one.customer_id not in without and in_order([one], policy, calendar, today)
                )
                found += islice(possible, most)
        if len(found) >= most:
            break
    return in_order(found, policy, calendar, today)[:most]


RESTS = {"": "daily_rest_days"} | {str(one): f"cadence.{one}" for one in ValueClass}
"""The days of rest by value class."""


def _values(user_id: int, policy: Policy, calendar: WorkCalendar, today: date) -> dict[str, Any]:
    """What `POSSIBLE` asks about a person on a day."""
    planned = today + timedelta(days=policy.number("merge_window_days") + 1)
    rests = {
        f"rest {name}": calendar.start_of_day(today - timedelta(days=policy.number(days) - 1))
        for name, days in RESTS.items()
    }
    began = {"begins": calendar.start_of_day(today), "planned": calendar.start_of_day(planned)}
    return {"owner": user_id, "today": today, **began, **rests}


def _rested() -> Q:
    """Those whose rest is over; the rule says it again for each, also for a rhythm of one's own."""
    rested = Q(cadence_days__isnull=False)
    for name in RESTS:
        rested |= Q(value_class=name, last_follow_up_at__lt=Given(f"rest {name}"))
    return Q(rested, last_follow_up_at__lt=Given("begins"))


def _possible(half: Half, grade: int, is_new: bool, start: int, end: int) -> QuerySet[Any, Any]:
    """One page of those of a grade, in order: never followed up, or rested."""
    rested = Q(last_follow_up_at__isnull=True) if is_new else _rested()
    rows = Customer.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=Given("today")),
        Q(next_step_at__isnull=True) | Q(next_step_at__gte=Given("planned")),
        Q(LISTED, HALVES[half], rested, owner=Given("owner"), grade_order=grade),
    ).exclude(dormancy_state=DormancyState.LOST)
    in_talk = Exists(Task.objects.filter(IN_TALK, customer=OuterRef("pk")))
    return rows.order_by("last_follow_up_at", "id").values_list(*COLUMNS, in_talk)[start:end]


POSSIBLE = Prepared(_possible)


def _candidates(
    half: Half, grade: int, is_new: bool, values: dict[str, Any], calendar: WorkCalendar
) -> Iterator[Candidate]:
    """All of them in order, read a few at a time, so that asking for two reads one page."""
    start, size = 0, BATCH
    while True:
        page = POSSIBLE(half, grade, is_new, start, start + size, **values)
        for pk, follow_grade, value_class, cadence_days, last, not_before, planned_at, is_in_talk in page:
            yield Candidate(
                customer_id=pk,
                half=half,
                follow_grade=FollowGrade(follow_grade) if follow_grade else None,
                value_class=ValueClass(value_class) if value_class else None,
                cadence_days=cadence_days,
                last_follow_up_at=last,
                not_before=not_before,
                next_step_on=calendar.local_date(planned_at) if planned_at else None,
                is_in_talk=is_in_talk,
            )
        if len(page) < size:
            return
        # Each page twice as long as the one before: few statements, however many pages.
        start, size = start + size, 2 * size
