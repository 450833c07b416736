"""One order against those before it: has it grown or fallen, and is that the beginning of something (003-32)?

| compared with           | what is looked at: kinds, quantity and amount                       |
|-------------------------|---------------------------------------------------------------------|
| the order before it     | of that order                                                       |
| the same time last year | the average of the orders within 45 days of the same day a year ago |
| the last three          | their average                                                       |

A measure *fell* that is lower by 20 % (a policy number) or more. An order *declines* when its amount or
quantity fell against the average of the last three (against the order before it while there is only one), or
its kinds did while the amount did not grow. Declines in a row make the level: the second is told to the
manager, the third is late (003-37).

Only trial and bulk orders count (C-12, 003-02); what was cancelled is taken off. Amounts of one currency are
compared in it, others in base currency at their frozen rates; quantities only where units agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

COUNTED_KINDS = frozenset({"TRIAL", "BULK"})
LAST_YEAR_DAYS = 45
"""So many days before and after the same day last year still are "the same time"."""
FIXED_MODELS_ORDERS = 3
"""So many orders in a row without anything new mean: the same models only (003-38)."""
MORE_UNITS = {"pc": "pcs", "piece": "pcs", "pieces": "pcs", "set": "sets", "pair": "pairs", "ctn": "ctns"}
HUNDRED, TENTH = Decimal(100), Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """What was ordered of one product, cancellations taken off; a negative quantity came back."""

    product: str
    """What tells products apart: an id, or the code where there is none."""
    quantity: Decimal
    amount: Decimal
    """In the order's currency."""
    unit: str = "pcs"
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderFact:
    """One order of a customer as far as comparing needs it."""

    id: int
    number: str
    ordered_on: date
    lines: tuple[LineFact, ...]
    kind: str = "BULK"
    currency: str = "USD"
    rate: Decimal | None = None
    """Base currency per 1 unit of `currency`, frozen with the order; None: not known."""
    is_cancelled: bool = False
    extra: Decimal = Decimal(0)
    """Discounts and credits below the goods, negative, in the order's currency."""

    @property
    def counts(self) -> bool:
        """Whether it counts for loyalty: a trial or bulk order of which something is left."""
        return self.kind in COUNTED_KINDS and not self.is_cancelled and bool(self.products)

    @cached_property
    def products(self) -> frozenset[str]:
        """What was ordered, each once."""
        return frozenset(line.product for line in self.lines if line.quantity > 0)

    @cached_property
    def amount(self) -> Decimal:
        """Goods less discounts, in the order's currency."""
        return sum((line.amount for line in self.lines), self.extra)

    @property
    def base_amount(self) -> Decimal | None:
        """The same in base currency; None without a rate."""
        return None if self.rate is None else self.amount * self.rate

    @cached_property
    def unit(self) -> str | None:
        """The one unit of all its lines; None where they differ."""
        units = {plain_unit(line.unit) for line in self.lines if line.quantity > 0}
        return units.pop() if len(units) == 1 else None

    @cached_property
    def quantity(self) -> Decimal:
        """All lines together; says something only where `unit` is known."""
        return sum((line.quantity for line in self.lines), Decimal(0))


def plain_unit(unit: str) -> str:
    """Different spellings of one unit as one."""
    text = unit.strip().lower().rstrip(".")
    return MORE_UNITS.get(text, text)


def in_order(orders: Iterable[OrderFact]) -> list[OrderFact]:
    """By date, of one day by number of record."""
    return sorted(orders, key=lambda order: (order.ordered_on, order.id))


def netted(orders: Iterable[OrderFact]) -> list[OrderFact]:
    """The orders of one customer with what came back taken off what was ordered, the last first.

    A line with a negative quantity reduces lines of its product, in its own order and then in earlier ones,
    at their price; what finds nothing to reduce is dropped, and so is an order of which nothing is left.
    """
    found: list[OrderFact] = []
    for order in in_order(orders):
        found.append(replace(order, lines=tuple(line for line in order.lines if line.quantity > 0)))
        for line in order.lines:
            if line.quantity < 0:
                _take_back(found, line.product, -line.quantity)
    return [order for order in found if order.lines]


