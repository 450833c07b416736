"""Facts about orders that ask something of us: declines that are open, the moment of the next order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineFact:
    """An order that fell behind those before it, while that is open (003-32 to 34)."""

    order_id: int
    number: str
    level: int
    """How many orders in a row declined, this one included."""
    opened_at: datetime
    measure: str
    """By what it fell most: KINDS, QUANTITY or AMOUNT."""
    percent: str
    """By how much, such as "-30.0"."""
    has_cause: bool = False
    has_measure: bool = False
    explained_at: datetime | None = None
    """When its cause was written down."""

    def key(self, what: str) -> str:
        """The key of what is owed by it."""
        return f"decline:order-{self.order_id}:{what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderFact:
    """When to speak of a customer's next order, and why then (002-55)."""

    order_id: int
    """The last order."""
    last_on: date
    moment_on: date
    expected_on: date | None
    from_on: date | None
    until_on: date | None
    lead_days: int
    """Production and transit."""
    why: str
    """What decided the day: a name of `rules.reorder`."""

    @property
    def key(self) -> str:
        """The key of what is owed by it."""
        return f"reorder:order-{self.order_id}"
