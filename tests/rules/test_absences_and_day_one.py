"""Who stands in for whom, and that nobody is late on the first day."""

from collections import Counter
from datetime import date, timedelta

import pytest

from genjin.rules.decide import decide
from genjin.rules.facts import ValueClass
from genjin.rules.setting import Absence, Colleague
from tests.rules.build import (
    CHEN,
    CHINA,
    LIN,
    NOW,
    WANG,
    at,
    codes,
    customer,
    day,
    duties,
    setting,
    step,
)

AWAY = Absence(day("03-09"), day("03-13"), WANG)


@pytest.mark.parametrize(("due", "owner"), [("03-06", LIN), ("03-09", WANG), ("03-13", WANG), ("03-16", LIN)])
def test_the_deputy_owes_what_falls_into_the_absence(due: str, owner: int) -> None:
    duty = duties(customer(next_steps=(step(day(due)),)), setting(absences=(AWAY,)))["NEXT_STEP"]
    assert duty.owner_id == owner
    assert ("STANDS_IN_FOR" in codes(duty)) == (owner == WANG)


@pytest.mark.parametrize(
    ("now", "owner"),
    [
        ("2026-03-08 23:59", LIN),
        ("2026-03-09 00:00", WANG),
        ("2026-03-13 23:59", WANG),
        ("2026-03-14 00:00", LIN),
    ],
)
def test_what_is_overdue_passes_to_the_deputy_and_back(now: str, owner: int) -> None:
    facts = customer(next_steps=(step(day("03-05")),))
    assert duties(facts, setting(absences=(AWAY,)), at(now))["NEXT_STEP"].owner_id == owner


def test_the_beginning_and_the_end_of_an_absence_wake_the_decision() -> None:
    facts = customer(next_steps=(step(day("03-05")),))
    quiet = dict.fromkeys(("remind", "manager", "risk"), 60)
    given = setting(absences=(AWAY,), **{f"overdue__{rung}_workdays": days for rung, days in quiet.items()})
    assert decide(facts, given, NOW).wake_at == at("2026-03-09 00:00")
    assert decide(facts, given, at("2026-03-09 00:00")).wake_at == at("2026-03-14 00:00")


def test_a_deputy_who_is_away_has_a_deputy() -> None:
    wang = Colleague(WANG, CHINA, CHEN, (Absence(day("03-10"), day("03-10"), CHEN),))
    given = setting(absences=(AWAY,), people={WANG: wang})
    duty = duties(customer(next_steps=(step(day("03-10")),)), given)["NEXT_STEP"]
    assert duty.owner_id == CHEN


def test_two_who_stand_in_for_each_other_leave_it_where_it_is() -> None:
    wang = Colleague(WANG, CHINA, CHEN, (Absence(day("03-09"), day("03-13"), LIN),))
    given = setting(absences=(AWAY,), people={WANG: wang})
    assert duties(customer(next_steps=(step(day("03-10")),)), given)["NEXT_STEP"].owner_id == LIN


def test_without_a_deputy_it_stays_and_is_not_forgotten() -> None:
    given = setting(absences=(Absence(day("03-09"), day("03-13")),))
    duty = duties(customer(next_steps=(step(day("03-10")),)), given)["NEXT_STEP"]
    assert (duty.owner_id, duty.due_on) == (LIN, day("03-10"))


def test_what_somebody_who_left_still_owes_falls_to_the_manager() -> None:
    given = setting(people={LIN: Colleague(LIN, CHINA, CHEN, is_active=False)})
    assert duties(customer(next_steps=(step(day("03-10")),)), given)["NEXT_STEP"].owner_id == CHEN


def test_a_person_nobody_told_us_about_works_like_the_company() -> None:
    duty = duties(customer(owner_id=77, next_steps=(step(day("03-07"), owner_id=77),)))["NEXT_STEP"]
    assert (duty.owner_id, duty.due_on) == (77, day("03-09"))


GO_LIVE = day("03-02")
OLD = {"created_at": at("2025-06-02 10:00"), "owned_since": at("2025-06-02 10:00")}


def test_a_step_from_before_go_live_is_due_on_its_day_and_says_so() -> None:
    facts = customer(next_steps=(step(day("02-10")),), triage_rank=400)
    duty = duties(facts, setting(go_live=GO_LIVE))["NEXT_STEP"]
    assert (duty.due_on, codes(duty)) == (GO_LIVE, ["AFTER_GO_LIVE"])


def test_an_appointment_from_before_go_live_is_no_appointment_any_more() -> None:
    facts = customer(next_steps=(step(at("2026-02-10 15:00")),))
    assert duties(facts, setting(go_live=GO_LIVE))["NEXT_STEP"].is_due_date_only


def days_of(rule: str, ranks: range, **fields: object) -> list[date]:
    given = setting(go_live=GO_LIVE)
    return [duties(customer(**(OLD | fields | {"triage_rank": rank})), given)[rule].due_on for rank in ranks]


def test_missing_next_steps_are_triaged_a_few_a_day_in_their_order() -> None:
    days = days_of("NO_NEXT_STEP", range(40))
    assert days == sorted(days)
    assert days[0] == GO_LIVE
    assert set(Counter(days).values()) == {5}
    assert all(CHINA.is_workday(found) for found in days)


def test_missing_first_contacts_are_triaged_too() -> None:
    days = days_of("FIRST_CONTACT", range(40), first_contact_at=None)
    assert set(Counter(days).values()) == {5}


def test_late_rhythms_are_spread_over_one_gap() -> None:
    days = days_of("RHYTHM", range(14), value_class=ValueClass.A, last_follow_up_at=at("2025-11-01 10:00"))
    assert min(days) == GO_LIVE
    assert max(days) <= GO_LIVE + timedelta(days=7)
    assert max(Counter(days).values()) == 4  # two a day, and those of the weekend on Monday


def test_nobody_is_late_on_the_first_day() -> None:
    facts = customer(**OLD, value_class=ValueClass.A, next_steps=(step(day("01-10")),), first_contact_at=None)
    decision = decide(facts, setting(go_live=GO_LIVE), at("2026-03-02 00:00"))
    assert all(duty.due_on >= GO_LIVE for duty in decision.duties)
    assert decision.notices == ()


def test_without_a_go_live_date_history_counts_as_it_is() -> None:
    facts = customer(next_steps=(step(day("02-10")),))
    assert duties(facts, setting(go_live=None))["NEXT_STEP"].due_on == day("02-10")
