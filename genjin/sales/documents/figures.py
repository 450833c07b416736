"""Numbers of a document as its language writes them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal

from genjin.rules.amounts import digits
from genjin.sales.documents.content import NUMBERS, Cell, Content
from genjin.sales.documents.words import locale_of

PATTERNS = {
    Cell.QUANTITY: "#,##0.###",
    Cell.PRICE: "#,##0.00##",
    Cell.WEIGHT: "#,##0.00",
    Cell.VOLUME: "#,##0.000",
    Cell.COUNT: "#,##0",
}


def pattern(cell: Cell, currency: str) -> str:
    """How numbers of a column are written; amounts by the digits of their currency."""
    if cell is Cell.AMOUNT:
        return "#,##0." + "0" * digits(currency) if digits(currency) else "#,##0"
    if cell is Cell.PRICE and not digits(currency):
        return "#,##0.####"
    return PATTERNS[cell]


def written(text: str, cell: Cell, content: Content) -> str:
    """A cell as it is printed; what is no number stays as it is."""
    if cell not in NUMBERS or not text:
        return text
    return format_decimal(
        Decimal(text), format=pattern(cell, content.currency), locale=locale_of(content.language)
    )
