"""Everything the reader says to people: why a file is refused, what was found, what is wrong with a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "empty": _("The file is empty."),
    "nothing": _("The file holds no values, only empty cells or lines."),
    "too_large": _("The file has more than %(limit)d MB. Split it, or delete pictures and empty formatting."),
    "too_large_unpacked": _(
        "The workbook unpacks to more than %(limit)d MB, most of it empty. Copy the rows with values into a "
        "new workbook."
    ),
    "zip_bomb": _("The workbook is packed far more tightly than a real one; it was not opened."),
    "too_many_entries": _("The workbook has more than %(limit)d parts inside; it was not opened."),
    "too_many_rows": _("The sheet has more than %(limit)d rows. Split it."),
    "too_many_columns": _("The sheet has more than %(limit)d columns. Delete those that are not needed."),
    "too_many_cells": _(
        "The sheet reaches down to row %(row)d and across to column %(column)d. Delete the far-off cells, or "
        "copy the rows with values into a new workbook."
    ),
    "long_row": _(
        "Row %(row)d has more than %(limit)d characters. A quotation mark may be missing before it."
    ),
    "encrypted": _("The workbook is protected with a password. Remove the password and upload it again."),
    "damaged": _("The file is damaged and cannot be opened. Save it again in the program that made it."),
    "no_sheet": _("The workbook has no sheet with cells."),
    "unknown_sheet": _("The workbook has no sheet named “%(sheet)s”."),
    "unknown_encoding": _("“%(encoding)s” is no encoding that can be read."),
    "wrong_delimiter": _("A delimiter is one character, and no letter, digit or quotation mark."),
    "wrong_header_rows": _(
        "Header rows are row numbers of this file that follow each other, at most %(limit)d."
    ),
    "is_archive": _("The file is a ZIP archive. Unpack it and upload the sheet inside."),
    "is_binary_workbook": _("The file is a binary workbook (.xlsb). Save it as .xlsx and upload that."),
    "is_document": _("The file is a text document or presentation, not a sheet."),
    "is_pdf": _("The file is a PDF, not a sheet."),
    "is_image": _("The file is a picture, not a sheet."),
    "is_web_page": _(
        "The file is a web page, whatever its name says. Open it in Excel and save it as .xlsx."
    ),
    "is_xml": _("The file is XML, not a sheet. Open it in Excel and save it as .xlsx."),
    "is_json": _("The file is JSON, not a sheet."),
    "is_binary": _("The file is neither a sheet nor text."),
    "no_cards": _("The file begins like a vCard but holds no complete card."),
}
FINDINGS: dict[str, Promise] = {
    "name_differs": _("The name says %(named)s, but the file is %(found)s; it is read as what it is."),
    "title_lines": _("Lines above the header were left out: %(count)d."),
    "no_header": _("No header row was found. Name the row with the headings, or say that there is none."),
    "only_header": _("There are headings but no rows below them."),
    "header_shift": _(
        "The header row and the rows below it differ in their number of columns. Check that every heading "
        "stands above its values."
    ),
    "duplicate_headers": _("Several columns have the same heading; they are numbered."),
    "other_sheets": _("Other sheets hold values too: %(count)d."),
    "nul_bytes": _("Invisible NUL characters were removed."),
    "unreadable": _("Some characters cannot be read in this encoding: rows with them are marked."),
    "encoding_unsure": _("The encoding is not certain. Check that names read correctly."),
    "merged": _("Merged cells: %(count)d. Each row of one gets its value."),
    "date_order": _("Dates such as 03/04/2026 can be read in two ways. Say which order is meant."),
    "decimal_sign": _(
        "Numbers such as 1,234 or 1.234 can be read in two ways. Say which decimal sign is meant."
    ),
}
PROBLEMS: dict[str, Promise] = {
    "short": _("The row has %(cells)d cells, the header has %(headers)d; the missing ones are left empty."),
    "long": _("The row has %(cells)d cells, the header has %(headers)d; it may be shifted."),
    "quotes": _("A quotation mark is missing or out of place in this row."),
    "unreadable": _("The row has characters that cannot be read."),
    "shifted": _("The values do not look like those of the other rows; they may stand in the wrong columns."),
    "second_table": _("The row belongs to a second table below the first."),
    "date": _("“%(text)s” is no date in the order of the other rows."),
    "number": _("“%(text)s” is no number with the decimal sign of the other rows."),
    "no_end": _("The card has no end."),
    "card_line": _("A line of the card cannot be read: %(text)s"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence for people with its stable code; `str()` gives it in the language of the moment."""

    code: str
    sentence: Promise
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.sentence) % self.values if self.values else str(self.sentence)


class Refusal(Exception):
    """The file cannot be read; `reason` says why in one sentence."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.reason = Reason(code, REFUSALS[code], values)

    def __str__(self) -> str:
        return str(self.reason)


def finding(code: str, **values: object) -> Reason:
    """What was found about the whole file."""
    return Reason(code, FINDINGS[code], values)


def problem(code: str, **values: object) -> Reason:
    """What is wrong with one row."""
    return Reason(code, PROBLEMS[code], values)
