"""Small files made for the tests, and what the reader makes of them."""

import io
from collections.abc import Callable, Iterable
from typing import Any

import xlsxwriter

from genjin.exchange.reading import Corrections, Kind, Row, RowKind, Table, read


def table(text: str | bytes, name: str = "list.csv", encoding: str = "utf-8", **corrections: Any) -> Table:
    """The table read from this text."""
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read(content, name, Corrections(**corrections))


def workbook(fill: Callable[[Any, Any], None]) -> bytes:
    """A workbook of one sheet that `fill(sheet, book)` writes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    fill(book.add_worksheet("Sheet1"), book)
    book.close()
    return buffer.getvalue()


def headings(found: Table) -> list[str]:
    """The texts of the headings."""
    return [header.text for header in found.headers]


def texts(rows: Iterable[Row]) -> list[list[str]]:
    """The cells of the rows as they stand in the file."""
    return [[cell.text for cell in row.cells] for row in rows]


def data(found: Table) -> list[list[str]]:
    """The cells of the rows meant to be imported."""
    return texts(row for row in found.rows() if row.kind is RowKind.DATA)


def kinds(found: Table) -> list[list[Kind]]:
    """The kind of each cell."""
    return [[cell.kind for cell in row.cells] for row in found.rows()]


def problems(found: Table) -> dict[int, list[str]]:
    """The codes of what is wrong, by row number."""
    return {row.number: [one.code for one in row.problems] for row in found.rows() if row.problems}


def findings(found: Table) -> list[str]:
    """The codes of what was found about the file."""
    return [one.code for one in found.facts.findings]
