"""Facts about orders that run: what each waits for next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PREFIX = "order-node:"
"""How the keys begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNodeFact:
    """The next node of an order."""

    id: int
    order_id: int
    number: str
    kind: str
    planned_on: date
    owner_id: int
    """Who sees to the node, else the order's owner."""
    name: str = ""
    """Of a node of somebody's own."""

    @property
    def key(self) -> str:
        """Another date is another duty: what was put off or dismissed was so for that date."""
        return f"{PREFIX}{self.id}:{self.planned_on.isoformat()}"
