"""When a customer will probably order again (002-54, 002-55): a day, a range, and what it rests on.

The simple rule, the median of the customer's last five intervals, is beaten by one constant for all on many
order books. So both are one here: the customer's last five intervals count once each, and the intervals of
all customers count together as many times as the *credibility* of the book says: where customers differ
little from each other but much within themselves, nearly everything is learnt from the others; where each
has a rhythm of his own, next to nothing. The day is the median of this mixture, the range its middle three
fifths. While the customer waits longer, only intervals longer than that are still possible.

Figures from the order books that this was measured on stand in the documentation.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import fmean

OWN_GAPS = 5
MIN_ORDERS = 4
"""With fewer orders the customer's own intervals say too little alone."""
POOL_MIN = 20
"""With fewer intervals of others there is nothing to learn from them."""
POOL_DAYS = 365
"""Intervals that ended longer ago are left out while enough are younger."""
POOL_ENOUGH = 30
POOL_KEPT = 500
"""A snapshot keeps the pool as at most so many evenly placed intervals."""
LEAST, MOST = 0.5, 40.0
"""How many own intervals the pool may weigh."""
FREELY = 4.0
"""What it weighs where nothing can be learnt about how customers differ."""
LOW, MIDDLE, HIGH = 0.2, 0.5, 0.8


class Basis(StrEnum):
    """What an expected day rests on."""

    OWN = "OWN"
    """Mostly on the customer's own intervals."""
    MIXED = "MIXED"
    POOLED = "POOLED"
    """On other customers: he has too few orders, or customers of this book are much alike."""
    NOT_ENOUGH = "NOT_ENOUGH"
    """Not enough history."""
    SILENT = "SILENT"
    """He has waited longer than anybody ever did."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The intervals of all customers, in days and sorted, and how many own ones they weigh."""

    gaps: tuple[int, ...] = ()
    weight: float = FREELY
    count: int = 0
    """How many there were before they were thinned out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder:
    """The next order as expected. Days are where the order books are dated."""

    basis: Basis
    last_on: date | None = None
    orders: int = 0
    expected_on: date | None = None
    """The likeliest middle, given that he has not ordered until `at`."""
    from_on: date | None = None
    until_on: date | None = None
    """Six in ten orders come from that day to this one."""
    usual_on: date | None = None
    """What was expected right after the last order."""
    interval_days: int | None = None
    """From the last order to `usual_on`."""
    own_interval_days: int | None = None
    """The median of his own last five, if he has any."""
    own_share: int = 0
    """How many percent of it rest on his own intervals."""
    is_overdue: bool = False
    """The range that was expected after the last order is over."""


def days_of_orders(days: Iterable[date]) -> list[date]:
    """Order days, each once: two orders of one day are one moment of buying."""
    return sorted(set(days))


def gaps_of(days: Sequence[date]) -> list[int]:
    """Days between order days that follow each other."""
    return [(later - earlier).days for earlier, later in pairwise(days)]


def pool_of(histories: Mapping[int, Sequence[date]] | Mapping[str, Sequence[date]], at: date) -> Pool:
    """What orders up to that day teach about intervals; a history is a customer's days, sorted, each once."""
    ended: list[tuple[date, int, object]] = []
    for customer, days in histories.items():
        known = days[: bisect_right(days, at)]
        ended += [(later, (later - earlier).days, customer) for earlier, later in pairwise(known)]
    ended.sort(key=lambda one: (one[0], one[1]))
    young = ended[bisect_left(ended, at - timedelta(days=POOL_DAYS), key=lambda one: one[0]) :]
    used = young if len(young) >= POOL_ENOUGH else ended
    groups: dict[object, list[float]] = defaultdict(list)
    for _day, gap, whose in used:
        groups[whose].append(math.log(max(1, gap)))
    gaps = sorted(gap for _day, gap, _customer in used)
    return Pool(_thinned(gaps), _credibility(list(groups.values())), len(gaps))


