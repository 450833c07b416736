"""Purchase class and dormancy of customers, kept up to date from their orders (001-22, 003-86, A.8).

What a person said is respected: a purchase class until its day, a state of dormancy until the next order. Who
has no orders here keeps what was imported for him.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import DecimalField, ExpressionWrapper, F, Max, Q, Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.dimensions import set_dimension
from genjin.customers.models import Customer, DimensionChange
from genjin.people.queries import organisation
from genjin.policy.queries import effective
from genjin.rules.classes import dormancy_state, value_classes
from genjin.rules.facts import DormancyState
from genjin.sales.insight_facts import REDUCTIONS
from genjin.sales.models import MarketSnapshot, Order, OrderCharge, OrderLine, OrderRhythm

A_YEAR = timedelta(days=365)
BATCH = 200
BACK = (DormancyState.DORMANT, DormancyState.LOST)


def see_to_value_classes(*, at: datetime) -> int:
    """Give everybody the purchase class of his last twelve months, once a month; how many changed.

    In between nothing moves, so that a rhythm does not change from day to day.
    """
    today = today_of(None, at)
    snapshot = MarketSnapshot.objects.filter(pk=1).first()
    if snapshot is None or (
        snapshot.classes_on is not None
        and (snapshot.classes_on.year, snapshot.classes_on.month) == (today.year, today.month)
    ):
        return 0
    changed = _give_value_classes(today, at)
    snapshot.classes_on = today
    snapshot.save(update_fields=["classes_on"])
    return changed


def _give_value_classes(today: date, at: datetime) -> int:
    policy = effective(None)
    classes = value_classes(
        amounts_of_a_year(today),
        a_percent=policy.number("value_class.A_cumulative_percent"),
        b_percent=policy.number("value_class.B_cumulative_percent"),
    )
    free = Q(value_class_until__isnull=True) | Q(value_class_until__lt=today)
    customers = Customer.objects.alive().filter(free, order_rhythm__isnull=False)
    wanted: dict[str, list[int]] = defaultdict(list)
    for pk, now in customers.values_list("pk", "value_class").iterator():
        value = str(classes.get(pk, ""))
        if value != now:
            wanted[value].append(pk)
    why = _("Purchases from %(from)s to %(until)s") % {"from": today - A_YEAR, "until": today}
    return sum(_set("value_class", value, ids, why, at) for value, ids in sorted(wanted.items()))


def amounts_of_a_year(today: date) -> Mapping[int, Decimal]:
    """What each customer bought within a year, in base currency at the frozen rates; two queries."""
    orders = Order.objects.counted().filter(
        ordered_on__gt=today - A_YEAR, ordered_on__lte=today, exchange_rate__isnull=False
    )
    of_order = {"order__in": orders}
    worth = ExpressionWrapper(
        (F("quantity") - F("cancelled_quantity")) * F("unit_price") * F("order__exchange_rate"),
        output_field=DecimalField(max_digits=24, decimal_places=4),
    )
    found: dict[int, Decimal] = defaultdict(Decimal)
    lines = OrderLine.objects.filter(**of_order).order_by().values_list("order__customer_id")
    for pk, amount in lines.annotate(sum=Sum(worth)):
        found[pk] += amount or 0
    less = ExpressionWrapper(
        F("amount") * F("order__exchange_rate"), output_field=DecimalField(max_digits=24, decimal_places=4)
    )
    charges = OrderCharge.objects.filter(kind__in=REDUCTIONS, **of_order).order_by()
    for pk, amount in charges.values_list("order__customer_id").annotate(sum=Sum(less)):
        found[pk] += amount or 0
    return found


def see_to_dormancy(*, at: datetime) -> int:
    """Say of everybody with orders whether he stays away longer than usual; how many changed."""
    today, changed, last = today_of(None, at), 0, 0
    rows = OrderRhythm.objects.filter(customer__deleted_at__isnull=True).order_by("pk")
    while page := list(rows.filter(pk__gt=last).select_related("customer")[:BATCH]):
        changed += _see_to_page(page, today, at)
        last = page[-1].pk
    return changed


def _see_to_page(page: Sequence[OrderRhythm], today: date, at: datetime) -> int:
    policy = effective(None)
    said, moved = _last_words([row.pk for row in page])
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in page:
        now = DormancyState(row.customer.dormancy_state)
        word_on = said.get(row.pk)
        if word_on is not None and word_on >= row.last_on:
            continue
        since = moved.get((row.pk, str(now)))
        won_back_on = None
        if now is DormancyState.WON_BACK:
            won_back_on = since
        elif now in BACK and since is not None and row.last_on > since:
            won_back_on = row.last_on
        state = dormancy_state(
            row.last_on,
            row.orders,
            row.interval_days,
            now,
            today,
            won_back_on=won_back_on,
            warn_percent=policy.number("dormancy.warn_percent"),
            dormant_percent=policy.number("dormancy.dormant_percent"),
            one_order_days=policy.number("dormancy.one_order_days"),
        )
        if state is not now:
            wanted[str(state), _why(row, today)].append(row.pk)
    return sum(_set("dormancy_state", state, ids, why, at) for (state, why), ids in sorted(wanted.items()))


def _why(row: OrderRhythm, today: date) -> str:
    return _("Last order %(days)d days ago, usually %(interval)s") % {
        "days": (today - row.last_on).days,
        "interval": row.interval_days if row.interval_days is not None else "–",
    }


def _last_words(ids: Sequence[int]) -> tuple[dict[int, date], dict[tuple[int, str], date]]:
    """When a person last said how dormant each is, and when each came to each state."""
    zone = organisation().timezone
    changes = DimensionChange.objects.filter(customer__in=list(ids), dimension="dormancy_state").order_by()
    person = Q(cause=DimensionChange.Cause.PERSON)
    said = changes.filter(person).values_list("customer_id").annotate(at=Max("at"))
    came = changes.values_list("customer_id", "new").annotate(at=Max("at"))
    return (
        {pk: _day(moment, zone) for pk, moment in said},
        {(pk, state): _day(moment, zone) for pk, state, moment in came},
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _set(dimension: str, value: str, ids: Sequence[int], why: str, at: datetime) -> int:
    return sum(
        set_dimension(
            customer_ids=ids[start : start + BATCH], dimension=dimension, value=value, by=None, at=at,
            why=why, cause=DimensionChange.Cause.RULE,
        )
        for start in range(0, len(ids), BATCH)
    )  # fmt: skip
