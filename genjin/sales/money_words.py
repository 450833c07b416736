"""Money as people read it."""

from __future__ import annotations

from decimal import Decimal

from genjin.rules.amounts import digits


def money(amount: Decimal | None, currency: str) -> str:
    """A sum to its last coin, with its currency before it; empty for none."""
    # Grouped in both languages: Chinese formats do not group by themselves.
    return f"{currency} {amount:,.{digits(currency)}f}" if amount is not None else ""
