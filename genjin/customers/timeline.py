"""Everything that happened with one customer, merged from several tables and paged by key.

Interactions, next steps that ended without a log of their own, changes of dimensions, what the journal tells
of the customer and its contacts, and what higher folders put on the register (`add_source`: mails). A page
costs the same however long the history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet

from genjin.customers.merging import merged_into
from genjin.customers.models import Customer, DimensionChange, Interaction, NextStep
from genjin.journal.models import Entry
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.records.prepared import Given, Prepared, join, prefetched

INTERACTIONS, STEPS, DIMENSIONS, JOURNAL = "interactions", "steps", "dimensions", "journal"
SOURCES = (INTERACTIONS, STEPS, DIMENSIONS, JOURNAL)
PAGE = 30
_AT, _ID = Given("at"), Given("id")
BEFORE_MOMENT, WITHIN_MOMENT, WITH_MOMENT = "BEFORE", "WITHIN", "WITH"
SALT = "genjin.customers.timeline"
Kind = Interaction.Kind
M = TypeVar("M", bound=Model)
TABS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "all": (SOURCES, ()),
    "calls": ((INTERACTIONS,), (Kind.AUDIO_CALL, Kind.VIDEO_CALL)),
    "mails": ((INTERACTIONS,), (Kind.EMAIL, Kind.CHAT, Kind.LETTER)),
    "meetings": ((INTERACTIONS,), (Kind.MEETING, Kind.VISIT, Kind.INBOUND_VISIT, Kind.EXHIBITION)),
    "notes": ((INTERACTIONS,), (Kind.NOTE, Kind.COURTESY, Kind.SERVICE)),
    "changes": ((STEPS, DIMENSIONS, JOURNAL), ()),
}
"""Tab: (which sources, which kinds of interaction; none means all)."""


@dataclass(frozen=True)
class Asked:
    """What a page wants of each source: the newest rows that lie before a place."""

    customer: Customer
    kinds: tuple[str, ...]
    reader: User | None
    limit: int
    cut: str = ""
    """Which rows of the moment of the place lie before it: see `newest`."""
    at: datetime | None = None
    id: int = 0

    @property
    def shape(self) -> tuple[str, int]:
        """What changes the statement: for `newest`."""
        return self.cut, self.limit

    @property
    def values(self) -> dict[str, Any]:
        """What a prepared statement is given; the customer's `created_at` is among it."""
        return {
            "customer": self.customer.pk, "made_at": self.customer.created_at, "at": self.at, "id": self.id
        }  # fmt: skip


def newest(
    rows: QuerySet[M], column: str, cut: str, limit: int, *, at: Any = _AT, pk: Any = _ID
) -> QuerySet[M]:
    """The newest rows by a column, to be prepared; `cut` says how they begin: with all, or at a place."""
    if cut:
        before = Q(**{f"{column}__lt": at})
        if cut == WITH_MOMENT:
            before |= Q(**{column: at})
        elif cut == WITHIN_MOMENT:
            before |= Q(**{column: at, "pk__lt": pk})
        rows = rows.filter(before)
    return rows.order_by(f"-{column}", "-pk")[:limit]


@dataclass(frozen=True)
class Source:
    """A table whose rows stand on the timeline, by a column, in these tabs."""

    name: str
    column: str
    tabs: frozenset[str]
    rows: Callable[[Asked], Sequence[Any]]
    told: frozenset[str] = frozenset()
    """Kinds of record of which its rows tell what happened; their journal stays away."""


_further: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """Put a source on the register; what its rows say goes to `present_timeline.add_teller`."""
    _further[source.name] = source


