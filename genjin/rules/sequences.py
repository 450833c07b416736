"""Sequences of steps as data of the policy: lead response, nurture, closing, wake-up (004-24, 004-40).

A run is one sequence for one customer, on the steps that stood in the policy when it began, so that a
changed policy holds for what begins later. Steps count from the event that began it, from a date it is
about, or from the completion of the step before; a step whose condition does not hold is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.duties import (
    BeginSequence,
    Duty,
    EndSequence,
    Reason,
    Rule,
    SequenceEnd,
    WorkClass,
    because,
)
from genjin.rules.evidence import Evidence
from genjin.rules.facts import Channel, CustomerFacts, DormancyState, LifecycleStage
from genjin.rules.plans import plans
from genjin.rules.policy import Anchor, Step
from genjin.rules.runs import EventKind, SequenceRun
from genjin.rules.worktime import ONE_DAY, Direction

BEGINS_WITHIN = timedelta(days=30)
"""What happened longer ago than this begins no sequence any more."""


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


CONDITIONS: dict[str, Callable[[CustomerFacts, SequenceRun], bool]] = {
    "DORMANT": lambda facts, run: facts.dormancy_state is DormancyState.DORMANT,
    "NO_REPLY": lambda facts, run: _exited_by(facts, run, frozenset({EventKind.REPLY})) is None,
    "IMPORTANT": lambda facts, run: facts.is_important,
    "HAS_PHONE": lambda facts, run: any(contact.has_phone for contact in facts.contacts),
    "NEVER_BOUGHT": lambda facts, run: facts.lifecycle_stage is LifecycleStage.PROSPECT,
    "HAS_BOUGHT": lambda facts, run: facts.lifecycle_stage is not LifecycleStage.PROSPECT,
}
"""The conditions of steps that the customer's facts tell, by their names."""


def sequences(case: Case) -> Iterator[Duty]:
    """What every sequence that runs owes, those included that begin by themselves now."""
    for run in running(case):
        yield from sequence(case, run)


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
                template=_template(run, planned.step),
            ),
        )


def _template(run: SequenceRun, step: Step) -> str:
    """The purpose of the mail templates for a step: that of another one, or its own."""
    return step.template if "." in step.template else f"{run.sequence}.{step.template or step.name}"


def running(case: Case) -> list[SequenceRun]:
    """Those that run, and those that begin by themselves now."""
    runs = [*case.facts.sequences, *(change.run for change in beginnings(case))]
    return sorted(runs, key=lambda run: run.key)


def beginnings(case: Case) -> Iterator[BeginSequence]:
    """What happened lately, after go-live, begins the sequences that wait for it, each once (004-49).

    The run counts from what happened, so that it is the same whenever it is written down.
    """
    facts = case.facts
    owner_id = facts.owner_id
    if not facts.events or owner_id is None or not facts.is_worked:
        return
    happened = {event.kind: event.at for event in facts.events}
    for plan in plans(case.setting.policy):
        at = happened.get(plan.starts_on) if plan.starts_on is not None and plan.is_offered else None
        if at is None or not _begins(case, plan.key, at):
            continue
        run = SequenceRun(
            key=run_key(plan.key, facts.customer_id, at),
            sequence=plan.key,
            steps=plan.steps,
            began_at=at,
            owner_id=owner_id,
            exits=plan.exits,
        )
        assert plan.starts_on is not None
        yield BeginSequence(facts.customer_id, run, plan.starts_on)


def run_key(sequence: str, customer_id: int, at: datetime) -> str:
    """How the keys of the duties of a run begin; the same whoever writes it down."""
    return f"sequence:{sequence}:{customer_id}:{at.astimezone(UTC):%Y%m%dT%H%M%S}"


def _begins(case: Case, sequence: str, at: datetime) -> bool:
    go_live_on = case.setting.go_live_on
    if go_live_on is not None and at < case.setting.company.start_of_day(go_live_on):
        return False
    if any(run.sequence == sequence for run in case.facts.sequences):
        return False
    if any(begun.sequence == sequence and begun.at >= at for begun in case.facts.begun):
        return False
    return case.clock.has_reached(at) and not case.clock.has_reached(at + BEGINS_WITHIN)


