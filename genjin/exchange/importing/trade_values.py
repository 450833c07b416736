"""How the cells of order books are read: prices with their currency, discounts, terms of trade, rates."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.exchange import values
from genjin.exchange.importing.cleaning import READERS, Known, Wrong
from genjin.exchange.importing.register import ImportField
from genjin.exchange.reading import Cell, Kind
from genjin.exchange.reading.cells import read_number
from genjin.sales.models import Incoterm

HUNDRED = Decimal(100)
LARGEST = Decimal(10) ** 12
_OLD_NAMES = {"CNF": Incoterm.CFR, "C&F": Incoterm.CFR, "CANDF": Incoterm.CFR, "C+F": Incoterm.CFR}
_TERM = re.compile(
    r"([A-Z]&[A-Z]|[A-Z]\+[A-Z]|[A-Z]{3})(?:\s*[,:/-]\s*|\s+|(?=[^A-Z&+])|$)(.*)", re.IGNORECASE
)
_PERCENT = re.compile(r"(-?[\d.,]+)\s*%(?:\s*(?:off|discount))?", re.IGNORECASE)

Priced = tuple[Decimal, str]
"""An amount and the currency written beside it, "" where none is."""


def _plain(number: Decimal, digits: int) -> Decimal:
    return Decimal(f"{number.quantize(Decimal(1).scaleb(-digits)).normalize():f}")


def _priced(cell: Cell, wanted: ImportField, known: Known) -> Priced:
    if cell.kind is Kind.NUMBER and isinstance(cell.value, Decimal):
        found: Priced | None = (cell.value, "")
    else:
        found = values.money(cell.stripped, known.decimal_sign)
    if found is None or not found[0].is_finite() or abs(found[0]) >= LARGEST:
        raise Wrong(_("“%(text)s” is not an amount of money.") % {"text": cell.stripped})
    return _plain(found[0], 4), found[1]


def _rate(cell: Cell, wanted: ImportField, known: Known) -> Decimal:
    number = cell.value if isinstance(cell.value, Decimal) else read_number(cell.stripped, known.decimal_sign)
    if number is None or not number.is_finite() or not 0 < number < 10**9:
        raise Wrong(_("“%(text)s” is not a number.") % {"text": cell.stripped})
    return _plain(number, 8)


def _share(cell: Cell, wanted: ImportField, known: Known) -> Decimal:
    """A part of a whole: 0.15, 15 or 15 %."""
    percent = _PERCENT.fullmatch(cell.stripped)
    if isinstance(cell.value, Decimal):
        number: Decimal | None = cell.value
    else:
        number = read_number(percent[1] if percent else cell.stripped, known.decimal_sign)
    if number is None or not number.is_finite():
        raise Wrong(_("“%(text)s” is not a number.") % {"text": cell.stripped})
    if number >= 1 and not (percent and isinstance(cell.value, Decimal)):
        number /= HUNDRED
    if not 0 <= number < 1:
        raise Wrong(_("“%(text)s” is no discount from 0 to 100 %%.") % {"text": cell.stripped})
    return number


def _currency(cell: Cell, wanted: ImportField, known: Known) -> str:
    """The code of a currency, by whatever sign or word."""
    found = values.money(f"1 {cell.stripped}", known.decimal_sign)
    if found is None or not found[1]:
        raise Wrong(_("“%(text)s” is not a currency.") % {"text": cell.stripped})
    return found[1]


def _term(cell: Cell, wanted: ImportField, known: Known) -> tuple[str, str]:
    """An Incoterm and the place behind it: "FOB Ningbo", "C&F Hamburg"."""
    text = " ".join(unicodedata.normalize("NFKC", cell.stripped).split())
    match = _TERM.fullmatch(text)
    code = match[1].upper() if match else ""
    code = _OLD_NAMES.get(code, code)
    if match is None or code not in Incoterm.values:
        raise Wrong(_("“%(text)s” begins with no Incoterm.") % {"text": cell.stripped})
    place = re.sub(r"^(?:incoterms?\s*)?(?:20[012]0)?\s*", "", match[2], flags=re.IGNORECASE)
    return str(code), place.strip(" ,，()（）")[:80]


def _numbers(cell: Cell, wanted: ImportField, known: Known) -> list[str]:
    """The numbers of one record or several: "A-1, A-2"."""
    read: Any = READERS["text"](cell, wanted, known)
    return [part.strip() for part in re.split(r"[,，;；、\n]|\s[/+&]\s", read) if part.strip()]


def register_all() -> None:
    """Let cells be read so."""
    READERS.update(
        {
            "priced": _priced, "rate": _rate, "share": _share, "currency": _currency, "term": _term,
            "numbers": _numbers,
        }
    )  # fmt: skip
