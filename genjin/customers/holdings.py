"""The register of what a person can own and hand over; later folders add orders, samples, complaints.

Folders register their kinds in `AppConfig.ready`; the order of registration is the order of moving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genjin.customers.models.handover import HandOver, HandOverItem


@dataclass(frozen=True)
class Held:
    """One thing that a person owns; `customer_id` has it go to the receiver of that customer.

    `country` is that of the customer, for the division by country; `receiver_id` where it has one by nature.
    """

    object_id: int
    title: str
    customer_id: int | None = None
    country: str = ""
    receiver_id: int | None = None


Deed = Callable[[HandOver, Sequence[HandOverItem], datetime], None]


@dataclass(frozen=True)
class Holding:
    """One kind of thing: how many a person has, which of them move by themselves, and how.

    `count` includes what goes along with the customers; `held` does not. `give` and `take_back` get items of
    one receiver inside a transaction, do and journal it, and set each item's `state`, `kept` and `before`;
    the caller stores them. What is no longer as the hand-over knew it is left alone and said in `kept`.
    """

    name: str
    label: Any
    count: Callable[[int], int]
    held: Callable[[int], Iterable[Held]]
    give: Deed
    take_back: Deed


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a kind; the same name again replaces it."""
    _holdings[holding.name] = holding


def get(name: str) -> Holding:
    """The kind of that name; KeyError when no folder registered it."""
    return _holdings[name]


def find(name: str) -> Holding | None:
    """The kind of that name, or None when its folder is not installed any more."""
    return _holdings.get(name)


def holdings() -> Sequence[Holding]:
    """All kinds in the order in which they move."""
    return tuple(_holdings.values())
