"""What was done counts as evidence for steps of chains (C-04, domain A.8)."""

from typing import Any

import pytest

from genjin.rules.case import Case
from genjin.rules.facts import Attempt, Channel
from genjin.rules.policy import Anchor, Step
from genjin.rules.runs import SequenceRun
from genjin.rules.sequences import planned_steps
from tests.rules.build import LIN, NOW, at, contact, customer, done, setting

BEGAN = at("2026-03-02 10:00")
MAIL, CALL = "EMAIL", "AUDIO_CALL"


def run(*steps: Step) -> SequenceRun:
    return SequenceRun(key="sequence:own-1:42:1", sequence="own-1", steps=steps, began_at=BEGAN, owner_id=LIN)


def settled(given: SequenceRun, *did: tuple[str, str], **fields: Any) -> list[str]:
    """The steps that are done, by name and day; `did` is what was done on which day of 2026."""
    evidence = tuple(Attempt(at(f"2026-{when}"), Channel(how)) for how, when in did)
    facts = customer(contacts=(contact(),), evidence=evidence, **fields)
    case = Case(facts, setting(), NOW)
    return [f"{one.step.name} {one.settled_at:%m-%d}" for one in planned_steps(case, given) if one.settled_at]


COUNTS = [
    # what is asked, what was done, whether it counts
    (MAIL, MAIL, True),
    (MAIL, "CHAT", False),
    (CALL, CALL, True),
    (CALL, "VIDEO_CALL", True),
    ("VIDEO_CALL", CALL, True),
    (CALL, MAIL, False),
    ("MEETING", "MEETING", True),
    ("MEETING", "VISIT", True),
    ("MEETING", "VIDEO_CALL", True),
    ("MEETING", CALL, False),
    ("VISIT", "VISIT", True),
    ("VISIT", "MEETING", False),
    ("CHAT", "CHAT", True),
    ("OTHER", MAIL, False),
    ("OTHER", "OTHER", False),
]


@pytest.mark.parametrize(("asked", "did", "counts"), COUNTS)
def test_what_counts_for_what(asked: str, did: str, counts: bool) -> None:
    assert settled(run(Step("ONE", asked, 0)), (did, "03-02 15:00")) == (["ONE 03-02"] if counts else [])


def test_a_step_is_done_from_the_merge_window_before_its_day_on_not_earlier() -> None:
    later = run(Step("CHECK", MAIL, 14))
    assert settled(later, (MAIL, "03-12 09:00")) == []
    assert settled(later, (MAIL, "03-13 09:00")) == ["CHECK 03-13"]
    assert settled(later, (MAIL, "04-20 09:00")) == ["CHECK 04-20"]


def test_what_was_done_before_the_beginning_or_was_not_answered_is_no_evidence() -> None:
    assert settled(run(Step("ONE", MAIL, 0)), (MAIL, "03-02 09:59")) == []
    case = Case(
        customer(evidence=(Attempt(at("2026-03-02 11:00"), Channel.AUDIO_CALL, False),)), setting(), NOW
    )
    assert [one.settled_at for one in planned_steps(case, run(Step("ONE", CALL, 0)))] == [None]


def test_one_mail_is_one_step_and_two_on_a_day_are_no_more() -> None:
    two = run(Step("ONE", MAIL, 0), Step("TWO", MAIL, 1))
    assert settled(two, (MAIL, "03-02 11:00")) == ["ONE 03-02"]
    assert settled(two, (MAIL, "03-02 11:00"), (MAIL, "03-02 16:00")) == ["ONE 03-02"]
    assert settled(two, (MAIL, "03-02 11:00"), (MAIL, "03-03 16:00")) == ["ONE 03-02", "TWO 03-03"]


def test_a_step_after_another_needs_what_came_after_that_one() -> None:
    chain = run(Step("CALL", CALL, 0), Step("SUMMARY", MAIL, 0, Anchor.STEP))
    assert settled(chain, (MAIL, "03-02 11:00"), (CALL, "03-02 12:00")) == ["CALL 03-02"]
    both = settled(chain, (CALL, "03-02 12:00"), (MAIL, "03-02 12:30"))
    assert both == ["CALL 03-02", "SUMMARY 03-02"]


def test_an_outcome_settles_a_step_and_leaves_the_evidence_to_the_next() -> None:
    two = run(Step("ONE", MAIL, 0), Step("TWO", MAIL, 2))
    said = (done("sequence:own-1:42:1:ONE", at("2026-03-02 10:30")),)
    assert settled(two, (MAIL, "03-02 11:00"), outcomes=said) == ["ONE 03-02", "TWO 03-02"]
