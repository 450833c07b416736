"""Making the stored tasks equal to what was decided: only what differs is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from genjin.customers.actions.next_steps import NextStepSummary, set_cadence, write_summaries
from genjin.followups import sequence_actions
from genjin.followups.actions import forget_delegations
from genjin.followups.day_marks import mark_days
from genjin.followups.models import CustomerDecision, Task
from genjin.followups.notices import kind_name
from genjin.followups.pool import returns_of
from genjin.journal.actions import plain
from genjin.mail.actions.tracking import end_by_rule
from genjin.notifications.actions import Telling, notify_all
from genjin.records import bulk
from genjin.records.prepared import Given, Prepared
from genjin.rules.duties import (
    BeginSequence,
    Change,
    Duty,
    EndCadenceOverride,
    EndSequence,
    EndTracking,
    Reason,
    Rule,
    TrackingEnd,
)
from genjin.rules.pool import PoolReturn
from genjin.rules.worklist import WorkItem, rank

if TYPE_CHECKING:
    from genjin.followups.decide import Decided

COMPARED = (
    "customer_id", "owner_id", "contact_id", "channel", "due_at", "due_on", "is_date_only", "rank", "place",
    "duties", "is_dismissable", "on_tracking_list", "on_daily_list",
)  # fmt: skip
BATCH = 200
TRACKING = (Rule.TRACKING, Rule.TRACKING_CALL, Rule.BOUNCE)
"""What stands on the tracking list (000-08): mails that await an answer, and those that never arrived."""


def apply(found: Mapping[int, Decided], *, ids: Sequence[int], at: datetime) -> int:
    """Write tasks, notices, summaries and the moment to wake; returns how many tasks were written.

    `ids` may name customers that are not in `found` (in the recycle bin): they lose their tasks. Must run
    inside the transaction that holds the decision rows; applying the same again writes no task.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("decisions are applied under their lock")
    written = _write_tasks(found, ids, at)
    _tell(found, at)
    forget_delegations({pk: decided.settled for pk, decided in found.items() if decided.settled})
    _write_summaries(found, ids, at)
    _remember(found, ids, at)
    return written


_STORED = Prepared(
    lambda: Task.objects.filter(Q(customer_id__among=Given("ids")) | Q(key__among=Given("keys")))
)


def _write_tasks(found: Mapping[int, Decided], ids: Sequence[int], at: datetime) -> int:
    items = (item for decided in found.values() for item in decided.items)
    wanted = {item.key: task_of(item, at) for item in items}
    stored = {task.key: task for task in _STORED(ids=ids, keys=wanted)}
    gone = [task for key, task in stored.items() if key not in wanted]
    new = [task for key, task in wanted.items() if key not in stored]
    moved = [
        task for task in (_renewed(stored[key], wanted[key]) for key in wanted.keys() & stored.keys()) if task
    ]
    if gone:
        Task.objects.filter(pk__in=[task.pk for task in gone]).delete()
    bulk.insert(new)
    bulk.update(moved, [*COMPARED, "decided_at"])
    mark_days(
        {pk: decided.facts for pk, decided in found.items()},
        gone=gone,
        new=new,
        moved=[(stored[task.key], task) for task in moved],
        at=at,
    )
    return len(gone) + len(new) + len(moved)


def _renewed(stored: Task, wanted: Task) -> Task | None:
    """The stored task with what was decided now; None when it says that already."""
    if all(getattr(stored, name) == getattr(wanted, name) for name in COMPARED):
        return None
    wanted.pk = stored.pk
    return wanted


def task_of(item: WorkItem, at: datetime) -> Task:
    """The unsaved row of a work item."""
    work_class, place, _, _ = rank(item)
    return bulk.fresh(
        Task,
        key=item.key,
        customer_id=item.customer_id,
        owner_id=item.owner_id,
        contact_id=item.contact_id,
        channel=str(item.channel),
        due_at=item.due,
        due_on=item.due_on,
        is_date_only=item.is_due_date_only,
        rank=int(work_class),
        place=place,
        duties=[duty_data(duty) for duty in item.duties],
        is_dismissable=item.is_dismissable,
        on_tracking_list=any(duty.rule in TRACKING for duty in item.duties),
        on_daily_list=any(duty.rule is Rule.DAILY for duty in item.duties),
        decided_at=at,
    )


