"""A file as a table: what was detected, the headings, and its rows one at a time."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice
from typing import BinaryIO, Protocol, TypeVar

from . import dialects, encodings, formats, layouts, limits, surveys, vcards, workbooks
from .cells import EMPTY, Cell, DateOrder, DecimalSign, Kind, sign_of
from .dialects import Dialect
from .formats import Format
from .layouts import Header, Layout, Shape
from .reasons import Reason, Refusal, finding, problem
from .records import Cutter, Record, first_lines
from .sources import Source
from .workbooks import SheetFact

_Fact = TypeVar("_Fact", DateOrder, DecimalSign)


class RowKind(StrEnum):
    """What a row below the header is; only DATA is meant to be imported."""

    DATA = "data"
    TOTAL = "total"
    COMMENT = "comment"
    HEADER = "header"  # the headings once more


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number a spreadsheet shows for it, one cell for each header, and what is wrong with it."""

    number: int
    line: int
    cells: tuple[Cell, ...]
    kind: RowKind = RowKind.DATA
    problems: tuple[Reason, ...] = ()
    surplus: tuple[str, ...] = ()  # cells beyond the last heading, kept for the report


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person said instead of the detection; None leaves it to the detection."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: tuple[int, ...] | None = None  # row numbers; empty: there is none
    date_order: DateOrder | None = None
    decimal_sign: DecimalSign | None = None


@dataclass(slots=True)
class Facts:
    """What was detected, each of it correctable; `questions` names what must be asked before going on."""

    format: Format
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheets: tuple[SheetFact, ...] = ()
    sheet: str | None = None
    header_rows: tuple[int, ...] = ()
    date_order: DateOrder = DateOrder.NONE
    decimal_sign: DecimalSign = DecimalSign.NONE
    rows: int = 0
    findings: list[Reason] = field(default_factory=list)

    @property
    def questions(self) -> list[str]:
        """Codes of the findings that only the person can decide."""
        asked = ("date_order", "decimal_sign", "no_header", "header_shift")
        return [found.code for found in self.findings if found.code in asked]


class _Sheet(Protocol):
    """What gives records: a text, a sheet of a workbook, a pile of cards."""

    def records(self) -> Iterator[Record]: ...

    def spread(self, record: Record) -> Sequence[object]: ...


class _TextSheet:
    def __init__(self, source: Source, encoding: str, dialect: Dialect) -> None:
        self._source, self._encoding = source, encoding
        self.cutter = Cutter(dialect)

    def records(self) -> Iterator[Record]:
        cutter = Cutter(self.cutter.dialect)
        with self._source.opened() as file:
            yield from cutter.records(file, self._encoding)
        self.cutter = cutter

    def spread(self, record: Record) -> Sequence[object]:
        return record.values


class _CardSheet:
    def __init__(self, source: Source, encoding: str) -> None:
        self._source, self._encoding = source, encoding

    def records(self) -> Iterator[Record]:
        with self._source.opened() as file:
            yield from map(vcards.as_record, vcards.cards(file, self._encoding))

    def spread(self, record: Record) -> Sequence[object]:
        return record.values


