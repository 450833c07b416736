"""Sequences of steps as data of the policy: lead response, nurture, closing, wake-up (004-24, 004-40).

A run is one sequence for one customer, on the steps that stood in the policy when it began, so that a
changed policy holds for what begins later. Steps count from the event that began it, from a date it is
about, or from the completion of the step before; a step whose condition does not hold is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.duties import Duty, Reason, Rule, WorkClass, because
from genjin.rules.facts import Channel
from genjin.rules.policy import Anchor, Step
from genjin.rules.worktime import ONE_DAY, Direction


@dataclass(frozen=True, slots=True)
class StepDone:
    """That a step was done, by its name."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceRun:
    """One sequence that runs for a customer."""

    key: str
    """How the keys of its duties begin: "nurture:run-12"."""
    sequence: str
    steps: tuple[Step, ...]
    began_at: datetime
    owner_id: int
    contact_id: int | None = None
    about_on: date | None = None
    """The date from which its steps with the anchor DATE count; they wait until it is known."""
    done: tuple[StepDone, ...] = ()
    conditions: frozenset[str] = frozenset()
    """The names of the conditions that hold."""
    exited_at: datetime | None = None
    """When something happened that makes the rest of it needless: an order, another status, an answer."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a run: on which day it is due, and when it was done or skipped."""

    step: Step
    key: str
    number: int
    due_on: date | None
    """None while it waits for the step before, or for the date."""
    settled_at: datetime | None = None


WORK_CLASSES = {
    "lead_response": WorkClass.FIRST_RESPONSE,
    "closing": WorkClass.TRACKING,
    "nurture": WorkClass.CADENCE,
    "wake_up": WorkClass.CADENCE,
}
REQUIREMENTS = {
    "lead_response": "004-25",
    "closing": "004-45",
    "nurture": "004-41",
    "wake_up": "003-87",
}
OWN = "004-24"
"""The requirement of sequences that the company wrote itself."""


def sequence(case: Case, run: SequenceRun) -> Iterator[Duty]:
    """What a run owes: each step that is due on a known day and neither done nor skipped."""
    count = len(expanded(run.steps))
    for planned in open_steps(case, run):
        yield owe_step(
            case,
            run,
            planned,
            rule=Rule.SEQUENCE,
            work_class=WORK_CLASSES.get(run.sequence, WorkClass.CADENCE),
            requirement=REQUIREMENTS.get(run.sequence, OWN),
            reason=because(
                "STEP_OF_SEQUENCE",
                sequence=run.sequence,
                step=planned.step.purpose,
                number=planned.number,
                count=count,
                began_on=case.setting.calendar(run.owner_id).local_date(run.began_at),
            ),
        )


def open_steps(case: Case, run: SequenceRun) -> Iterator[PlannedStep]:
    """The steps that are owed now or on a known day ahead; none after an exit or to whom nobody works."""
    if run.exited_at is not None or not case.facts.is_worked:
        return
    for planned in planned_steps(case, run):
        if planned.settled_at is None and planned.due_on is not None:
            yield planned


def has_ended(case: Case, run: SequenceRun) -> bool:
    """Whether nothing of a run is left to do."""
    if run.exited_at is not None:
        return True
    return all(planned.settled_at is not None for planned in planned_steps(case, run))


def planned_steps(case: Case, run: SequenceRun) -> Iterator[PlannedStep]:
    """All steps of a run that are not passed over, in their order."""
    calendar = case.setting.calendar(run.owner_id)
    began_on = calendar.local_date(run.began_at)
    settled = {one.name: one.at for one in run.done}
    before: date | None = began_on
    for number, step in enumerate(expanded(run.steps), 1):
        key = f"{run.key}:{step.name}"
        done_at = settled.get(step.name) or case.last_closed({key})
        if done_at is None and step.only_if and step.only_if not in run.conditions:
            continue
        base = {Anchor.START: began_on, Anchor.DATE: run.about_on, Anchor.STEP: before}[step.anchor]
        due_on = None if base is None else max(base + timedelta(days=step.after_days), began_on)
        yield PlannedStep(step, key, number, due_on, done_at)
        before = None if done_at is None else calendar.local_date(done_at)


def expanded(steps: Iterable[Step]) -> list[Step]:
    """Steps with each repetition as a step of its own, told apart by its number."""
    found: list[Step] = []
    names: dict[str, int] = {}
    for step in steps:
        for turn in range(step.repeats):
            names[step.name] = names.get(step.name, 0) + 1
            nth = names[step.name]
            is_after_itself = turn > 0 and step.anchor is Anchor.STEP
            days = step.every_days if is_after_itself else step.after_days + turn * step.every_days
            name = step.name if nth == 1 else f"{step.name}-{nth}"
            found.append(replace(step, after_days=days, repeats=1, every_days=0, key=name))
    return found


def owe_step(
    case: Case,
    run: SequenceRun,
    planned: PlannedStep,
    *,
    rule: Rule,
    work_class: WorkClass,
    requirement: str,
    reason: Reason,
    is_proactive: bool = True,
) -> Duty:
    """A step as a duty: what counts from a date moves earlier, but not before the run began."""
    assert planned.due_on is not None
    by_date = planned.step.anchor is Anchor.DATE
    began_on = case.setting.calendar(run.owner_id).local_date(run.began_at)
    channel = Channel(planned.step.channel)
    return case.owe(
        Plan(
            key=planned.key,
            owner_id=run.owner_id,
            due=planned.due_on,
            direction=Direction.EARLIER if by_date else Direction.LATER,
            after=began_on - ONE_DAY if by_date else None,
            channel=channel,
            contact_id=run.contact_id,
        ),
        rule=rule,
        work_class=work_class,
        reason=reason,
        requirement=requirement,
        is_dismissable=not planned.step.is_compulsory,
        is_proactive=is_proactive and channel is Channel.EMAIL,
    )
