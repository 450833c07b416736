"""The register of what is known of customers' orders: the folder that keeps orders tells of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the pool's clocks need of one customer's orders; cancelled ones are none."""

    last_on: date | None = None
    """The last order that counts for loyalty; None for customers who had samples only."""
    is_open: bool = False
    """An order of any kind is under way."""


Source = Callable[[Collection[int]], Mapping[int, Ordered]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a source; registering the same name again replaces it."""
    _sources[name] = source


def of(customer_ids: Collection[int]) -> dict[int, Ordered]:
    """What is known of these customers; who never ordered is not among them."""
    found: dict[int, Ordered] = {}
    for source in _sources.values():
        found |= source(customer_ids)
    return found
