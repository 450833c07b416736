"""Documents as PDF and Excel: complete, safe against what people write, in every language."""

import io
import zipfile
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfReader
from python_calamine import load_workbook

from genjin.sales.documents import pdf, sheet
from genjin.sales.documents.content import (
    LOGO,
    Cell,
    Column,
    Content,
    Row,
    Section,
    Sum,
    Table,
    from_json,
    to_json,
)
from genjin.sales.documents.words import LANGUAGES, WORDS, word

COLUMNS = (
    Column("No.", Cell.COUNT),
    Column("Description", share=3),
    Column("Quantity", Cell.QUANTITY),
    Column("Unit price", Cell.PRICE),
    Column("Amount", Cell.AMOUNT),
)
PLAIN = Content(
    title="Proforma invoice",
    number="PI2026-0001",
    currency="USD",
    seller=("Ningbo Sunrise Lighting Co., Ltd.", "宁波旭日照明有限公司"),
    buyer_label="Buyer",
    buyer=("Gulf Trading LLC", "Riyadh"),
    facts=(("Price terms", "FOB Ningbo"),),
    tables=(Table(COLUMNS, (Row(("1", "LED 灯泡 bulb", "1200", "1.235", "1482"), note="暖白 12W"),)),),
    sums=(Sum("Total USD", "1482", strong=True),),
    words=("SAY US DOLLARS ONE THOUSAND", "美元壹仟肆佰捌拾贰元整"),
    sections=(Section("Bank details", "Bank of China\nSWIFT BKCHCNBJ92A"),),
    signatures=("Seller", "Buyer"),
)
ATTACKS = (
    '#eval("1+1")',
    '#import "@preview/cades:0.3.0": qr',
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    "$ x^2 $ *bold* _it_ `raw` <label> @ref",
    '"] #panic("no") [',
    "\\u{1F600} \\ // no /* comment",
    "#set page(width: 1pt)",
    "= Heading",
    "</script>{{ 7*7 }}",
)


def text_of(data: bytes) -> str:
    """What one can copy out of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def cells_of(data: bytes) -> list[list[object]]:
    """Rows of the first sheet."""
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_pdf_holds_every_text_and_writes_numbers_as_its_language_does():
    said = text_of(pdf.render(PLAIN))
    for part in (
        "PI2026-0001",
        "宁波旭日照明有限公司",
        "灯泡",
        "暖白 12W",
        "1,482.00",
        "1.235",
        "壹仟肆佰捌拾贰元整",
    ):
        assert part in said
    german = text_of(pdf.render(replace(PLAIN, language="de")))
    assert "1.482,00" in german
    assert "1,482.00" not in german


def test_every_font_of_the_pdf_is_embedded():
    page = PdfReader(io.BytesIO(pdf.render(PLAIN))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(below)
        assert "NotoSans" in below["/FontName"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_people_write_is_printed_and_never_run(attack):
    content = replace(
        PLAIN,
        title=attack,
        seller=(attack,),
        facts=((attack, attack),),
        tables=(Table(COLUMNS, (Row(("1", attack, "1", "1", "1"), note=attack),), heading=attack),),
        sections=(Section(attack, attack),),
    )
    said = "".join(text_of(pdf.render(content)).split())
    assert said.count("".join(attack.split())) >= 6
    assert "root:" not in said


def test_control_signs_are_left_out_and_odd_signs_break_nothing():
    odd = "a\x00b\x1bc\u202ed \U0001f600 \ud800".encode("utf-8", "ignore").decode() + "ก ไทย"
    assert "abcd" in text_of(pdf.render(replace(PLAIN, title=odd)))


def test_a_picture_is_printed_and_a_missing_one_left_out():
    pixel = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(pixel, "PNG")
    columns = (Column("", Cell.PICTURE), Column("Description", share=1))
    table = Table(columns, (Row(("p1", "with")), Row(("p2", "without"))))
    content = replace(PLAIN, tables=(table,))
    pictures = {LOGO: pixel.getvalue(), "p1": pixel.getvalue()}
    reader = PdfReader(io.BytesIO(pdf.render(content, pictures)))
    assert len(reader.pages[0].images) >= 1
    assert not PdfReader(io.BytesIO(pdf.render(content))).pages[0].images
    assert any(
        "drawing" in name for name in zipfile.ZipFile(io.BytesIO(sheet.render(content, pictures))).namelist()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_prints(language):
    content = replace(PLAIN, language=language, title=word("proforma", language))
    first = word("proforma", language).split()[0]
    said = text_of(pdf.render(content))
    if language != "ar":  # joined and turned letters come out in their order of display
        assert first in said
    assert sheet.render(content)


def test_arabic_runs_from_right_to_left():
    book = zipfile.ZipFile(io.BytesIO(sheet.render(replace(PLAIN, language="ar"))))
    assert 'rightToLeft="1"' in book.read("xl/worksheets/sheet1.xml").decode()


def test_the_words_of_documents_are_complete_in_every_language():
    codes = set(LANGUAGES) - {"en-zh"}
    assert {key: said for key, said in WORDS.items() if set(said) != codes or not all(said.values())} == {}
    assert word("quantity", "en-zh") == "Quantity 数量"


def test_excel_has_numbers_as_numbers_and_no_formula():
    content = replace(PLAIN, buyer=("=HYPERLINK(1)", "+1", "@x"))
    rows = cells_of(sheet.render(content))
    (line,) = [row for row in rows if "LED 灯泡 bulb\n暖白 12W" in row]
    assert line[2:5] == [1200.0, 1.235, 1482.0]
    assert any("=HYPERLINK(1)" in row for row in rows)
    made = zipfile.ZipFile(io.BytesIO(sheet.render(content))).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in made


def test_a_long_table_repeats_its_head_on_every_page_and_counts_pages():
    rows = tuple(Row((str(i), f"Product {i}", "1", "1", "1")) for i in range(1, 1001))
    data = pdf.render(replace(PLAIN, tables=(Table(COLUMNS, rows),)))
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) > 10
    for page in list(pages)[:5]:
        assert "Unit price" in page.extract_text()
    assert f"1 / {len(pages)}" in pages[0].extract_text()
    assert "Product 1000" in text_of(data)


def test_an_issued_document_comes_back_from_json_as_it_was():
    assert from_json(to_json(PLAIN)) == PLAIN


def test_missing_fonts_are_told_and_not_printed_as_boxes(monkeypatch, tmp_path):
    pdf._fonts.cache_clear()
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    with pytest.raises(pdf.FontsMissing, match="run `python -m tools"):
        pdf.render(PLAIN)
