"""Do not contact before (000-13)."""

from genjin.rules.decide import decide
from genjin.rules.facts import ContactPause, ValueClass
from tests.rules.build import at, codes, customer, day, duties, postponed, reminder, setting, step

PAUSE = ContactPause(day("03-20"), "Fair in Canton", at("2026-02-27 09:00"))


def test_a_step_inside_the_pause_moves_to_its_end_and_says_so() -> None:
    duty = duties(customer(contact_pause=PAUSE, next_steps=(step(day("03-04")),)))["NEXT_STEP"]
    assert (duty.due_on, duty.earliest_on) == (day("03-20"), day("03-20"))
    assert dict(duty.notes[0].params) == {
        "until": "2026-03-20", "why": "Fair in Canton", "planned": "2026-03-04",
    }  # fmt: skip


def test_an_appointment_inside_the_pause_becomes_a_day_at_its_end() -> None:
    duty = duties(customer(contact_pause=PAUSE, next_steps=(step(at("2026-03-04 15:00")),)))["NEXT_STEP"]
    assert (duty.due_on, duty.is_due_date_only, codes(duty)) == (day("03-20"), True, ["HELD_BY_PAUSE"])


def test_a_step_after_the_pause_is_left_alone() -> None:
    duty = duties(customer(contact_pause=PAUSE, next_steps=(step(day("03-20")),)))["NEXT_STEP"]
    assert codes(duty) == []


def test_a_reminder_is_work_of_ours_and_not_held() -> None:
    assert duties(customer(contact_pause=PAUSE, next_steps=(reminder(day("03-04")),)))["REMINDER"].due_on == (
        day("03-04")
    )


def test_rhythm_and_missing_next_step_wait_for_the_end() -> None:
    found = duties(customer(contact_pause=PAUSE, value_class=ValueClass.A))
    assert {name: duty.due_on for name, duty in found.items()} == {
        "RHYTHM": day("03-20"),
        "NO_NEXT_STEP": day("03-20"),
    }


def test_a_pause_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    pause = ContactPause(day("03-21"), "", at("2026-02-27 09:00"))
    assert duties(customer(contact_pause=pause, value_class=ValueClass.A))["RHYTHM"].due_on == day("03-23")


def test_a_pause_holds_ninety_days_at_most() -> None:
    pause = ContactPause(day("12-01"), "", at("2026-03-01 09:00"))
    assert duties(customer(contact_pause=pause, value_class=ValueClass.A))["RHYTHM"].due_on == day("06-01")
    given = setting(not_before_max_days=30)  # 30 days end on Tuesday 31 March
    assert duties(customer(contact_pause=pause, value_class=ValueClass.A), given)["RHYTHM"].due_on == (
        day("03-31")
    )


def test_postponed_beyond_the_pause_the_postponement_counts() -> None:
    facts = customer(
        contact_pause=PAUSE,
        next_steps=(step(day("03-04")),),
        outcomes=(postponed("next-step:1", day("03-25")),),
    )
    assert duties(facts)["NEXT_STEP"].due_on == day("03-25")


def test_nothing_becomes_overdue_by_the_pause_and_the_count_starts_at_its_end() -> None:
    facts = customer(contact_pause=PAUSE, next_steps=(step(day("02-24")),))
    assert decide(facts, setting(), at("2026-03-19 23:00")).notices == ()
    assert decide(facts, setting(), at("2026-03-24 23:00")).notices == ()
    assert len(decide(facts, setting(), at("2026-03-25 00:00")).notices) == 1