def ends_of_sequences(case: Case) -> Iterator[EndSequence]:
    """A run is over when all is done, when something makes the rest needless, or when nobody works there."""
    facts = case.facts
    for run in running(case):
        if facts.in_pool or facts.is_inactive:
            yield EndSequence(facts.customer_id, run.key, SequenceEnd.LEFT, None)
            continue
        exited = _exited_by(facts, run, run.exits)
        if exited is not None:
            yield EndSequence(facts.customer_id, run.key, SequenceEnd.EXITED, *exited)
        elif run.exited_at is not None:
            yield EndSequence(facts.customer_id, run.key, SequenceEnd.EXITED, run.exited_at)
        elif facts.is_worked and has_ended(case, run):
            settled = [one.settled_at for one in planned_steps(case, run) if one.settled_at is not None]
            ended_at = max(settled, default=run.began_at)
            yield EndSequence(facts.customer_id, run.key, SequenceEnd.COMPLETED, ended_at)


def sequence_ended_at(case: Case) -> datetime | None:
    """When the last sequence was over, as stored or by the clock."""
    ends = [case.facts.last_run_ended_at, *(change.ended_at for change in ends_of_sequences(case))]
    return max((moment for moment in ends if moment is not None), default=None)


def is_in_sequence(case: Case) -> bool:
    """Whether a sequence says what comes next and when."""
    return any(True for run in running(case) for _ in open_steps(case, run))


def _exited_by(
    facts: CustomerFacts, run: SequenceRun, kinds: frozenset[EventKind]
) -> tuple[datetime, EventKind] | None:
    """The first of the events after the beginning of a run that is of one of these kinds."""
    found = ((event.at, event.kind) for event in facts.events if event.kind in kinds)
    return min((one for one in found if one[0] > run.began_at), default=None)


def open_steps(case: Case, run: SequenceRun) -> Iterator[PlannedStep]:
    """The steps that are owed now or on a known day ahead; none after an exit or to whom nobody works."""
    if has_exited(case, run) or not case.facts.is_worked:
        return
    for planned in planned_steps(case, run):
        if planned.settled_at is None and planned.due_on is not None:
            yield planned


def has_exited(case: Case, run: SequenceRun) -> bool:
    """Whether something happened that makes the rest of a run needless."""
    return run.exited_at is not None or _exited_by(case.facts, run, run.exits) is not None


def has_ended(case: Case, run: SequenceRun) -> bool:
    """Whether nothing of a run is left to do."""
    if has_exited(case, run):
        return True
    return all(planned.settled_at is not None for planned in planned_steps(case, run))


def planned_steps(case: Case, run: SequenceRun) -> Iterator[PlannedStep]:
    """All steps of a run that are not passed over, in their order, with what was done for them."""
    calendar = case.setting.calendar(run.owner_id)
    began_on = calendar.local_date(run.began_at)
    window = timedelta(days=case.setting.policy.number("merge_window_days"))
    settled = {one.name: one.at for one in run.done}
    evidence = Evidence(case.facts.evidence, calendar)
    before: datetime | None = run.began_at
    for number, step in enumerate(expanded(run.steps), 1):
        key = f"{run.key}:{step.name}"
        done_at = settled.get(step.name) or case.last_closed({key})
        if done_at is None and step.only_if and not _holds(case, run, step.only_if):
            continue
        before_on = None if before is None else calendar.local_date(before)
        base = {Anchor.START: began_on, Anchor.DATE: run.about_on, Anchor.STEP: before_on}[step.anchor]
        due_on = None if base is None else max(base + timedelta(days=step.after_days), began_on)
        after = before if step.anchor is Anchor.STEP else run.began_at
        if done_at is None and due_on is not None and after is not None and step.name not in run.stated:
            done_at = evidence.take(Channel(step.channel), after=after, on=due_on - window)
        yield PlannedStep(step, key, number, due_on, done_at)
        before = done_at


def _holds(case: Case, run: SequenceRun, condition: str) -> bool:
    known = CONDITIONS.get(condition)
    return condition in run.conditions or (known is not None and known(case.facts, run))


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
            template = step.template or step.name
            found.append(replace(step, after_days=days, repeats=1, every_days=0, key=name, template=template))
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
    obeys_pause: bool = True,
    notes: tuple[Reason, ...] = (),
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
            obeys_pause=obeys_pause,
            notes=notes,
        ),
        rule=rule,
        work_class=work_class,
        reason=reason,
        requirement=requirement,
        is_dismissable=not planned.step.is_compulsory,
        is_proactive=is_proactive and channel is Channel.EMAIL,
    )
