"""Short names: no two confirmed customers of a country share one (B-35)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models.functions import Lower

from genjin.customers import normalise
from genjin.customers.models import Customer

LONGEST = 40
NOBODY = 0
Pair = tuple[str, str | None]
"""A short name in lower case, and a country."""


def taken_names(names: Iterable[str], except_ids: Iterable[int] = ()) -> dict[Pair, int]:
    """Which of these names are used by others than `except_ids`, in which countries: {pair: customer id}."""
    # SQLite lowers ASCII letters only, PostgreSQL all: look for both.
    # PostgreSQL cannot even be asked for a NUL, which is refused beside its field.
    asked = {name for name in names if name and "\x00" not in name}
    wanted = sorted({name.lower() for name in asked} | {_ascii_lower(name) for name in asked})
    left_out = list(except_ids)
    found: dict[Pair, int] = {}
    rows = (
        Customer.objects.alive()
        .filter(is_confirmed=True)
        .annotate(lower=Lower("short_name"))
        .filter(lower__among=wanted)
    )
    if left_out:
        rows = rows.exclude(pk__in=left_out)
    for pk, lower, country_id in rows.values_list("pk", "lower", "country_id"):
        found[lower.lower(), country_id] = pk
    return found


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


class ShortNames:
    """The short names that rows of an import may have, one row after the other: stored, and of earlier rows.

    `look` asks the database for many at once; only a name that is taken costs another question. Holders are
    named by any number that tells them apart.
    """

    def __init__(self, earlier: Mapping[int, int], numbers: dict[int, int]) -> None:
        """`earlier`: who holds names by rows not stored; `numbers`: how far counting came; both by hash."""
        self.earlier, self.numbers = earlier, numbers
        self.fresh: dict[int, int] = {}
        self._stored: dict[Pair, int] = {}
        self._asked: set[str] = set()

    def look(self, names: Iterable[str]) -> None:
        """Learn which of these names are stored."""
        wanted = {name for name in names if name and name not in self._asked}
        if wanted:
            self._asked |= wanted
            self._stored |= taken_names(wanted)

    def is_taken(
        self, name: str, country: str | None, *, holder: int = NOBODY, customer_id: int | None = None
    ) -> bool:
        """Whether somebody other than this holder, who may be a customer, has the name in the country."""
        self.look([name])
        pair = name.lower(), country
        moved = self.fresh.get(hash(pair), self.earlier.get(hash(pair)))
        if moved is not None:
            return moved not in (NOBODY, holder)
        stored = self._stored.get(pair)
        return stored is not None and stored != customer_id

    def take(self, name: str, country: str | None, holder: int) -> None:
        """The holder has the name from now on."""
        self.fresh[hash((name.lower(), country))] = holder

    def free(self, name: str, country: str | None) -> None:
        """Nobody has the name any more."""
        self.fresh[hash((name.lower(), country))] = NOBODY

    def propose(self, name: str, country: str | None) -> str:
        """A short name for a company that is free in its country."""
        bare = base_of(name)
        if not self.is_taken(bare, country):
            return bare
        pair = hash((bare.lower(), country))
        number = self.numbers.get(pair, 1)
        while True:
            # Ten at once, so that few looks find the end of however many have that name already.
            tried = [numbered(bare, number + more) for more in range(1, 11)]
            self.look(tried)
            for place, text in enumerate(tried, 1):
                if not self.is_taken(text, country):
                    self.numbers[pair] = number + place
                    return text
            number += 10


def base_of(name: str) -> str:
    """What is proposed first for a company of this name."""
    return normalise.short_name(name) or name[:LONGEST]


def numbered(base: str, number: int) -> str:
    """The same with a number that tells it from others."""
    return f"{base[:33]} {number}"
