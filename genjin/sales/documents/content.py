"""What a document says, free of how it looks; frozen with the document that was issued (as JSON).

Numbers stay exact decimals here (as text) and are written in the document's language when it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LOGO = "logo"
"""The name of the firm's logo among a document's pictures."""


class Cell(StrEnum):
    """What a column holds, which decides how it is aligned and written."""

    TEXT = "text"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    WEIGHT = "weight"
    VOLUME = "volume"
    COUNT = "count"
    PICTURE = "picture"


NUMBERS = (Cell.QUANTITY, Cell.PRICE, Cell.AMOUNT, Cell.WEIGHT, Cell.VOLUME, Cell.COUNT)


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its part of the width, 0: as wide as it needs."""

    label: str
    cell: Cell = Cell.TEXT
    share: int = 0


@dataclass(frozen=True)
class Row:
    """A row: a text for every column (a number as a plain decimal, a picture by its name).

    `note` stands small below the first wide text; a `quiet` row is not counted (an optional line).
    """

    cells: tuple[str, ...]
    note: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Table:
    """A table, and perhaps its totals in the same columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[str, ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class Sum:
    """One line below a table: a charge, a credit, the total."""

    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True)
class Section:
    """Text with a heading: terms, bank details, remarks."""

    heading: str
    text: str


@dataclass(frozen=True)
class Content:
    """One document. `language` is a code of `words.LANGUAGES`; `facts` are pairs of label and value."""

    title: str
    number: str
    language: str = "en"
    currency: str = ""
    accent: str = "#1f4f8f"
    seller: tuple[str, ...] = ()
    buyer_label: str = ""
    buyer: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    sums: tuple[Sum, ...] = ()
    words: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    signatures: tuple[str, ...] = ()
    watermark: str = ""


def to_json(content: Content) -> dict[str, Any]:
    """What is kept of an issued document."""
    return asdict(content)


def from_json(kept: Mapping[str, Any]) -> Content:
    """The document as it was issued."""
    values = dict(kept)
    for name in ("seller", "buyer", "words", "signatures"):
        values[name] = tuple(values.get(name, ()))
    values["facts"] = tuple((label, value) for label, value in values.get("facts", ()))
    values["tables"] = tuple(_table(table) for table in values.get("tables", ()))
    values["sums"] = tuple(Sum(**one) for one in values.get("sums", ()))
    values["sections"] = tuple(Section(**one) for one in values.get("sections", ()))
    return Content(**values)


def _table(kept: Mapping[str, Any]) -> Table:
    return Table(
        columns=tuple(Column(c["label"], Cell(c["cell"]), c["share"]) for c in kept["columns"]),
        rows=tuple(Row(tuple(r["cells"]), r["note"], r["quiet"]) for r in kept["rows"]),
        totals=tuple(kept["totals"]),
        heading=kept["heading"],
    )
