"""First contact of a new customer (001-03), no next step (000-02), no number to call (000-38)."""

from typing import Any

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import NoticeKind, WorkClass
from genjin.rules.facts import Channel, DormancyState, FollowGrade, ValueClass
from tests.rules.build import (
    CHEN,
    CUSTOMER,
    at,
    contact,
    customer,
    day,
    dismissed,
    done,
    duties,
    reminder,
    setting,
    step,
)

NEW = {
    "created_at": at("2026-02-27 16:00"),  # a Friday; Saturday 28 is worked
    "owned_since": at("2026-02-27 16:00"),
    "first_contact_at": None,
    "last_contact_at": None,
    "last_follow_up_at": None,
}


def test_a_new_customer_is_contacted_within_three_working_days() -> None:
    duty = duties(customer(**NEW))["FIRST_CONTACT"]
    assert (duty.due_on, duty.is_dismissable) == (day("03-03"), False)
    assert dict(duty.reason.params) == {"since": "2026-02-27", "workdays": 3}


def test_a_missing_first_contact_is_reported_to_the_manager_when_its_day_is_over() -> None:
    facts = customer(**NEW)
    assert decide(facts, setting(), at("2026-03-03 23:59")).notices == ()
    (notice,) = decide(facts, setting(), at("2026-03-04 00:00")).notices
    assert (notice.kind, notice.recipient_ids) == (NoticeKind.FIRST_CONTACT_MISSED, (CHEN,))


def test_the_first_contact_comes_before_the_next_step() -> None:
    assert "NO_NEXT_STEP" not in duties(customer(**NEW))
    facts = customer(**NEW, outcomes=(done(f"first-contact:{CUSTOMER}"),))
    assert list(duties(facts)) == ["NO_NEXT_STEP"]


@pytest.mark.parametrize(
    "fields",
    [
        {"first_contact_at": at("2026-02-27 17:00")},
        {"follow_grade": FollowGrade.LOW},
        {"owner_id": None, "in_pool": True},
        {"is_confirmed": False},
        {"dormancy_state": DormancyState.LOST},
    ],
)
def test_no_first_contact_is_owed_to(fields: dict[str, Any]) -> None:
    assert "FIRST_CONTACT" not in duties(customer(**(NEW | fields)))


def test_a_new_top_customer_ranks_as_a_first_response() -> None:
    assert duties(customer(**NEW, follow_grade=FollowGrade.TOP))["FIRST_CONTACT"].work_class is (
        WorkClass.FIRST_RESPONSE
    )


def test_a_key_account_is_called_and_others_are_written_to() -> None:
    facts = {**NEW, "contacts": (contact(),)}
    assert duties(customer(**facts, is_key_account=True))["FIRST_CONTACT"].channel is Channel.AUDIO_CALL
    assert duties(customer(**facts))["FIRST_CONTACT"].channel is Channel.EMAIL


def test_a_customer_without_next_step_is_due_on_the_next_working_day() -> None:
    duty = duties(customer())["NO_NEXT_STEP"]
    assert (duty.key, duty.due_on) == (f"no-next-step:{CUSTOMER}:2026-02-26", day("02-27"))
    assert duty.work_class is WorkClass.CARE


@pytest.mark.parametrize(
    "fields",
    [
        {"follow_grade": FollowGrade.LOW},
        {"owner_id": None, "in_pool": True},
        {"is_confirmed": False},
        {"dormancy_state": DormancyState.LOST},
        {"next_steps": (step(day("06-30")),)},
    ],
)
def test_exempt_from_a_next_step(fields: dict[str, Any]) -> None:
    assert "NO_NEXT_STEP" not in duties(customer(**fields))


def test_an_ungraded_customer_is_not_exempt() -> None:
    assert "NO_NEXT_STEP" in duties(customer(follow_grade=None))


def test_exemptions_are_settings() -> None:
    low, lost = customer(follow_grade=FollowGrade.LOW), customer(dormancy_state=DormancyState.LOST)
    assert "NO_NEXT_STEP" in duties(low, setting(no_next_step__exempt_grades=[]))
    assert "NO_NEXT_STEP" in duties(lost, setting(no_next_step__exempt_inactive=False))
    assert "NO_NEXT_STEP" not in duties(customer(), setting(no_next_step__is_on=False))
    bought = customer(value_class=ValueClass.C)
    assert "NO_NEXT_STEP" in duties(bought)
    assert "NO_NEXT_STEP" not in duties(bought, setting(no_next_step__rhythm_counts=True))