def _take_back(found: list[OrderFact], product: str, left: Decimal) -> None:
    for place in reversed(range(len(found))):
        order = found[place]
        if left <= 0 or product not in order.products:
            continue
        lines = []
        for one in order.lines:
            taken = min(left, one.quantity) if one.product == product else Decimal(0)
            left -= taken
            if taken < one.quantity:
                rest = one.quantity - taken
                lines.append(replace(one, quantity=rest, amount=one.amount * rest / one.quantity))
        found[place] = replace(order, lines=tuple(lines))


class Measure(StrEnum):
    """By what orders are compared (003-32)."""

    KINDS = "KINDS"
    QUANTITY = "QUANTITY"
    AMOUNT = "AMOUNT"


class Against(StrEnum):
    """With what an order is compared."""

    PREVIOUS = "PREVIOUS"
    LAST_YEAR = "LAST_YEAR"
    LAST_THREE = "LAST_THREE"


class Arrow(StrEnum):
    """Which way it went."""

    UP = "UP"
    DOWN = "DOWN"
    SAME = "SAME"


class Unknown(StrEnum):
    """Why there is nothing to compare."""

    NO_ORDER = "NO_ORDER"
    NO_RATE = "NO_RATE"
    UNITS_DIFFER = "UNITS_DIFFER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure against one comparison."""

    measure: Measure
    against: Against
    now: Decimal | None = None
    then: Decimal | None = None
    percent: Decimal | None = None
    """To one decimal, half up; minus means that it fell."""
    is_anomaly: bool = False
    """It fell by as much as the policy says, or more."""
    unit: str = ""
    """Of quantities the unit, of amounts the currency; empty for the base currency."""
    unknown: Unknown | None = None

    @property
    def arrow(self) -> Arrow | None:
        """Which way it went; None where it is not known."""
        if self.percent is None:
            return None
        return Arrow.SAME if self.percent == 0 else Arrow.UP if self.percent > 0 else Arrow.DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an order looks like beside those before it."""

    order: OrderFact
    differences: tuple[Difference, ...] = ()
    """Three measures against each of three comparisons; none where it does not count or is the first."""
    based_on: dict[Against, tuple[str, ...]]
    """The numbers of the orders behind each comparison."""
    new_products: frozenset[str] = frozenset()
    """What the customer had not bought before."""
    nothing_new_for: int = 0
    """How many orders in a row, this one included, brought nothing new."""
    level: int = 0
    """How many orders in a row declined, this one included; 0: it did not."""
    fell: tuple[Measure, ...] = ()
    """By which measures it declined."""

    @property
    def is_first(self) -> bool:
        """Whether there is nothing before it."""
        return not self.differences

    @property
    def same_models(self) -> bool:
        """Only models that were bought before, for some time (003-38)."""
        return self.nothing_new_for >= FIXED_MODELS_ORDERS

    @property
    def has_not_grown(self) -> bool:
        """The amount is no larger than before: the moment to recommend (003-39, 003-40)."""
        return any(
            one.measure is Measure.AMOUNT and one.against is Against.PREVIOUS and one.arrow is not Arrow.UP
            for one in self.differences
        )

    def of(self, measure: Measure, against: Against) -> Difference | None:
        """One of the differences."""
        return next((d for d in self.differences if (d.measure, d.against) == (measure, against)), None)


def compare(order: OrderFact, before: Iterable[OrderFact], drop_percent: int = 20) -> Comparison:
    """The order beside the customer's earlier ones; later ones and such as do not count are passed over."""
    mine = (order.ordered_on, order.id)
    earlier = [one for one in in_order(before) if one.counts and (one.ordered_on, one.id) < mine]
    if not order.counts or not earlier:
        return Comparison(order=order, based_on={})
    groups = _groups(order, earlier)
    differences = tuple(
        _difference(order, orders, measure, against, drop_percent)
        for against, orders in groups.items()
        for measure in Measure
    )
    fell = _fell(differences, len(earlier))
    known = frozenset[str]().union(*(one.products for one in earlier))
    return Comparison(
        order=order,
        differences=differences,
        based_on={against: tuple(one.number for one in orders) for against, orders in groups.items()},
        new_products=order.products - known,
        nothing_new_for=_nothing_new_for([*earlier, order]),
        level=_level([*earlier, order], drop_percent) if fell else 0,
        fell=fell,
    )


