"""Merging duties into tasks (C-04) and ranking them (C-07)."""

from dataclasses import replace
from typing import Any

import pytest

from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel, FollowGrade, ValueClass
from genjin.rules.worklist import Quadrant, WorkItem, merge, quadrant, rank
from tests.rules.build import CHINA, CUSTOMER, LIN, WANG, at, day, setting

WHY = because("NO_NEXT_STEP", since="2026-03-01")


def duty(key: str, on: str, **fields: Any) -> Duty:
    values: dict[str, Any] = {
        "key": key,
        "rule": Rule.NEXT_STEP,
        "customer_id": CUSTOMER,
        "owner_id": LIN,
        "due": CHINA.opening_of(day(on)),
        "due_on": day(on),
        "is_due_date_only": True,
        "work_class": WorkClass.TRACKING,
        "reason": WHY,
        "requirement": "000-02",
    }
    return Duty(**(values | fields))


def appointment(key: str, text: str, **fields: Any) -> Duty:
    moment = at(text)
    return duty(
        key,
        text[5:10],
        due=moment,
        is_due_date_only=False,
        work_class=WorkClass.APPOINTMENT,
        **fields,
    )


def mail(key: str, on: str, **fields: Any) -> Duty:
    proactive = {"channel": Channel.EMAIL, "is_proactive": True, "work_class": WorkClass.CADENCE}
    return duty(key, on, **(proactive | fields))


def merged(*duties: Duty, **policy: Any) -> list[tuple[str, list[str]]]:
    """The day of each task as "03-02", and the keys of its duties; in the order of days."""
    items = sorted(merge(duties, setting(**policy)), key=lambda item: (item.due_on, item.key))
    return [(f"{item.due_on:%m-%d}", [one.key for one in item.duties]) for item in items]


def test_what_falls_due_within_three_days_is_one_task() -> None:
    assert merged(duty("a", "03-02"), duty("b", "03-05"), duty("c", "03-06")) == [
        ("03-02", ["a", "b"]),
        ("03-06", ["c"]),
    ]


def test_a_deadline_stays_a_task_of_its_own() -> None:
    answer = replace(appointment("answer", "2026-03-03 11:00"), work_class=WorkClass.ANSWER)
    assert merged(answer, duty("a", "03-03"), duty("b", "03-04")) == [
        ("03-03", ["a", "b"]),
        ("03-03", ["answer"]),
    ]


def test_the_window_is_a_setting() -> None:
    two = (duty("a", "03-02"), duty("b", "03-05"))
    assert len(merged(*two, merge_window_days=2)) == 2
    assert len(merged(duty("a", "03-02"), duty("b", "03-02"), merge_window_days=0)) == 1


def test_other_customers_and_other_people_have_tasks_of_their_own() -> None:
    assert len(merged(duty("a", "03-02"), duty("b", "03-02", owner_id=WANG))) == 2
    assert len(merged(duty("a", "03-02"), duty("b", "03-02", customer_id=43))) == 2


def test_the_duty_that_ranks_first_leads_and_names_the_task() -> None:
    (item,) = merge([mail("rhythm", "03-02"), duty("step", "03-04", purpose="Samples")], setting())
    assert (item.key, item.work_class, item.due_on) == ("step", WorkClass.TRACKING, day("03-02"))


def test_what_may_not_be_done_yet_is_not_drawn_earlier() -> None:
    held = duty("held", "03-04", earliest_on=day("03-03"))
    assert merged(duty("a", "03-02"), held) == [("03-02", ["a"]), ("03-04", ["held"])]
    assert merged(duty("a", "03-03"), held) == [("03-03", ["a", "held"])]


def test_an_appointment_is_not_moved_and_takes_in_what_is_due_from_its_day_on() -> None:
    call = appointment("call", "2026-03-04 15:00", channel=Channel.AUDIO_CALL)
    items = merge([duty("before", "03-02"), call, duty("same", "03-04"), duty("after", "03-06")], setting())
    task = next(item for item in items if item.key == "call")
    assert (task.due, [one.key for one in task.duties]) == (at("2026-03-04 15:00"), ["call", "same", "after"])
    assert task.channel is Channel.AUDIO_CALL


def test_two_appointments_are_never_one() -> None:
    calls = appointment("a", "2026-03-04 15:00"), appointment("b", "2026-03-04 16:00")
    assert merged(*calls) == [("03-04", ["a"]), ("03-04", ["b"])]


def test_a_task_led_by_a_call_is_due_when_the_call_can_be_made() -> None:
    call = duty("call", "03-02", due=at("2026-03-02 16:00"), channel=Channel.AUDIO_CALL)
    (item,) = merge([call, mail("rhythm", "03-02")], setting())
    assert item.due == at("2026-03-02 16:00")


