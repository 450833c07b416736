"""What the coming days bring if nothing happens: nobody does anything or writes, only the clock goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from genjin.rules.decide import decide
from genjin.rules.duties import Change, Decision, EndCadenceOverride
from genjin.rules.facts import CustomerFacts
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
        if isinstance(change, EndCadenceOverride):
            facts = replace(facts, cadence_override=None)
            continue
        going = tuple(one for one in facts.threads if one.tracking_id != change.tracking_id)
        ended = [change.ended_at, *filter(None, [facts.last_tracking_ended_at])]
        facts = replace(facts, threads=going, last_tracking_ended_at=max(ended))
    return facts
