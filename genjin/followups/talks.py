"""What was logged with customers, as the rules must know it: attempts to get an answer, what was heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery

from genjin.customers.models import Customer, Interaction
from genjin.records.prepared import Given, Prepared
from genjin.rules.facts import Attempt, CallFact, Channel, ThreadFact
from genjin.rules.interactions import Kind, counts

CHANNELS = {
    Kind.AUDIO_CALL: Channel.AUDIO_CALL,
    Kind.VIDEO_CALL: Channel.VIDEO_CALL,
    Kind.EMAIL: Channel.EMAIL,
    Kind.CHAT: Channel.CHAT,
    Kind.VISIT: Channel.VISIT,
    Kind.MEETING: Channel.MEETING,
}
"""How an attempt was made; what is not listed was made in another way."""
CALLS = (Interaction.Kind.AUDIO_CALL, Interaction.Kind.VIDEO_CALL)


@dataclass(slots=True)
class Talks:
    """What was logged with one customer."""

    attempts: list[Attempt] = field(default_factory=list)
    heard_at: datetime | None = None
    last_call: CallFact | None = None
    spoken_at: datetime | None = None
    """The last follow-up that was logged."""


def talks_of(
    rows: Sequence[Customer],
    threads: Mapping[int, Sequence[ThreadFact]],
    waiting: Mapping[int, datetime],
    at: datetime | None,
) -> Mapping[int, Talks]:
    """By customer, in two queries at most: what was logged since a moment, and the last call.

    The moment is when the first of its threads began or the first mail came that waits for an answer.
    """
    found: dict[int, Talks] = defaultdict(Talks)
    since = {pk: min(one.started_at for one in known) for pk, known in threads.items() if known}
    since |= {pk: min(since.get(pk, came), came) for pk, came in waiting.items()}
    if since:
        _add_attempts(found, since, at)
    _add_last_calls(found, rows, at)
    return found


def _add_attempts(found: Mapping[int, Talks], since: Mapping[int, datetime], at: datetime | None) -> None:
    logged = Interaction.objects.alive().filter(
        customer__in=list(since), happened_at__gte=min(since.values())
    )
    if at is not None:
        logged = logged.filter(logged_at__lte=at)
    columns = ("customer_id", "kind", "direction", "outcome", "happened_at")
    for pk, kind, direction, outcome, when in logged.values_list(*columns):
        if when < since[pk]:
            continue
        is_inbound = direction == Interaction.Direction.IN
        is_connected = outcome == Interaction.Outcome.CONNECTED
        counted = counts(Kind(kind), inbound=is_inbound, connected=is_connected)
        talks = found[pk]
        if counted.follow_up:
            talks.spoken_at = max(talks.spoken_at or when, when)
        if counted.ends_tracking:
            talks.heard_at = max(talks.heard_at or when, when)
        elif counted.attempt or (Kind(kind).is_call and not is_inbound):
            channel = CHANNELS.get(Kind(kind), Channel.OTHER)
            talks.attempts.append(Attempt(when, channel, reached=counted.attempt))


def _add_last_calls(found: Mapping[int, Talks], rows: Sequence[Customer], at: datetime | None) -> None:
    """The calls that are the last follow-up of their customer."""
    last = {row.pk: row.last_follow_up_at for row in rows}
    calls = _connected()
    if at is None:
        latest = [call for (call,) in _LATEST(ids=last) if call]
        if not latest:
            return
        calls = calls.filter(pk__in=latest)
    else:
        calls = calls.filter(customer__in=list(last), logged_at__lte=at)
    columns = ("customer_id", "pk", "happened_at", "logged_at", "person_id")
    named = calls.order_by("pk").values_list(*columns).annotate(contact=Min("contacts"))
    for customer_id, pk, happened_at, logged_at, person_id, contact_id in named:
        if happened_at == last[customer_id]:
            found[customer_id].last_call = CallFact(pk, happened_at, logged_at, person_id, contact_id)


def _connected() -> QuerySet[Interaction]:
    return Interaction.objects.alive().filter(kind__in=CALLS, outcome=Interaction.Outcome.CONNECTED)


def _latest() -> QuerySet[Any, Any]:
    """Asked of each customer, by its one moment; joined, all calls of all of them would be read."""
    calls = _connected().filter(customer=OuterRef("pk"), happened_at=OuterRef("last_follow_up_at"))
    rows = Customer.objects.filter(pk__among=Given("ids"))
    return rows.order_by().values_list(Subquery(calls.order_by("-pk").values("pk")[:1]))


_LATEST = Prepared(_latest)
