"""When the next order is expected."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.reorder import (
    BY_RHYTHM,
    LOW_STOCK,
    NOW_SOLD,
    STILL_COMING,
    Basis,
    Pool,
    Stock,
    expect,
    moment_of,
    pool_of,
    usual_months,
)

START = date(2026, 1, 5)
EMPTY = Pool()


def every(gap: int, count: int, start: date = START) -> list[date]:
    return [start + timedelta(days=gap * n) for n in range(count)]


def test_one_order_and_no_others_are_not_enough_history() -> None:
    found = expect([START], EMPTY, START)
    assert (found.basis, found.expected_on, found.last_on) == (Basis.NOT_ENOUGH, None, START)
    assert expect([], EMPTY, START).basis is Basis.NOT_ENOUGH


def test_a_rhythm_of_ones_own_is_kept_where_nobody_else_is_known() -> None:
    days = every(30, 5)
    found = expect(days, EMPTY, days[-1])
    assert found.basis is Basis.OWN
    assert found.from_on == found.expected_on == found.until_on == days[-1] + timedelta(days=30)


def test_of_few_orders_the_others_tell() -> None:
    pool = pool_of({n: every(40, 6) for n in range(6)}, date(2027, 1, 1))
    found = expect([date(2027, 1, 1)], pool, date(2027, 1, 1))
    assert found.basis is Basis.POOLED
    assert found.expected_on == date(2027, 1, 1) + timedelta(days=40)


def test_where_customers_differ_each_keeps_his_rhythm() -> None:
    book = {n: every(10 * (n + 1), 8) for n in range(8)}
    pool = pool_of(book, date(2028, 1, 1))
    assert pool.weight == 0.5
    days = book[7]
    assert expect(days, pool, days[-1]).expected_on == days[-1] + timedelta(days=80)


def test_where_customers_are_alike_the_others_weigh_most() -> None:
    gaps = [10, 60, 20, 90, 15, 40, 70, 30]
    book = {}
    for n in range(8):
        turned = gaps[n:] + gaps[:n]
        book[n] = [START + timedelta(days=sum(turned[:k])) for k in range(9)]
    assert pool_of(book, date(2028, 1, 1)).weight == 40


def test_what_happens_later_is_not_known() -> None:
    book = {n: every(40, 9) for n in range(6)}
    at = book[0][5]
    early = {n: [day for day in days if day <= at] for n, days in book.items()}
    assert pool_of(book, at) == pool_of(early, at)
    assert expect(book[0], pool_of(book, at), at) == expect(early[0], pool_of(early, at), at)


def test_who_waits_longer_is_expected_later_and_at_last_no_more() -> None:
    days = [START, *(START + timedelta(days=n) for n in (20, 50, 90, 150))]
    last = days[-1]
    waiting = expect(days, EMPTY, last + timedelta(days=35))
    assert waiting.usual_on == last + timedelta(days=30)
    assert waiting.expected_on == last + timedelta(days=40)
    gone = expect(days, EMPTY, last + timedelta(days=61))
    assert (gone.basis, gone.expected_on, gone.is_overdue) == (Basis.SILENT, None, True)


def test_usual_months_need_two_years() -> None:
    days = [date(year, month, 3) for year in (2024, 2025) for month in (3, 9)]
    assert usual_months(days) == (3, 9)
    assert usual_months(days[:2]) == ()
    assert usual_months([date(2025, month, 1) for month in range(1, 13)] + [date(2026, 1, 1)]) == (1,)


EXPECTED = expect(every(100, 4), EMPTY, every(100, 4)[-1])
LAST = START + timedelta(days=300)


@pytest.mark.parametrize(
    ("stock", "day", "why"),
    [
        (Stock(), LAST + timedelta(days=100 - 45), BY_RHYTHM),
        (
            Stock(told_on=LAST, stock_left=Decimal(10), safety_stock=Decimal(20)), LAST, LOW_STOCK,
        ),
        (Stock(told_on=LAST, sold_percent=Decimal(95)), LAST, NOW_SOLD),
        (Stock(told_on=LAST, sold_percent=Decimal(40)), LAST + timedelta(days=55), BY_RHYTHM),
        (Stock(warehoused_on=LAST + timedelta(days=70)), LAST + timedelta(days=70), STILL_COMING),
        (Stock(warehoused_on=LAST + timedelta(days=20)), LAST + timedelta(days=55), BY_RHYTHM),
    ],
)  # fmt: skip
def test_the_moment_to_speak_of_it(stock: Stock, day: date, why: str) -> None:
    assert moment_of(EXPECTED, stock, lead_days=30) == (day, why)


def test_goods_on_their_way_are_waited_for() -> None:
    coming = Stock(is_on_its_way=True, arrives_on=LAST + timedelta(days=80))
    assert moment_of(EXPECTED, coming, lead_days=30) == (LAST + timedelta(days=80), STILL_COMING)
    assert moment_of(EXPECTED, Stock(is_on_its_way=True), lead_days=60) == (
        LAST + timedelta(days=60),
        STILL_COMING,
    )


def test_the_moment_is_never_before_the_last_order() -> None:
    assert moment_of(EXPECTED, Stock(), lead_days=300) == (LAST + timedelta(days=1), BY_RHYTHM)


histories = st.lists(st.integers(0, 900), max_size=12).map(
    lambda days: sorted({START + timedelta(days=day) for day in days})
)


@given(st.lists(histories, max_size=6), histories, st.integers(0, 1200))
def test_what_is_expected_lies_ahead_and_in_its_range(
    book: list[list[date]], mine: list[date], later: int
) -> None:
    at = START + timedelta(days=later)
    found = expect(mine, pool_of(dict(enumerate(book)), at), at)
    if found.expected_on is not None:
        assert found.from_on is not None
        assert found.until_on is not None
        assert at < found.from_on <= found.expected_on <= found.until_on
    else:
        assert found.basis in (Basis.NOT_ENOUGH, Basis.SILENT)
