"""Writing sheets as a workbook or as text, row by row, so that memory does not grow with them.

Whatever people typed stays text: a spreadsheet must not run it as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from genjin.exchange.export_sheets import Cell, Column, Reader, Sheet
from genjin.web.cells import FORMULA, harmless

ROWS_A_SHEET = 1_000_000
LONGEST_TITLE = 31
FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_TEXT = 32_000

Seen = Callable[[int], None]


def unseen(count: int) -> None:
    """For who does not want to hear how many rows were written."""


def write_csv(target: BinaryIO, sheets: Iterable[Sheet], reader: Reader, seen: Seen = unseen) -> int:
    """Comma-separated text with the mark that Excel needs to read Chinese; how many rows.

    All sheets follow one another under the first one's head.
    """
    out = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    writer, count = csv.writer(out), 0
    for number, sheet in enumerate(sheets):
        if number == 0:
            writer.writerow([harmless(str(column.label)) for column in sheet.columns])
        for row in sheet.rows:
            writer.writerow([_as_text(column.value(row, reader), reader) for column in sheet.columns])
            count += 1
            seen(count)
    out.flush()
    out.detach()
    return count


def _as_text(cell: Cell, reader: Reader) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, datetime):
        return f"{cell.astimezone(reader.zone):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}".rstrip("0").rstrip(".") if _is_fine(cell) else str(cell)
    if isinstance(cell, int):
        return str(cell)
    return harmless(_clean(cell))


def _is_fine(number: Decimal) -> bool:
    """Whether a number has more digits than cents: 70.000 might be read as seventy thousand."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < -2


def _clean(text: str) -> str:
    """Without the control characters that no spreadsheet holds, and not longer than a cell."""
    kept = "".join(c for c in text if c >= " " or c in "\t\n\r")
    return kept[:LONGEST_TEXT]


def write_xlsx(target: BinaryIO, sheets: Iterable[Sheet], reader: Reader, seen: Seen = unseen) -> int:
    """A workbook with typed cells; how many rows. More than a sheet holds goes on in the next one."""
    # Rows go to disk as they come; nothing typed becomes a link, a number or a formula.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        pen = Pen(book, reader)
        titles: set[str] = set()
        count = 0
        for sheet in sheets:
            rows = iter(sheet.rows)
            piece = list(islice(rows, 1))
            while True:
                page = book.add_worksheet(_title(sheet.title, titles))
                pen.head(page, sheet.columns)
                line = 0
                for line, row in enumerate(chain(piece, islice(rows, ROWS_A_SHEET - len(piece))), start=1):
                    pen.row(page, line, [column.value(row, reader) for column in sheet.columns])
                    count += 1
                    seen(count)
                page.autofilter(0, 0, line, len(sheet.columns) - 1)
                piece = list(islice(rows, 1))
                if not piece:
                    break
        if not titles:
            book.add_worksheet()
    return count


class Pen:
    """Writes typed cells into the sheets of one workbook."""

    def __init__(self, book: Any, reader: Reader) -> None:
        self.zone = reader.zone
        self.bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        # Editing such a cell keeps it a text: as if an apostrophe had been typed before it.
        self.quoted = book.add_format({"valign": "top", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})

    def head(self, page: Any, columns: Iterable[Column]) -> None:
        """The first row, which stays in view."""
        page.freeze_panes(1, 1)
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width)
        for number, column in enumerate(columns):
            page.write_string(0, number, str(column.label), self.bold)

    def row(self, page: Any, line: int, cells: Iterable[Cell]) -> None:
        """One row of cells."""
        for number, cell in enumerate(cells):
            self.cell(page, line, number, cell)

    def cell(self, page: Any, line: int, number: int, cell: Cell) -> None:
        """One cell by its type; nothing for an empty one."""
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            page.write_string(line, number, _("yes") if cell else _("no"), self.plain)
        elif isinstance(cell, datetime):
            local = cell.astimezone(self.zone).replace(tzinfo=None)
            self._date(page, line, number, local, self.moment)
        elif isinstance(cell, date):
            self._date(page, line, number, datetime(cell.year, cell.month, cell.day), self.day)  # noqa: DTZ001
        elif isinstance(cell, int | Decimal):
            page.write_number(line, number, cell, self.plain)
        else:
            text = _clean(cell)
            page.write_string(line, number, text, self.quoted if text.startswith(FORMULA) else self.plain)

    def _date(self, page: Any, line: int, number: int, local: datetime, shape: Any) -> None:
        if local.year < 1900:  # before the calendar of spreadsheets begins
            page.write_string(line, number, f"{local:%Y-%m-%d}", self.plain)
        else:
            page.write_datetime(line, number, local, shape)


def _title(wanted: str, taken: set[str]) -> str:
    """A title that a workbook takes, and that no sheet before has."""
    plain = wanted.translate(FORBIDDEN_IN_TITLES).strip()[:LONGEST_TITLE] or "1"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: LONGEST_TITLE - 5]} ({number})"
    taken.add(title.casefold())
    return title
