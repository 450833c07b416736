"""Public collections of broken and odd files: every row right or reported, none silently wrong."""

import csv
import json
import os
from pathlib import Path

import pytest

from genjin.exchange.reading import Refusal, RowKind, Table, read
from genjin.exchange.reading.vcards import cards

CORPORA = os.environ.get("GENJIN_CORPORA", "")
IMPORTS = Path(CORPORA, "04-import")
CARDS = Path(CORPORA, "08-protocol")

pytestmark = pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")

# the answers of these two do not belong to their files: another number, other line ends
_WRONG_ANSWERS = {"location_coordinates.csv", "newlines_crlf.csv"}


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern)) if CORPORA else []


def _full(found: Table, width: int) -> list[tuple[list[str], bool]]:
    """Each row's cells at their place in the file, and whether anything was reported."""
    rows = []
    for row in found.rows():
        if row.kind is RowKind.DATA:
            at = {header.column: cell.text for header, cell in zip(found.headers, row.cells, strict=True)}
            rows.append(([at.get(column, "") for column in range(width)], bool(row.problems)))
    return rows


@pytest.mark.parametrize("path", _files(IMPORTS / "pollock" / "csv", "*.csv"), ids=lambda path: path.stem)
def test_a_polluted_file_has_no_row_that_is_silently_wrong(path):
    with Path(IMPORTS, "pollock", "clean", path.name).open(newline="") as file:
        clean = list(csv.reader(file))
    if not clean:
        with pytest.raises(Refusal):
            read(path, path.name)
        return
    found = read(path, path.name)
    headed = "no_header" not in path.name
    if headed:
        assert [header.text.strip('"') for header in found.headers] == [
            name.split(" ")[0].strip('"') for name in clean[0]
        ]
    expected = clean[headed:]
    rows = _full(found, 9)
    assert [cells for (cells, reported), _ in zip(rows, expected, strict=False) if not reported] == [
        right for (_, reported), right in zip(rows, expected, strict=False) if not reported
    ]
    assert all(reported for _, reported in rows[len(expected) :])
    assert len(rows) >= len(expected)


@pytest.mark.parametrize(
    "path", _files(IMPORTS / "csv-spectrum" / "csvs", "*.csv"), ids=lambda path: path.stem
)
def test_every_dialect_of_csv_spectrum_is_read(path):
    if path.name in _WRONG_ANSWERS:
        pytest.skip("the answer is not that of the file")
    expected = json.loads(Path(IMPORTS, "csv-spectrum", "json", path.stem + ".json").read_text())
    found = read(path, path.name)
    names = [header.text for header in found.headers]
    assert [dict(zip(names, cells, strict=True)) for cells, _ in _full(found, len(names))] == expected


@pytest.mark.parametrize("path", _files(IMPORTS / "xlsx", "*.xls*"), ids=lambda path: path.name)
def test_every_workbook_is_read_or_refused_in_a_sentence(path):
    try:
        found = read(path, path.name)
    except Refusal as refusal:
        assert refusal.reason.code == "nothing"
        return
    assert found.facts.rows == len(list(found.rows()))


@pytest.mark.parametrize("path", _files(CARDS / "vcard", "*.vcf"), ids=lambda path: path.stem)
def test_every_card_of_phones_and_mail_programs_is_read(path):
    answers = json.loads(Path(CARDS, "expected_vcard.json").read_text())
    answer = next(value for key, value in answers.items() if key.endswith(path.name))
    with path.open("rb") as file:
        found = list(cards(file, "utf-8"))
    assert len(found) == answer["cards"]
    for card, first in zip(found, answer["first"], strict=False):
        phones = [text.removeprefix("tel:").replace(";ext=", " ext. ") for text in first["tel"]]
        assert [entry.text for entry in card.entries if entry.name == "FN"] == first["fn"]
        assert [entry.text for entry in card.entries if entry.name == "EMAIL"] == first["email"]
        assert [entry.text for entry in card.entries if entry.name == "TEL"] == phones
        assert sum(entry.name == "ADR" for entry in card.entries) == first["adr"]
