"""A person's day: 2 + 2, rotating and filling up, calls and the cleared list (000-14, 000-30 to 000-45)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.rules.day import CallMade, Candidate, DayDuty, DutyKind, Half, PersonFacts, Pick, plan_day
from genjin.rules.facts import FollowGrade, ValueClass
from genjin.rules.setting import Absence
from tests.rules.build import LIN, NOW, at, day, setting

CLOSED, PROSPECT = Half.CLOSED, Half.PROSPECT
LONG_AGO = at("2025-11-03 10:00")


def closed(number: int, **fields: Any) -> Candidate:
    return Candidate(**({"customer_id": number, "half": CLOSED, "last_follow_up_at": LONG_AGO} | fields))


def prospect(number: int, **fields: Any) -> Candidate:
    return closed(number, **({"half": PROSPECT} | fields))


def person(*candidates: Candidate, **fields: Any) -> PersonFacts:
    count = sum(one.half is CLOSED for one in candidates)
    return PersonFacts(**({"user_id": LIN, "candidates": candidates, "closed_count": count} | fields))


def picked(facts: PersonFacts, now: datetime = NOW, **policy: Any) -> list[int]:
    return [pick.customer_id for pick in plan_day(facts, setting(**policy), now).picks]


MANY = tuple(closed(number) for number in range(1, 9)) + tuple(prospect(number) for number in range(11, 19))

FILLING = [
    # customers with orders, prospects, who is picked
    (8, 8, [1, 2, 11, 12]),
    (1, 8, [1, 11, 12, 13]),
    (0, 8, [11, 12, 13, 14]),
    (2, 1, [1, 2, 11]),
    (8, 0, [1, 2]),
    (0, 3, [11, 12, 13]),
    (0, 0, []),
]


@pytest.mark.parametrize(("orders", "prospects", "expected"), FILLING)
def test_two_and_two_are_filled_up_from_prospects_and_shrink(
    orders: int, prospects: int, expected: list[int]
) -> None:
    assert picked(person(*MANY[:orders], *MANY[8 : 8 + prospects])) == expected


def test_who_has_customers_that_all_rest_fills_up_from_prospects() -> None:
    resting = tuple(replace(one, last_follow_up_at=NOW - timedelta(days=3)) for one in MANY[:8])
    assert picked(person(*resting, *MANY[8:])) == [11, 12, 13, 14]


def test_the_targets_are_settings() -> None:
    policy = {"daily_followups__closed": 3, "daily_followups__prospect": 1}
    assert picked(person(*MANY), **policy) == [1, 2, 3, 11]
    assert picked(person(*MANY[8:]), daily_followups__prospect_without_closed=5) == [11, 12, 13, 14, 15]


def test_the_higher_grade_comes_first_then_who_has_waited_longest() -> None:
    facts = person(
        prospect(1, follow_grade=FollowGrade.LOWER_MID),
        prospect(2, follow_grade=FollowGrade.TOP, last_follow_up_at=at("2026-01-20 10:00")),
        prospect(3, follow_grade=FollowGrade.TOP),
        prospect(4, follow_grade=FollowGrade.UPPER_MID, last_follow_up_at=None),
        prospect(5, follow_grade=FollowGrade.UPPER_MID),
    )
    assert picked(facts) == [3, 2, 4, 5]


LEFT_OUT = [
    ({"follow_grade": FollowGrade.LOW}, False),
    ({"is_inactive": True}, False),
    ({"not_before": day("03-03")}, False),
    ({"next_step_on": day("03-05")}, False),
    ({"next_step_on": day("03-06")}, True),
    ({"not_before": day("03-02")}, True),
    ({"last_follow_up_at": at("2026-02-17 10:00")}, False),  # 13 days ago
    ({"last_follow_up_at": at("2026-02-16 10:00")}, True),
    ({"last_follow_up_at": at("2026-02-23 10:00"), "value_class": ValueClass.A}, True),  # 7 days ago
    ({"last_follow_up_at": at("2026-02-24 10:00"), "value_class": ValueClass.A}, False),
    ({"last_follow_up_at": at("2026-02-01 10:00"), "value_class": ValueClass.C}, False),  # 29 days ago
    ({"last_follow_up_at": at("2026-02-27 10:00"), "cadence_days": 3}, True),
]


@pytest.mark.parametrize(("fields", "is_picked"), LEFT_OUT)
def test_who_rests_waits_or_is_not_tracked_is_left_out(fields: dict[str, Any], is_picked: bool) -> None:
    assert picked(person(prospect(1, **fields))) == ([1] if is_picked else [])


def test_a_week_rotates_through_the_customers() -> None:
    """With three customers who have ordered and nine prospects nobody comes twice in two weeks."""
    known = {one.customer_id: one for one in (*MANY[:3], *MANY[8:], prospect(19))}
    seen: list[list[int]] = []
    for number in range(7):
        now = NOW + timedelta(days=number)
        plan = plan_day(person(*known.values()), setting(), now)
        seen.append([pick.customer_id for pick in plan.picks])
        for pick in plan.picks:
            known[pick.customer_id] = replace(known[pick.customer_id], last_follow_up_at=now)
    assert seen == [[1, 2, 11, 12], [3, 13, 14, 15], [16, 17, 18, 19], [], [], [], []]


TODAY = (Pick(1, CLOSED), Pick(2, CLOSED), Pick(11, PROSPECT), Pick(12, PROSPECT))


def test_todays_four_are_kept_although_others_would_now_come_first() -> None:
    better = (*MANY, closed(9, follow_grade=FollowGrade.TOP), prospect(20, follow_grade=FollowGrade.TOP))
    assert picked(person(*better, picked=TODAY)) == [1, 2, 11, 12]


def test_only_who_cannot_be_contacted_any_more_is_replaced() -> None:
    assert picked(person(*MANY, picked=TODAY, gone=frozenset({2, 11}))) == [1, 3, 12, 13]
    done = (Pick(2, CLOSED),)
    assert picked(person(*MANY, picked=TODAY, gone=frozenset({2}), followed=done)) == [1, 2, 11, 12]


def test_on_a_day_off_and_while_away_nothing_is_asked() -> None:
    for now in ("2026-03-01 09:00", "2026-02-17 09:00"):
        plan = plan_day(person(*MANY), setting(), at(now))
        assert (plan.picks, plan.duties) == ((), ())
    assert picked(person(*MANY), at("2026-02-28 09:00")), "a Saturday that is worked"
    away = setting(absences=(Absence(day("03-02"), day("03-03")),))
    assert plan_day(person(*MANY), away, NOW).picks == ()


def duty(facts: PersonFacts, kind: DutyKind, now: datetime = NOW, **policy: Any) -> DayDuty:
    (found,) = [one for one in plan_day(facts, setting(**policy), now).duties if one.kind is kind]
    return found


def test_progress_counts_everybody_followed_up_by_oneself() -> None:
    others = (Pick(1, CLOSED), Pick(7, CLOSED), Pick(8, CLOSED), Pick(11, PROSPECT), Pick(11, PROSPECT))
    facts = person(*MANY, picked=TODAY, followed=others)
    halves = [duty(facts, kind) for kind in (DutyKind.CLOSED_TODAY, DutyKind.PROSPECTS_TODAY)]
    assert [(one.done, one.of, one.is_done) for one in halves] == [(2, 2, True), (1, 2, False)]


def calls(*texts: str) -> tuple[CallMade, ...]:
    """ "03-02 10:00 7" is a call with customer 7."""
    return tuple(CallMade(int(text.split()[2]), at(f"2026-{text[:11]}")) for text in texts)


def test_a_call_a_day_and_five_customers_a_month() -> None:
    made = calls("02-28 10:00 1", "03-02 08:00 7", "03-02 08:30 7", "03-02 08:40 8")
    facts = person(calls=made)
    assert (duty(facts, DutyKind.CALL_TODAY).done, duty(facts, DutyKind.CALL_TODAY).of) == (3, 1)
    month = duty(facts, DutyKind.CUSTOMERS_CALLED)
    assert (month.done, month.of, month.due_on, month.is_behind) == (2, 5, day("03-31"), False)
    late = duty(facts, DutyKind.CUSTOMERS_CALLED, at("2026-03-27 09:00"))  # Friday: three days of work left
    assert (late.is_done, late.is_behind) == (False, True)


def test_a_target_of_none_is_not_shown() -> None:
    kinds = [one.kind for one in plan_day(person(), setting(kpi_calls_per_workday=0), NOW).duties]
    assert DutyKind.CALL_TODAY not in kinds


CLEARED = [
    (None, 0, False),
    ("2026-03-01 20:00", 0, False),
    ("2026-03-02 08:30", 2, False),
    ("2026-03-02 08:30", 0, True),
]


@pytest.mark.parametrize(("opened", "due", "is_done"), CLEARED)
def test_the_list_is_cleared_when_it_was_seen_and_nothing_due_is_left(
    opened: str | None, due: int, is_done: bool
) -> None:
    facts = person(list_opened_at=at(opened) if opened else None, list_due=due)
    assert duty(facts, DutyKind.LIST_CLEARED).is_done == is_done


def test_the_plan_holds_until_midnight() -> None:
    plan = plan_day(person(*MANY), setting(), NOW)
    assert (plan.day, plan.wake_at) == (date(2026, 3, 2), at("2026-03-03 00:00"))


candidates = st.lists(
    st.builds(
        Candidate,
        customer_id=st.integers(1, 40),
        half=st.sampled_from(Half),
        follow_grade=st.none() | st.sampled_from(FollowGrade),
        value_class=st.none() | st.sampled_from(ValueClass),
        next_step_on=st.none() | st.dates(date(2026, 2, 20), date(2026, 3, 20)),
        last_follow_up_at=st.none() | st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
        is_inactive=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.customer_id,
)


@given(candidates, st.frozensets(st.integers(1, 40), max_size=3), st.integers())
@settings(max_examples=80, deadline=None)
def test_planning_again_changes_nothing_and_order_does_not_matter(
    known: list[Candidate], gone: frozenset[int], seed: int
) -> None:
    facts = person(*known)
    plan = plan_day(facts, setting(), NOW)
    assert (
        plan_day(replace(facts, candidates=tuple(Random(seed).sample(known, len(known)))), setting(), NOW)
        == plan
    )
    kept = replace(facts, picked=plan.picks)
    assert plan_day(kept, setting(), plan.wake_at - timedelta(seconds=1)) == plan
    assert len({pick.customer_id for pick in plan.picks}) == len(plan.picks) <= 4
    again = plan_day(replace(kept, gone=gone), setting(), NOW)
    assert not {pick.customer_id for pick in again.picks} & gone & {pick.customer_id for pick in plan.picks}
    assert {pick for pick in plan.picks if pick.customer_id not in gone} <= set(again.picks)