def test_the_second_proactive_mail_of_a_day_goes_on_the_next_working_day() -> None:
    lin, wang = mail("a", "03-06"), mail("b", "03-06", owner_id=WANG)
    assert merged(lin, wang) == [("03-06", ["a"]), ("03-09", ["b"])]
    assert merged(lin, wang, proactive_mails_per_day=2) == [("03-06", ["a"]), ("03-06", ["b"])]


def test_the_mail_of_the_higher_ranked_task_stays() -> None:
    top = mail("b", "03-06", owner_id=WANG, value_class=ValueClass.A)
    assert merged(mail("a", "03-06", value_class=ValueClass.C), top) == [("03-06", ["b"]), ("03-09", ["a"])]


def test_only_the_mail_moves_and_the_rest_of_the_task_stays() -> None:
    step = duty("step", "03-06", owner_id=WANG, work_class=WorkClass.CARE)
    found = merged(mail("a", "03-06"), mail("b", "03-06", owner_id=WANG, work_class=WorkClass.CARE), step)
    assert found == [("03-06", ["a"]), ("03-06", ["step"]), ("03-09", ["b"])]


def test_answers_and_planned_mails_are_not_proactive() -> None:
    planned = duty("b", "03-06", owner_id=WANG, channel=Channel.EMAIL)
    assert merged(mail("a", "03-06"), planned) == [("03-06", ["a"]), ("03-06", ["b"])]


def test_a_proactive_call_is_no_mail() -> None:
    calling = mail("b", "03-06", owner_id=WANG, channel=Channel.AUDIO_CALL)
    assert merged(mail("a", "03-06"), calling) == [("03-06", ["a"]), ("03-06", ["b"])]


def one(item_duty: Duty) -> WorkItem:
    return WorkItem((item_duty,), item_duty.due, item_duty.due_on)


def test_tasks_are_ranked_by_class_then_grade_then_due() -> None:
    expected = [
        duty("complaint", "03-09", work_class=WorkClass.COMPLAINT),
        appointment("call", "2026-03-09 15:00"),
        duty("new-top", "03-09", work_class=WorkClass.FIRST_RESPONSE),
        duty("top", "03-09", follow_grade=FollowGrade.TOP),
        duty("mid-early", "03-02", follow_grade=FollowGrade.MID),
        duty("mid-late", "03-09", follow_grade=FollowGrade.MID),
        duty("ungraded", "03-02"),
        duty("lower-mid", "03-02", follow_grade=FollowGrade.LOWER_MID),
        duty("daily", "03-02", work_class=WorkClass.DAILY),
        mail("class-a", "03-09", value_class=ValueClass.A, follow_grade=FollowGrade.LOW),
        mail("class-b", "03-02", value_class=ValueClass.B, follow_grade=FollowGrade.TOP),
        mail("own-rhythm", "03-02", follow_grade=FollowGrade.TOP),
        duty("gap", "03-02", work_class=WorkClass.CARE),
    ]
    by_customer = [replace(each, customer_id=number) for number, each in enumerate(expected)]
    ranked = merge(reversed(by_customer), setting())
    assert [item.key for item in ranked] == [each.key for each in expected]
    assert [rank(item) for item in ranked] == sorted(rank(item) for item in ranked)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"work_class": WorkClass.COMPLAINT}, Quadrant.IMPORTANT_URGENT),
        ({"work_class": WorkClass.ORDER_NODE}, Quadrant.IMPORTANT_URGENT),
        ({"work_class": WorkClass.ANSWER}, Quadrant.URGENT),
        ({"is_important": True}, Quadrant.IMPORTANT),
        ({"is_important": True, "due_on": day("03-01")}, Quadrant.IMPORTANT_URGENT),
        ({"due_on": day("03-01")}, Quadrant.URGENT),
        ({}, Quadrant.NEITHER),
    ],
)
def test_the_quadrant_of_a_task(fields: dict[str, Any], expected: Quadrant) -> None:
    assert quadrant(one(duty("a", "03-02", **fields)), day("03-02")) is expected


def test_a_task_may_be_dismissed_if_all_of_it_may() -> None:
    (item,) = merge([duty("a", "03-02"), duty("b", "03-02", is_dismissable=False)], setting())
    assert not item.is_dismissable


def test_a_task_names_the_first_contact_and_channel_that_any_of_it_asks_for() -> None:
    (item,) = merge([duty("a", "03-02"), duty("b", "03-03", channel=Channel.CHAT, contact_id=8)], setting())
    assert (item.contact_id, item.channel) == (8, Channel.CHAT)
