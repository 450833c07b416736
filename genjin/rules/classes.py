"""Classes that follow from orders: purchase class and dormancy (A.8 dimensions 2 and 7).

| dimension      | rule                                                                              |
|----------------|-----------------------------------------------------------------------------------|
| purchase class | amounts of twelve months, largest first: A until 80 % of all is reached, then B   |
|                | until 95 %, then C; nothing bought: no class (001-22)                             |
| dormancy       | days since the last order over the own interval: from 1.0 warning, from 1.5       |
|                | dormant; with one order only dormant after 365 days (003-86)                      |
| lifecycle      | old after two completed orders (003-03), if the company wants that not before     |
|                | some months after the first (003-04)                                              |

The customer with whom a mark is reached belongs to the better class, so that the largest is always A. LOST is
for people to say.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from genjin.rules.facts import DormancyState, ValueClass

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


def is_old(
    completed: int, first_on: date | None, at: date, *, min_orders: int = 2, min_months: int = 0
) -> bool:
    """Whether completed orders make an old customer (003-03), the first of all long enough ago (003-04).

    Months are those of the calendar: from 31 August half a year ends on the last of February.
    """
    if completed < min_orders or first_on is None:
        return False
    years, month = divmod(first_on.month - 1 + min_months, 12)
    year, month = first_on.year + years, month + 1
    return at >= date(year, month, min(first_on.day, monthrange(year, month)[1]))


def dormancy_state(
    last_on: date | None,
    orders: int,
    interval_days: int | None,
    now: DormancyState,
    at: date,
    *,
    won_back_on: date | None = None,
    warn_percent: int = 100,
    dormant_percent: int = 150,
    one_order_days: int = ONE_ORDER_DAYS,
) -> DormancyState:
    """Whether a customer with orders stays away (003-86): his interval against the days since the last one.

    `interval_days` is what was expected after his last order; None: nobody knows, then nothing is said.
    Who never ordered is neither; LOST is said and taken back by people only, but an order takes it back.
    """
    if last_on is None or orders < 1:
        return now
    silent = (at - last_on).days
    if won_back_on is not None and (at - won_back_on).days < WON_BACK_DAYS:
        return DormancyState.WON_BACK
    if now is DormancyState.LOST and won_back_on is None:
        return now
    if orders == 1:
        return DormancyState.DORMANT if silent > one_order_days else DormancyState.ACTIVE
    if interval_days is None:
        return now
    if silent * 100 > interval_days * dormant_percent:
        return DormancyState.DORMANT
    return DormancyState.WARNING if silent * 100 > interval_days * warn_percent else DormancyState.ACTIVE
