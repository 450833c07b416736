"""What a run remembers between its slices: which companies the rows before named, and by which keys.

A dry run and a real one ask the same memory first and the database second, so that both give the same
verdicts wherever a slice ends. Keys are kept as hashes, companies as the number of the first row that named
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from genjin.customers.models import Contact, Customer
from genjin.exchange.importing.companies import (
    Company,
    all_keys,
    held_keys,
    row_keys,
    stored_company,
    stored_person,
)
from genjin.exchange.importing.matching import Keys
from genjin.exchange.importing.near import Near
from genjin.exchange.importing.register import Line, Run
from genjin.exchange.importing.writing import CONTACT, CUSTOMER
from genjin.exchange.models import ImportRow, Verdict
from genjin.journal.models import Entry

FOUND_BY = frozenset(("name", "name_local", "website", "country_id"))
"""Columns by which a customer is recognised."""


@dataclass
class Memory:
    """One run's memory; `names` and `companies`, packed, only of dry runs, for which nothing is stored.

    `moved` are the customers there before that rows changed: the database finds them otherwise than a dry run
    does, so from then on they are found by what is remembered of them.
    """

    by_key: dict[int, int | tuple[int, ...]] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)
    refs: dict[int, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    companies: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    near: Near = field(default_factory=Near)

    def named_by(self, key: tuple[str, object]) -> tuple[int, ...]:
        """The companies that rows with this key belong to."""
        found = self.by_key.get(hash(key), ())
        return (found,) if isinstance(found, int) else found

    def note(self, key: tuple[str, object], ref: int) -> None:
        """Remember that rows with this key are that company; of a name, that there are several."""
        known = self.named_by(key)
        if not known:
            self.by_key[hash(key)] = ref
        elif key[0] == "name" and ref not in known:
            self.by_key[hash(key)] = (*known, ref)

    def is_made(self, customer_id: int) -> bool:
        """Whether this import made the customer."""
        return self.refs.get(customer_id, 0) in self.made

    def __contains__(self, customer_id: object) -> bool:
        """As `is_made`."""
        return isinstance(customer_id, int) and self.is_made(customer_id)

    def bind(self, ref: int, customer_id: int) -> None:
        """The company is this customer."""
        self.ids[ref] = customer_id
        self.refs[customer_id] = ref

    def refs_of(self, keys: Iterable[Keys]) -> Iterator[int]:
        """All companies that rows with these keys may be."""
        for one in keys:
            for key in all_keys(one):
                yield from self.named_by(key)


def recall(run: Run, lines: Sequence[Line], rows: Mapping[int, ImportRow]) -> None:
    """Remember rows that were written before the run was interrupted, as if it had not been."""
    memory: Memory = run.memory
    taken = {row.customer_id for row in rows.values() if row.verdict not in _LEFT_OUT and row.customer_id}
    held = {company.id: (company, before) for company, before in _stored(run, taken)}
    for line in lines:
        row = rows.get(line.number)
        if row is None or row.customer_id is None or row.verdict in _LEFT_OUT:
            continue
        if row.customer_id not in held:
            continue
        made: defaultdict[str, list[int]] = defaultdict(list)
        for kind, pk in row.made:
            made[kind].append(pk)
        is_new = row.customer_id in made[CUSTOMER]
        ref = memory.refs.get(row.customer_id) or (line.number if is_new else -row.customer_id)
        memory.bind(ref, row.customer_id)
        memory.people |= set(made[CONTACT])
        keys, (company, before) = row_keys(line), held[row.customer_id]
        further = [key for key in held_keys(company) if key[0] == "exact"]
        if is_new:
            memory.made.add(ref)
            memory.near.note(keys, ref)
        elif ref not in memory.made and (row.made or row.changed):
            memory.moved.add(row.customer_id)
            further = held_keys(company) + held_keys(before)
        for key in (*all_keys(keys), *further):
            memory.note(key, ref)


_LEFT_OUT = (Verdict.ERROR, Verdict.DUPLICATE)


def _stored(run: Run, ids: Collection[int]) -> Iterator[tuple[Company, Company]]:
    """Each customer as it is now, and as it was found when the import began."""
    entries = Entry.objects.filter(
        kind=CUSTOMER, object_id__in=ids, via=Entry.Via.IMPORT, request_id=run.job.door, verb="change"
    )
    former: defaultdict[int, dict[str, object]] = defaultdict(dict)
    for entry in entries.order_by("pk"):
        for name in FOUND_BY & entry.changes.keys():
            former[entry.object_id].setdefault(name, entry.changes[name][0])
    people: defaultdict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.alive().filter(customer__in=ids).prefetch_related("points"):
        people[contact.customer_id].append(contact)
    for customer in Customer.objects.alive().filter(pk__in=ids):
        company = stored_company(customer, ref=-customer.pk, number=0)
        for contact in people[customer.pk]:
            company.meet(stored_person(contact, 0))
        yield company, replace(company, values=company.values | former[customer.pk])
