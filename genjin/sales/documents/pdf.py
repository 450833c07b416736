"""A document as PDF, set by Typst with our own fonts: no program is started, nothing is fetched.

What people wrote reaches the template as data (JSON) only, so it is never read as Typst's markup.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from genjin.sales.documents.content import LOGO, NUMBERS, Cell, Content, Row, Table
from genjin.sales.documents.figures import written
from genjin.sales.documents.words import is_rtl, typst_language

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class FontsMissing(Exception):
    """The fonts of documents were not built: `python -m tools.assets` makes them."""


def render(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF; pictures (PNG or JPEG) by the names the content uses, a missing one is left out."""
    return _compile(content, pictures or {}, "pdf")[0]


def render_picture(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The first page as PNG, for a look at the layout."""
    return _compile(content, pictures or {}, "png")[0]


def _compile(content: Content, pictures: Mapping[str, bytes], format: Any) -> Sequence[bytes]:
    with tempfile.TemporaryDirectory(prefix="genjin-document-") as place:
        root = Path(place)
        files = _lay_out(root, pictures)
        (root / "data.json").write_text(json.dumps(_data(content, files)), encoding="utf-8")
        (root / "document.typ").write_bytes(_template())
        main = root / "document.typ"
        compiler = typst.Compiler(main, root=root, font_paths=_fonts(), ignore_system_fonts=True)
        made = compiler.compile(format=format, ppi=96.0 if format == "png" else None)
    assert made is not None
    return made if isinstance(made, list) else [made]


@cache
def _template() -> bytes:
    return (HERE / "document.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Read once in a process; without them Typst would print boxes, so that is an error."""
    if not (FONTS / "stamp").is_file():
        raise FontsMissing("The fonts of documents are missing: run `python -m tools.assets`.")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _lay_out(root: Path, pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Write the pictures under names of our own; gives those by the names the content uses."""
    files = {}
    for index, (name, data) in enumerate(sorted(pictures.items())):
        ending = "png" if data.startswith(b"\x89PNG") else "jpg"
        files[name] = f"{index}.{ending}"
        (root / files[name]).write_bytes(data)
    return files


def _data(content: Content, files: Mapping[str, str]) -> dict[str, Any]:
    """What the template prints: plain texts, every one as a list of its lines."""
    return {
        "lang": typst_language(content.language),
        "rtl": is_rtl(content.language),
        "accent": content.accent,
        "logo": files.get(LOGO),
        "title": _clean(content.title),
        "number": _clean(content.number),
        "seller": [_clean(line) for line in content.seller],
        "buyer_label": _clean(content.buyer_label),
        "buyer": [_clean(line) for line in content.buyer],
        "facts": [[_clean(label), _lines(value)] for label, value in content.facts],
        "tables": [_table(table, content, files) for table in content.tables],
        "sums": [
            [_clean(one.label), written(one.amount, Cell.AMOUNT, content), one.strong] for one in content.sums
        ],
        "words": [_clean(line) for line in content.words],
        "sections": [[_clean(one.heading), _lines(one.text)] for one in content.sections],
        "signatures": [_clean(one) for one in content.signatures],
        "watermark": _clean(content.watermark),
    }


def _table(table: Table, content: Content, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "heading": _clean(table.heading),
        "columns": [
            {
                "label": _clean(column.label),
                "share": column.share,
                "end": column.cell in NUMBERS,
                "picture": column.cell is Cell.PICTURE,
            }
            for column in table.columns
        ],
        "rows": [_row(row, table, content, files) for row in table.rows],
        "totals": [
            written(_clean(text), column.cell, content)
            for text, column in zip(table.totals, table.columns, strict=False)
        ],
    }


def _row(row: Row, table: Table, content: Content, files: Mapping[str, str]) -> dict[str, Any]:
    """Cells as lists of lines; a picture as the name of its file, or nothing."""
    cells: list[Any] = []
    for text, column in zip(row.cells, table.columns, strict=True):
        if column.cell is Cell.PICTURE:
            cells.append(files.get(text))
        else:
            cells.append(_lines(written(text, column.cell, content)))
    wide = next((i for i, column in enumerate(table.columns) if column.share), 0)
    return {"cells": cells, "note": _lines(row.note), "wide": wide, "quiet": row.quiet}


def _clean(text: str) -> str:
    """Without characters that no font has and that only hide or turn what is read."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _lines(text: str) -> list[str]:
    return _clean(text).rstrip().split("\n") if text.strip() else []
