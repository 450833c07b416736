"""One cell: what kind of value it is, the value, and the text as it stands in the file."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

_ERRORS = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_SPACES = " \t\r\n\xa0\u3000\u200b\ufeff\x00"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = r"(?:(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?)?"
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _CLOCK)
CHINESE_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?" + _CLOCK)
NUMERIC_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _CLOCK)
DAY_MONTH = re.compile(r"(\d{1,2})[-\s/.]([A-Za-z]{3,9})\.?[-\s/,]+(\d{4}|\d{2})" + _CLOCK)
MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _CLOCK)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_POINT = re.compile(
    r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:,\d{2})*,\d{3}|\d{1,3}(?:[' ’\xa0]\d{3})+|\d{1,15})(?:\.\d+)?"
)
_COMMA = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[' ’\xa0]\d{3})+|\d{1,15})(?:,\d+)?")
_TRUE, _FALSE = frozenset(("true", "TRUE", "True")), frozenset(("false", "FALSE", "False"))


class Kind(StrEnum):
    """What a cell holds."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    ERROR = "error"


Value = str | Decimal | date | datetime | bool | None


class DateOrder(StrEnum):
    """How 03/04/2026 is read; AMBIGUOUS must be asked, NONE means that no such date occurs."""

    DAY_MONTH = "dmy"
    MONTH_DAY = "mdy"
    YEAR_FIRST = "ymd"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class DecimalSign(StrEnum):
    """How 1,234 is read; AMBIGUOUS must be asked, NONE means that no such number occurs."""

    POINT = "."
    COMMA = ","
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Cell(NamedTuple):
    """One value with its kind and the text as it stands in the file."""

    kind: Kind
    value: Value
    text: str

    @property
    def stripped(self) -> str:
        """The text without the space around it."""
        return self.text.strip(_SPACES)


EMPTY = Cell(Kind.EMPTY, None, "")


def is_blank(text: str) -> bool:
    """Whether nothing but white and invisible space stands here."""
    return not text or not text.strip(_SPACES)


def from_text(text: str, order: DateOrder, sign: DecimalSign) -> Cell:
    """Type the text of one cell; what can be read in two ways stays text until the person says how."""
    bare = text.strip(_SPACES)
    if not bare:
        return Cell(Kind.EMPTY, None, text)
    first = bare[0]
    if first.isdigit() or first == "-":
        if _PLAIN.fullmatch(bare):
            return Cell(Kind.NUMBER, Decimal(bare), text)
        if (number := read_number(bare, sign)) is not None:
            return Cell(Kind.NUMBER, number, text)
        if (moment := read_date(bare, order)) is not None:
            return Cell(Kind.DATETIME if isinstance(moment, datetime) else Kind.DATE, moment, text)
    elif first == "#" and bare in _ERRORS:
        return Cell(Kind.ERROR, None, text)
    elif bare in _TRUE or bare in _FALSE:
        return Cell(Kind.BOOL, bare in _TRUE, text)
    elif (
        first.isalpha()
        and len(bare) < 40
        and bare[-1] in "0123456789mMZ"
        and (moment := _named_month(bare)) is not None
    ):
        return Cell(Kind.DATETIME if isinstance(moment, datetime) else Kind.DATE, moment, text)
    return Cell(Kind.TEXT, bare, text)


def read_number(bare: str, sign: DecimalSign) -> Decimal | None:
    """The number written here, or None; codes with leading zeros and numbers over 15 digits are text."""
    if len(bare) > 30 or re.match(r"-?0\d", bare):
        return None
    both = "," in bare or "." in bare
    if both and sign is DecimalSign.AMBIGUOUS:
        sign = sign_of(bare) or sign
        if sign is DecimalSign.AMBIGUOUS:
            return None
    if sign is DecimalSign.COMMA:
        if _COMMA.fullmatch(bare):
            return Decimal(re.sub(r"[. '’\xa0]", "", bare).replace(",", "."))
        return None
    return Decimal(re.sub(r"[, '’\xa0]", "", bare)) if _POINT.fullmatch(bare) else None


def sign_of(bare: str) -> DecimalSign | None:
    """The decimal sign this number proves; AMBIGUOUS if its sign proves none; None if it has none."""
    if not re.fullmatch(r"-?\d[\d.,' ’\xa0]*\d", bare):
        return None
    points, commas = bare.count("."), bare.count(",")
    if not points and not commas:
        return None
    if points and commas:
        last = DecimalSign.POINT if bare.rfind(".") > bare.rfind(",") else DecimalSign.COMMA
        fits = _POINT if last is DecimalSign.POINT else _COMMA
        return last if fits.fullmatch(bare) else None
    one, sign, other = ("," if commas else "."), DecimalSign.COMMA, DecimalSign.POINT
    if points:
        sign, other = DecimalSign.POINT, DecimalSign.COMMA
    if points + commas > 1:  # a sign that repeats groups thousands
        fits = _POINT if other is DecimalSign.POINT else _COMMA
        return other if fits.fullmatch(bare) else None
    before, after = bare.lstrip("-").split(one)
    if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0"):
        return DecimalSign.AMBIGUOUS
    return sign


