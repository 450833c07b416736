"""Sequences of steps (004-24 to 004-28, 004-40 to 004-49, 003-86 to 003-93)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from genjin.rules.case import Case
from genjin.rules.duties import Duty, WorkClass
from genjin.rules.facts import Channel
from genjin.rules.policy import Anchor, Policy, Step
from genjin.rules.runs import SequenceRun, StepDone
from genjin.rules.sequences import expanded, has_ended, planned_steps, sequence
from tests.rules.build import LIN, NOW, at, contact, customer, day, dismissed, setting

BEGAN = at("2026-03-02 10:00")


def run(name: str = "nurture", **fields: Any) -> SequenceRun:
    values: dict[str, Any] = {
        "key": f"{name}:run-7",
        "sequence": name,
        "steps": fields.get("steps") or Policy.default().steps(name),
        "began_at": BEGAN,
        "owner_id": LIN,
    }
    return SequenceRun(**(values | fields))


def own(*steps: Step, **fields: Any) -> SequenceRun:
    return run("own", steps=steps, **fields)


def case(**fields: Any) -> Case:
    return Case(customer(**({"contacts": (contact(),)} | fields)), setting(), NOW)


def owed(given: SequenceRun, **fields: Any) -> list[Duty]:
    return list(sequence(case(**fields), given))


def rows(given: SequenceRun, **fields: Any) -> list[tuple[str, str, Channel]]:
    return [
        (duty.key.rpartition(":")[2], f"{duty.due_on:%m-%d}", duty.channel) for duty in owed(given, **fields)
    ]


def through(given: SequenceRun) -> list[tuple[str, str]]:
    """What is done on which day if each step is done when due, the first due first."""
    seen = []
    while duties := owed(given):
        first = min(duties, key=lambda duty: (duty.due, duty.key))
        name = first.key.rpartition(":")[2]
        seen.append((name, f"{first.due_on:%m-%d}"))
        given = replace(given, done=(*given.done, StepDone(name, first.due)))
    assert has_ended(case(), given)
    return seen


WHOLE = [
    # from Monday 2 March on; 8 March is a Sunday, 4 July a Saturday
    ("lead_response", "CALL_BACK 03-03 MATERIAL 03-03 SECOND_CALL 03-10"),
    (
        "nurture",
        "INTRODUCTION 03-02 CALL_AFTER_INTRODUCTION 03-09 CHECK 03-16 MONTHLY_MAIL 04-01 "
        "MONTHLY_MAIL-2 05-01 MONTHLY_MAIL-3 06-01 REVIEW 06-01",
    ),
    ("closing", "CALL_BACK_OR_RECAP 03-02 MEETING 03-02 SUMMARY_MAIL 03-02 CALL_AFTER_SUMMARY 03-09"),
    ("wake_up", "FIND_CAUSE 03-02 CALL_DORMANT 03-05 NEW_PROPOSAL 03-12 MANAGER_STEPS_IN 04-01 REVIEW 08-31"),
]


@pytest.mark.parametrize(("name", "expected"), WHOLE)
def test_each_sequence_of_the_policy_runs_through_in_its_days(name: str, expected: str) -> None:
    words = expected.split()
    assert through(run(name)) == list(zip(words[::2], words[1::2], strict=True))


def test_a_step_after_another_waits_until_that_is_done_and_counts_from_then() -> None:
    assert rows(run("closing")) == [("CALL_BACK_OR_RECAP", "03-02", Channel.AUDIO_CALL)]
    late = run("closing", done=(StepDone("CALL_BACK_OR_RECAP", at("2026-03-05 15:00")),))
    assert rows(late) == [("MEETING", "03-05", Channel.MEETING)]


def test_a_skipped_step_lets_the_next_come() -> None:
    skip = dismissed("closing:run-7:CALL_BACK_OR_RECAP", at("2026-03-04 10:00"))
    assert rows(run("closing"), outcomes=(skip,)) == [("MEETING", "03-04", Channel.MEETING)]


def test_an_exit_ends_what_is_left() -> None:
    left = run(exited_at=at("2026-03-03 10:00"))
    assert owed(left) == []
    assert has_ended(case(), left)
    assert not has_ended(case(), run())


@pytest.mark.parametrize("fields", [{"owner_id": None, "in_pool": True}, {"is_confirmed": False}])
def test_nothing_is_owed_where_nobody_works(fields: dict[str, Any]) -> None:
    assert owed(run(), **fields) == []


def test_a_condition_that_does_not_hold_passes_a_step_over_and_one_that_does_not() -> None:
    names = [planned.step.name for planned in planned_steps(case(), run("wake_up"))]
    assert "CONCESSION" not in names
    dormant = run("wake_up", conditions=frozenset({"DORMANT"}))
    assert ("CONCESSION", "05-01", Channel.EMAIL) in rows(dormant)


def test_what_comes_after_a_step_passed_over_counts_from_the_one_before() -> None:
    steps = own(
        Step("ONE", "EMAIL", 0),
        Step("TWO", "EMAIL", 3, Anchor.STEP, only_if="NEVER"),
        Step("THREE", "EMAIL", 2, Anchor.STEP),
        done=(StepDone("ONE", at("2026-03-03 10:00")),),
    )
    assert rows(steps) == [("THREE", "03-05", Channel.EMAIL)]


def test_steps_by_date_move_with_it_and_wait_until_it_is_known() -> None:
    by_date = (Step("BEFORE", "EMAIL", -7, Anchor.DATE), Step("AFTER", "EMAIL", 10, Anchor.DATE))
    assert owed(own(*by_date)) == []
    assert [on for _, on, _ in rows(own(*by_date, about_on=day("03-20")))] == ["03-13", "03-30"]
    assert [on for _, on, _ in rows(own(*by_date, about_on=day("03-22")))] == ["03-13", "04-01"], "a Sunday"
    assert [on for _, on, _ in rows(own(by_date[0], about_on=day("03-02")))] == ["03-02"], (
        "not before it began"
    )


@pytest.mark.parametrize(
    ("step", "days"),
    [
        (Step("MAIL", "EMAIL", 30, repeats=3, every_days=30), [30, 60, 90]),
        (Step("MAIL", "EMAIL", 5, Anchor.STEP, repeats=3, every_days=10), [5, 10, 10]),
        (Step("MAIL", "EMAIL", 7), [7]),
    ],
)
def test_a_repeated_step_is_so_many_steps(step: Step, days: list[int]) -> None:
    found = expanded([step])
    assert [one.after_days for one in found] == days
    assert [one.name for one in found] == ["MAIL", "MAIL-2", "MAIL-3"][: len(days)]


def test_a_compulsory_step_cannot_be_dismissed_and_only_mails_count_as_proactive() -> None:
    steps = (Step("CALL", "AUDIO_CALL", 0, is_compulsory=True), Step("MAIL", "EMAIL", 0))
    call, mail = owed(own(*steps))
    assert (call.is_dismissable, call.is_proactive) == (False, False)
    assert (mail.is_dismissable, mail.is_proactive) == (True, True)


def test_the_reason_tells_the_step_and_how_far_it_is() -> None:
    (duty,) = owed(run("lead_response"))
    assert (duty.work_class, duty.requirement) == (WorkClass.FIRST_RESPONSE, "004-25")
    assert duty.reason.params == {
        "sequence": "lead_response",
        "step": "CALL_BACK",
        "number": 1,
        "count": 3,
        "began_on": date(2026, 3, 2).isoformat(),
        "template": "lead_response.CALL_BACK",
    }


steps = st.builds(
    Step,
    purpose=st.sampled_from(["MAIL", "CALL", "MEET"]),
    channel=st.sampled_from(["EMAIL", "AUDIO_CALL", "VISIT", "OTHER"]),
    after_days=st.integers(0, 20),
    anchor=st.sampled_from(Anchor),
    only_if=st.sampled_from(["", "", "HOLDS", "DOES_NOT"]),
)


@examples(st.lists(steps, min_size=1, max_size=6), st.lists(st.integers(1, 3), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_the_steps_each_comes_once_and_the_run_ends(found: list[Step], repeats: list[int]) -> None:
    repeated = [
        replace(step, repeats=count, every_days=7 if count > 1 else 0)
        for step, count in zip(found, repeats, strict=False)
    ]
    given = own(*repeated, about_on=day("03-30"), conditions=frozenset({"HOLDS"}))
    seen = through(given)
    names = [step.name for step in expanded(repeated) if step.only_if != "DOES_NOT"]
    assert sorted(name for name, _ in seen) == sorted(names)
