"""Workbooks: types, headers, merged cells, and what must not fill the memory."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest

from genjin.exchange.reading import Kind, Refusal, read
from genjin.exchange.reading import limits as reading_limits

from .sheets import data, findings, headings, kinds, table, workbook


def _typed(sheet, book):
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row("A1", ["Name", "Amount", "Since", "Seen", "Done", "Broken", "Code", "Sum"])
    sheet.write("A2", "Acme")
    sheet.write_number("B2", 0.1 + 0.2)
    sheet.write_datetime("C2", datetime(2024, 3, 5), day)  # noqa: DTZ001
    sheet.write_datetime("D2", datetime(2024, 3, 5, 6, 7), moment)  # noqa: DTZ001
    sheet.write_boolean("E2", True)
    sheet.write_formula("F2", "=1/0", None, "#DIV/0!")
    sheet.write_string("G2", "007")
    sheet.write_formula("H2", "=B2*10", None, 3)


def test_cells_have_their_types_and_formulas_their_values():
    (row,) = table(workbook(_typed), "a.xlsx").rows()
    assert [cell.kind for cell in row.cells] == [
        Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.BOOL, Kind.ERROR, Kind.TEXT, Kind.NUMBER,
    ]  # fmt: skip
    assert [cell.value for cell in row.cells[1:4]] == [
        Decimal("0.3"),
        date(2024, 3, 5),
        datetime(2024, 3, 5, 6, 7),  # noqa: DTZ001
    ]
    assert row.cells[5].text == "#DIV/0!"
    assert row.number == 2


def _merged(sheet, book):
    sheet.merge_range("C2:D2", "客户资料")
    sheet.merge_range("C4:D4", "公司")
    sheet.merge_range("E4:F4", "Contact")
    sheet.write_row("C5", ["名称", "国家", "Name", "Mail"])
    sheet.merge_range("C6:C7", "ABC")
    sheet.write_row("D6", ["德国", "Max", "m@a.de"])
    sheet.write_row("D7", ["德国", "Eva", "e@a.de"])


def test_merged_cells_reach_all_their_rows_and_group_headings_are_joined():
    found = table(workbook(_merged), "a.xlsx")
    assert headings(found) == ["公司 / 名称", "公司 / 国家", "Contact / Name", "Contact / Mail"]
    assert data(found) == [["ABC", "德国", "Max", "m@a.de"], ["ABC", "德国", "Eva", "e@a.de"]]
    assert found.facts.header_rows == (4, 5)
    assert [row.number for row in found.rows()] == [6, 7]
    assert [header.letter for header in found.headers] == ["C", "D", "E", "F"]


def test_the_first_visible_table_is_read_and_the_others_are_named():
    def fill(sheet, book):
        sheet.write("A1", "Cover")
        hidden = book.add_worksheet("Lists")
        hidden.write_row("A1", ["Code", "Name"])
        hidden.write_row("A2", ["1", "x"])
        hidden.hide()
        shown = book.add_worksheet("Customers")
        shown.write_row("A1", ["Name", "City"])
        shown.write_row("A2", ["Acme", "Bonn"])

    content = workbook(fill)
    found = table(content, "a.xlsx")
    assert found.facts.sheet == "Customers"
    assert [(one.name, one.rows, one.columns, one.hidden) for one in found.facts.sheets] == [
        ("Sheet1", 1, 1, False),
        ("Lists", 2, 2, True),
        ("Customers", 2, 2, False),
    ]
    assert headings(table(content, "a.xlsx", sheet="Lists")) == ["Code", "Name"]
    with pytest.raises(Refusal, match="no sheet named"):
        table(content, "a.xlsx", sheet="Nope")


def test_two_hundred_columns_are_read():
    def fill(sheet, book):
        sheet.write_row(0, 0, [f"Heading {number}" for number in range(200)])
        sheet.write_row(1, 0, list(range(200)))

    found = table(workbook(fill), "a.xlsx")
    assert len(found.headers) == 200
    assert kinds(found) == [[Kind.NUMBER] * 200]


def test_two_cells_in_far_corners_are_refused_before_they_fill_the_memory():
    def fill(sheet, book):
        sheet.write("A1", "Name")
        sheet.write("XFD1048576", "x")

    with pytest.raises(Refusal) as refused:
        table(workbook(fill), "a.xlsx")
    assert refused.value.reason.code == "too_many_cells"
    assert "1048576" in str(refused.value)


def test_formatted_empty_cells_count_for_nothing():
    def fill(sheet, book):
        sheet.write_row("A1", ["Name", "City"])
        sheet.write_row("A2", ["Acme", "Bonn"])
        grey = book.add_format({"bg_color": "#eeeeee"})
        for row in range(2, 2000):
            for column in range(50):
                sheet.write_blank(row, column, None, grey)

    assert data(table(workbook(fill), "a.xlsx")) == [["Acme", "Bonn"]]


def _zip(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_a_zip_bomb_is_refused_by_its_directory():
    bomb = _zip(**{"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 40_000_000})
    with pytest.raises(Refusal) as refused:
        read(bomb, "a.xlsx")
    assert refused.value.reason.code == "zip_bomb"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b"\n\n  \n", "a.csv", "nothing"),
        (b",,,\n" * 1000, "a.csv", "nothing"),
        (b"\0" * 5000, "a.csv", "nothing"),
        (b"%PDF-1.7", "a.xlsx", "is_pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a.csv", "is_image"),
        (b"<html><table><tr><td>x", "a.xls", "is_web_page"),
        (b"<?xml version='1.0'?><Workbook/>", "a.xls", "is_xml"),
        (b'[{"name": "x"}]', "a.csv", "is_json"),
        (bytes(range(256)) * 40, "a.csv", "is_binary"),
        (b"PK\x03\x04 no archive", "a.xlsx", "damaged"),
        (_zip(**{"a.csv": b"x"}), "a.xlsx", "is_archive"),
        (_zip(**{"word/document.xml": b"x"}), "a.xlsx", "is_document"),
        (_zip(**{"xl/workbook.bin": b"x"}), "a.xlsx", "is_binary_workbook"),
        (_zip(**{"xl/workbook.xml": b"x"}), "a.xlsx", "damaged"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "damaged"),
        (OLE + "WordDocument".encode("utf-16-le"), "a.xls", "is_document"),
        (workbook(lambda sheet, book: None), "a.xlsx", "nothing"),
        (workbook(_typed)[:3000], "a.xlsx", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(content, name, code):
    with pytest.raises(Refusal) as refused:
        read(content, name)
    assert refused.value.reason.code == code
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [
        ("MAX_ROWS", 5, "too_many_rows"),
        ("MAX_COLUMNS", 1, "too_many_columns"),
        ("MAX_BYTES", 20, "too_large"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_too_large_is_refused(monkeypatch, limit, value, code, form):
    monkeypatch.setattr(reading_limits, limit, value)
    lines = [["Name", "City"]] + [["Acme", "Bonn"]] * 10
    text = "\n".join(",".join(line) for line in lines).encode()
    content = (
        text
        if form == "csv"
        else workbook(lambda sheet, book: [sheet.write_row(n, 0, line) for n, line in enumerate(lines)])
    )
    with pytest.raises(Refusal) as refused:
        read(content, f"a.{form}")
    assert refused.value.reason.code == code


def test_a_sheet_under_a_wrong_name_is_read_and_the_name_is_told():
    assert findings(table("客户\t城市\nA\tB\n", "a.xls", "gb18030")) == ["name_differs"]
    assert "name_differs" in findings(table(workbook(_typed), "a.csv"))
