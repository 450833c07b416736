"""Classes that follow from orders."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.classes import Bought, dormancy_state, lifecycle_stage, value_classes
from genjin.rules.facts import DormancyState, LifecycleStage, ValueClass

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


@pytest.mark.parametrize(
    ("bought", "stage"),
    [
        ({}, LifecycleStage.PROSPECT),
        ({"samples": 3}, LifecycleStage.TRIAL),
        ({"counted": 1, "completed": 1}, LifecycleStage.TRIAL),
        ({"counted": 3, "completed": 1}, LifecycleStage.TRIAL),
        ({"counted": 2, "completed": 2}, LifecycleStage.OLD),
        ({"counted": 2, "completed": 2, "has_open_complaint": True}, LifecycleStage.TRIAL),
    ],
)
def test_the_stage_by_orders(bought: dict[str, Any], stage: LifecycleStage) -> None:
    facts = Bought(first_on=TODAY - timedelta(days=100), last_on=TODAY, **bought)
    assert lifecycle_stage(facts, LifecycleStage.PROSPECT, TODAY) is stage
    assert lifecycle_stage(facts, LifecycleStage.LARGE, TODAY) is LifecycleStage.LARGE


def test_a_minimum_age_may_be_asked_for() -> None:
    young = Bought(counted=2, completed=2, first_on=TODAY - timedelta(days=100))
    assert lifecycle_stage(young, LifecycleStage.PROSPECT, TODAY, min_months=6) is LifecycleStage.TRIAL


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
    facts = Bought(counted=counted, completed=counted, last_on=TODAY - timedelta(days=silent))
    assert dormancy_state(facts, interval, now, TODAY) is state


def test_who_came_back_is_won_back_for_half_a_year() -> None:
    facts = Bought(counted=5, last_on=TODAY - timedelta(days=3))
    assert dormancy_state(facts, 30, D, TODAY, won_back_on=TODAY - timedelta(days=3)) is B
    assert dormancy_state(facts, 30, B, TODAY, won_back_on=TODAY - timedelta(days=200)) is A


def test_who_never_ordered_is_left_as_he_is() -> None:
    assert dormancy_state(Bought(), 60, W, TODAY) is W
