"""A document as an Excel sheet: the same content, numbers as numbers, ready to print on A4."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter

from genjin.sales.documents.content import LOGO, NUMBERS, Cell, Content, Row, Table
from genjin.sales.documents.figures import pattern
from genjin.sales.documents.words import is_rtl

SAFE = {
    "in_memory": True,
    "strings_to_urls": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
}
"""What people wrote is text and nothing else, whatever it begins with."""
WIDTHS = {Cell.COUNT: 7, Cell.PICTURE: 16, Cell.TEXT: 16}
LONGEST_NAME = 31


def render(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The .xlsx file; pictures by the names the content uses."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, SAFE) as book:
        _Printer(book, content, pictures or {}).print()
    return target.getvalue()


class _Printer:
    """Writes one document from top to bottom; `line` is the row that comes next."""

    def __init__(self, book: Any, content: Content, pictures: Mapping[str, bytes]) -> None:
        self.book, self.content, self.pictures = book, content, pictures
        name = "".join(sign for sign in content.number if sign not in "[]:*?/\\'") or "1"
        self.sheet = book.add_worksheet(name[:LONGEST_NAME])
        self.width = max((len(table.columns) for table in content.tables), default=6)
        self.line = 0
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def print(self) -> None:
        """All of it."""
        self._page()
        self._head()
        for table in self.content.tables:
            self._table(table)
        self._sums()
        for text in self.content.words:
            self._across(text, bold=True)
        for section in self.content.sections:
            self.line += 1
            self._across(section.heading, bold=True, font_color=self.content.accent)
            self._across(section.text)
        self._signatures()

    def _format(self, **wishes: Any) -> Any:
        """One format for each look: a workbook has room for few of them."""
        key = tuple(sorted(wishes.items()))
        if key not in self.formats:
            look = {"font_name": "Arial", "font_size": 10, "valign": "top", **wishes}
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def _page(self) -> None:
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer(f"&L{self.content.number.replace('&', '&&')}&R&P / &N")
        self.sheet.hide_gridlines(2)
        if is_rtl(self.content.language):
            self.sheet.right_to_left()

    def _head(self) -> None:
        logo = self.pictures.get(LOGO)
        if logo:
            where = {"image_data": io.BytesIO(logo), "y_scale": 0.5, "x_scale": 0.5}
            self.sheet.insert_image(0, self.width - 1, LOGO, where)
        for index, text in enumerate(self.content.seller):
            self._across(text, bold=not index, font_size=12 if not index else 9)
        self.line += 1
        title = f"{self.content.title} {self.content.number}"
        self._across(title, bold=True, font_size=16, font_color=self.content.accent)
        self.line += 1
        if self.content.buyer:
            self._across(self.content.buyer_label, font_color="#666666")
            for index, text in enumerate(self.content.buyer):
                self._across(text, bold=not index)
            self.line += 1
        for label, value in self.content.facts:
            self.sheet.merge_range(
                self.line, 0, self.line, 1, label, self._format(font_color="#666666", text_wrap=True)
            )
            self._text(value, 2, self.width - 1)
        self.line += 1

    def _across(self, text: str, **look: Any) -> None:
        self._text(text, 0, self.width - 1, **look)

    def _text(self, text: str, first: int, last: int, **look: Any) -> None:
        """Text over several columns, as high as it has lines."""
        form = self._format(text_wrap=True, **look)
        if last > first:
            self.sheet.merge_range(self.line, first, self.line, last, text, form)
        else:
            self.sheet.write_string(self.line, first, text, form)
        self.sheet.set_row(self.line, max(1, len(text.split("\n"))) * 1.35 * look.get("font_size", 10))
        self.line += 1

    def _table(self, table: Table) -> None:
        if table.heading:
            self._across(table.heading, bold=True, font_color=self.content.accent)
        head = {"bold": True, "bg_color": "#E8EDF3", "bottom": 1, "text_wrap": True}
        for index, column in enumerate(table.columns):
            align = "right" if column.cell in NUMBERS else "left"
            self.sheet.write_string(self.line, index, column.label, self._format(align=align, **head))
            wide = 14 + 10 * column.share if column.share else WIDTHS.get(column.cell, 13)
            self.sheet.set_column(index, index, wide)
        self.sheet.repeat_rows(self.line)
        self.line += 1
        for row in table.rows:
            self._row(row, table)
        for index, text in enumerate(table.totals):
            self._cell(index, text, table.columns[index].cell, {"bold": True, "top": 1})
        self.line += bool(table.totals)

    def _row(self, row: Row, table: Table) -> None:
        look: dict[str, Any] = {"bottom": 4, "font_color": "#777777"} if row.quiet else {"bottom": 4}
        wide = next((i for i, column in enumerate(table.columns) if column.share), 0)
        height = 1 + row.note.count("\n") + bool(row.note)
        for index, (text, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            noted = f"{text}\n{row.note}" if index == wide and row.note else text
            self._cell(index, noted, column.cell, look)
        pictured = any(column.cell is Cell.PICTURE for column in table.columns)
        self.sheet.set_row(self.line, 60 if pictured else 14 * height)
        self.line += 1

    def _cell(self, index: int, text: str, cell: Cell, look: Mapping[str, Any]) -> None:
        if cell is Cell.PICTURE:
            if text in self.pictures:
                where: dict[str, Any] = {"object_position": 1, "x_scale": 0.14, "y_scale": 0.14}
                where["image_data"] = io.BytesIO(self.pictures[text])
                self.sheet.insert_image(self.line, index, text, where)
            self.sheet.write_blank(self.line, index, None, self._format(**look))
        elif cell in NUMBERS and _is_number(text):
            form = self._format(num_format=pattern(cell, self.content.currency), align="right", **look)
            self.sheet.write_number(self.line, index, Decimal(text), form)
        else:
            self.sheet.write_string(self.line, index, text, self._format(text_wrap=True, **look))

    def _sums(self) -> None:
        for one in self.content.sums:
            bold = {"bold": one.strong}
            form = self._format(align="right", **bold)
            if self.width > 2:
                self.sheet.merge_range(self.line, 0, self.line, self.width - 2, one.label, form)
            number = self._format(num_format=pattern(Cell.AMOUNT, self.content.currency), **bold)
            self.sheet.write_number(self.line, self.width - 1, Decimal(one.amount), number)
            self.line += 1

    def _signatures(self) -> None:
        if self.content.signatures:
            self.line += 3
            for index, text in enumerate(self.content.signatures):
                column = 0 if not index else self.width - 2
                self.sheet.write_string(self.line, max(column, 0), text, self._format(top=1))


def _is_number(text: str) -> bool:
    return bool(text) and text.lstrip("-").replace(".", "", 1).isdigit()