def order_of(bare: str) -> DateOrder | None:
    """The order that this date proves; AMBIGUOUS if it proves none; None if it is no date of digits."""
    if YEAR_FIRST.fullmatch(bare):
        return DateOrder.YEAR_FIRST
    match = NUMERIC_DATE.fullmatch(bare)
    if not match:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 31 or second > 31 or (first > 12 and second > 12) or not first or not second:
        return None
    if first == second and len(match[4]) == 4:
        return DateOrder.NONE  # the same in either order
    if first > 12:
        return DateOrder.DAY_MONTH
    return DateOrder.MONTH_DAY if second > 12 else DateOrder.AMBIGUOUS


def read_date(bare: str, order: DateOrder) -> date | datetime | None:
    """The date or moment written here, or None; also while it could be two and the order is ambiguous."""
    if len(bare) < 6 or len(bare) > 40:
        return None
    if match := YEAR_FIRST.fullmatch(bare):
        return _moment(match[1], match[3], match[4], match.groups()[4:])
    if match := CHINESE_DATE.fullmatch(bare):
        return _moment(match[1], match[2], match[3], match.groups()[3:])
    if match := NUMERIC_DATE.fullmatch(bare):
        first, second, year = match[1], match[3], match[4]
        if order is DateOrder.YEAR_FIRST and len(year) == 2:
            return _moment(first, second, year, match.groups()[4:])
        proven = order_of(bare)
        if order in (DateOrder.AMBIGUOUS, DateOrder.NONE, DateOrder.YEAR_FIRST) and proven:
            order = DateOrder.DAY_MONTH if proven is DateOrder.NONE else proven
        if order is DateOrder.DAY_MONTH:
            return _moment(year, second, first, match.groups()[4:])
        if order is DateOrder.MONTH_DAY:
            return _moment(year, first, second, match.groups()[4:])
        return None
    return _named_month(bare)


def _named_month(bare: str) -> date | datetime | None:
    if match := DAY_MONTH.fullmatch(bare):
        day, name, year = match[1], match[2], match[3]
    elif match := MONTH_DAY.fullmatch(bare):
        name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = _MONTHS.get(name.lower())
    return _moment(year, str(month), day, match.groups()[3:]) if month else None


def _moment(year: str, month: str, day: str, clock: tuple[str | None, ...]) -> date | datetime | None:
    full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
    try:
        if clock[0] is None:
            return date(full, int(month), int(day))
        hour = int(clock[0])
        if clock[3]:
            hour = hour % 12 + (12 if clock[3].lower() == "pm" else 0)
        return datetime(full, int(month), int(day), hour, int(clock[1] or 0), int(clock[2] or 0))  # noqa: DTZ001
    except ValueError:
        return None


def from_workbook(value: object) -> Cell:
    """Type one value of a workbook; numbers lose the noise of binary fractions, formulas are their value."""
    if isinstance(value, str):
        if is_blank(value):
            return EMPTY if not value else Cell(Kind.EMPTY, None, value)
        bare = value.strip(_SPACES)
        return Cell(Kind.ERROR, None, value) if bare in _ERRORS else Cell(Kind.TEXT, bare, value)
    if isinstance(value, bool):
        return Cell(Kind.BOOL, value, "TRUE" if value else "FALSE")
    if isinstance(value, (int, float)):
        number = _exact(value)
        return (
            Cell(Kind.NUMBER, number, format(number, "f"))
            if number.is_finite()
            else Cell(Kind.ERROR, None, "#NUM!")
        )
    if isinstance(value, datetime):
        if value.time() == time():
            return Cell(Kind.DATE, value.date(), value.date().isoformat())
        return Cell(Kind.DATETIME, value, value.isoformat(" ", "seconds"))
    if isinstance(value, date):
        return Cell(Kind.DATE, value, value.isoformat())
    if isinstance(value, time):
        return Cell(Kind.TEXT, value.isoformat("minutes"), value.isoformat("minutes"))
    if isinstance(value, timedelta):
        return Cell(Kind.TEXT, str(value), str(value))
    return EMPTY


def _exact(value: int | float) -> Decimal:
    if isinstance(value, int):
        return Decimal(value)
    if value.is_integer() and abs(value) < 2**53:
        return Decimal(int(value))
    return Decimal(f"{value:.15g}")
