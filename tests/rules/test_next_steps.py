"""Next steps and reminders: when they are due, what people did with them, who is told."""

from datetime import timedelta

import pytest

from genjin.rules.decide import decide
from genjin.rules.duties import Decision, NoticeKind, WorkClass
from genjin.rules.facts import Channel, CustomerFacts, FollowGrade, Outcome, OutcomeKind
from genjin.rules.setting import Colleague, Setting
from genjin.rules.worktime import WorkCalendar, weekly
from tests.rules.build import (
    CHEN,
    CHINA,
    LIN,
    NOW,
    WANG,
    at,
    codes,
    contact,
    customer,
    day,
    dismissed,
    done,
    duties,
    postponed,
    reminder,
    setting,
    step,
)


def test_a_next_step_is_owed_by_the_person_it_names() -> None:
    duty = duties(customer(next_steps=(step(day("03-04"), owner_id=WANG),)))["NEXT_STEP"]
    assert (duty.key, duty.owner_id, duty.purpose) == ("next-step:1", WANG, "Ask for the drawing")
    assert dict(duty.reason.params) == {"by_id": LIN, "written_on": "2026-02-26"}


def test_a_next_step_that_names_nobody_is_the_owners() -> None:
    duty = duties(customer(next_steps=(step(day("03-04"), owner_id=None),)))["NEXT_STEP"]
    assert duty.owner_id == LIN


def test_a_step_stays_owed_when_the_customer_went_to_the_pool() -> None:
    facts = customer(owner_id=None, in_pool=True, next_steps=(step(day("03-04")),))
    assert list(duties(facts)) == ["NEXT_STEP"]


def test_a_day_is_due_when_work_begins() -> None:
    duty = duties(customer(next_steps=(step(day("03-04")),)))["NEXT_STEP"]
    assert (duty.due, duty.due_on, duty.is_due_date_only) == (at("2026-03-04 09:00"), day("03-04"), True)


def test_a_day_off_moves_to_the_next_working_day_and_says_so() -> None:
    duty = duties(customer(next_steps=(step(day("03-07")),)))["NEXT_STEP"]
    assert duty.due_on == day("03-09")
    assert codes(duty) == ["MOVED_TO_WORKDAY"]
    assert duty.notes[0].params["planned"] == "2026-03-07"


def test_an_appointment_stays_where_it_is_even_on_a_sunday_night() -> None:
    moment = at("2026-03-08 22:30")
    duty = duties(customer(next_steps=(step(moment, channel=Channel.VIDEO_CALL),)))["NEXT_STEP"]
    assert (duty.due, duty.is_due_date_only, duty.work_class) == (moment, False, WorkClass.APPOINTMENT)


@pytest.mark.parametrize("outcome", [done("next-step:1"), dismissed("next-step:1")])
def test_a_step_that_was_done_or_dismissed_is_gone(outcome: Outcome) -> None:
    assert "NEXT_STEP" not in duties(customer(next_steps=(step(day("03-04")),), outcomes=(outcome,)))


def test_a_postponed_step_returns_on_its_day() -> None:
    facts = customer(next_steps=(step(day("03-02")),), outcomes=(postponed("next-step:1", day("03-11")),))
    duty = duties(facts)["NEXT_STEP"]
    assert (duty.due_on, duty.earliest_on, codes(duty)) == (day("03-11"), day("03-11"), ["POSTPONED"])
    assert dict(duty.notes[0].params) == {
        "by_id": LIN, "on": "2026-03-02", "until": "2026-03-11", "why": "Travelling",
    }  # fmt: skip


def test_the_last_postponement_counts() -> None:
    outcomes = (
        postponed("next-step:1", day("03-20"), at("2026-03-02 09:00")),
        postponed("next-step:1", day("03-12"), at("2026-03-02 15:00")),
    )
    duty = duties(customer(next_steps=(step(day("03-02")),), outcomes=outcomes))["NEXT_STEP"]
    assert duty.due_on == day("03-12")


def test_a_step_rewritten_for_after_its_postponement_keeps_its_new_day() -> None:
    facts = customer(next_steps=(step(day("03-18")),), outcomes=(postponed("next-step:1", day("03-11")),))
    assert duties(facts)["NEXT_STEP"].due_on == day("03-18")


def test_postponed_for_hours_it_returns_at_that_time_without_becoming_an_appointment() -> None:
    facts = customer(
        next_steps=(step(day("03-02")),), outcomes=(postponed("next-step:1", at("2026-03-02 15:00")),)
    )
    duty = duties(facts)["NEXT_STEP"]
    assert (duty.due, duty.is_due_date_only) == (at("2026-03-02 15:00"), True)


def test_postponed_past_closing_it_returns_next_morning() -> None:
    facts = customer(
        next_steps=(step(day("03-02")),), outcomes=(postponed("next-step:1", at("2026-03-02 19:00")),)
    )
    assert duties(facts)["NEXT_STEP"].due == at("2026-03-03 09:00")


def test_an_appointment_is_postponed_to_a_time_or_to_a_day() -> None:
    appointment = (step(at("2026-03-02 15:00")),)
    until = at("2026-03-03 16:00")
    to_time = duties(customer(next_steps=appointment, outcomes=(postponed("next-step:1", until),)))
    assert (to_time["NEXT_STEP"].due, to_time["NEXT_STEP"].is_due_date_only) == (until, False)
    for a_day in (day("03-05"), at("2026-03-05 00:00")):
        to_day = duties(customer(next_steps=appointment, outcomes=(postponed("next-step:1", a_day),)))
        assert (to_day["NEXT_STEP"].due_on, to_day["NEXT_STEP"].is_due_date_only) == (day("03-05"), True)