def duty_data(duty: Duty) -> dict[str, Any]:
    """A duty as the JSON that a task keeps of it."""
    return {
        "key": duty.key,
        "rule": str(duty.rule),
        "due": plain(duty.due),
        "due_on": plain(duty.due_on),
        "is_date_only": duty.is_due_date_only,
        "purpose": duty.purpose,
        "channel": str(duty.channel),
        "contact_id": duty.contact_id,
        "requirement": duty.requirement,
        "is_dismissable": duty.is_dismissable,
        "reason": reason_data(duty.reason),
        "notes": [reason_data(note) for note in duty.notes],
    }


def reason_data(reason: Reason) -> dict[str, Any]:
    """A reason as JSON: its code and parameters."""
    return {"code": reason.code, "params": dict(reason.params)}


def execute(change: Change, at: datetime) -> None:
    """Have the owning folder do what the clock demands; the journal names nobody, which is the system.

    It leaves no mark: whoever executes decides again.
    """
    match change:
        case EndCadenceOverride():
            set_cadence(customer_id=change.customer_id, days=None, by=None, at=at, mark=False)
        case EndTracking():
            end_by_rule(
                tracking_id=change.tracking_id,
                is_answered=change.how is TrackingEnd.HEARD,
                ended_at=change.ended_at,
                at=at,
            )
        case BeginSequence():
            sequence_actions.begin_by_rule(change, at=at)
        case EndSequence():
            sequence_actions.end_by_rule(change, at=at)


def _tell(found: Mapping[int, Decided], at: datetime) -> None:
    """Each notice once per person, whoever decides it how often."""
    rows = [
        Telling(
            kind=kind_name(notice.kind),
            user_id=user_id,
            key=notice.key,
            customer_id=pk,
            params={"reason": reason_data(notice.reason), "duty": notice.duty_key},
        )
        for pk, decided in found.items()
        for notice in decided.decision.notices
        for user_id in notice.recipient_ids
    ]
    if rows:
        notify_all(rows, at=at)


def _write_summaries(found: Mapping[int, Decided], ids: Sequence[int], at: datetime) -> None:
    back = returns_of(ids, at)
    write_summaries(
        summaries=[_summary(pk, found[pk].decision.duties if pk in found else (), back.get(pk)) for pk in ids]
    )


def _summary(customer_id: int, duties: Sequence[Duty], back: PoolReturn | None) -> NextStepSummary:
    """The next contact that somebody planned and the coming return, for lists and the customer page."""
    pool: dict[str, Any] = {"returns_on": back.on, "return_code": str(back.code)} if back else {}
    steps = [duty for duty in duties if duty.rule is Rule.NEXT_STEP]
    first = min(steps, key=lambda duty: (duty.due, duty.key), default=None)
    if first is None:
        is_missing = any(duty.rule is Rule.NO_NEXT_STEP for duty in duties)
        return NextStepSummary(customer_id, is_missing=is_missing, **pool)
    return NextStepSummary(customer_id, first.due, first.purpose, str(first.channel), **pool)


def _remember(found: Mapping[int, Decided], ids: Sequence[int], at: datetime) -> None:
    """When each was decided and when the clock alone changes the answer; who is gone is never woken."""
    rows = [
        CustomerDecision(
            customer_id=pk,
            decided_at=at,
            wake_at=found[pk].decision.wake_at if pk in found else None,
        )
        for pk in ids
    ]
    # An upsert of rows that are there: a third of the time that a bulk update takes.
    CustomerDecision.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["decided_at", "wake_at"],
        batch_size=BATCH,
    )
