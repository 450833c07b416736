"""A mail of the customer that waits for our answer (000-15, 000-27, C-07 class 5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from genjin.rules.answers import LAPSES_AFTER
from genjin.rules.decide import decide
from genjin.rules.duties import Duty, WorkClass
from genjin.rules.facts import ContactPause, CustomerFacts, DormancyState, FollowGrade
from genjin.rules.setting import Setting
from tests.rules.build import (
    LIN,
    NOW,
    WANG,
    at,
    codes,
    contact,
    customer,
    day,
    dismissed,
    postponed,
    received,
    setting,
    waiting,
)


def wrote(*mails: Any, **fields: Any) -> CustomerFacts:
    values: dict[str, Any] = {"contacts": (contact(),), "follow_grade": FollowGrade.MID}
    return customer(waiting=(waiting(*mails),), **(values | fields))


def owed(facts: CustomerFacts, given: Setting | None = None, now: datetime = NOW) -> list[Duty]:
    return [duty for duty in decide(facts, given or setting(), now).duties if duty.rule == "ANSWER"]


def the_duty(facts: CustomerFacts, given: Setting | None = None, now: datetime = NOW) -> Duty:
    (duty,) = owed(facts, given, now)
    return duty


@pytest.mark.parametrize(
    ("arrived", "workdays", "due"),
    [
        ("2026-03-03 10:00", 0, "03-03"),
        ("2026-03-03 03:00", 0, "03-03"),  # before work begins
        ("2026-03-03 12:30", 0, "03-03"),  # at lunch
        ("2026-03-03 17:59", 0, "03-03"),
        ("2026-03-03 18:00", 0, "03-04"),  # work is over
        ("2026-03-06 20:00", 0, "03-09"),  # Friday evening
        ("2026-03-07 11:00", 0, "03-09"),  # Saturday
        ("2026-02-16 11:00", 0, "02-24"),  # Spring Festival
        ("2026-02-28 11:00", 0, "02-28"),  # a Saturday that is worked
        ("2026-03-03 10:00", 1, "03-04"),
        ("2026-03-06 20:00", 1, "03-10"),
    ],
)
def test_it_is_due_on_the_working_day_of_its_arrival_or_on_the_next(
    arrived: str, workdays: int, due: str
) -> None:
    duty = the_duty(wrote(at(arrived)), setting(answer_workdays=workdays), at(arrived))
    assert (duty.due_on, duty.is_due_date_only, duty.work_class) == (day(due), True, WorkClass.ANSWER)


def test_several_mails_of_one_conversation_are_one_duty_due_by_the_first_and_named_by_the_last() -> None:
    duty = the_duty(wrote(received(1, at("2026-03-02 10:00")), received(2, at("2026-03-04 10:00"))))
    assert (duty.key, duty.due_on) == ("answer:message-2", day("03-02"))
    assert duty.reason.params == {"thread_id": 500, "message_id": 2, "since": "2026-03-02", "count": 2}


FIRST, SECOND = received(1, at("2026-03-02 10:00")), received(2, at("2026-03-04 10:00"))


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, ["answer:message-2"]),
        ({"spoken_at": at("2026-03-02 09:00")}, ["answer:message-2"]),
        ({"spoken_at": at("2026-03-03 09:00")}, ["answer:message-2"]),
        ({"spoken_at": at("2026-03-04 11:00")}, []),
        ({"outcomes": (dismissed("answer:message-1", at("2026-03-03 09:00")),)}, ["answer:message-2"]),
        ({"outcomes": (dismissed("answer:message-2", at("2026-03-05 09:00")),)}, []),
        ({"last_follow_up_at": at("2026-03-05 09:00")}, ["answer:message-2"]),  # a mail elsewhere
        ({"dormancy_state": DormancyState.LOST}, ["answer:message-2"]),
        ({"follow_grade": FollowGrade.LOW}, ["answer:message-2"]),
        ({"owner_id": None, "in_pool": True}, []),
        ({"is_confirmed": False}, []),
    ],
)
def test_what_ends_it_and_what_does_not(fields: dict[str, Any], keys: list[str]) -> None:
    facts = wrote(FIRST, SECOND, **fields)
    assert [duty.key for duty in owed(facts, now=at("2026-03-06 09:00"))] == keys


def test_a_dismissed_mail_counts_no_more_for_the_next_one() -> None:
    facts = wrote(FIRST, SECOND, outcomes=(dismissed("answer:message-1", at("2026-03-03 09:00")),))
    duty = the_duty(facts, now=at("2026-03-04 11:00"))
    assert (duty.due_on, duty.reason.params["count"]) == (day("03-04"), 1)


def test_whoever_it_is_assigned_to_answers_else_the_owner() -> None:
    assert the_duty(wrote(FIRST)).owner_id == LIN
    assigned = customer(waiting=(waiting(FIRST, owner_id=WANG),))
    assert the_duty(assigned).owner_id == WANG


def test_a_pause_does_not_hold_it_and_it_can_be_put_off() -> None:
    facts = wrote(
        FIRST,
        contact_pause=ContactPause(day("04-01")),
        outcomes=(postponed("answer:message-1", day("03-05"), at("2026-03-02 11:00")),),
    )
    assert the_duty(facts).due_on == day("03-05")


def test_after_a_month_it_asks_no_more() -> None:
    facts = wrote(FIRST)
    decision = decide(facts, setting(), FIRST.at + timedelta(days=29))
    assert any(duty.rule == "ANSWER" for duty in decision.duties)
    assert decision.wake_at is not None and decision.wake_at <= FIRST.at + LAPSES_AFTER
    assert owed(facts, now=FIRST.at + LAPSES_AFTER) == []


NEW: dict[str, Any] = {
    "first_contact_at": FIRST.at, "last_contact_at": FIRST.at, "last_follow_up_at": None,
    "follow_grade": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, False),
        ({"is_key_account": True}, True),
        ({"is_priority": True}, True),
        ({"follow_grade": FollowGrade.TOP}, True),
        ({"follow_grade": FollowGrade.TOP, "graded_at": at("2026-03-02 10:59")}, True),
        ({"follow_grade": FollowGrade.TOP, "graded_at": at("2026-03-02 11:01")}, False),
        ({"follow_grade": FollowGrade.UPPER_MID}, False),
        ({"is_key_account": True, "contacts": (contact(has_phone=False),)}, False),
        ({"is_key_account": True, "last_follow_up_at": at("2026-02-20 10:00")}, False),
        ({"is_key_account": True, "first_contact_at": at("2026-02-20 10:00")}, False),
    ],
)
def test_the_first_mail_of_a_specially_important_customer_offers_a_call(
    fields: dict[str, Any], offered: bool
) -> None:
    assert codes(the_duty(wrote(FIRST, **(NEW | fields)))) == (["CALL_NOW"] if offered else [])


def test_the_first_mail_of_a_top_customer_is_a_first_answer() -> None:
    facts = wrote(FIRST, **(NEW | {"follow_grade": FollowGrade.TOP}))
    assert the_duty(facts).work_class is WorkClass.FIRST_RESPONSE


def test_while_an_answer_is_owed_no_next_step_is_missing() -> None:
    now = at("2026-03-06 09:00")
    assert [duty.rule for duty in decide(wrote(FIRST), setting(), now).duties] == ["ANSWER"]
    said = wrote(FIRST, outcomes=(dismissed("answer:message-1", now),))
    (missing,) = decide(said, setting(), now).duties
    assert (missing.rule, missing.reason.params["since"]) == ("NO_NEXT_STEP", "2026-03-06")