# Told by their own rows of the timeline, or of no interest to people who read what happened.
_TOLD_ELSEWHERE = frozenset(("customers.interaction", "customers.nextstep"))


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands: newest first, and among equal moments in a fixed order."""

    at: datetime
    rank: int
    id: int


@dataclass(frozen=True)
class Item:
    """One row of the timeline; `record` is an Interaction, NextStep, DimensionChange or journal Entry."""

    place: Place
    source: str
    record: Any

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.place.at


@dataclass(frozen=True)
class Page:
    """One page of the timeline; `before` is the cursor of the next one, empty at the end.

    `after` is when the last row of the page before it happened, None on the first page.
    """

    items: list[Item] = field(default_factory=list)
    before: str = ""
    after: datetime | None = None


def page(
    customer: Customer,
    *,
    tab: str = "all",
    before: str = "",
    size: int = PAGE,
    reader: User | None = None,
    people: dict[int, User] | None = None,
) -> Page:
    """The rows of one tab that lie before a cursor; one query a source, and what belongs to their rows.

    Rows of higher folders are shown as far as the reader may see them; the reader sees the customer. `people`
    are colleagues who are known already.
    """
    tab = tab if tab in TABS else "all"
    start = _read(before)
    found: list[Item] = []
    for rank, source in _sources(tab):
        asked = Asked(customer, TABS[tab][1], reader, size + 1, *_cut(rank, start))
        rows = source.rows(asked)
        found += [Item(Place(getattr(row, source.column), rank, row.pk), source.name, row) for row in rows]
    found.sort(key=lambda item: item.place, reverse=True)
    shown = found[:size]
    more = len(found) > size
    logs = _of_source(INTERACTIONS, shown)
    _join_logs(logs, customer)
    _join_people(shown, logs, people or {})
    return Page(shown, _write(shown[-1].place) if more else "", start.at if start else None)


def _sources(tab: str) -> list[tuple[int, Source]]:
    """The sources of a tab, with their rank among equal moments."""
    own = [(len(SOURCES) - SOURCES.index(name), _OWN[name]) for name in TABS[tab][0]]
    further = ((len(SOURCES) + 1 + place, _further[name]) for place, name in enumerate(sorted(_further)))
    return [*own, *((rank, source) for rank, source in further if tab in source.tabs)]


def _cut(rank: int, start: Place | None) -> tuple[str, datetime | None, int]:
    """Where the rows of a source begin."""
    if start is None:
        return "", None, 0
    if rank == start.rank:
        return WITHIN_MOMENT, start.at, start.id
    return WITH_MOMENT if rank < start.rank else BEFORE_MOMENT, start.at, 0


def _of_source(source: str, items: Sequence[Item]) -> list[Any]:
    return [item.record for item in items if item.source == source]


def _join_logs(logs: Sequence[Interaction], customer: Customer) -> None:
    """Who took part in these logs, their next steps, what they closed, their corrections; three queries."""
    given = {"customer": customer.pk, "logs": [log.pk for log in logs]}
    contacts, written, closed, corrections = (
        prefetched(logs, name) for name in ("contacts", "next_steps", "closes", "corrections")
    )
    if not logs:
        return
    for link in _TOOK_PART(**given):
        contacts[link.interaction_id].append(link.contact)
    for step in _STEPS_OF_LOGS(**given):
        for pk, steps in ((step.written_in_id, written), (step.closed_in_id, closed)):
            if pk in steps:
                steps[pk].append(step)
    for correction in _CORRECTIONS(**given):
        corrections[correction.corrects_id].append(correction)


def _join_people(items: Sequence[Item], logs: Sequence[Interaction], known: Mapping[int, User]) -> None:
    """The colleagues whom the rows name; one query unless they are known."""
    corrections = [one for log in logs for one in log.corrections.all()]
    named: list[tuple[str, Sequence[Any]]] = [
        ("person", [*logs, *corrections]),
        ("closed_by", _of_source(STEPS, items)),
        ("by", [*_of_source(DIMENSIONS, items), *_of_source(JOURNAL, items)]),
    ]
    ids = {getattr(row, f"{relation}_id") for relation, rows in named for row in rows}
    people = people_of(ids, known)
    for relation, rows in named:
        join(rows, relation, people)


def _interactions(kinds: Collection[str], cut: str, limit: int) -> QuerySet[Interaction]:
    rows = Interaction.objects.alive().filter(customer=Given("customer"), corrects__isnull=True)
    return newest(rows.filter(kind__in=kinds) if kinds else rows, "happened_at", cut, limit)


def _took_part() -> QuerySet[Any]:
    links = Interaction.contacts.through.objects.filter(interaction_id__among=Given("logs"))
    links = links.select_related("contact").only("interaction_id", "contact_id", "contact__name")
    return links.order_by("contact_id")


def _steps_of_logs() -> QuerySet[NextStep]:
    of_logs = Q(written_in_id__among=Given("logs")) | Q(closed_in_id__among=Given("logs"))
    return NextStep.objects.filter(of_logs, customer=Given("customer")).order_by("pk")


def _corrections() -> QuerySet[Interaction]:
    # Naming the customer again saves SQLite from reading everybody's rows: to it the index of a column that
    # is mostly empty looks useless.
    rows = Interaction.objects.alive().filter(customer=Given("customer"))
    return rows.filter(corrects_id__among=Given("logs")).order_by("pk")


def _steps(cut: str, limit: int) -> QuerySet[NextStep]:
    rows = NextStep.objects.filter(customer=Given("customer"), closed_at__isnull=False)
    return newest(rows.filter(closed_in__isnull=True), "closed_at", cut, limit)


def _dimensions(cut: str, limit: int) -> QuerySet[DimensionChange]:
    rows = DimensionChange.objects.filter(customer=Given("customer"))
    # What was known from the first moment is told by "added".
    of_contact = Q(contact__isnull=False, at=F("contact__created_at"))
    rows = rows.exclude(of_contact | Q(contact__isnull=True, at=Given("made_at")))
    return newest(rows.select_related("contact"), "at", cut, limit)


def _journal(has_merged: bool, cut: str, limit: int) -> QuerySet[Entry]:
    if has_merged:
        # Entries are never changed: those of what was merged into the customer are read under its own number.
        rows = Entry.objects.filter(customer_id__among=Given("customers"))
    else:
        rows = Entry.objects.filter(customer_id=Given("customer"))
    told = _TOLD_ELSEWHERE.union(*(source.told for source in _further.values()))
    rows = rows.exclude(kind__in=sorted(told))
    # One row tells of a merge, that of the kept customer, or contact.
    moved = Q(changes__has_key="customer_id") | Q(changes__has_key="merged_into_id")
    rows = rows.exclude(moved, verb__in=("merge", "unmerge"), kind="customers.contact")
    if has_merged:
        rows = rows.exclude(
            object_id__among=Given("merged"), kind="customers.customer", changes__has_key="merged_into_id"
        )
    return newest(rows.exclude(verb="grade").select_related("personal"), "at", cut, limit)


_LOGS, _CLOSED, _CHANGES, _ENTRIES = (
    Prepared(_interactions), Prepared(_steps), Prepared(_dimensions), Prepared(_journal),
)  # fmt: skip
_TOOK_PART, _STEPS_OF_LOGS, _CORRECTIONS = (
    Prepared(_took_part), Prepared(_steps_of_logs), Prepared(_corrections),
)  # fmt: skip


def _entries(asked: Asked) -> list[Entry]:
    merged = [one.pk for one in merged_into(asked.customer)]
    customers = [asked.customer.pk, *merged]
    return _ENTRIES(bool(merged), *asked.shape, merged=merged, customers=customers, **asked.values)


_OWN = {
    source.name: source
    for source in (
        Source(INTERACTIONS, "happened_at", frozenset(), lambda a: _LOGS(a.kinds, *a.shape, **a.values)),
        Source(STEPS, "closed_at", frozenset(), lambda a: _CLOSED(*a.shape, **a.values)),
        Source(DIMENSIONS, "at", frozenset(), lambda a: _CHANGES(*a.shape, **a.values)),
        Source(JOURNAL, "at", frozenset(), _entries),
    )
}


def _write(place: Place) -> str:
    return signing.dumps([place.at.isoformat(), place.rank, place.id], salt=SALT, compress=True)


def _read(cursor: str) -> Place | None:
    """The place a cursor means; a cursor that nobody was given means the beginning."""
    try:
        at, rank, pk = signing.loads(cursor, salt=SALT)
        return Place(datetime.fromisoformat(at), rank, pk)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def ids_named(items: Sequence[Item], names: Collection[str]) -> set[int]:
    """The ids that journal entries hold in these fields, which have one or several (owner, collaborators)."""
    found: set[int] = set()
    for item in items:
        if item.source != JOURNAL:
            continue
        for name, change in item.record.changes.items():
            if name in names and change:
                for value in change:
                    found.update(value if isinstance(value, list) else [value] if value else [])
    return found
