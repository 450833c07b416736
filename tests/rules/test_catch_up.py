"""After an absence: what is done today, on which day the rest, and what is proposed to be dropped."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.catch_up import Choice, Late, proposal, spread
from genjin.rules.duties import WorkClass
from tests.rules.build import CHINA, day, setting

TODAY = day("03-02")
POLICY = setting(catch_up__per_day=2, catch_up__drop_after_days=14).policy

PROPOSALS = [
    # class, due, dismissable, planned by people -> choice
    (WorkClass.COMPLAINT, "02-27", False, False, Choice.TODAY),
    (WorkClass.ANSWER, "02-09", True, False, Choice.TODAY),
    (WorkClass.TRACKING, "02-09", True, False, Choice.SPREAD),
    (WorkClass.CADENCE, "02-17", True, False, Choice.SPREAD),
    (WorkClass.CADENCE, "02-15", True, False, Choice.DROP),
    (WorkClass.CADENCE, "02-15", False, False, Choice.SPREAD),
    (WorkClass.CARE, "02-09", True, True, Choice.SPREAD),
]


@pytest.mark.parametrize(("rank", "due", "dismissable", "planned", "expected"), PROPOSALS)
def test_what_is_proposed(
    rank: WorkClass, due: str, dismissable: bool, planned: bool, expected: Choice
) -> None:
    late = Late("x", (rank, 0), day(due), dismissable, planned)
    assert proposal(late, POLICY, TODAY) is expected


def late(key: str, rank: int = WorkClass.TRACKING) -> Late:
    return Late(key, (rank, 0), day("02-20"), True)


def test_the_most_pressing_come_first_and_a_day_takes_what_it_can_hold() -> None:
    tasks = [late("d", WorkClass.CARE), late("a"), late("b"), late("c", WorkClass.CADENCE)]
    planned = {day("03-03"): 1, day("03-04"): 2}
    found = spread(tasks, planned, POLICY, CHINA.is_workday, TODAY)
    assert found == {"a": day("03-03"), "b": day("03-05"), "c": day("03-05"), "d": day("03-06")}


def test_days_off_take_nothing() -> None:
    found = spread([late(str(number)) for number in range(9)], {}, POLICY, CHINA.is_workday, day("03-05"))
    assert Counter(found.values()) == {
        day("03-06"): 2, day("03-09"): 2, day("03-10"): 2, day("03-11"): 2, day("03-12"): 1,
    }  # fmt: skip


tasks_of_any = st.lists(
    st.builds(
        Late,
        key=st.integers(0, 500).map(str),
        rank=st.tuples(st.integers(1, 10), st.integers(0, 9)),
        due_on=st.dates(date(2026, 1, 1), TODAY),
        is_dismissable=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.key,
)


@given(tasks_of_any, st.dictionaries(st.integers(1, 20), st.integers(0, 4), max_size=6))
def test_nothing_is_lost_nothing_lies_before_tomorrow_and_rank_is_kept(
    tasks: list[Late], planned: dict[int, int]
) -> None:
    loads = {TODAY + timedelta(days=number): count for number, count in planned.items()}
    found = spread(tasks, loads, POLICY, CHINA.is_workday, TODAY)
    assert set(found) == {one.key for one in tasks}
    assert all(on > TODAY and CHINA.is_workday(on) for on in found.values())
    assert all(
        count + loads.get(on, 0) <= max(2, loads.get(on, 0)) for on, count in Counter(found.values()).items()
    )
    ordered = [found[one.key] for one in sorted(tasks, key=lambda one: (one.rank, one.due_on, one.key))]
    assert ordered == sorted(ordered)
