"""The chain after one shipment as a plan: each step with its day and state (000-65)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from genjin.followups import setting
from genjin.followups.gather import gather
from genjin.rules.aftersales import PREFIX, after_shipments, run_of
from genjin.rules.case import Case
from genjin.rules.duties import Duty
from genjin.rules.facts import Channel, OutcomeKind
from genjin.rules.runs import ShipmentFact
from genjin.rules.sequences import PlannedStep, planned_steps
from genjin.sales.models import Shipment

ANCHORED = re.compile(r"eta([+-]\d+)")


class State(StrEnum):
    """How a step of the chain stands."""

    DONE = "DONE"
    SKIPPED = "SKIPPED"
    OVERTAKEN = "OVERTAKEN"
    """Its time is over: do it now or skip it."""
    DUE = "DUE"
    AHEAD = "AHEAD"
    WAITING = "WAITING"
    """For a date that nobody told yet."""
    OVER = "OVER"
    """Owed no more: before go-live, or too long ago."""


@dataclass(frozen=True)
class Planned:
    """One step of the chain."""

    name: str
    key: str
    purpose: str
    channel: Channel
    state: State
    due_on: date | None
    settled_at: datetime | None
    duty: Duty | None

    @property
    def anchor(self) -> str:
        """How it hangs on the arrival, as the trade writes it: ETA−7, ETA+10; empty for other steps."""
        found = ANCHORED.match(self.name)
        return f"ETA{found[1]}".replace("-", "−") if found else ""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.duty is not None

    @property
    def may_be_skipped(self) -> bool:
        """Whether it may be left out: never the advice, a compulsory call once its time is over."""
        return self.duty is not None and self.duty.is_dismissable


def plan_of(shipment: Shipment, at: datetime, *, as_of: bool = False) -> list[Planned]:
    """The steps in their order; none while the goods have not left or nobody works with the customer."""
    facts = gather([shipment.customer_id], at if as_of else None, now=at).get(shipment.customer_id)
    fact = next((one for one in facts.shipments if one.id == shipment.pk), None) if facts else None
    if facts is None or fact is None:
        return []
    case = Case(facts, setting.current(at).for_owner(facts.owner_id), at)
    duties = {duty.key: duty for duty in after_shipments(case) if duty.key.startswith(f"{PREFIX}{fact.id}:")}
    skipped = {outcome.key for outcome in facts.outcomes if outcome.kind is OutcomeKind.DISMISSED}
    return [_planned(case, fact, one, duties, skipped) for one in planned_steps(case, run_of(case, fact))]


def _planned(
    case: Case, fact: ShipmentFact, one: PlannedStep, duties: dict[str, Duty], skipped: set[str]
) -> Planned:
    duty = duties.get(one.key)
    return Planned(
        name=one.step.name,
        key=one.key,
        purpose=one.step.purpose,
        channel=Channel(one.step.channel),
        state=_state(case, one, duty, skipped),
        due_on=duty.due_on if duty is not None else one.due_on,
        settled_at=one.settled_at,
        duty=duty,
    )


def _state(case: Case, one: PlannedStep, duty: Duty | None, skipped: set[str]) -> State:
    if one.settled_at is not None:
        return State.SKIPPED if one.key in skipped else State.DONE
    if one.due_on is None:
        return State.WAITING
    if duty is None:
        return State.OVER
    if any(note.code == "OVERTAKEN" for note in duty.notes):
        return State.OVERTAKEN
    starts = case.setting.calendar(duty.owner_id).start_of_day(duty.due_on)
    return State.DUE if case.clock.has_reached(starts) else State.AHEAD
