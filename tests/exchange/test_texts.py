"""Delimited texts: encodings, delimiters, broken rows."""

import tracemalloc
from datetime import date
from decimal import Decimal

import pytest

from genjin.exchange.reading import Corrections, DateOrder, DecimalSign, Kind, RowKind, read

from .sheets import data, findings, headings, problems, table

CHINESE = "客户名称,电话,城市\n杭州进出口有限公司,0571-8888,上海\n"
TRADITIONAL = "客戶名稱,電話,城市\n台北貿易股份有限公司,02-1234,臺北\n"
WESTERN = "Name,City\nMüller & Söhne,Köln\nJosé Ñandú,São Paulo\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (WESTERN, "cp1252", "cp1252"),
        ("Name,City\nABC,上海\n", "gb18030", "gb18030"),
        ("Name,City\nABC,臺北\n", "big5", "big5hkscs"),
        ("Name,City\nCafé,x\n", "cp1252", "cp1252"),
        ("NAME,CITY\nJOÃO,SÃO PAULO\n", "cp1252", "cp1252"),
        ("name,city\nABC,中国\n", "gb18030", "gb18030"),
        ("Name;City\nAB;CD\nEF;GH\n", "utf-16-le", "utf-16-le"),
        ("Имя;Город\nИван;Москва\n", "cp1251", "cp1251"),
        ("Nazwa,Miasto\nŁódź Spółka,Gdańsk\nŻółw,Wrocław\n", "cp1250", "cp1250"),
    ],
)
def test_the_encoding_is_found_and_nothing_is_lost(text, encoding, found):
    read_table = table(text, encoding=encoding)
    assert read_table.facts.encoding == found
    lines = [line.replace(";", ",").split(",") for line in text.splitlines()]
    assert [headings(read_table), *data(read_table)] == lines


def test_a_chosen_encoding_wins_over_the_detection():
    assert data(table("Name,City\nCafé,x\n", encoding="cp1252"))[0][0] == "Café"
    assert (
        read("Name,City\nCafé,x\n".encode(), "a.csv", Corrections(encoding="cp1252")).facts.encoding
        == "cp1252"
    )


def test_rows_with_unreadable_bytes_are_marked():
    found = table(CHINESE.encode() * 4 + b"bad\xff,1,2\n")
    assert found.facts.encoding == "utf-8"
    assert problems(found) == {9: ["unreadable"]}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "%", ":", "\x1f"])
def test_any_delimiter_is_found(delimiter):
    lines = [["Name", "City", "Since"], ["Acme Ltd", "Bonn", "2024-01-02"], ["Beta", "Oslo", "2024-03-04"]]
    found = table("\n".join(delimiter.join(line) for line in lines))
    assert found.facts.delimiter == delimiter
    assert [headings(found), *data(found)] == lines


def test_a_line_that_names_the_delimiter_is_obeyed_and_not_read():
    found = table("sep=;\nName;City\nA,B;C\n")
    assert (headings(found), data(found)) == (["Name", "City"], [["A,B", "C"]])
    assert [row.number for row in found.rows()] == [3]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,b\n1,"x, ""y"""\n', [["1", 'x, "y"']]),
        ('a,b\n1,"line\r\nbreak"\n2,z\n', [["1", "line\r\nbreak"], ["2", "z"]]),
        ("a,b\n1,'x, y'\n2,'v, w'\n", [["1", "x, y"], ["2", "v, w"]]),
        ('a,b\n1,"5\\" pipe, x"\n2,"6\\" pipe"\n', [["1", '5" pipe, x'], ["2", '6" pipe']]),
        ('a, b\n1, "x, y"\n', [["1", "x, y"]]),
        ("a,b\r1,2\n3,4\r\n5,6", [["1", "2"], ["3", "4"], ["5", "6"]]),
        ("a,b\n1,\x00x\n", [["1", "x"]]),
    ],
)
def test_quotation_marks_and_line_ends_of_every_writer(text, cells):
    found = table(text)
    assert data(found) == cells
    assert not problems(found)


@pytest.mark.parametrize(
    "broken",
    ['B,"y,2', 'B,y",2,', 'B,""y",2', '"B,y,2', 'B,"y"z,2', "B y 2", "B,y2", 'B"y,x",2', ",B,y,2", "B,y,,2"],
)
def test_a_broken_row_is_reported_and_the_others_stay_as_they_are(broken):
    found = table(f"Name,City,Number\nA,x,1\n{broken}\nC,z,3\nD,z,4\n")
    rows = list(found.rows())
    assert [row.number for row in rows] == [2, 3, 4, 5]
    assert [[cell.text for cell in rows[place].cells] for place in (0, 2, 3)] == [
        ["A", "x", "1"],
        ["C", "z", "3"],
        ["D", "z", "4"],
    ]
    assert list(problems(found)) == [3]


