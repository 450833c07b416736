"""One pass over all rows below the header: how many, which columns, how dates and numbers are written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from . import limits
from .cells import DateOrder, DecimalSign, order_of, sign_of
from .layouts import STRONG, Shape, is_filled, shape
from .reasons import Refusal
from .records import Record

_PROFILE_ROWS = 2_000
_Seen = TypeVar("_Seen", DateOrder, DecimalSign)


@dataclass(slots=True)
class Column:
    """What was seen in one column."""

    filled: int = 0
    orders: Counter[DateOrder] = field(default_factory=Counter)
    signs: Counter[DecimalSign] = field(default_factory=Counter)
    shapes: Counter[Shape] = field(default_factory=Counter)

    @property
    def strong(self) -> Shape | None:
        """The one shape that nearly all values have, if it says anything."""
        if not self.shapes:
            return None
        best, number = self.shapes.most_common(1)[0]
        total = self.shapes.total()
        return best if total >= 8 and best in STRONG and total - number <= max(1, total * 0.05) else None

    def order(self) -> DateOrder:
        """How this column writes dates, by what its values prove."""
        return _settled(self.orders, DateOrder.AMBIGUOUS, DateOrder.NONE)

    def sign(self) -> DecimalSign:
        """How this column writes fractions, by what its values prove."""
        return _settled(self.signs, DecimalSign.AMBIGUOUS, DecimalSign.NONE)


def _settled(seen: Counter[_Seen], ambiguous: _Seen, none: _Seen) -> _Seen:
    proven = [one for one in seen if one not in (ambiguous, none)]
    if len(proven) > 1 or seen[ambiguous]:  # dates that begin with the year say nothing about the others
        proven = [one for one in proven if one != DateOrder.YEAR_FIRST]
    if len(proven) == 1:
        return proven[0]
    return ambiguous if proven or seen[ambiguous] else none


@dataclass(slots=True)
class Survey:
    """What one pass over the rows found."""

    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    last_row: int = 0

    def orders(self, wanted: DateOrder | None) -> list[DateOrder]:
        """The date order of each column: its own proof, else the one that the rest of the file proves."""
        if wanted is not None:
            return [wanted] * len(self.columns)
        own = [column.order() for column in self.columns]
        return _shared(own, [_proven(column.orders) for column in self.columns], DateOrder.AMBIGUOUS)

    def signs(self, wanted: DecimalSign | None) -> list[DecimalSign]:
        """The decimal sign of each column, settled likewise."""
        if wanted is not None:
            return [wanted] * len(self.columns)
        own = [column.sign() for column in self.columns]
        return _shared(own, [_proven(column.signs) for column in self.columns], DecimalSign.AMBIGUOUS)


def _proven(seen: Counter[_Seen]) -> set[_Seen]:
    return {one for one in seen if one not in ("ambiguous", "none")}


def _shared(own: list[_Seen], proven: list[set[_Seen]], ambiguous: _Seen) -> list[_Seen]:
    everywhere = {one for seen in proven for one in seen}
    settled = {one for one in everywhere if one != DateOrder.YEAR_FIRST}
    if len(settled) != 1:
        return own
    (only,) = settled
    return [
        only if one == ambiguous and len(seen) < 2 else one for one, seen in zip(own, proven, strict=True)
    ]


def take(records: Iterable[Record], usual_width: int, width: int) -> Survey:
    """Look at every row once; refuses a sheet that is too long or too wide."""
    survey = Survey([Column() for _ in range(width)])
    columns = survey.columns
    for record in records:
        values = record.values
        if len(values) > limits.MAX_COLUMNS and sum(map(is_filled, values)) > limits.MAX_COLUMNS:
            raise Refusal("too_many_columns", limit=limits.MAX_COLUMNS)
        empty = True
        sure = len(values) == usual_width and not record.problems
        profiled = sure and survey.rows < _PROFILE_ROWS
        for place in range(min(len(values), width)):
            value = values[place]
            if value == "" or not is_filled(value):
                continue
            empty = False
            column = columns[place]
            column.filled += 1
            if profiled:
                column.shapes[shape(value)] += 1
            if sure and isinstance(value, str) and 3 <= len(value) <= 32:
                _note(column, value)
        if not empty:
            survey.rows += 1
            survey.last_row = record.number
            if survey.rows > limits.MAX_ROWS:
                raise Refusal("too_many_rows", limit=limits.MAX_ROWS)
    return survey


def _note(column: Column, value: str) -> None:
    """Note what a text proves about the order of dates and the decimal sign."""
    bare = value.strip(" \t\xa0\u3000")
    if not bare or not (bare[0].isdigit() or bare[0] in "-$€£¥￥" or bare[-1].isdigit()):
        return
    if ("." in bare or "," in bare) and (
        sign := sign_of(bare.strip("$€£¥￥% ").removesuffix("元"))
    ) is not None:
        column.signs[sign] += 1
    if ("/" in bare or "-" in bare or "." in bare) and (order := order_of(bare)) is not None:
        column.orders[order] += 1
