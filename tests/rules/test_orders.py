"""One order beside those before it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.orders import (
    Against,
    Arrow,
    LineFact,
    Measure,
    OrderFact,
    Unknown,
    compare,
    netted,
    trend,
)

FIRST = date(2025, 1, 10)


def line(product: str = "P1", quantity: int = 100, amount: int = 1000, unit: str = "pcs") -> LineFact:
    return LineFact(product=product, quantity=Decimal(quantity), amount=Decimal(amount), unit=unit)


def order(number: int, on: date, *lines: LineFact, **fields: Any) -> OrderFact:
    return OrderFact(id=number, number=f"SC-{number}", ordered_on=on, lines=lines or (line(),), **fields)


def shrinking(*amounts: int) -> list[OrderFact]:
    """Orders a month apart with these amounts, of ten pieces each hundred."""
    return [
        order(n, FIRST + timedelta(days=30 * n), line(quantity=amount // 10, amount=amount))
        for n, amount in enumerate(amounts, 1)
    ]


PERCENTS = [
    # now, then -> percent, arrow, anomaly
    (800, 1000, "-20.0", Arrow.DOWN, True),
    (801, 1000, "-19.9", Arrow.DOWN, False),
    (1000, 1000, "0.0", Arrow.SAME, False),
    (1500, 1000, "50.0", Arrow.UP, False),
    (2, 3, "-33.3", Arrow.DOWN, True),
]


@pytest.mark.parametrize(("now", "then", "percent", "arrow", "anomaly"), PERCENTS)
def test_a_fall_of_a_fifth_is_an_anomaly(
    now: int, then: int, percent: str, arrow: Arrow, anomaly: bool
) -> None:
    before = order(1, FIRST, line(amount=then))
    mine = order(2, FIRST + timedelta(days=40), line(amount=now))
    amount = compare(mine, [before]).of(Measure.AMOUNT, Against.PREVIOUS)
    assert amount is not None
    assert (amount.percent, amount.arrow, amount.is_anomaly) == (Decimal(percent), arrow, anomaly)


def test_the_same_time_last_year_and_the_last_three_are_averages() -> None:
    days = [date(2025, 3, 1), date(2025, 4, 20), date(2025, 9, 1), date(2026, 1, 5)]
    before = [order(n, day, line(amount=1000 * n)) for n, day in enumerate(days, 1)]
    found = compare(order(9, date(2026, 3, 20), line(amount=3000)), before)
    assert found.based_on[Against.PREVIOUS] == ("SC-4",)
    assert found.based_on[Against.LAST_YEAR] == ("SC-1", "SC-2")
    assert found.based_on[Against.LAST_THREE] == ("SC-2", "SC-3", "SC-4")
    last_year, last_three = (
        found.of(Measure.AMOUNT, which) for which in (Against.LAST_YEAR, Against.LAST_THREE)
    )
    assert last_year is not None
    assert (last_year.then, last_year.percent) == (Decimal(1500), Decimal("100.0"))
    assert last_three is not None
    assert (last_three.then, last_three.percent) == (Decimal(3000), Decimal("0.0"))


def test_the_29th_of_february_has_a_day_a_year_before() -> None:
    found = compare(order(2, date(2028, 2, 29)), [order(1, date(2027, 2, 28))])
    assert found.based_on[Against.LAST_YEAR] == ("SC-1",)


def test_different_currencies_are_compared_at_their_frozen_rates() -> None:
    before = order(1, FIRST, line(amount=1000), currency="USD", rate=Decimal(7))
    mine = order(2, FIRST + timedelta(days=9), line(amount=1000), currency="EUR", rate=Decimal("7.7"))
    amount = compare(mine, [before]).of(Measure.AMOUNT, Against.PREVIOUS)
    assert amount is not None
    assert (amount.percent, amount.unit) == (Decimal("10.0"), "")
    unrated = order(3, FIRST + timedelta(days=12), line(amount=1000), currency="GBP")
    unknown = compare(unrated, [before]).of(Measure.AMOUNT, Against.PREVIOUS)
    assert unknown is not None
    assert (unknown.percent, unknown.unknown) == (None, Unknown.NO_RATE)


def test_one_currency_is_compared_in_itself_whatever_its_rate_did() -> None:
    before = order(1, FIRST, line(amount=1000), rate=Decimal(7))
    amount = compare(order(2, FIRST + timedelta(days=9), rate=Decimal(5)), [before]).of(
        Measure.AMOUNT, Against.PREVIOUS
    )
    assert amount is not None
    assert (amount.percent, amount.unit) == (Decimal("0.0"), "USD")


def test_quantities_are_compared_where_units_agree_only() -> None:
    before = order(1, FIRST, line(unit="PCS"))
    same = order(2, FIRST + timedelta(days=9), line(unit="pc.", quantity=50))
    other = order(3, FIRST + timedelta(days=9), line(unit="kg"))
    mixed = order(4, FIRST + timedelta(days=9), line(unit="pcs"), line("P2", unit="kg"))

    def quantity(one: OrderFact) -> tuple[Decimal | None, Unknown | None]:
        found = compare(one, [before]).of(Measure.QUANTITY, Against.PREVIOUS)
        assert found is not None
        return found.percent, found.unknown

    assert quantity(same) == (Decimal("-50.0"), None)
    assert quantity(other) == quantity(mixed) == (None, Unknown.UNITS_DIFFER)


def test_three_shrinking_orders_are_three_in_a_row() -> None:
    orders = shrinking(10000, 7000, 5000, 3500)
    levels = [compare(one, orders).level for one in orders]
    assert levels == [0, 1, 2, 3]
    assert set(compare(orders[-1], orders).fell) == {Measure.QUANTITY, Measure.AMOUNT}


def test_a_slow_decline_is_seen_against_the_last_three() -> None:
    orders = shrinking(10000, 9000, 8100, 7200)
    assert [compare(one, orders).level for one in orders] == [0, 0, 0, 1]


def test_falling_back_from_one_peak_is_no_decline() -> None:
    orders = shrinking(1000, 1000, 2000, 1200)
    found = compare(orders[-1], orders)
    previous = found.of(Measure.AMOUNT, Against.PREVIOUS)
    assert previous is not None
    assert previous.is_anomaly
    assert (found.level, found.fell) == (0, ())


def test_an_order_that_holds_ends_the_row() -> None:
    orders = shrinking(10000, 7000, 9000, 5000)
    assert [compare(one, orders).level for one in orders] == [0, 1, 0, 1]


@pytest.mark.parametrize("fields", [{"kind": "SAMPLE"}, {"kind": "PROJECT"}, {"is_cancelled": True}])
def test_samples_projects_and_cancelled_orders_count_for_nothing(fields: dict[str, Any]) -> None:
    large, mine = shrinking(1000, 900)
    odd = order(7, FIRST + timedelta(days=45), line(amount=90000), **fields)
    assert compare(mine, [large, odd]).based_on[Against.PREVIOUS] == ("SC-1",)
    assert compare(odd, [large]).is_first


def test_what_is_cancelled_or_comes_back_is_taken_off() -> None:
    first = order(1, FIRST, line("P1", 100, 1000), line("P2", 50, 500))
    back = order(2, FIRST + timedelta(days=5), line("P1", -40, -400), line("P2", -50, -500))
    (left,) = netted([first, back])
    assert [(one.product, one.quantity, one.amount) for one in left.lines] == [("P1", 60, 600)]


def test_what_comes_back_reduces_its_own_order_first() -> None:
    first, second = (
        order(1, FIRST),
        order(2, FIRST + timedelta(days=5), line("P1", 30, 300), line("P1", -30, -300)),
    )
    assert [one.number for one in netted([first, second])] == ["SC-1"]
    assert netted([first, second])[0].quantity == 100


def test_only_old_models_three_times_are_the_same_models() -> None:
    orders = [
        order(n, FIRST + timedelta(days=30 * n), *(line(product) for product in products))
        for n, products in enumerate((["P1", "P2"], ["P2"], ["P1"], ["P1", "P2"], ["P1", "P3"]), 1)
    ]
    found = [compare(one, orders) for one in orders]
    assert [one.nothing_new_for for one in found] == [0, 1, 2, 3, 0]
    assert [one.same_models for one in found] == [False, False, False, True, False]
    assert found[-1].new_products == {"P3"}


def test_the_trend_is_the_last_three_against_the_three_before() -> None:
    found = trend(shrinking(1000, 1200, 800, 700, 500, 600))
    assert found is not None
    assert (found.then, found.now, found.percent, found.is_falling) == (1000, 600, Decimal("-40.0"), True)
    assert trend(shrinking(1000, 900, 800, 700, 500)) is None


lines = st.builds(
    line,
    st.sampled_from(["P1", "P2", "P3"]),
    st.integers(-50, 200).filter(bool),
    st.integers(0, 5000),
    st.sampled_from(["pcs", "PCS", "kg"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[OrderFact]:
    return [
        order(
            number,
            FIRST + timedelta(days=draw(st.integers(0, 900))),
            *draw(st.lists(lines, min_size=1, max_size=4)),
            kind=draw(st.sampled_from(["BULK", "TRIAL", "SAMPLE"])),
            currency=draw(st.sampled_from(["USD", "EUR"])),
            rate=draw(st.sampled_from([None, Decimal(7), Decimal("7.5")])),
            is_cancelled=draw(st.booleans()) and draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(1, 7)) + 1)
    ]


@given(histories(), st.randoms())
def test_the_order_in_which_orders_are_given_does_not_matter(orders: list[OrderFact], random: Any) -> None:
    shuffled = random.sample(orders, len(orders))
    assert [compare(one, orders) for one in orders] == [compare(one, shuffled) for one in orders]


@given(histories())
def test_nothing_is_left_below_nothing_and_no_more_than_was_ordered(orders: list[OrderFact]) -> None:
    left = netted(orders)
    for one in left:
        assert all(part.quantity > 0 and part.amount >= 0 for part in one.lines)
    ordered = sum(part.quantity for one in orders for part in one.lines if part.quantity > 0)
    back = -sum(part.quantity for one in orders for part in one.lines if part.quantity < 0)
    kept = sum(part.quantity for one in left for part in one.lines)
    assert max(0, ordered - back) <= kept <= ordered
    assert netted(left) == left


@given(histories())
def test_a_decline_has_a_measure_that_fell_and_a_level(orders: list[OrderFact]) -> None:
    for one in orders:
        found = compare(one, orders)
        assert bool(found.fell) == (found.level > 0)
        assert found.level < len(orders)
        for part in found.differences:
            assert (part.percent is None) or not part.is_anomaly or part.arrow is Arrow.DOWN
