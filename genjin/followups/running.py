"""Sequences of customers as the rules must know them: runs, what was done for them, what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from genjin.customers.models import Customer, DimensionChange, Interaction
from genjin.followups.models import Outcome as OutcomeRow
from genjin.followups.models import SequenceRun as RunRow
from genjin.followups.talks import CHANNELS
from genjin.mail.sequence_facts import heard_of, mails_of
from genjin.records.prepared import Given, Prepared
from genjin.rules.aftersales import PREFIX as AFTERSALES
from genjin.rules.facts import Attempt, Channel, DormancyState, Outcome, OutcomeKind
from genjin.rules.interactions import Kind, counts
from genjin.rules.policy import steps_from
from genjin.rules.runs import Begun, Event, EventKind, SequenceRun
from genjin.sales.shipment_facts import ordered

PREFIX = "sequence:"
"""How the keys of their duties begin."""
DORMANCY = "dormancy_state"


@dataclass(slots=True)
class Running:
    """What is known of the sequences of one customer."""

    runs: list[SequenceRun] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    last_ended_at: datetime | None = None
    evidence: list[Attempt] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def running_of(
    rows: Sequence[Customer], at: datetime | None, shipped: Mapping[int, datetime] | None = None
) -> Mapping[int, Running]:
    """By customer: in two queries where no sequence ever was and nothing left, in eight otherwise.

    `shipped` says since when goods are on their way or cared for: what was done and said since then is a fact
    as well. With `at` as of then. What begins and ends sequences in other folders (inquiries, the lead's
    status) joins in `_add_evidence`.
    """
    found: dict[int, Running] = defaultdict(Running)
    by_id = {row.pk: row for row in rows}
    since: dict[int, datetime] = {}
    for run in _RUNS(at is not None, ids=list(by_id), at=at):
        known = found[run.customer_id]
        known.begun.append(Begun(run.sequence, run.began_at))
        if run.ended_at is not None and (at is None or run.ended_at <= at):
            known.last_ended_at = max(known.last_ended_at or run.ended_at, run.ended_at)
            continue
        known.runs.append(_fact(run, by_id[run.customer_id].owner_id or 0))
        since[run.customer_id] = min(since.get(run.customer_id, run.began_at), run.began_at)
    _add_dormancy(found, rows, since, at)
    _add_orders(found, since, at)
    for pk, left_at in (shipped or {}).items():
        since[pk] = min(since.get(pk, left_at), left_at)
    if since:
        _add_evidence(found, since, at)
        _add_outcomes(found, since, at)
    for known in found.values():
        known.begun = _last(known.begun)
    return found


def _runs(as_of: bool) -> QuerySet[RunRow]:
    rows = RunRow.objects.filter(customer_id__among=Given("ids"))
    return rows.filter(began_at__lte=Given("at")) if as_of else rows


_RUNS = Prepared(_runs)


def _fact(row: RunRow, owner_id: int) -> SequenceRun:
    return SequenceRun(
        key=row.key,
        sequence=row.sequence,
        steps=steps_from(row.steps),
        began_at=row.began_at,
        owner_id=owner_id,
        about_on=row.about_on,
        exits=frozenset(EventKind(name) for name in row.exits),
    )


def _last(begun: Sequence[Begun]) -> list[Begun]:
    last: dict[str, datetime] = {}
    for one in begun:
        last[one.sequence] = max(last.get(one.sequence, one.at), one.at)
    return [Begun(sequence, at) for sequence, at in last.items()]


def _add_dormancy(
    found: Mapping[int, Running], rows: Sequence[Customer], since: dict[int, datetime], at: datetime | None
) -> None:
    """When a customer fell dormant, which may begin a sequence, unless it was imported so; and when it was
    so no longer, which may end one.
    """
    asked = {row.pk: row for row in rows if row.pk in since or row.dormancy_state == DormancyState.DORMANT}
    if not asked:
        return
    changes = DimensionChange.objects.filter(customer__in=list(asked), dimension=DORMANCY)
    if at is not None:
        changes = changes.filter(at__lte=at)
    fell = Max("at", filter=Q(new=DormancyState.DORMANT) & ~Q(cause=DimensionChange.Cause.IMPORT))
    awoke = Max("at", filter=Q(old=DormancyState.DORMANT))
    for pk, fell_at, awoke_at in (
        changes.order_by().values_list("customer_id").annotate(fell=fell, awoke=awoke)
    ):
        if fell_at is not None and asked[pk].dormancy_state == DormancyState.DORMANT:
            found[pk].events.append(Event(EventKind.DORMANT, fell_at))
        if awoke_at is not None and pk in since:
            found[pk].events.append(Event(EventKind.AWAKE, awoke_at))


def _add_orders(found: Mapping[int, Running], since: Mapping[int, datetime], at: datetime | None) -> None:
    """When a customer ordered since the first of its sequences began, which may end them."""
    for pk, when in ordered(since, at).items():
        found[pk].events.append(Event(EventKind.ORDER, when))


def _add_evidence(found: Mapping[int, Running], since: Mapping[int, datetime], at: datetime | None) -> None:
    heard: dict[int, datetime] = {}
    logged = Interaction.objects.alive().filter(customer__in=list(since), happened_at__gt=min(since.values()))
    if at is not None:
        logged = logged.filter(logged_at__lte=at, happened_at__lte=at)
    for pk, kind, direction, outcome, when in logged.values_list(
        "customer_id", "kind", "direction", "outcome", "happened_at"
    ):
        if when <= since[pk]:
            continue
        counted = counts(
            Kind(kind),
            inbound=direction == Interaction.Direction.IN,
            connected=outcome == Interaction.Outcome.CONNECTED,
        )
        if counted.ends_tracking:
            heard[pk] = max(heard.get(pk, when), when)
        if counted.follow_up:
            found[pk].evidence.append(Attempt(when, channel_of(Kind(kind))))
    for pk, when in mails_of(since, at):
        found[pk].evidence.append(Attempt(when, Channel.EMAIL))
    for pk, when in heard_of(since, at):
        heard[pk] = max(heard.get(pk, when), when)
    for pk, when in heard.items():
        if found[pk].runs:
            found[pk].events.append(Event(EventKind.REPLY, when))


TOGETHER = (Kind.INBOUND_VISIT, Kind.EXHIBITION)


def channel_of(kind: Kind) -> Channel:
    """How it was done; a visit of the customer and a talk at a fair are meetings."""
    return Channel.MEETING if kind in TOGETHER else CHANNELS.get(kind, Channel.OTHER)


def _add_outcomes(found: Mapping[int, Running], since: Collection[int], at: datetime | None) -> None:
    """What people said of steps of what runs and of shipments, the last word of each key and kind."""
    of_chains = Q(duty_key__startswith=PREFIX) | Q(duty_key__startswith=AFTERSALES)
    rows = OutcomeRow.objects.filter(of_chains, customer__in=list(since), is_live=True)
    if at is not None:
        rows = rows.filter(at__lte=at)
    last: dict[tuple[int, str, str], Any] = {}
    for row in rows.order_by("at", "pk"):
        last[row.customer_id, row.duty_key, row.kind] = row
    for (pk, key, kind), row in last.items():
        if key.startswith(AFTERSALES) or any(key.startswith(f"{run.key}:") for run in found[pk].runs):
            found[pk].outcomes.append(
                Outcome(
                    key=key,
                    kind=OutcomeKind(kind),
                    at=row.at,
                    by_id=row.by_id,
                    until=row.until,
                    reason=row.reason,
                )
            )
