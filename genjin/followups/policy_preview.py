"""What a changed layer of the policy would ask of everybody, found out on a part of the customers.

The part is drawn by owner and, within an owner, by follow-up grade and purchase class. It is looked at in
rounds: a few customers of everybody first, so that there is an answer at once, then more. Nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from genjin.customers.models import Customer
from genjin.followups import setting
from genjin.followups.gather import gather
from genjin.followups.pool import with_layer
from genjin.followups.setting import Snapshot
from genjin.rules.simulation import coming_days
from genjin.rules.workload import Load, Portfolio, compare

DAYS = 30
ROUNDS = (4, 16, 64)
"""So many customers of each owner are looked at, round after round."""
MOST = 4000
"""A round that would look at more customers is left out, unless it is the first."""
SLICE = 60
"""Customers after which what has been found is told."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Customers of one owner that stand for all of his."""

    owner_id: int
    ids: Sequence[int]
    total: int

    def first(self, count: int) -> Drawn:
        """So many of them, as evenly drawn."""
        size = len(self.ids)
        if count >= size:
            return self
        return replace(self, ids=[self.ids[number * size // count] for number in range(count)])


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found for one owner's customers."""

    looked_at: int
    total: int
    before: Load
    after: Load


@dataclass
class Found:
    """What has been found so far: the work of each day and person, as things are and as they would be."""

    days: Sequence[date]
    customers: int
    """All customers that the layer concerns."""
    seen: dict[int, Seen] = field(default_factory=dict)
    """By owner."""

    @property
    def looked_at(self) -> int:
        """How many customers were simulated."""
        return sum(one.looked_at for one in self.seen.values())

    def data(self) -> dict[str, Any]:
        """As JSON: the days, and for each person the tasks on each of them, now and then."""
        place = {day: number for number, day in enumerate(self.days)}
        people: dict[int, tuple[list[float], list[float]]] = defaultdict(
            lambda: ([0.0] * len(self.days), [0.0] * len(self.days))
        )
        for one in self.seen.values():
            for which, load in enumerate((one.before, one.after)):
                for (day, person, _kind), count in load.items():
                    people[person][which][place[day]] += count
        lines = []
        for person, (now, then) in sorted(people.items()):
            own = self.seen.get(person)
            lines.append(
                {
                    "id": person,
                    "customers": own.total if own else 0,
                    "looked_at": own.looked_at if own else 0,
                    "now": [round(count, 1) for count in now],
                    "then": [round(count, 1) for count in then],
                }
            )
        return {
            "days": [day.isoformat() for day in self.days],
            "customers": self.customers,
            "looked_at": self.looked_at,
            "people": lines,
        }


def look(
    scope: str, subject_id: int, values: Mapping[str, object], *, at: datetime, days: int = DAYS
) -> Iterator[Found]:
    """What the layer with these values would bring from tomorrow on, told again as it gets more exact."""
    snapshot = setting.current(at)
    today, *later = coming_days(snapshot.base, at, days)
    changed = with_layer(snapshot, scope, subject_id, values, today)
    drawn = draw(owners_of(snapshot, scope, subject_id), ROUNDS[-1])
    found = Found(later, sum(one.total for one in drawn))
    yield found
    before = 0
    for size in ROUNDS:
        wanted = [one.first(size) for one in drawn]
        count = sum(len(one.ids) for one in wanted)
        if count == before or (before and count > MOST):
            break
        before = count
        again = [one for one in wanted if one.owner_id not in found.seen or len(one.ids) > size // 4]
        for part in _slices(again):
            for owner_id, seen in _simulate(part, snapshot, changed, at, days):
                found.seen[owner_id] = seen
            yield found


def owners_of(snapshot: Snapshot, scope: str, subject_id: int) -> list[int] | None:
    """Whose customers a layer concerns; None: everybody's."""
    if scope == "COMPANY":
        return None
    if scope == "PERSON":
        return [subject_id]
    return [pk for pk, team_id in snapshot.team_of.items() if team_id == subject_id]


def draw(owners: Sequence[int] | None, size: int) -> list[Drawn]:
    """At most so many customers of each owner, evenly drawn by follow-up grade and purchase class."""
    rows: QuerySet[Customer, Any] = Customer.objects.alive().filter(owner__isnull=False, is_confirmed=True)
    if owners is not None:
        rows = rows.filter(owner__in=owners)
    order = [F("grade_order").desc(), F("value_class").asc(), F("id").asc()]
    placed = rows.annotate(
        place=Window(RowNumber(), partition_by=F("owner_id"), order_by=order),
        total=Window(Count("id"), partition_by=F("owner_id")),
    ).annotate(turn=(F("place") * size) % F("total"))
    # The n-th of N customers is drawn where n * size / N passes a whole number: exactly `size` of them.
    found = placed.filter(turn__lt=size).order_by("owner_id", "place")
    lines = found.values_list("owner_id", "total", "pk")
    return [
        Drawn(owner_id, [pk for _, _, pk in group], total)
        for (owner_id, total), group in groupby(lines, key=lambda line: (line[0], line[1]))
    ]


def _slices(parts: Iterable[Drawn]) -> Iterator[list[Drawn]]:
    """A bounded number of customers at a time, nobody's divided."""
    held: list[Drawn] = []
    for part in parts:
        held.append(part)
        if sum(len(one.ids) for one in held) >= SLICE:
            yield held
            held = []
    if held:
        yield held


def _simulate(
    parts: Sequence[Drawn], present: Snapshot, other: Snapshot, at: datetime, days: int
) -> Iterator[tuple[int, Seen]]:
    ids = [pk for part in parts for pk in part.ids]
    facts = gather(ids, go_live_on=present.base.go_live_on, now=at)
    present.markets.prepare(
        contact.country for one in facts.values() for contact in one.contacts if contact.country
    )
    for part in parts:
        customers = [facts[pk] for pk in part.ids if pk in facts]
        mine, theirs = present.for_owner(part.owner_id), other.for_owner(part.owner_id)
        before, after = compare(Portfolio(part.owner_id, customers, part.total), mine, theirs, at, days)
        yield part.owner_id, Seen(len(customers), part.total, before, after)
