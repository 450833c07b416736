"""What a run remembers between its slices: which companies the rows before named, and by which keys.

A dry run and a real one ask the same memory first and the database second, so that both give the same
verdicts wherever a slice ends. Keys are kept as hashes, companies as the number of the first row that named
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from genjin.exchange.importing.companies import Company, all_keys, row_keys
from genjin.exchange.importing.matching import Keys
from genjin.exchange.importing.near import Near
from genjin.exchange.importing.register import Line, Run
from genjin.exchange.importing.writing import CONTACT, CUSTOMER
from genjin.exchange.models import Verdict


@dataclass
class Memory:
    """One run's memory; `names` and `companies` only of dry runs, for which nothing is stored."""

    by_key: dict[int, int | tuple[int, ...]] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)
    refs: dict[int, int] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    companies: dict[int, Company] = field(default_factory=dict)
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


def recall(run: Run, lines: Sequence[Line], rows: Mapping[int, Any]) -> None:
    """Remember rows that were written before the run was interrupted, as if it had not been."""
    memory: Memory = run.memory
    for line in lines:
        row = rows.get(line.number)
        if row is None or row.customer_id is None or row.verdict in (Verdict.ERROR, Verdict.DUPLICATE):
            continue
        ref = memory.refs.get(row.customer_id) or line.number
        memory.bind(ref, row.customer_id)
        made: defaultdict[str, list[int]] = defaultdict(list)
        for kind, pk in row.made:
            made[kind].append(pk)
        if row.customer_id in made[CUSTOMER]:
            memory.made.add(ref)
        memory.people |= set(made[CONTACT])
        keys = row_keys(line)
        for key in all_keys(keys):
            memory.note(key, ref)
        if row.customer_id in made[CUSTOMER]:
            memory.near.note(keys, ref)
