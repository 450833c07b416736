"""People's files as tables: spreadsheets, delimited texts and vCards; nothing is guessed silently."""

from .cells import Cell, DateOrder, DecimalSign, Kind
from .formats import Format
from .layouts import Header
from .reasons import Reason, Refusal
from .tables import Corrections, Facts, Row, RowKind, Table, read
from .workbooks import SheetFact

__all__ = [
    "Cell",
    "Corrections",
    "DateOrder",
    "DecimalSign",
    "Facts",
    "Format",
    "Header",
    "Kind",
    "Reason",
    "Refusal",
    "Row",
    "RowKind",
    "SheetFact",
    "Table",
    "read",
]
