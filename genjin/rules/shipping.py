"""Where goods are by what is known of their journey, and what that makes of an order (003-16 to 28, C-22).

| what is known                    | downstream state       |
|----------------------------------|------------------------|
| nothing but that it was packed   | handed over            |
| it left                          | in transit             |
| it arrived, or was cleared       | at customs             |
| it was received, or is in stock  | warehoused             |

What comes after (selling, remaining stock) people tell; it stays until the journey says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Downstream(StrEnum):
    """Downstream state 下游关注状态 (dimension 10), in the order in which goods pass through it."""

    CONFIRMED = "CONFIRMED"
    IN_PRODUCTION = "IN_PRODUCTION"
    DELIVERED = "DELIVERED"
    IN_TRANSIT = "IN_TRANSIT"
    AT_CUSTOMS = "AT_CUSTOMS"
    WAREHOUSED = "WAREHOUSED"
    SELLING = "SELLING"
    REMAINING_STOCK = "REMAINING_STOCK"

    @property
    def place(self) -> int:
        """How far the goods are, from 0."""
        return list(Downstream).index(self)


IN_STOCK = frozenset({Downstream.WAREHOUSED, Downstream.SELLING, Downstream.REMAINING_STOCK})
"""When the customer may be pressed for the next order (003-25, C-09)."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What is known of the way of some goods."""

    shipped_at: datetime | None = None
    arrived_on: date | None = None
    cleared_on: date | None = None
    received_on: date | None = None
    warehoused_on: date | None = None


def where(journey: Journey, told: Downstream = Downstream.DELIVERED) -> Downstream:
    """Where goods are; what people told of goods in stock stays."""
    if journey.warehoused_on is not None or journey.received_on is not None:
        return told if told in IN_STOCK else Downstream.WAREHOUSED
    if journey.arrived_on is not None or journey.cleared_on is not None:
        return Downstream.AT_CUSTOMS
    return Downstream.DELIVERED if journey.shipped_at is None else Downstream.IN_TRANSIT


def where_all(states: Iterable[Downstream]) -> Downstream | None:
    """Where the goods of several shipments are: as far as the one that is behind; None without any."""
    return min(states, key=lambda state: state.place, default=None)


class Progress(StrEnum):
    """How much of an order has left."""

    NONE = "NONE"
    PARTLY = "PARTLY"
    ALL = "ALL"


def progress(lines: Collection[tuple[Decimal, Decimal]]) -> Progress:
    """Of lines as (what is to go, what has gone); lines of which nothing is to go are left out."""
    open_lines = [(due, gone) for due, gone in lines if due > 0]
    if not any(gone > 0 for _, gone in open_lines):
        return Progress.NONE
    return Progress.ALL if all(gone >= due for due, gone in open_lines) else Progress.PARTLY


def is_in_order(departure: date | None, arrival: date | None) -> bool:
    """Whether the arrival is not before the departure; what is not known is no mistake."""
    return departure is None or arrival is None or arrival >= departure
