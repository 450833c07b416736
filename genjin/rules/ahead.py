"""What the coming days bring if nothing happens: nobody does anything or writes, only the clock goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from genjin.rules.decide import decide
from genjin.rules.duties import BeginSequence, Change, Decision, EndCadenceOverride, EndSequence, EndTracking
from genjin.rules.facts import CustomerFacts
from genjin.rules.runs import Begun
from genjin.rules.setting import Setting


def ahead(
    facts: CustomerFacts, setting: Setting, now: datetime, until: datetime
) -> Iterator[tuple[datetime, Decision]]:
    """Each decision that the clock alone leads to, from now until a moment, with when it is taken.

    What the clock changes is done at once: a decision with changes is followed by the one after them.
    """
    moment: datetime | None = now
    while moment is not None and moment <= until:
        decision = decide(facts, setting, moment)
        yield moment, decision
        if decision.changes:
            facts = applied(facts, decision.changes)
        else:
            moment = decision.wake_at


def applied(facts: CustomerFacts, changes: Iterable[Change]) -> CustomerFacts:
    """The facts after the owning folders have done what the clock demands."""
    for change in changes:
        match change:
            case EndCadenceOverride():
                facts = replace(facts, cadence_override=None)
            case EndTracking():
                going = tuple(one for one in facts.threads if one.tracking_id != change.tracking_id)
                ended = _later(facts.last_tracking_ended_at, change.ended_at)
                facts = replace(facts, threads=going, last_tracking_ended_at=ended)
            case BeginSequence(run=run):
                begun = (*facts.begun, Begun(run.sequence, run.began_at))
                facts = replace(facts, sequences=(*facts.sequences, run), begun=begun)
            case EndSequence():
                left = tuple(run for run in facts.sequences if run.key != change.key)
                ended = _later(facts.last_run_ended_at, change.ended_at)
                facts = replace(facts, sequences=left, last_run_ended_at=ended)
    return facts


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)
