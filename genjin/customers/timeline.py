"""Everything that happened with one customer, merged from several tables and paged by key.

Interactions, next steps that ended without a log of their own, changes of dimensions, what the journal tells
of the customer and its contacts, and what higher folders put on the register (`add_source`: mails). A page
costs the same however long the history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import F, Prefetch, Q, QuerySet

from genjin.customers.models import Contact, Customer, DimensionChange, Interaction, NextStep
from genjin.journal.models import Entry
from genjin.people.models import User

INTERACTIONS, STEPS, DIMENSIONS, JOURNAL = "interactions", "steps", "dimensions", "journal"
SOURCES = (INTERACTIONS, STEPS, DIMENSIONS, JOURNAL)
PAGE = 30
SALT = "genjin.customers.timeline"
Kind = Interaction.Kind
TABS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "all": (SOURCES, ()),
    "calls": ((INTERACTIONS,), (Kind.AUDIO_CALL, Kind.VIDEO_CALL)),
    "mails": ((INTERACTIONS,), (Kind.EMAIL, Kind.CHAT, Kind.LETTER)),
    "meetings": ((INTERACTIONS,), (Kind.MEETING, Kind.VISIT, Kind.INBOUND_VISIT, Kind.EXHIBITION)),
    "notes": ((INTERACTIONS,), (Kind.NOTE, Kind.COURTESY, Kind.SERVICE)),
    "changes": ((STEPS, DIMENSIONS, JOURNAL), ()),
}
"""Tab: (which sources, which kinds of interaction; none means all)."""
Rows = Callable[[Customer, Collection[str], User | None], tuple[QuerySet[Any], str]]
"""(customer, kinds of interaction asked for, reader) to rows and the column of their moment."""


@dataclass(frozen=True)
class Source:
    """A table of a higher folder whose rows stand on the timeline, in these tabs."""

    name: str
    tabs: frozenset[str]
    rows: Rows


_further: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """Put a source on the register; what its rows say goes to `present_timeline.add_teller`."""
    _further[source.name] = source


# Told by their own rows of the timeline, or of no interest to people who read what happened.
_TOLD_ELSEWHERE = ("customers.interaction", "customers.nextstep")


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
    customer: Customer, *, tab: str = "all", before: str = "", size: int = PAGE, reader: User | None = None
) -> Page:
    """The rows of one tab that lie before a cursor; at most one query a source, and their prefetches.

    Rows of higher folders are shown as far as the reader may see them.
    """
    tab = tab if tab in TABS else "all"
    sources, kinds = TABS[tab]
    start = _read(before)
    found: list[Item] = []
    for source in sources:
        rows, column = _QUERIES[source](customer, kinds)
        found += _slice(source, len(SOURCES) - SOURCES.index(source), rows, column, start, size + 1)
    for place, name in enumerate(sorted(_further)):
        if tab in _further[name].tabs:
            rows, column = _further[name].rows(customer, kinds, reader)
            found += _slice(name, len(SOURCES) + 1 + place, rows, column, start, size + 1)
    found.sort(key=lambda item: item.place, reverse=True)
    shown = found[:size]
    more = len(found) > size
    return Page(shown, _write(shown[-1].place) if more else "", start.at if start else None)


def _slice(
    source: str, rank: int, rows: QuerySet[Any], column: str, start: Place | None, limit: int
) -> list[Item]:
    """The newest rows of one source before a place."""
    if start is not None:
        before = Q(**{f"{column}__lt": start.at})
        if rank < start.rank:
            before |= Q(**{column: start.at})
        elif rank == start.rank:
            before |= Q(**{column: start.at, "pk__lt": start.id})
        rows = rows.filter(before)
    rows = rows.order_by(f"-{column}", "-pk")[:limit]
    return [Item(Place(getattr(row, column), rank, row.pk), source, row) for row in rows]


def _interactions(customer: Customer, kinds: Collection[str]) -> tuple[QuerySet[Any], str]:
    rows = Interaction.objects.alive().filter(customer=customer, corrects__isnull=True)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    # Naming the customer again saves SQLite from reading everybody's rows: to it the index of a column that
    # is mostly empty looks useless.
    corrections = Interaction.objects.alive().filter(customer=customer).select_related("person")
    steps = NextStep.objects.filter(customer=customer).order_by("pk")
    return (
        rows.select_related("person").prefetch_related(
            Prefetch("contacts", Contact.objects.order_by("pk")),
            Prefetch("next_steps", steps),
            Prefetch("closes", steps),
            Prefetch("corrections", corrections.order_by("pk")),
        ),
        "happened_at",
    )


def _steps(customer: Customer, kinds: Collection[str]) -> tuple[QuerySet[Any], str]:
    rows = NextStep.objects.filter(customer=customer, closed_at__isnull=False, closed_in__isnull=True)
    return rows.select_related("closed_by", "owner"), "closed_at"


def _dimensions(customer: Customer, kinds: Collection[str]) -> tuple[QuerySet[Any], str]:
    rows = DimensionChange.objects.filter(customer=customer)
    # What was known from the first moment is told by "added".
    of_contact = Q(contact__isnull=False, at=F("contact__created_at"))
    rows = rows.exclude(of_contact | Q(contact__isnull=True, at=customer.created_at))
    return rows.select_related("by", "contact"), "at"


def _journal(customer: Customer, kinds: Collection[str]) -> tuple[QuerySet[Any], str]:
    # Entries are never changed: those of what was merged into the customer are read under its own number.
    merged = list(Customer.objects.filter(merged_into=customer).values_list("pk", flat=True))
    rows = Entry.objects.filter(customer_id__in=[customer.pk, *merged]).exclude(kind__in=_TOLD_ELSEWHERE)
    # One row tells of a merge, that of the kept customer, or contact.
    moved = Q(changes__has_key="customer_id") | Q(changes__has_key="merged_into_id")
    rows = rows.exclude(moved, verb__in=("merge", "unmerge"), kind="customers.contact")
    if merged:
        rows = rows.exclude(
            object_id__in=merged, kind="customers.customer", changes__has_key="merged_into_id"
        )
    return rows.exclude(verb="grade").select_related("by", "personal"), "at"


_QUERIES: dict[str, Callable[[Customer, Collection[str]], tuple[QuerySet[Any], str]]] = {
    INTERACTIONS: _interactions,
    STEPS: _steps,
    DIMENSIONS: _dimensions,
    JOURNAL: _journal,
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
