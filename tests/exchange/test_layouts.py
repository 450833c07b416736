"""Where the table lies: titles, headings in several rows, none at all."""

import pytest

from .sheets import data, findings, headings, problems, table


@pytest.mark.parametrize(
    ("text", "found", "rows"),
    [
        (
            "客户资料表,,\n,,\n客户名称,联系人,邮箱\nA,张三,a@b.com\nB,李四,b@b.com\n",
            ["客户名称", "联系人", "邮箱"],
            (3,),
        ),
        (
            "公司,,联系人,,\n名称,国家,姓名,邮箱,电话\nA,德国,Max,a@b.de,12\n",
            ["公司 / 名称", "公司 / 国家", "联系人 / 姓名", "联系人 / 邮箱", "联系人 / 电话"],
            (1, 2),
        ),
        (
            "客户名称,邮箱,日期\nCustomer,E-mail,Date\n" + "A,a@b.de,2026-01-02\n" * 5,
            ["客户名称 / Customer", "邮箱 / E-mail", "日期 / Date"],
            (1, 2),
        ),
        ("Name,Phone,Phone,phone\nA,1,2,3\n", ["Name", "Phone", "Phone (2)", "phone (3)"], (1,)),
        ("公司名称\nA\nB\n", ["公司名称"], (1,)),
        ("Name,2023,2024\nA,1,2\nB,3,4\n", ["Name", "2023", "2024"], (1,)),
        ("a,b\nx,y\nv,w\n", ["a", "b"], (1,)),
    ],
)
def test_the_header_is_found(text, found, rows):
    read_table = table(text)
    assert headings(read_table) == found
    assert read_table.facts.header_rows == rows


def test_values_from_the_first_row_on_mean_that_the_header_is_asked_for():
    found = table("Acme,a@b.com,2024-01-02\nBeta,c@d.com,2024-01-03\n")
    assert found.facts.questions == ["no_header"]
    assert len(data(found)) == 2


def test_header_rows_that_a_person_names_are_taken():
    text = "x,y\nName,City\nAcme,Bonn\n"
    assert headings(table(text, header_rows=(2,))) == ["Name", "City"]
    none = table(text, header_rows=())
    assert (headings(none), len(data(none))) == (["", ""], 3)


def test_only_headings_are_told():
    found = table("Name,City\n")
    assert (headings(found), data(found), findings(found)) == (["Name", "City"], [], ["only_header"])


def test_an_empty_heading_too_many_is_dropped_and_asked():
    found = table(",Name,City,Mail\nA,x,a@b.c\nB,y,b@b.c\nC,y,c@b.c\n")
    assert headings(found) == ["Name", "City", "Mail"]
    assert found.facts.questions == ["header_shift"]
    assert not problems(found)


def test_a_heading_too_few_is_asked():
    assert table("Name,City\n1,A,x\n2,B,y\n3,C,z\n").facts.questions == ["header_shift"]


def test_delimiters_at_the_end_of_every_row_are_no_column():
    found = table("Name,City\nA,B,\nC,D,\n")
    assert (headings(found), data(found), problems(found)) == (["Name", "City"], [["A", "B"], ["C", "D"]], {})


def test_blank_rows_are_left_out_and_counted_as_a_spreadsheet_counts():
    found = table('Name,City\n\nA,"x\ny"\n,\nB,z\n')
    assert [(row.number, row.line) for row in found.rows()] == [(3, 3), (5, 6)]
