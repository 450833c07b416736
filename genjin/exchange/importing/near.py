"""Rows of one file that resemble each other, found by short keys of their names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from genjin.customers import duplicate_reasons
from genjin.exchange.importing.matching import Keys
from genjin.rules.duplicates.facts import Company, company
from genjin.rules.duplicates.score import PROBABLY, compare, score_of, traits_of

MOST = 8
"""A key that more rows share tells nothing."""


@dataclass
class Near:
    """The rows that made companies, by the keys of their names; each row is its number and what it said.

    Those of a slice know those of the slices before, so that it does not matter where a slice ends.
    """

    refs: dict[int, int | tuple[int, ...]] = field(default_factory=dict)
    spelt: dict[int, str] = field(default_factory=dict)
    before: Near | None = None

    def note(self, keys: Keys, ref: int) -> None:
        """Remember that a row made a company."""
        if not keys.name:
            return
        self.spelt[ref] = keys.spelt
        for number in keys.near:
            known = self.refs.get(number)
            if known is None:
                self.refs[number] = ref
            elif isinstance(known, int):
                self.refs[number] = (known, ref)
            elif len(known) <= MOST:
                self.refs[number] = (*known, ref)

    def add(self, other: Near) -> None:
        """Take over what a slice of rows remembered."""
        self.spelt |= other.spelt
        for number, found in other.refs.items():
            known = self.refs.get(number)
            if known is None:
                self.refs[number] = found
                continue
            both = (known,) if isinstance(known, int) else known
            both += (found,) if isinstance(found, int) else found
            self.refs[number] = both[: MOST + 1]

    def resembling(self, keys: Keys) -> tuple[int, str] | None:
        """The number of the row most like this one, and why; None when none is probably the same."""
        refs: set[int] = set()
        for number in keys.near if keys.name else ():
            found = self._sharing(number)
            if len(found) <= MOST:
                refs.update(found)
        best: tuple[int, int] | None = None
        for ref in sorted(refs):
            points = score_of(traits_of(keys.company, self._company(ref)))
            if points >= PROBABLY and (best is None or points > best[0]):
                best = points, ref
        if best is None:
            return None
        match = compare(keys.company, self._company(best[1]))
        return best[1], duplicate_reasons.why(match.reasons)

    def _sharing(self, number: int) -> tuple[int, ...]:
        """The rows of a key, these and those before."""
        found = self.refs.get(number, ())
        rows = (found,) if isinstance(found, int) else found
        return self.before._sharing(number) + rows if self.before else rows

    def _company(self, ref: int) -> Company:
        spelt = self.spelt.get(ref)
        if spelt is None and self.before:
            return self.before._company(ref)
        return _read(self.spelt[ref])


def _read(spelt: str) -> Company:
    name, local, country, city, domains, phones = spelt.split("\x1f")
    also = [local] if local and local != name else []
    known = company(name, also=also, country=country, city=city)
    return replace(known, domains=frozenset(domains.split()), phones=frozenset(phones.split()))
