"""What was handed to a colleague or a superior goes back with its result (000-37)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from genjin.rules.case import Case
from genjin.rules.duties import Duty, Notice, NoticeKind, because
from genjin.rules.facts import OutcomeKind


def settled_delegations(case: Case, duties: Sequence[Duty]) -> Iterator[Notice]:
    """Whoever handed something over is told when it is owed no more; what became of it is on the timeline."""
    owed = {duty.key for duty in duties}
    handed = {one.key for one in case.facts.outcomes if one.kind is OutcomeKind.DELEGATED}
    for key in sorted(handed - owed):
        outcome = case.delegated(key)
        if outcome is None or outcome.by_id is None:
            continue
        yield Notice(
            key=f"delegated:{outcome.key}:{outcome.at.isoformat()}",
            kind=NoticeKind.DELEGATED_SETTLED,
            customer_id=case.facts.customer_id,
            duty_key=outcome.key,
            recipient_ids=(outcome.by_id,),
            reason=because(
                "DELEGATED_SETTLED",
                owner_id=outcome.to_id,
                on=case.setting.calendar(outcome.by_id).local_date(outcome.at),
                why=outcome.reason,
            ),
        )