class Table:
    """A file that was understood: `facts`, `headers`, and `rows()`, which may be called again and again."""

    def __init__(
        self, facts: Facts, sheet: _Sheet, layout: Layout, survey: surveys.Survey, said: Corrections
    ) -> None:
        self.facts = facts
        self._sheet, self._layout, self._survey = sheet, layout, survey
        self._orders = survey.orders(said.date_order)
        self._signs = survey.signs(said.decimal_sign)
        texts, repeated = layouts.numbered(layout.texts)
        self.headers = [
            Header(column, text)
            for column, text in enumerate(texts)
            if text or (column < len(survey.columns) and survey.columns[column].filled)
        ]
        self._strong = {
            place: shape
            for place, column in enumerate(survey.columns)
            if (shape := column.strong) is not None
        }
        self._width = max(len(layout.texts), layout.usual_width)
        self._find_more(repeated, said)

    def _find_more(self, repeated: bool, said: Corrections) -> None:
        facts, found = self.facts, self.facts.findings
        facts.rows = self._survey.rows
        facts.header_rows = self._layout.header_rows
        found += self._layout.findings
        if repeated:
            found.append(finding("duplicate_headers"))
        if not facts.rows:
            found.append(finding("only_header"))
        facts.date_order = said.date_order or _overall(self._orders, DateOrder.AMBIGUOUS, DateOrder.NONE)
        facts.decimal_sign = said.decimal_sign or _overall(
            self._signs, DecimalSign.AMBIGUOUS, DecimalSign.NONE
        )
        if facts.date_order is DateOrder.AMBIGUOUS:
            found.append(finding("date_order"))
        if facts.decimal_sign is DecimalSign.AMBIGUOUS:
            found.append(finding("decimal_sign"))

    def rows(self) -> Iterator[Row]:
        """Every row below the header that holds anything; wrong ones say so and are never shifted."""
        second: int | None = None
        heads = [text.lower() for text in self._layout.texts]
        for record in self._sheet.records():
            if record.number < self._layout.first_row:
                continue
            if not any(map(layouts.is_filled, record.values)):
                continue
            kind = self._kind(record, heads)
            if kind is RowKind.HEADER and not self._same_heads(record, heads):
                second = record.number
            yield self._row(record, kind, second)

    def _kind(self, record: Record, heads: list[str]) -> RowKind:
        if layouts.is_comment(record, self._width):
            return RowKind.COMMENT
        if layouts.is_total(record.values):
            return RowKind.TOTAL
        if self._layout.header_rows and len(heads) > 1:
            texts = [str(value).strip().lower() for value in record.values]
            alike = sum(1 for text in texts if text and text in heads)
            if alike >= 2 and alike >= sum(map(bool, texts)) * 0.7 and alike >= len(heads) * 0.5:
                return RowKind.HEADER
        return RowKind.DATA

    def _same_heads(self, record: Record, heads: list[str]) -> bool:
        texts = [str(value).strip().lower() for value in record.values]
        return texts[: len(heads)] == heads[: len(texts)] and len(texts) >= sum(map(bool, heads))

    def _row(self, record: Record, kind: RowKind, second: int | None) -> Row:
        problems = list(record.problems)
        values, width = record.values, self._width
        if kind is RowKind.DATA:
            if second is not None:
                problems.append(problem("second_table"))
            if len(values) < width:
                problems.append(problem("short", cells=len(values), headers=width))
            elif len(values) > width:
                problems.append(problem("long", cells=len(values), headers=width))
            elif self._looks_shifted(values):
                problems.append(problem("shifted"))
        cells = tuple(self._cell(values, header.column, problems, kind) for header in self.headers)
        surplus = tuple(str(value) for value in values[width:])
        return Row(record.number, record.line, cells, kind, tuple(problems), surplus)

    def _cell(self, values: Sequence[object], column: int, problems: list[Reason], kind: RowKind) -> Cell:
        if column >= len(values):
            return EMPTY
        value, known = values[column], column < len(self._orders)
        order = self._orders[column] if known else DateOrder.NONE
        sign = self._signs[column] if known else DecimalSign.NONE
        cell = layouts.cell(value, order, sign)
        if cell.kind is Kind.TEXT and isinstance(value, str) and kind is RowKind.DATA and value[:1].isdigit():
            self._doubt(cell, column, problems)
        return cell

    def _doubt(self, cell: Cell, column: int, problems: list[Reason]) -> None:
        """A text among dates or numbers that its column's convention cannot read is told, not guessed."""
        strong = self._strong.get(column)
        if (
            strong is Shape.DATE
            and self._orders[column] is not DateOrder.AMBIGUOUS
            and layouts.shape(cell.text) is Shape.DATE
        ):
            problems.append(problem("date", text=cell.text))
        elif (
            strong is Shape.NUMBER
            and self._signs[column] is not DecimalSign.AMBIGUOUS
            and sign_of(cell.stripped)
        ):
            problems.append(problem("number", text=cell.text))

    def _looks_shifted(self, values: Sequence[object]) -> bool:
        """Whether most values, at least two, have another shape than all others in their columns."""
        wrong = right = 0
        for column, strong in self._strong.items():
            found = layouts.shape(values[column])
            if found is Shape.EMPTY:
                continue
            if found is strong or {found, strong} <= _NEAR:
                right += 1
            else:
                wrong += 1
        return wrong >= 2 and wrong > right


_NEAR = {Shape.NUMBER, Shape.CODE, Shape.MONEY}


def _overall(each: Sequence[_Fact], ambiguous: _Fact, none: _Fact) -> _Fact:
    """The one answer for the file: ambiguous if any column is, else the only one that occurs."""
    if ambiguous in each:
        return ambiguous
    occurring = {one for one in each if one is not none}
    if len(occurring) > 1:
        occurring = {one for one in occurring if one != DateOrder.YEAR_FIRST}
    return occurring.pop() if len(occurring) == 1 else ambiguous if occurring else none