def test_a_row_of_usual_width_with_values_in_wrong_columns_is_reported():
    lines = "".join(f"Firm {day},a{day}@b.com,2024-01-{day:02},{day}.5\n" for day in range(10, 25))
    found = table("Name,Mail,Since,Amount\n" + lines + ",Firm 99,z@b.com,2024-02-01\n")
    assert problems(found) == {17: ["shifted"]}


def test_a_cell_that_begins_like_a_formula_stays_text():
    (cells,) = [row.cells for row in table("a,b,c,d\n=1+1,+86 138,@x,-5\n").rows()]
    assert [cell.kind for cell in cells] == [Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.NUMBER]
    assert cells[0].value == "=1+1"


def test_codes_and_long_numbers_keep_their_digits():
    (cells,) = [row.cells for row in table("a,b,c\n00123,12345678901234567890,13800138000\n").rows()]
    assert [(cell.kind, cell.text) for cell in cells] == [
        (Kind.TEXT, "00123"),
        (Kind.TEXT, "12345678901234567890"),
        (Kind.NUMBER, "13800138000"),
    ]


def test_dates_and_numbers_that_can_be_read_in_two_ways_must_be_asked():
    text = 'Name,Since,Amount\nA,03/04/2026,"1,234"\n'
    found = table(text)
    assert found.facts.questions == ["date_order", "decimal_sign"]
    assert [cell.kind for cell in next(found.rows()).cells] == [Kind.TEXT] * 3
    said = table(text, date_order=DateOrder.DAY_MONTH, decimal_sign=DecimalSign.COMMA)
    assert [cell.value for cell in next(said.rows()).cells] == ["A", date(2026, 4, 3), Decimal("1.234")]
    assert not said.facts.questions


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/04/2026", "25/06/2026"], DateOrder.DAY_MONTH),
        (["03/04/2026", "06/25/2026"], DateOrder.MONTH_DAY),
        (["2026-04-03", "2026/6/25"], DateOrder.YEAR_FIRST),
        (["25/06/2026", "06/25/2026"], DateOrder.AMBIGUOUS),
        (["2026-04-03", "03/04/2026"], DateOrder.AMBIGUOUS),
        (["5 May 2026", "x"], DateOrder.NONE),
    ],
)
def test_the_order_of_dates_is_what_the_whole_column_proves(dates, order):
    assert table("Name,Since\n" + "".join(f"A,{text}\n" for text in dates)).facts.date_order is order


@pytest.mark.parametrize(
    ("numbers", "sign"),
    [
        (["1,234.5"], DecimalSign.POINT),
        (["1.234,5"], DecimalSign.COMMA),
        (["1,234", "12.5"], DecimalSign.POINT),
        (["1.234", "0,75"], DecimalSign.COMMA),
        (["1,234,567"], DecimalSign.POINT),
        (["1,234", "5,678"], DecimalSign.AMBIGUOUS),
        (["12.5", "12,5"], DecimalSign.AMBIGUOUS),
        (["17", "4"], DecimalSign.NONE),
    ],
)
def test_the_decimal_sign_is_what_the_whole_column_proves(numbers, sign):
    assert table("Name;Amount\n" + "".join(f"A;{text}\n" for text in numbers)).facts.decimal_sign is sign


def test_a_date_that_contradicts_its_column_is_reported_not_guessed():
    lines = "".join(f"A,{day}/01/2026\n" for day in range(13, 23))
    found = table("Name,Since\n" + lines + "A,01/31/2026\n", date_order=DateOrder.DAY_MONTH)
    assert problems(found) == {12: ["date"]}


def test_a_text_is_streamed_in_less_memory_than_half_its_size(tmp_path):
    path = tmp_path / "big.csv"
    row = ",".join(["some value " * 6] * 12) + "\n"
    with path.open("w") as file:
        file.write(",".join(f"h{n}" for n in range(12)) + "\n")
        for _ in range(15):
            file.write(row * 1000)
    tracemalloc.start()
    found = read(path, "big.csv")
    assert sum(1 for _ in found.rows()) == 15_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2


def test_comments_totals_and_repeated_headers_are_no_data():
    found = table("# made by X\nName,City,Number\nA,x,1\n# page 2\nName,City,Number\nB,y,2\n合计,,3\n")
    assert data(found) == [["A", "x", "1"], ["B", "y", "2"]]
    assert [row.kind for row in found.rows() if row.kind is not RowKind.DATA] == [
        RowKind.COMMENT,
        RowKind.HEADER,
        RowKind.TOTAL,
    ]


def test_rows_of_a_second_table_are_reported():
    found = table("Name,City,Number,Note\nA,x,1,n\n\nName,Note,City,Phone\nB,n,y,2\n")
    assert problems(found) == {5: ["second_table"]}
    assert "name_differs" not in findings(found)
