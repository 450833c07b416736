"""Amounts of money: every line is rounded by itself, half up, to the digits of its currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

MOST_DIGITS = 2
"""As many as amounts are kept with; dinars lose the third."""


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount half up to the digits of its currency: 0.125 USD is 0.13, 12.5 JPY is 13."""
    digits = min(get_currency_precision(currency), MOST_DIGITS)
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """What a line costs."""
    return rounded(quantity * unit_price, currency)


def total(amounts: Iterable[Decimal], currency: str) -> Decimal:
    """Lines and charges together, each rounded before."""
    return rounded(sum(amounts, Decimal(0)), currency)
