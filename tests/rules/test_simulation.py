"""The coming days, if everybody does what falls due and no customer answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from genjin.rules.decide import decide
from genjin.rules.duties import Rule, WorkClass
from genjin.rules.facts import (
    CadenceOverride,
    Channel,
    ContactPause,
    CustomerFacts,
    FollowGrade,
    LifecycleStage,
    ValueClass,
)
from genjin.rules.setting import Setting
from genjin.rules.simulation import Work, simulate
from genjin.rules.workload import Portfolio, compare
from tests.rules.build import LIN, NOW, at, contact, customer, day, dismissed, reminder, setting, step, thread
from tests.rules.chain_strategies import moments
from tests.rules.strategies import customers, many, settings_of_firms

EVENING = at("2026-03-02 18:30")
"""Monday, after the mail of that morning."""


def asked(**fields: object) -> CustomerFacts:
    """A customer with one main contact, to whom Lin wrote on Monday morning."""
    sent = at("2026-03-02 10:00")
    usual = {"last_contact_at": sent, "last_follow_up_at": sent, "contacts": (contact(),)}
    return customer(**(usual | fields))


def told(works: list[Work]) -> list[str]:
    """`03-03 EMAIL TRACKING`, a line for each task."""
    return [f"{work.day:%m-%d} {work.channel} {'+'.join(work.rules)}" for work in works]


GRADES = [
    pytest.param(FollowGrade.LOW, [], id="下 is not tracked and needs no next step"),
    pytest.param(
        FollowGrade.LOWER_MID,
        [
            "03-05 EMAIL TRACKING",
            "03-09 OTHER NO_NEXT_STEP",  # the silence ends on Sunday, planned is on the working day after it
        ],
        id="中下 is tried once, after 3 days",
    ),
    pytest.param(
        FollowGrade.MID,
        [
            "03-04 EMAIL TRACKING",
            "03-06 EMAIL TRACKING",
            "03-09 OTHER NO_NEXT_STEP",
        ],
        id="中 is tried twice, after 2 days each",
    ),
    pytest.param(
        FollowGrade.UPPER_MID,
        [
            "03-03 EMAIL TRACKING",
            "03-04 AUDIO_CALL TRACKING_CALL",
            "03-04 EMAIL RECAP",
            "03-05 VIDEO_CALL TRACKING",
            "03-05 EMAIL RECAP",
            "03-06 EMAIL TRACKING",
            "03-09 AUDIO_CALL TRACKING",
            "03-09 EMAIL RECAP",
            "03-10 VIDEO_CALL TRACKING",
            "03-10 EMAIL RECAP",
            "03-11 EMAIL TRACKING",
            "03-12 AUDIO_CALL TRACKING",
            "03-12 EMAIL RECAP",
        ],
        id="中上 is tried eight times on three channels, a call after the first mail, a recap after each",
    ),
    pytest.param(
        FollowGrade.TOP,
        [
            "03-03 EMAIL TRACKING",
            "03-04 AUDIO_CALL TRACKING_CALL",
            "03-04 EMAIL RECAP",
            "03-05 VIDEO_CALL TRACKING",
            "03-05 EMAIL RECAP",
            "03-06 EMAIL TRACKING",
            "03-09 AUDIO_CALL TRACKING",
            "03-09 EMAIL RECAP",
            "03-10 VIDEO_CALL TRACKING",
            "03-10 EMAIL RECAP",
            "03-11 EMAIL TRACKING",
            "03-12 AUDIO_CALL TRACKING",
            "03-12 EMAIL RECAP",
            "03-13 VIDEO_CALL TRACKING",
            "03-13 EMAIL RECAP",
        ],
        id="上 is tried without end",
    ),
]


@pytest.mark.parametrize(("grade", "expected"), GRADES)
def test_the_days_after_an_unanswered_mail_by_grade(grade: FollowGrade, expected: list[str]) -> None:
    firm = setting()
    known = {
        FollowGrade.TOP: 1, FollowGrade.UPPER_MID: 1, FollowGrade.MID: 2, FollowGrade.LOWER_MID: 3,
    }  # fmt: skip
    threads = (thread(days=known[grade]),) if grade in known else ()
    facts = asked(follow_grade=grade, threads=threads)
    assert told(list(simulate(facts, firm, EVENING, 11))) == expected


TABLE = [
    pytest.param(
        {"value_class": ValueClass.A, "follow_grade": FollowGrade.LOW}, 21,
        ["03-09 EMAIL RHYTHM", "03-16 EMAIL RHYTHM", "03-23 EMAIL RHYTHM"],
        id="purchase class A is written to every seven days",
    ),
    pytest.param(
        {"value_class": ValueClass.C, "follow_grade": FollowGrade.LOW}, 30, ["04-01 EMAIL RHYTHM"],
        id="purchase class C once in thirty days",
    ),
    pytest.param(
        {
            "value_class": ValueClass.C, "follow_grade": FollowGrade.LOW,
            "cadence_override": CadenceOverride(5, day("03-12")),
        },
        21, ["03-06 EMAIL RHYTHM", "03-11 EMAIL RHYTHM"],
        id="the customer's own rhythm ends by the clock",
    ),
    pytest.param(
        {"value_class": ValueClass.A, "follow_grade": FollowGrade.LOW,
         "contacts": (contact(has_email=False),)},
        9, ["03-09 AUDIO_CALL RHYTHM"],
        id="without an address he is called, and no recap can follow",
    ),
    pytest.param(
        {
            "value_class": ValueClass.A, "follow_grade": FollowGrade.LOW,
            "contact_pause": ContactPause(day("03-18"), set_at=NOW),
        },
        21, ["03-18 EMAIL RHYTHM"],
        id="a pause holds what would be contact",
    ),
    pytest.param(
        {"first_contact_at": None, "last_contact_at": None, "last_follow_up_at": None,
         "owned_since": NOW, "follow_grade": FollowGrade.LOWER_MID},
        9, ["03-05 EMAIL FIRST_CONTACT", "03-09 EMAIL TRACKING"],
        id="the first mail to a new customer awaits an answer",
    ),
    pytest.param(
        {"follow_grade": FollowGrade.LOW,
         "next_steps": (step(day("03-04")), reminder(day("03-05"), 2))},
        9, ["03-04 EMAIL NEXT_STEP+REMINDER"],
        id="what lies within three days is one task",
    ),
    pytest.param(
        {"follow_grade": FollowGrade.LOW, "next_steps": (step(day("03-03"), channel=Channel.AUDIO_CALL),)},
        9, ["03-03 AUDIO_CALL NEXT_STEP", "03-03 EMAIL RECAP"],
        id="after a planned call the recap follows within hours",
    ),
    pytest.param(
        {"follow_grade": FollowGrade.MID}, 17,
        ["03-03 OTHER NO_NEXT_STEP", "03-17 EMAIL NEXT_STEP", "03-19 EMAIL TRACKING"],
        id="whoever must plan plans a fortnight ahead",
    ),
    pytest.param({"owner_id": None, "in_pool": True}, 30, [], id="nobody works for a customer in the pool"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "days", "expected"), TABLE)
def test_what_is_done_becomes_a_fact_on_which_the_next_day_is_decided(
    fields: dict[str, object], days: int, expected: list[str]
) -> None:
    assert told(list(simulate(asked(**fields), setting(), EVENING, days))) == expected


def test_spring_festival_is_passed_over() -> None:
    sent = at("2026-02-13 10:00")
    facts = asked(
        follow_grade=FollowGrade.MID, last_follow_up_at=sent, last_contact_at=sent,
        threads=(thread(sent, days=2),),
    )  # fmt: skip
    found = told(list(simulate(facts, setting(), at("2026-02-13 18:00"), 13)))
    assert found == ["02-24 EMAIL TRACKING", "02-26 EMAIL TRACKING"]


def test_a_dismissed_gap_comes_back_when_the_policy_says() -> None:
    facts = asked(follow_grade=FollowGrade.MID, outcomes=(dismissed("no-next-step:42:2026-03-02", NOW),))
    firm = setting(no_next_step__again_after_days=4)
    assert told(list(simulate(facts, firm, EVENING, 8))) == ["03-09 OTHER NO_NEXT_STEP"]


@given(customers(), settings_of_firms(), moments)
@many
def test_the_same_simulation_twice_is_the_same(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    assert list(simulate(facts, firm, now, 20)) == list(simulate(facts, firm, now, 20))


@given(customers(), settings_of_firms(), moments)
@many
def test_tasks_come_on_their_days_in_order_and_what_is_due_now_is_done_today(
    facts: CustomerFacts, firm: Setting, now: datetime
) -> None:
    works = list(simulate(facts, firm, now, 20))
    today = firm.company.local_date(now)
    days = [work.day for work in works]
    assert days == sorted(days)
    assert all(today <= one <= today + timedelta(days=20) for one in days)
    owed = decide(facts, firm, now).duties if facts.has_owner else ()
    calendar = firm.calendar(facts.owner_id or 0)
    late = [duty for duty in owed if duty.is_due_date_only and duty.due <= now]
    if late and not any(duty.is_proactive_mail for duty in owed) and calendar.local_date(now) <= today:
        assert days and days[0] == today


@given(customers(), settings_of_firms(), moments)
@many
def test_nobody_writes_twice_a_day_by_himself(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    mails = Counter(
        work.day
        for work in simulate(facts, firm, now, 20)
        if work.channel is Channel.EMAIL and set(work.rules) <= {Rule.TRACKING, Rule.RHYTHM}
    )
    assert max(mails.values(), default=0) <= 1


@given(customers(), settings_of_firms(), moments)
@many
def test_with_an_unchanged_policy_now_equals_then(facts: CustomerFacts, firm: Setting, now: datetime) -> None:
    mine = replace(facts, owner_id=1, in_pool=False)
    others = [replace(mine, customer_id=number) for number in (43, 44)]
    before, after = compare(Portfolio(1, [mine, *others], 9), firm, replace(firm), now, 15)
    assert before == after


def tasks(load: object, work_class: WorkClass | None = None) -> dict[str, float]:
    """How many tasks of Lin's on each day."""
    found: Counter[str] = Counter()
    for (on, owner_id, kind), count in load.items():  # type: ignore[attr-defined]
        assert owner_id == LIN
        if work_class in (None, kind):
            found[f"{on:%m-%d}"] += count
    return dict(found)