def test_a_reminder_is_no_next_step() -> None:
    assert "NO_NEXT_STEP" in duties(customer(next_steps=(reminder(day("03-10")),)))


def test_the_gap_counts_from_the_last_thing_that_happened() -> None:
    cancelled = customer(last_step_closed_at=at("2026-03-02 10:00"))
    assert duties(cancelled)["NO_NEXT_STEP"].due_on == day("03-03")
    closed = customer(next_steps=(step(day("03-02")),), outcomes=(done("next-step:1"),))
    assert duties(closed)["NO_NEXT_STEP"].due_on == day("03-03")


def test_a_dismissed_gap_comes_back_after_a_month() -> None:
    facts = customer(outcomes=(dismissed(f"no-next-step:{CUSTOMER}:2026-02-26"),))
    duty = duties(facts)["NO_NEXT_STEP"]
    assert (duty.due_on, duty.reason.code) == (day("04-01"), "NO_NEXT_STEP_AGAIN")
    assert duty.key != f"no-next-step:{CUSTOMER}:2026-02-26"


def test_a_gap_ticked_off_without_a_next_step_is_back_the_next_day() -> None:
    facts = customer(outcomes=(done(f"no-next-step:{CUSTOMER}:2026-02-26"),))
    assert duties(facts)["NO_NEXT_STEP"].due_on == day("03-03")


def test_a_dismissal_belongs_to_its_gap_only() -> None:
    facts = customer(
        last_follow_up_at=at("2026-03-10 10:00"),
        outcomes=(dismissed(f"no-next-step:{CUSTOMER}:2026-02-26"),),
    )
    assert duties(facts, now=at("2026-03-10 11:00"))["NO_NEXT_STEP"].due_on == day("03-11")


def looked_for(**fields: Any) -> Any:
    values = {"follow_grade": FollowGrade.UPPER_MID, "contacts": (contact(has_phone=False),)}
    return duties(customer(**(values | fields))).get("CONTACT_DATA")


def test_a_number_is_looked_for_within_three_working_days_of_the_last_follow_up() -> None:
    duty = looked_for()
    assert (duty.due_on, duty.key) == (day("03-02"), f"contact-data:{CUSTOMER}:2026-01-05")
    assert dict(duty.reason.params) == {"since": "2026-02-26"}


@pytest.mark.parametrize(
    ("fields", "is_owed"),
    [
        ({"follow_grade": FollowGrade.TOP}, True),
        ({"follow_grade": FollowGrade.MID}, False),
        ({"follow_grade": None, "is_key_account": True}, True),
        ({"contacts": ()}, True),
        ({"contacts": (contact(), contact(6, has_phone=False))}, False),
        ({"owner_id": None, "in_pool": True}, False),
        ({"dormancy_state": DormancyState.LOST}, False),
    ],
)
def test_only_important_customers_whom_nobody_can_call_are_looked_up(
    fields: dict[str, Any], is_owed: bool
) -> None:
    assert (looked_for(**fields) is not None) == is_owed


def test_a_number_that_could_not_be_found_is_asked_for_again_much_later() -> None:
    gone = dismissed(f"contact-data:{CUSTOMER}:2026-01-05", at("2026-03-02 10:00"))
    duty = looked_for(outcomes=(gone,))
    assert (duty.due_on, duty.reason.code) == (day("06-01"), "NO_PHONE_AGAIN")


@pytest.mark.parametrize(("rank", "due"), [(0, "03-05"), (4, "03-05"), (5, "03-06"), (12, "03-09")])
def test_numbers_of_many_who_came_on_one_day_are_looked_for_a_few_a_day(rank: int, due: str) -> None:
    duty = looked_for(owned_since=at("2026-03-02 09:00"), last_follow_up_at=None, intake_rank=rank)
    assert duty is not None and duty.due_on == day(due)
