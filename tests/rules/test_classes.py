"""Classes that follow from orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.classes import dormancy_state, is_old, value_classes
from genjin.rules.facts import DormancyState, ValueClass

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("amounts", "classes"),
    [
        ([100], "A"),
        ([80, 15, 5], "ABC"),
        ([2, 79, 14, 5], "CAAB"),
        ([50, 50], "AA"),
        ([0, -5, 10], "  A"),
        ([], ""),
    ],
)
def test_the_purchase_class_by_cumulative_share(amounts: list[int], classes: str) -> None:
    found = value_classes({n: Decimal(amount) for n, amount in enumerate(amounts)})
    assert "".join(str(found.get(n, " ")) for n in range(len(amounts))) == classes


@given(st.dictionaries(st.integers(1, 50), st.integers(-10, 1000).map(Decimal), max_size=30))
def test_who_buys_more_is_never_in_a_lower_class(amounts: dict[int, Decimal]) -> None:
    found = value_classes(amounts)
    assert found.keys() == {key for key, amount in amounts.items() if amount > 0}
    for one in found:
        for other in found:
            if amounts[one] > amounts[other]:
                assert found[one] <= found[other]
    if found:
        assert ValueClass.A in found.values()


A, W, D, B, L = (DormancyState(name) for name in ("ACTIVE", "WARNING", "DORMANT", "WON_BACK", "LOST"))


@pytest.mark.parametrize(
    ("silent", "counted", "interval", "now", "state"),
    [
        (60, 4, 60, A, A),
        (61, 4, 60, A, W),
        (90, 4, 60, A, W),
        (91, 4, 60, A, D),
        (91, 4, 60, D, D),
        (10, 4, 60, D, A),
        (300, 1, 60, A, A),
        (366, 1, 60, A, D),
        (500, 4, None, W, W),
        (500, 4, 60, L, L),
    ],
)
def test_dormancy_by_the_own_interval(
    silent: int, counted: int, interval: int | None, now: DormancyState, state: DormancyState
) -> None:
    assert dormancy_state(TODAY - timedelta(days=silent), counted, interval, now, TODAY) is state


def test_who_came_back_is_won_back_for_half_a_year() -> None:
    last_on = TODAY - timedelta(days=3)
    for before in (D, L):
        assert dormancy_state(last_on, 5, 30, before, TODAY, won_back_on=last_on) is B
    assert dormancy_state(last_on, 5, 30, B, TODAY, won_back_on=TODAY - timedelta(days=200)) is A


def test_who_never_ordered_is_left_as_he_is() -> None:
    assert dormancy_state(None, 0, 60, W, TODAY) is W


@pytest.mark.parametrize(
    ("completed", "first_on", "months", "is_it"),
    [
        (1, date(2020, 1, 1), 0, False),
        (2, date(2026, 11, 24), 0, True),
        (2, date(2026, 5, 25), 6, False),
        (2, date(2026, 5, 24), 6, True),
        (2, date(2025, 12, 31), 11, False),  # eleven months later is 30 November
        (3, None, 0, False),
    ],
)
def test_an_old_customer_has_completed_orders_and_perhaps_an_age(
    completed: int, first_on: date | None, months: int, is_it: bool
) -> None:
    assert is_old(completed, first_on, TODAY, min_orders=2, min_months=months) is is_it


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 60), st.integers(0, 4000))
def test_who_is_old_stays_so(first_on: date, months: int, days: int) -> None:
    at = first_on + timedelta(days=days)
    if is_old(2, first_on, at, min_months=months):
        assert is_old(2, first_on, at + timedelta(days=1), min_months=months)
