"""How far the sheets of a zipped workbook reach, read from its XML in pieces before anything is loaded.

The library holds a sheet as a full rectangle, so two cells in far corners would take all memory; and it gives
error cells as empty, so they are noted here.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import BinaryIO, NoReturn

from . import limits
from .reasons import Refusal

_PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*?t="e"[^>]*>.*?<(?:\w+:)?v>([^<]*)<', re.S
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ROW_END = re.compile(rb"</table:table-row>|</table:table>")


@dataclass(slots=True)
class Extent:
    """The last row and column with a value, how many have one, and error cells by row and column from 0."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)


def measure_xlsx(file: BinaryIO) -> dict[str, Extent]:
    """The extent of each worksheet by its name."""
    found = {}
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            for name, part in _parts(archive):
                if part in names:
                    found[name] = _measure_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        _damaged()
    return found


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    targets = {}
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels")
        book = archive.read("xl/workbook.xml")
    except KeyError:
        _damaged()
    for match in _RELATION.finditer(relations):
        target = _attribute(match[0], b"Target").lstrip("/")
        targets[_attribute(match[0], b"Id")] = target if target.startswith("xl/") else "xl/" + target
    for match in _SHEET.finditer(book):
        yield _attribute(match[0], b"name"), targets.get(_attribute(match[0], rb"\w+:id"), "")


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""


def _measure_part(archive: zipfile.ZipFile, part: str) -> Extent:
    extent = Extent()
    widest, deepest = b"", 0
    with archive.open(part) as stream:
        for text in _pieces(stream, b"</c>"):
            cells = _CELL.findall(text)
            if cells:
                extent.filled += len(cells)
                deepest = max(deepest, *(int(row) for _, row in cells))
                letters = {column for column, _ in cells}
                widest = max((widest, *letters), key=lambda name: (len(name), name))
            if b't="e"' in text:
                for column, row, value in _ERROR.findall(text):
                    if re.fullmatch(rb"#[A-Z0-9/?!_]+", value):
                        extent.errors.setdefault(int(row) - 1, {})[_index(column)] = value.decode()
    extent.rows, extent.columns = deepest, _index(widest) + 1 if widest else 0
    return extent


def _pieces(stream: object, end: bytes) -> Iterator[bytes]:
    """The stream in pieces that end with `end`, and the rest."""
    held = b""
    total = 0
    while piece := stream.read(_PIECE):  # type: ignore[attr-defined]
        total += len(piece)
        if total > limits.MAX_UNPACKED_BYTES:  # the directory of the archive may lie
            raise Refusal("too_large_unpacked", limit=limits.MAX_UNPACKED_BYTES // 1024 // 1024)
        text = held + piece
        cut = text.rfind(end) + len(end)
        if cut < len(end):
            cut = max(0, len(text) - 65_536)
        held = text[cut:]
        yield text[:cut]
    yield held


def _index(letters: bytes) -> int:
    number = 0
    for code in letters:
        number = number * 26 + code - 64
    return number - 1


def measure_ods(file: BinaryIO) -> dict[str, Extent]:
    """The extent of each table by its name; repeated cells and rows count as often as they repeat."""
    found: dict[str, Extent] = {}
    try:
        with zipfile.ZipFile(file) as archive, archive.open("content.xml") as stream:
            extent, row = Extent(), 0
            for piece in _pieces(stream, b"</table:table-row>"):
                for part in re.split(rb"(?<=</table:table-row>)", piece):
                    for match in re.finditer(rb"<table:table\s[^>]*>", part):
                        extent, row = found.setdefault(_attribute(match[0], b"table:name"), Extent()), 0
                    row = _measure_row(part, extent, row)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
        _damaged()
    return found


def _measure_row(part: bytes, extent: Extent, row: int) -> int:
    """Count one row's repeats and, if it has values, its width; return the number of the row after it."""
    for empty in re.finditer(rb"<table:table-row\s([^>]*)/>", part):
        row += _repeats(empty[1], b"rows")
    opening = re.search(rb"<table:table-row(\s[^>]*)?(?<!/)>", part)
    if not opening:
        return row
    column = last = 0
    for cell in re.finditer(rb"<table:(?:covered-)?table-cell((?:\s[^>]*?)?)(/?)>", part[opening.end() :]):
        column += _repeats(cell[1], b"columns")
        if b"office:value-type" in cell[1] or (
            not cell[2] and b"<text:p" in part[opening.end() + cell.end() :][:200]
        ):
            last = column
    row += _repeats(opening[1] or b"", b"rows")
    if last:
        extent.filled += last * _repeats(opening[1] or b"", b"rows")
        extent.rows, extent.columns = row, max(extent.columns, last)
    return row


def _repeats(attributes: bytes, what: bytes) -> int:
    match = re.search(rb"number-" + what + rb'-repeated="(\d{1,9})"', attributes)
    return int(match[1]) if match else 1


def _damaged() -> NoReturn:
    raise Refusal("damaged") from None