def read(
    content: str | os.PathLike[str] | bytes | BinaryIO, name: str, corrections: Corrections = Corrections()
) -> Table:
    """Understand a file by its content; raises `Refusal` with one sentence if it cannot be read."""
    source = Source(content, name)
    form = formats.detect(source)
    facts = Facts(form)
    named = formats.named_format(name)
    if named is not None and named is not form:
        facts.findings.append(finding("name_differs", named=f".{named}", found=_FOUND[form]))
    if form is Format.VCARD:
        return _read_cards(source, facts, corrections)
    if form is Format.TEXT:
        sheet: _Sheet = _open_text(source, facts, corrections)
    else:
        sheet = _open_workbook(source, facts, corrections)
    return _laid_out(sheet, facts, corrections)


_FOUND = {
    Format.XLSX: ".xlsx",
    Format.XLS: ".xls",
    Format.ODS: ".ods",
    Format.TEXT: ".csv",
    Format.VCARD: ".vcf",
}


def _encoding(source: Source, facts: Facts, corrections: Corrections) -> str:
    if corrections.encoding:
        chosen = encodings.checked(corrections.encoding)
    else:
        with source.opened() as file:
            chosen = encodings.detect(file)
    facts.encoding = chosen.name
    if not chosen.sure:
        facts.findings.append(finding("encoding_unsure"))
    return chosen.name


def _open_text(source: Source, facts: Facts, corrections: Corrections) -> _TextSheet:
    encoding = _encoding(source, facts, corrections)
    delimiter = corrections.delimiter
    if delimiter is not None and (len(delimiter) != 1 or delimiter.isalnum() or delimiter in "\"'\r\n"):
        raise Refusal("wrong_delimiter")
    try:
        with source.opened() as file:
            lines = first_lines(file, encoding)
    except UnicodeError:
        raise Refusal("damaged") from None
    if not lines:
        raise Refusal("nothing")
    if delimiter is None and len(lines[0]) == 5 and lines[0].startswith("sep="):
        delimiter = lines[0][4]
    dialect = dialects.detect([line for line in lines if not line.startswith("sep=")] or lines, delimiter)
    facts.delimiter, facts.quote = dialect.delimiter, dialect.quote
    return _TextSheet(source, encoding, dialect)


def _open_workbook(source: Source, facts: Facts, corrections: Corrections) -> workbooks.Sheet:
    book = workbooks.Workbook(source, facts.format)
    fact = book.choose(corrections.sheet)
    sheet = book.sheet(fact)
    facts.sheets, facts.sheet = tuple(book.sheets), fact.name
    if others := sum(1 for other in book.sheets if other is not fact and other.rows > 1):
        facts.findings.append(finding("other_sheets", count=others))
    if sheet.merged:
        facts.findings.append(finding("merged", count=len(sheet.merged)))
    return sheet


def _laid_out(sheet: _Sheet, facts: Facts, corrections: Corrections) -> Table:
    records = sheet.records()
    sample = list(islice(records, limits.SAMPLE_RECORDS))
    while not any(any(map(layouts.is_filled, record.values)) for record in sample):
        sample = list(islice(records, limits.SAMPLE_RECORDS * 20))
        if not sample:
            raise Refusal("nothing")
    layout = layouts.find(sample, sheet.spread, corrections.header_rows)
    width = max(len(layout.texts), layout.usual_width)
    body = (record for record in chain(sample, records) if record.number >= layout.first_row)
    survey = surveys.take(body, layout.usual_width, width)
    if isinstance(sheet, _TextSheet):
        if sheet.cutter.nul_bytes:
            facts.findings.append(finding("nul_bytes"))
        if sheet.cutter.unreadable:
            facts.findings.append(finding("unreadable"))
    return Table(facts, sheet, layout, survey, corrections)


def _read_cards(source: Source, facts: Facts, corrections: Corrections) -> Table:
    sheet = _CardSheet(source, _encoding(source, facts, corrections))
    layout = Layout(texts=list(vcards.HEADERS), first_row=1, usual_width=len(vcards.HEADERS))
    survey = surveys.take(sheet.records(), layout.usual_width, layout.usual_width)
    if not survey.rows:
        raise Refusal("no_cards")
    used = [text if survey.columns[place].filled else "" for place, text in enumerate(layout.texts)]
    plain = Corrections(date_order=DateOrder.YEAR_FIRST, decimal_sign=DecimalSign.POINT)
    return Table(facts, sheet, replace(layout, texts=used), survey, plain)
