"""Sheets of a workbook by python-calamine, each looked at beforehand for what would fill the memory."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import python_calamine as calamine

from . import limits
from .extents import Extent, measure_ods, measure_xlsx
from .formats import Format
from .reasons import Refusal
from .records import Record
from .sources import Source

_Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SheetFact:
    """One sheet as the workbook's tabs show it, with the size of what it holds."""

    name: str
    rows: int
    columns: int
    hidden: bool = False


class Sheet:
    """One loaded sheet; its records can be read again and again."""

    def __init__(self, sheet: calamine.CalamineSheet, errors: dict[int, dict[int, str]]) -> None:
        self._sheet = sheet
        self._errors = errors
        self.merged: list[_Range] = sheet.merged_cell_ranges or []
        self._left = (
            sheet.start[1] if sheet.start else 0
        )  # the library leaves out empty columns before the first
        self._by_row: dict[int, list[_Range]] = defaultdict(list)
        for area in self.merged:
            self._by_row[area[0][0]].append(area)

    def records(self) -> Iterator[Record]:
        """All rows from the first of the sheet on; each row of a merged cell has its value."""
        running: list[tuple[_Range, object]] = []
        leading = [""] * self._left
        for index, row in enumerate(self._sheet.iter_rows()):
            values: list[object] = [*leading, *row]
            running = [(area, value) for area, value in running if area[1][0] >= index]
            for area, value in running:
                if area[0][1] < len(values) and values[area[0][1]] == "":
                    values[area[0][1]] = value
            for area in self._by_row.get(index, ()):
                if area[1][0] > index and area[0][1] < len(values) and values[area[0][1]] != "":
                    running.append((area, values[area[0][1]]))
            for column, text in self._errors.get(index, {}).items():
                values += [""] * (column + 1 - len(values))
                if values[column] == "":
                    values[column] = text
            yield Record(index + 1, index + 1, values)

    def spread(self, record: Record) -> Sequence[object]:
        """The row's values with each merged cell's value in all of its columns, as a heading is meant."""
        values = list(record.values)
        index = record.number - 1
        for (top, left), (bottom, right) in self.merged:
            if top <= index <= bottom and left < len(values):
                for column in range(left + 1, min(right + 1, len(values))):
                    if values[column] == "":
                        values[column] = values[left]
        return values


class Workbook:
    """An open workbook: its sheets with their sizes, and the one to read."""

    def __init__(self, source: Source, form: Format) -> None:
        self.extents: dict[str, Extent] = {}
        with _told(), source.opened() as file:
            if form is Format.XLSX:
                self.extents = measure_xlsx(file)
            elif form is Format.ODS:
                self.extents = measure_ods(file)
        with _told(), source.opened() as file:
            self._book = calamine.CalamineWorkbook.from_filelike(file)
            self._metadata = [
                entry for entry in self._book.sheets_metadata if entry.typ is calamine.SheetTypeEnum.WorkSheet
            ]
        self.sheets = [self._fact(entry) for entry in self._metadata]

    def _fact(self, entry: calamine.SheetMetadata) -> SheetFact:
        hidden = entry.visible is not calamine.SheetVisibleEnum.Visible
        if entry.name in self.extents:
            extent = self.extents[entry.name]
            return SheetFact(entry.name, extent.rows, extent.columns, hidden)
        with _told():
            end = self._book.get_sheet_by_name(entry.name).end
        return SheetFact(entry.name, end[0] + 1 if end else 0, end[1] + 1 if end else 0, hidden)

    def choose(self, wanted: str | None) -> SheetFact:
        """The sheet asked for, else the first visible table, else the first sheet with any cell."""
        if wanted is not None:
            for fact in self.sheets:
                if fact.name == wanted:
                    return fact
            raise Refusal("unknown_sheet", sheet=wanted)
        if not self.sheets:
            raise Refusal("no_sheet")
        filled = [fact for fact in self.sheets if fact.rows and fact.columns]
        if not filled:
            raise Refusal("nothing")
        shown = [fact for fact in filled if not fact.hidden] or filled
        tables = [fact for fact in shown if fact.rows > 1 and fact.columns > 1]
        return (tables or shown)[0]

    def sheet(self, fact: SheetFact) -> Sheet:
        """Load one sheet, unless it is too large."""
        if fact.columns > limits.MAX_COLUMNS and fact.rows <= limits.MAX_ROWS:
            raise Refusal("too_many_columns", limit=limits.MAX_COLUMNS)
        places = fact.rows * fact.columns
        values = self.extents[fact.name].filled if fact.name in self.extents else places // 2
        if places * limits.BYTES_PER_PLACE + values * limits.BYTES_PER_VALUE > limits.MAX_SHEET_MEMORY:
            raise Refusal("too_many_cells", row=fact.rows, column=fact.columns)
        if fact.rows > limits.MAX_ROWS:
            raise Refusal("too_many_rows", limit=limits.MAX_ROWS)
        extent = self.extents.get(fact.name)
        with _told():
            return Sheet(self._book.get_sheet_by_name(fact.name), extent.errors if extent else {})


@contextmanager
def _told() -> Iterator[None]:
    """Turn every way in which the library fails into a sentence; it also panics, which is no `Exception`."""
    try:
        yield
    except calamine.PasswordError:
        raise Refusal("encrypted") from None
    except (calamine.CalamineError, OSError, ValueError, KeyError, EOFError, OverflowError, re.error):
        raise Refusal("damaged") from None
    except BaseException as failure:
        if type(failure).__name__ != "PanicException":
            raise
        raise Refusal("damaged") from None