def holdings(count: int, **fields: object) -> list[CustomerFacts]:
    return [replace(asked(**fields), customer_id=number) for number in range(1, count + 1)]


def test_a_shorter_rhythm_is_work_from_tomorrow_on() -> None:
    last = at("2026-02-24 10:00")
    mine = holdings(
        3,
        value_class=ValueClass.B,
        follow_grade=FollowGrade.LOW,
        last_follow_up_at=last,
        last_contact_at=last,
    )
    loose, tight = setting(), setting(cadence__A=3, cadence__B=5)
    before, after = compare(Portfolio(LIN, mine, 3), loose, tight, EVENING, 9)
    assert tasks(before) == {"03-11": 3}
    assert tasks(after) == {"03-03": 3, "03-06": 3, "03-11": 3}


def test_a_part_stands_for_all_customers_of_its_owner() -> None:
    mine = holdings(2, next_steps=(step(day("03-04")),), follow_grade=FollowGrade.LOW)
    before, _ = compare(Portfolio(LIN, mine, 50), setting(), setting(), EVENING, 2)
    assert tasks(before) == {"03-04": 50}


def test_the_daily_four_are_work_of_their_own_unless_something_is_due_with_them_anyway() -> None:
    long_ago = at("2026-01-20 10:00")
    quiet = {"follow_grade": FollowGrade.MID, "last_follow_up_at": long_ago, "last_contact_at": long_ago}
    mine = holdings(6, **quiet, next_steps=(step(day("04-20")),), lifecycle_stage=LifecycleStage.OLD)
    less = setting(daily_followups__closed=0, daily_followups__prospect=0)
    before, after = compare(Portfolio(LIN, mine, 6), setting(), less, EVENING, 4)
    # two customers a day; each mail awaits an answer, so that the days fill up
    assert tasks(before, WorkClass.DAILY) == {"03-03": 2, "03-04": 2, "03-05": 2}
    assert tasks(before, WorkClass.TRACKING) == {"03-05": 2, "03-06": 2}
    assert tasks(after) == {}