def _groups(order: OrderFact, earlier: Sequence[OrderFact]) -> dict[Against, Sequence[OrderFact]]:
    a_year_ago = _a_year_before(order.ordered_on)
    near = timedelta(days=LAST_YEAR_DAYS)
    last_year = [one for one in earlier if abs(one.ordered_on - a_year_ago) <= near]
    return {
        Against.PREVIOUS: earlier[-1:],
        Against.LAST_YEAR: last_year,
        Against.LAST_THREE: earlier[-3:] if len(earlier) > 1 else (),
    }


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _difference(
    order: OrderFact, others: Sequence[OrderFact], measure: Measure, against: Against, drop_percent: int
) -> Difference:
    known = _values(order, others, measure)
    if isinstance(known, Unknown):
        return Difference(measure=measure, against=against, unknown=known)
    now, values, unit = known
    then = sum(values, Decimal(0)) / len(values)
    percent = None if then <= 0 else (now - then) / then * HUNDRED
    return Difference(
        measure=measure,
        against=against,
        now=now,
        then=then,
        percent=None if percent is None else percent.quantize(TENTH, ROUND_HALF_UP),
        is_anomaly=percent is not None and percent <= -drop_percent,
        unit=unit,
    )


def _values(
    order: OrderFact, others: Sequence[OrderFact], measure: Measure
) -> tuple[Decimal, list[Decimal], str] | Unknown:
    """The measure of the order and of the others, in what they have in common."""
    if not others:
        return Unknown.NO_ORDER
    if measure is Measure.KINDS:
        return Decimal(len(order.products)), [Decimal(len(one.products)) for one in others], ""
    if measure is Measure.QUANTITY:
        if order.unit is None or {one.unit for one in others} != {order.unit}:
            return Unknown.UNITS_DIFFER
        return order.quantity, [one.quantity for one in others], order.unit
    if {one.currency for one in others} == {order.currency}:
        return order.amount, [one.amount for one in others], order.currency
    amounts = [one.base_amount for one in (order, *others)]
    found = [amount for amount in amounts if amount is not None]
    if len(found) < len(amounts):
        return Unknown.NO_RATE
    return found[0], found[1:], ""


def _fell(differences: Sequence[Difference], count: int) -> tuple[Measure, ...]:
    """By which measures it declined: see the head of this file."""
    judged = Against.LAST_THREE if count > 1 else Against.PREVIOUS
    by = {one.measure: one for one in differences if one.against is judged}
    fallen = [m for m in (Measure.QUANTITY, Measure.AMOUNT) if by[m].is_anomaly]
    amount = by[Measure.AMOUNT].percent
    if by[Measure.KINDS].is_anomaly and (fallen or (amount is not None and amount <= 0)):
        fallen.insert(0, Measure.KINDS)
    return tuple(fallen)


def _level(orders: Sequence[OrderFact], drop_percent: int) -> int:
    """How many of the last orders declined in a row."""
    level = 0
    for place in range(len(orders) - 1, 0, -1):
        order, earlier = orders[place], orders[:place]
        judged, group = (Against.LAST_THREE, earlier[-3:]) if place > 1 else (Against.PREVIOUS, earlier[-1:])
        differences = [_difference(order, group, measure, judged, drop_percent) for measure in Measure]
        if not _fell(differences, place):
            break
        level += 1
    return level


def _nothing_new_for(orders: Sequence[OrderFact]) -> int:
    seen: set[str] = set()
    quiet = 0
    for order in orders:
        quiet = 0 if order.products - seen else quiet + 1
        seen |= order.products
    return quiet


@dataclass(frozen=True, slots=True)
class Trend:
    """A customer's last three orders beside the three before them, in amounts."""

    now: Decimal
    then: Decimal
    percent: Decimal
    is_falling: bool


def trend(orders: Iterable[OrderFact], drop_percent: int = 20) -> Trend | None:
    """Whether a customer's orders become smaller; None with fewer than six, or without common amounts."""
    counted = [one for one in in_order(orders) if one.counts][-6:]
    if len(counted) < 6:
        return None
    known = _values(counted[-1], counted[:-1], Measure.AMOUNT)
    if isinstance(known, Unknown):
        return None
    last, others, _unit = known
    now, then = (last + others[3] + others[4]) / 3, sum(others[:3], Decimal(0)) / 3
    if then <= 0:
        return None
    percent = (now - then) / then * HUNDRED
    return Trend(now, then, percent.quantize(TENTH, ROUND_HALF_UP), percent <= -drop_percent)
