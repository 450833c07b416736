"""Which of many companies are worth comparing: those that share a key, in blocks that never grow large."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zlib import crc32

from genjin.rules.duplicates.facts import Company
from genjin.rules.duplicates.keys import blocking_keys
from genjin.rules.duplicates.score import MAYBE, Match, compare, score_of, traits_of
from genjin.rules.duplicates.scripts import sound

LARGEST_BLOCK = 40
"""Larger blocks are divided by what else the names contain."""
NEIGHBOURS = 6
"""In a block that nothing divides each entry is compared with so many next ones, by name."""
_INDEX_BITS = 32


@dataclass(frozen=True, slots=True)
class Found:
    """Two places in the lists, and how the entries there compare."""

    one: int
    two: int
    match: Match


def duplicates(
    companies: Sequence[Company], *, second_from: int | None = None, floor: int = MAYBE
) -> Iterator[Found]:
    """Pairs with at least `floor` points; with `second_from` only pairs across two lists, there joined."""
    for one, two in candidates(companies, second_from=second_from):
        a, b = companies[one], companies[two]
        if score_of(traits_of(a, b)) >= floor:
            yield Found(one, two, compare(a, b))


def candidates(companies: Sequence[Company], *, second_from: int | None = None) -> Iterator[tuple[int, int]]:
    """Pairs of places worth comparing, each once, the lower first."""
    blocks = list(_blocks(companies, second_from))
    blocks_of: dict[int, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        for place in block:
            blocks_of[place].append(number)
    for one in sorted(blocks_of):
        if second_from is not None and one >= second_from:
            break
        first = one + 1 if second_from is None else second_from
        others = {two for number in blocks_of.pop(one) for two in blocks[number] if two >= first}
        for two in sorted(others):
            yield one, two


def _blocks(companies: Sequence[Company], second_from: int | None) -> Iterator[array[int]]:
    """Places that share a key; kept as numbers, since there are many."""
    entries = array("Q")
    for place, company in enumerate(companies):
        for key in blocking_keys(company):
            entries.append(crc32(key.encode()) << _INDEX_BITS | place)
    for _key, run in groupby(sorted(entries), key=lambda entry: entry >> _INDEX_BITS):
        places = [entry & 0xFFFFFFFF for entry in run]
        if _is_useful(places, second_from):
            yield from _small_blocks(places, companies, second_from)


def _is_useful(places: Sequence[int], second_from: int | None) -> bool:
    if second_from is None:
        return len(places) > 1
    return places[0] < second_from <= places[-1]


def _small_blocks(
    places: list[int], companies: Sequence[Company], second_from: int | None
) -> Iterator[array[int]]:
    if len(places) <= LARGEST_BLOCK:
        yield array("I", places)
        return
    parts: dict[str, list[int]] = defaultdict(list)
    for place in places:
        for part in _further_parts(companies[place]):
            parts[part].append(place)
    for members in parts.values():
        if not _is_useful(members, second_from):
            continue
        if len(members) <= LARGEST_BLOCK:
            yield array("I", members)
        else:
            yield from _neighbours(members, companies)


def _further_parts(company: Company) -> Iterable[str]:
    """By what a large block is divided: other words, trades, towns, country, whole name."""
    name = company.names[0]
    words = [sound(word) for word in name.core]
    return {*words, *name.trades, *name.towns, f"={name.whole}", f"c{company.country}", f"t{company.city}"}


def _neighbours(places: list[int], companies: Sequence[Company]) -> Iterator[array[int]]:
    ordered = sorted(places, key=lambda place: companies[place].names[0].whole)
    step = NEIGHBOURS // 2
    for at in range(0, len(ordered), step):
        block = ordered[at : at + NEIGHBOURS]
        if len(block) > 1:
            yield array("I", sorted(block))
