"""What a line and a document come to, and the total in words (B-14).

Every amount is rounded half up to the digits of its currency, line by line, and the total is the sum of what
stands in the lines: whoever adds a document up by hand gets what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

LARGEST = Decimal(10) ** 14
"""Amounts are below this, both stored and in words."""


def digits(currency: str) -> int:
    """Digits after the point that the currency has, at most the two that are stored."""
    return min(get_currency_precision(currency), 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up (away from zero) to the currency's digits."""
    return amount.quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """What one line comes to."""
    return rounded(quantity * unit_price, currency)


def total(amounts: Iterable[Decimal], currency: str) -> Decimal:
    """The sum of amounts, each rounded by itself."""
    return sum((rounded(amount, currency) for amount in amounts), rounded(Decimal(0), currency))


def share(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    """So many percent of an amount."""
    return rounded(amount * percent / 100, currency)