def test_an_outcome_without_a_day_of_return_is_no_postponement() -> None:
    with pytest.raises(ValueError, match="postponed"):
        Outcome("next-step:1", OutcomeKind.POSTPONED, NOW)
    with pytest.raises(ValueError, match="postponed"):
        Outcome("next-step:1", OutcomeKind.DONE, NOW, until=day("03-04"))


BERLIN_OFFICE = {"DE": WorkCalendar(CHINA.zone, week=weekly(range(5), CHINA.hours_of(day("03-02"))))}


def call(**fields: object) -> CustomerFacts:
    return customer(
        next_steps=(step(day("03-04"), channel=Channel.AUDIO_CALL),), contacts=(contact(**fields),)
    )


def test_a_call_is_due_as_soon_as_the_contact_can_be_reached() -> None:
    duty = duties(call(timezone="Europe/Berlin", country="DE"), setting(markets=BERLIN_OFFICE))["NEXT_STEP"]
    assert duty.due == at("2026-03-04 16:00")  # nine in Berlin


def test_a_call_to_somebody_who_cannot_be_reached_in_our_hours_says_so() -> None:
    duty = duties(call(timezone="America/New_York"))["NEXT_STEP"]
    assert (duty.due, codes(duty)) == (at("2026-03-04 09:00"), ["OUTSIDE_THEIR_HOURS"])


def test_a_call_to_an_unknown_zone_is_due_when_work_begins() -> None:
    assert duties(call())["NEXT_STEP"].due == at("2026-03-04 09:00")


def test_a_reminder_is_a_duty_of_its_own() -> None:
    duty = duties(customer(next_steps=(reminder(day("03-04")),)))["REMINDER"]
    assert (duty.key, duty.requirement, duty.reason.code) == ("reminder:1", "000-10", "REMINDER_SET")


def test_everything_for_a_new_top_customer_comes_early() -> None:
    facts = customer(follow_grade=FollowGrade.TOP, first_contact_at=None, next_steps=(step(day("03-04")),))
    assert duties(facts)["NEXT_STEP"].work_class is WorkClass.FIRST_RESPONSE


# Lin's step was due on Monday 2 March; working days count.
LADDER = [
    ("2026-03-02 18:00", None, ()),
    ("2026-03-04 23:59", None, ()),
    ("2026-03-05 00:00", NoticeKind.OVERDUE, (LIN,)),
    ("2026-03-08 12:00", NoticeKind.OVERDUE, (LIN,)),
    ("2026-03-09 00:00", NoticeKind.OVERDUE_MANAGER, (CHEN,)),
    ("2026-03-11 00:00", NoticeKind.AT_RISK, (CHEN, LIN)),
    ("2026-04-20 09:00", NoticeKind.AT_RISK, (CHEN, LIN)),
]


def overdue(now: str, given: Setting | None = None) -> Decision:
    return decide(customer(next_steps=(step(day("03-02")),)), given or setting(), at(now))


@pytest.mark.parametrize(("now", "kind", "told"), LADDER)
def test_an_overdue_step_climbs_the_ladder(now: str, kind: NoticeKind | None, told: tuple[int, ...]) -> None:
    assert [(notice.kind, notice.recipient_ids) for notice in overdue(now).notices] == (
        [(kind, told)] if kind else []
    )


def test_every_rung_wakes_the_decision() -> None:
    assert overdue("2026-03-02 18:00").wake_at == at("2026-03-05 00:00")
    assert overdue("2026-03-05 00:00").wake_at == at("2026-03-09 00:00")
    assert overdue("2026-03-11 00:00").wake_at is None


def test_each_rung_has_its_own_key_and_a_postponed_step_starts_again() -> None:
    keys = {notice.key for now, *_ in LADDER for notice in overdue(now).notices}
    assert len(keys) == 3
    facts = customer(next_steps=(step(day("03-02")),), outcomes=(postponed("next-step:1", day("03-10")),))
    (notice,) = decide(facts, setting(), at("2026-03-13 00:00")).notices
    assert notice.key not in keys


def test_without_a_manager_the_person_himself_is_told() -> None:
    alone = setting(people={LIN: Colleague(LIN, CHINA)})
    assert overdue("2026-03-11 00:00", alone).notices[0].recipient_ids == (LIN,)


def test_an_overdue_reminder_is_nobody_elses_business() -> None:
    facts = customer(next_steps=(reminder(day("03-02")), step(day("05-04"), 2)))
    (notice,) = decide(facts, setting(), at("2026-04-01 09:00")).notices
    assert (notice.kind, notice.duty_key) == (NoticeKind.OVERDUE, "reminder:1")


def test_two_steps_are_two_duties() -> None:
    facts = customer(next_steps=(step(day("03-04")), step(day("03-05"), 2)))
    assert [duty.key for duty in decide(facts, setting(), NOW).duties] == ["next-step:1", "next-step:2"]


def test_a_duty_ahead_is_known_in_advance() -> None:
    facts = customer(next_steps=(step(day("05-25")),))
    assert decide(facts, setting(), NOW).duties[0].due > NOW + timedelta(days=80)
