"""Classes that follow from orders: purchase class, lifecycle stage, dormancy (A.8 dimensions 2, 6, 7).

| dimension      | rule                                                                              |
|----------------|-----------------------------------------------------------------------------------|
| purchase class | amounts of twelve months, largest first: A until 80 % of all is reached, then B   |
|                | until 95 %, then C; nothing bought: no class (001-22)                             |
| lifecycle      | no order: prospect; two that count and were delivered: old; else trial (003-01)   |
| dormancy       | days since the last order over the own interval: from 1.0 warning, from 1.5       |
|                | dormant; with one order only dormant after 365 days (003-86)                      |

The customer with whom a mark is reached belongs to the better class, so that the largest is always A. What a
person promoted is not taken back; LOST is for people to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from genjin.rules.facts import DormancyState, LifecycleStage, ValueClass

Key = TypeVar("Key", int, str)
ONE_ORDER_DAYS = 365
WON_BACK_DAYS = 180
"""So long after coming back a customer counts as won back, if he orders on."""


def value_classes(
    amounts: Mapping[Key, Decimal], *, a_percent: int = 80, b_percent: int = 95
) -> dict[Key, ValueClass]:
    """The purchase class of everybody who bought for more than nothing (001-22)."""
    bought = {key: amount for key, amount in amounts.items() if amount > 0}
    total = sum(bought.values(), Decimal(0))
    found, reached = {}, Decimal(0)
    for key, amount in sorted(bought.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        share = reached / total * 100
        found[key] = (
            ValueClass.A if share < a_percent else ValueClass.B if share < b_percent else ValueClass.C
        )
        reached += amount
    return found


def a_year_before(day: date) -> date:
    """The day after which orders count for the purchase class."""
    return day - timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What a customer's orders come to: those that count, and samples beside them."""

    counted: int = 0
    completed: int = 0
    """Of those that count, how many were delivered."""
    samples: int = 0
    """Samples and one-off projects."""
    first_on: date | None = None
    last_on: date | None = None
    has_open_complaint: bool = False


def lifecycle_stage(
    bought: Bought, now: LifecycleStage, at: date, *, min_orders: int = 2, min_months: int | None = None
) -> LifecycleStage:
    """Where a customer stands by his orders (003-01 to 05); what stands higher by hand is not taken back."""
    by_orders = LifecycleStage.PROSPECT
    if bought.counted or bought.samples:
        by_orders = LifecycleStage.TRIAL
    is_old_enough = min_months is None or (
        bought.first_on is not None and bought.first_on + timedelta(days=30 * min_months) <= at
    )
    if bought.completed >= min_orders and is_old_enough and not bought.has_open_complaint:
        by_orders = LifecycleStage.OLD
    stages = list(LifecycleStage)
    return max(now, by_orders, key=stages.index)


def dormancy_state(
    bought: Bought,
    interval_days: int | None,
    now: DormancyState,
    at: date,
    *,
    won_back_on: date | None = None,
    warn_percent: int = 100,
    dormant_percent: int = 150,
) -> DormancyState:
    """Whether a customer with orders stays away (003-86): his interval against the days since the last one.

    `interval_days` is what was expected after his last order; None: nobody knows, then nothing is said.
    Who never ordered is neither; LOST is said and taken back by people only, but an order takes it back.
    """
    if bought.last_on is None:
        return now
    silent = (at - bought.last_on).days
    if now is DormancyState.LOST:
        return now if won_back_on is None else DormancyState.WON_BACK
    if won_back_on is not None and (at - won_back_on).days < WON_BACK_DAYS:
        return DormancyState.WON_BACK
    if bought.counted <= 1:
        return DormancyState.DORMANT if silent > ONE_ORDER_DAYS else DormancyState.ACTIVE
    if interval_days is None:
        return now
    if silent * 100 > interval_days * dormant_percent:
        return DormancyState.DORMANT
    return DormancyState.WARNING if silent * 100 > interval_days * warn_percent else DormancyState.ACTIVE
