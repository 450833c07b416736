"""Money to come and letters of credit, as far as the rules of follow-up must know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFact:
    """A part of an order's price that is open and has a due day."""

    id: int
    order_id: int
    order: str
    """The order's number."""
    owner_id: int
    kind: str
    due_on: date
    open: Decimal
    currency: str
    holds_release: bool = False
    is_shipped: bool = False
    """The goods are on their way, so that an open balance may cost demurrage (000-52)."""
    contact_id: int | None = None
    triage_rank: int = 0
    """The customer's place, from 0, among those who owed the owner money when the company went live."""

    @property
    def prefix(self) -> str:
        """How the keys of its duties begin."""
        return f"payment:part-{self.id}"

    @property
    def is_deposit(self) -> bool:
        """Whether the order waits for it."""
        return self.kind == "DEPOSIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFact:
    """A letter of credit whose documents were not presented yet."""

    id: int
    order_id: int
    order: str
    number: str
    owner_id: int
    expiry: date
    latest_shipment: date | None = None
    presentation_days: int | None = None
    shipped_on: date | None = None
    contact_id: int | None = None

    @property
    def prefix(self) -> str:
        """How the keys of its duties begin."""
        return f"lc:{self.id}"