def _thinned(gaps: Sequence[int]) -> tuple[int, ...]:
    if len(gaps) <= POOL_KEPT:
        return tuple(gaps)
    return tuple(gaps[(2 * place + 1) * len(gaps) // (2 * POOL_KEPT)] for place in range(POOL_KEPT))


def _credibility(groups: Sequence[Sequence[float]]) -> float:
    """The variance within customers over that between them (Bühlmann), of logarithms of intervals."""
    known = [group for group in groups if len(group) >= 2]
    if len(known) < 3:
        return FREELY
    count = sum(len(group) for group in known)
    means = [fmean(group) for group in known]
    within = sum(sum((x - mean) ** 2 for x in group) for group, mean in zip(known, means, strict=True))
    within /= count - len(known)
    middle = sum(sum(group) for group in known) / count
    spread = sum(len(group) * (mean - middle) ** 2 for group, mean in zip(known, means, strict=True))
    size = (count - sum(len(group) ** 2 for group in known) / count) / (len(known) - 1)
    between = (spread / (len(known) - 1) - within) / size
    if between <= 0:
        return MOST
    return min(MOST, max(LEAST, within / between))


def expect(days: Iterable[date], pool: Pool, at: date) -> Reorder:
    """When the customer with these order days is expected to order next, as known on the day `at`."""
    known = [day for day in days_of_orders(days) if day <= at]
    if not known:
        return Reorder(basis=Basis.NOT_ENOUGH)
    own = gaps_of(known)[-OWN_GAPS:]
    last_on, count = known[-1], len(known)
    own_interval = round(_quantile([(gap, 1.0) for gap in sorted(own)], MIDDLE)) if own else None
    has_pool = pool.count >= POOL_MIN
    if not has_pool and count < MIN_ORDERS:
        return Reorder(basis=Basis.NOT_ENOUGH, last_on=last_on, orders=count, own_interval_days=own_interval)
    weight = pool.weight if has_pool else 0.0
    shares = [(gap, 1.0) for gap in own]
    shares += [(gap, weight / len(pool.gaps)) for gap in pool.gaps] if has_pool else []
    shares.sort()
    own_share = round(100 * len(own) / (len(own) + weight)) if own else 0
    usual = _quantile(shares, MIDDLE)
    usual_end = last_on + timedelta(days=_quantile(shares, HIGH))
    waited = (at - last_on).days
    possible = [(gap, part) for gap, part in shares if gap > waited]
    common = Reorder(
        basis=_basis(own_share),
        last_on=last_on,
        orders=count,
        usual_on=last_on + timedelta(days=usual),
        interval_days=usual,
        own_interval_days=own_interval,
        own_share=own_share,
        is_overdue=at > usual_end,
    )
    if not possible:
        return _with_days(common, Basis.SILENT, None)
    ahead = [last_on + timedelta(days=_quantile(possible, share)) for share in (LOW, MIDDLE, HIGH)]
    return _with_days(common, common.basis, ahead)


def _with_days(found: Reorder, basis: Basis, days: Sequence[date] | None) -> Reorder:
    low, middle, high = days or (None, None, None)
    return Reorder(
        basis=basis,
        last_on=found.last_on,
        orders=found.orders,
        expected_on=middle,
        from_on=low,
        until_on=high,
        usual_on=found.usual_on,
        interval_days=found.interval_days,
        own_interval_days=found.own_interval_days,
        own_share=found.own_share,
        is_overdue=found.is_overdue,
    )


def _basis(own_share: int) -> Basis:
    if own_share >= 67:
        return Basis.OWN
    return Basis.POOLED if own_share < 20 else Basis.MIXED


def _quantile(shares: Sequence[tuple[int, float]], share: float) -> int:
    """The smallest value at which so much of the weight is reached; shares are sorted."""
    wanted = share * sum(part for _gap, part in shares) - 1e-9
    reached = 0.0
    for gap, part in shares:
        reached += part
        if reached >= wanted:
            return gap
    return shares[-1][0]


def usual_months(days: Iterable[date]) -> tuple[int, ...]:
    """The months in which a customer usually orders (002-54): in two years at least, and half as often again
    as if all months were alike.
    """
    known = days_of_orders(days)
    count = Counter(day.month for day in known)
    years = Counter(month for _year, month in {(day.year, day.month) for day in known})
    return tuple(month for month in range(1, 13) if years[month] >= 2 and count[month] * 8 >= len(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is known of the goods of the last order (C-09, 003-18 to 25)."""

    warehoused_on: date | None = None
    arrives_on: date | None = None
    """When the last of it arrives, as far as known."""
    is_on_its_way: bool = False
    """Confirmed, in production, shipped or at customs: not in the customer's stock yet."""
    told_on: date | None = None
    stock_left: Decimal | None = None
    safety_stock: Decimal | None = None
    sold_percent: Decimal | None = None

    @property
    def is_low(self) -> bool:
        """Whether no more is left than he wants to keep."""
        if self.stock_left is None or self.safety_stock is None:
            return False
        return self.stock_left <= self.safety_stock


LOW_STOCK, STILL_COMING, BY_RHYTHM, NOW_SOLD = "LOW_STOCK", "STILL_COMING", "BY_RHYTHM", "NOW_SOLD"
MARGIN_DAYS = 15
"""Beside production and transit (002-55)."""


def moment_of(
    expected: Reorder,
    stock: Stock,
    *,
    lead_days: int,
    margin_days: int = MARGIN_DAYS,
) -> tuple[date, str] | None:
    """The day on which to speak of the next order, and what decided it; None: nothing is known or due.

    | goods of the last order                  | the day                                                 |
    |------------------------------------------|---------------------------------------------------------|
    | stock no higher than the safety stock    | the day this was told: pulls forward                    |
    | more than nine tenths sold               | the same                                                |
    | not in the customer's warehouse yet      | not before they arrive, as far as that is known         |
    | otherwise                                | expected day less production, transit and 15 days       |
    """
    if stock.told_on is not None and (stock.is_low or (stock.sold_percent or 0) >= 90):
        return stock.told_on, LOW_STOCK if stock.is_low else NOW_SOLD
    if expected.usual_on is None or expected.last_on is None or expected.basis is Basis.NOT_ENOUGH:
        return None
    day = max(
        expected.usual_on - timedelta(days=lead_days + margin_days), expected.last_on + timedelta(days=1)
    )
    there = stock.warehoused_on
    if stock.is_on_its_way:
        there = stock.arrives_on or expected.last_on + timedelta(days=lead_days)
    if there is not None and there > day:
        return there, STILL_COMING
    return day, BY_RHYTHM
