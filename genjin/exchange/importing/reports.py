"""The rows of a file that were left out, as a spreadsheet with an added column that says why."""

from __future__ import annotations

from typing import BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from genjin.exchange.importing import sheets
from genjin.exchange.models import Import, ImportRow

LONGEST_CELL = 32_767
"""Characters, the most that a cell of a spreadsheet holds."""


def write_report(job: Import, target: BinaryIO) -> int:
    """Write the rows with errors and duplicates as .xlsx; how many. Raises `Refusal` when the file is gone.

    Every cell is text and marked as such, so that nothing in it is ever taken for a formula.
    """
    reasons = dict(
        job.rows.filter(verdict__in=ImportRow.LEFT_OUT).order_by("number").values_list("number", "reasons")
    )
    if not reasons:
        return 0
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    text = book.add_format({"quote_prefix": True})
    head = book.add_format({"bold": True, "quote_prefix": True})
    page = book.add_worksheet()
    page.freeze_panes(1, 0)
    with sheets.opened(job) as table:
        heads = sheets.headings(job.sheet)
        for place, name in enumerate([*heads, _("Why not imported")]):
            page.write_string(0, place, name[:LONGEST_CELL], head)
        line = 0
        for row in table.rows():
            if row.number not in reasons:
                continue
            line += 1
            for place, cell in enumerate(row.cells):
                if cell.text:
                    page.write_string(line, place, cell.text[:LONGEST_CELL], text)
            page.write_string(line, len(heads), " ".join(reasons[row.number])[:LONGEST_CELL], text)
    book.close()
    return line
