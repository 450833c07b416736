"""vCards of phones and mail programs."""

import io

import pytest

from genjin.exchange.reading import Format, Refusal, read
from genjin.exchange.reading.vcards import cards

from .sheets import headings, problems, table


def _one(lines: str) -> dict[str, str]:
    found = table(f"BEGIN:VCARD\r\n{lines}\r\nEND:VCARD\r\n".replace("\r\n", "\n"), "a.vcf")
    assert found.facts.format is Format.VCARD
    (row,) = found.rows()
    return dict(zip(headings(found), [cell.text for cell in row.cells], strict=True))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "VERSION:3.0\nFN:Jo Ex\nORG:Acme\\, Inc.;Sales",
            {"Name": "Jo Ex", "Company": "Acme, Inc.", "Department": "Sales"},
        ),
        (
            "VERSION:2.1\nN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:=D5=C5;=C8=FD",
            {"Name": "张三", "Family name": "张", "Given name": "三"},
        ),
        (
            "VERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:first=0D=0A=\nsecond=3B third",
            {"Note": "first\nsecond; third"},
        ),
        ("VERSION:3.0\nNOTE:folded \n line", {"Note": "folded line"}),
        (
            "VERSION:3.0\nTEL;TYPE=CELL:1\nTEL;TYPE=WORK,FAX:2\nTEL;WORK:3\nTEL;HOME:4",
            {"Mobile": "1", "Fax": "2", "Phone": "3", "Phone 2": "4"},
        ),
        (
            'VERSION:4.0\nTEL;VALUE=uri;TYPE="work,voice":tel:+1-418-656;ext=102\nEMAIL;PREF=1:b@x.com\nEMAIL:a@x.com',
            {"Phone": "+1-418-656 ext. 102", "Mail": "b@x.com"},
        ),
        (
            "VERSION:3.0\nEMAIL:a@x.com\nitem1.EMAIL;PREF:b@x.com\nitem1.X-ABLabel:_$!<Other>!$_",
            {"Mail": "b@x.com", "Mail 2": "a@x.com"},
        ),
        (
            "VERSION:3.0\nFN:X\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJRg\n"
            "ADR;TYPE=WORK:;;Main 1;Bonn;;53111;Germany",
            {"Street": "Main 1", "City": "Bonn", "Postal code": "53111", "Country": "Germany"},
        ),
    ],
)
def test_a_card_is_read_as_a_row(lines, expected):
    found = _one(lines)
    assert {key: found.get(key) for key in expected} == expected


def test_labels_of_grouped_entries_are_kept():
    text = b"BEGIN:VCARD\nitem1.TEL:1\nitem1.X-ABLabel:_$!<Assistant>!$_\nEND:VCARD\n"
    (card,) = cards(io.BytesIO(text), "utf-8")
    assert [(entry.name, entry.label) for entry in card.entries] == [("TEL", "Assistant")]


def test_a_card_without_end_is_told_and_the_next_is_read():
    found = table("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n", "a.vcf")
    assert [row.cells[0].text for row in found.rows()] == ["A", "B"]
    assert problems(found) == {1: ["no_end"]}


def test_an_empty_card_file_is_refused():
    with pytest.raises(Refusal):
        read(b"BEGIN:VCARD\nEND:VCARD\n", "a.vcf")
