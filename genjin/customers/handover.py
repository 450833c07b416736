"""Planning a hand-over: who may, to whom, and which piece goes to which receiver. It writes nothing."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db.models import Count, Q, QuerySet

from genjin.customers import holdings
from genjin.customers.holdings import Held
from genjin.customers.models import Customer
from genjin.customers.models.customer import KIND
from genjin.customers.models.handover import HandOver
from genjin.people import access
from genjin.people.models import Role, User


@dataclass(frozen=True)
class Choice:
    """What somebody decided: kinds, rule, receivers, and for the rule by country who gets which.

    `countries` maps a country code ("" for none) to a receiver; countries without one stay.
    """

    rule: str
    receivers: Sequence[int]
    kinds: Sequence[str]
    countries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One thing and who gets it."""

    kind: str
    held: Held
    receiver_id: int


@dataclass(frozen=True)
class Plan:
    """What would move where; `staying` counts, by kind, what the rule leaves with the person."""

    pieces: Sequence[Piece]
    staying: Mapping[str, int]

    def counts(self) -> Counter[tuple[int, str]]:
        """How many pieces each receiver gets of each kind."""
        return Counter((piece.receiver_id, piece.kind) for piece in self.pieces)


def may_hand_over(user: User) -> bool:
    """Whether the person may hand over anything at all."""
    may = access.of(user)
    return may.may("manage_team") and may.may("assign_owner") and may.scope(KIND, "edit") in ("TEAM", "ALL")


def people_within(user: User) -> QuerySet[User]:
    """Those whose work the person may hand over: the team's for a manager, else everybody's."""
    people: QuerySet[User] = User.objects.all()
    if not may_hand_over(user):
        return people.none()
    may = access.of(user)
    if may.scope(KIND, "edit") == "ALL":
        return people
    return people.filter(Q(team_id__in=sorted(may.team_ids)) | Q(pk=user.pk))


def receivers_within(user: User, person: User) -> QuerySet[User]:
    """Those to whom the person's work may go: active, able to own customers, within the same reach."""
    able = [
        role.code
        for role in Role.objects.all()
        if (role.scopes.get(KIND) or role.scopes.get("*") or {}).get("edit", "NONE") != "NONE"
    ]
    rows = people_within(user).filter(is_active=True, role__in=able).exclude(pk=person.pk)
    return rows.order_by("pk")


def hand_overs_visible_to(user: User) -> QuerySet[HandOver]:
    """Hand-overs of those whose work the person may hand over."""
    return HandOver.objects.filter(person__in=people_within(user))


def inventory(person_id: int) -> list[tuple[holdings.Holding, int]]:
    """Everything a person owns, counted by kind, zeros included."""
    return [(holding, holding.count(person_id)) for holding in holdings.holdings()]


def countries_of(person_id: int) -> list[tuple[str, int]]:
    """The countries of a person's customers with their numbers, most first; "" for customers without one."""
    rows = Customer.objects.alive().filter(owner=person_id).order_by().values("country")
    found = [(row["country"] or "", row["n"]) for row in rows.annotate(n=Count("pk"))]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def plan(person_id: int, choice: Choice) -> Plan:
    """Divide what a person owns; the same choice over the same base divides it in the same way."""
    deal = _Dealer(choice)
    pieces: list[Piece] = []
    staying: Counter[str] = Counter()
    for holding in holdings.holdings():
        if holding.name not in choice.kinds:
            continue
        for held in holding.held(person_id):
            receiver_id = held.receiver_id or deal.receiver_of(held)
            if receiver_id is None:
                staying[holding.name] += 1
            else:
                pieces.append(Piece(holding.name, held, receiver_id))
    return Plan(pieces, staying)


class _Dealer:
    """Gives out receivers; all pieces of one customer go to the same one."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.of_customer: dict[int, int | None] = {}
        self.turn = count()
        if choice.rule == HandOver.Rule.LEAST_LOAD:
            loads = _loads(choice.receivers)
            self.heap = [(loads[pk], place, pk) for place, pk in enumerate(choice.receivers)]
            heapq.heapify(self.heap)

    def receiver_of(self, held: Held) -> int | None:
        if held.customer_id is None:
            return self.choice.receivers[0]
        if held.customer_id not in self.of_customer:
            self.of_customer[held.customer_id] = self._next(held.country)
        return self.of_customer[held.customer_id]

    def _next(self, country: str) -> int | None:
        if self.choice.rule == HandOver.Rule.BY_COUNTRY:
            return self.choice.countries.get(country)
        if self.choice.rule == HandOver.Rule.LEAST_LOAD:
            load, place, pk = heapq.heappop(self.heap)
            heapq.heappush(self.heap, (load + 1, place, pk))
            return pk
        return self.choice.receivers[next(self.turn) % len(self.choice.receivers)]


def _loads(receivers: Iterable[int]) -> dict[int, int]:
    """How many customers each owns now."""
    loads: dict[int, int] = defaultdict(int)
    rows = Customer.objects.alive().filter(owner__in=list(receivers)).order_by().values("owner")
    for row in rows.annotate(n=Count("pk")):
        loads[row["owner"]] = row["n"]
    return loads
