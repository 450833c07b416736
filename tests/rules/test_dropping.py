"""What dropping a customer asks for (000-06, 000-22, 000-23)."""

from __future__ import annotations

import pytest

from genjin.rules.dropping import demand_on_cancelling, is_too_early
from genjin.rules.facts import FollowGrade
from genjin.rules.policy import Policy

G = FollowGrade


@pytest.mark.parametrize(
    ("grade", "follow_ups", "expected"),
    [(G.MID, 3, True), (G.MID, 4, False), (None, 0, True), (G.LOW, 0, False), (G.TOP, 9, False)],
)
def test_fewer_than_four_follow_ups_are_few(grade: G | None, follow_ups: int, expected: bool) -> None:
    assert is_too_early(grade, follow_ups, Policy.default()) is expected


@pytest.mark.parametrize(
    ("grade", "follow_ups", "is_manager", "demand"),
    [
        (G.LOW, 0, False, "NOTHING"),
        (G.LOWER_MID, 0, False, "REASON"),
        (G.MID, 4, False, "NOTHING"),
        (None, 1, False, "REASON"),
        (G.UPPER_MID, 7, False, "REASON"),
        (G.TOP, 50, False, "CONSENT"),
        (G.TOP, 50, True, "REASON"),
    ],
)
def test_what_cancelling_a_tracking_takes(
    grade: G | None, follow_ups: int, is_manager: bool, demand: str
) -> None:
    assert demand_on_cancelling(grade, follow_ups, Policy.default(), is_manager=is_manager) == demand
