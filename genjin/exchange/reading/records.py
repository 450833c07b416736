"""Rows of a delimited text, one at a time: whatever is broken stays in its own row, and the row says so."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from . import limits
from .cells import is_blank
from .dialects import Dialect
from .reasons import Reason, Refusal, problem

csv.field_size_limit(limits.MAX_RECORD_CHARACTERS * 2)


@dataclass(slots=True)
class Record:
    """One row as it was cut, before anything is typed."""

    number: int  # as a spreadsheet program counts
    line: int  # as a text editor counts
    values: Sequence[object]
    problems: list[Reason] = field(default_factory=list)


class Cutter:
    """Cuts lines into records; one broken quotation mark never swallows the rows after it."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.nul_bytes = False
        self.unreadable = False
        self._line = 0
        self._waiting: list[str] = []

    def records(self, file: BinaryIO, encoding: str) -> Iterator[Record]:
        """All records of the file, blank ones too."""
        self._line, self._waiting = 0, []
        wrapped = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        try:
            number = 0
            while (line := self._next(wrapped)) is not None:
                if not number and re.match(r"sep=.\r?\n?$", line):
                    number = 1
                    continue
                number += 1
                yield self._record(line, number, wrapped)
        finally:
            wrapped.detach()

    def _next(self, wrapped: io.TextIOWrapper) -> str | None:
        line = self._waiting.pop(0) if self._waiting else wrapped.readline(limits.MAX_RECORD_CHARACTERS + 1)
        if not line:
            return None
        self._line += 1
        if len(line) > limits.MAX_RECORD_CHARACTERS:
            raise Refusal("long_row", row=self._line, limit=limits.MAX_RECORD_CHARACTERS)
        if "\x00" in line:
            self.nul_bytes = True
            line = line.replace("\x00", "")
        return line or "\n"

    def _record(self, line: str, number: int, wrapped: io.TextIOWrapper) -> Record:
        start = self._line
        bare = line.rstrip("\r\n")
        problems: list[Reason] = []
        if self.dialect.quote not in bare:
            values = bare.split(self.dialect.delimiter)
        else:
            found = self._well_formed(bare)
            if found is not None and not self.dialect.backslash and self._strict(bare) is None:
                problems.append(problem("quotes"))  # read by a rule that the rest of the file does not use
            if found is None:
                found = self._over_lines(line, wrapped) if self._may_run_on(bare) else None
            if found is None:
                found = self._repaired(bare)
                problems.append(problem("quotes"))
            values = found
            if not problems and any(_has_stray(value, self.dialect.quote) for value in values):
                problems.append(problem("quotes"))
            if self.dialect.quote == "'" and '""' in bare:  # marks doubled by an earlier writer
                values = [value.replace('""', '"') for value in values]
        if "\ufffd" in line or (self._line > start and any("\ufffd" in value for value in values)):
            self.unreadable = True
            problems.append(problem("unreadable"))
        return Record(number, start, values, problems)

    def _well_formed(self, text: str) -> list[str] | None:
        """The cells if the marks are right, in the reading of backslashes that gives the usual width."""
        plain = self._strict(text)
        mark = "\\" + self.dialect.quote
        if mark not in text or (plain and len(plain) == self.dialect.width and not self.dialect.backslash):
            return plain
        escaped = self._strict(
            re.sub(r"(?<!\\)((?:\\\\)*)\\" + self.dialect.quote, r"\1" + self.dialect.quote * 2, text)
        )
        if escaped and (plain is None or self.dialect.backslash or len(escaped) == self.dialect.width):
            return escaped
        return plain

    def _strict(self, text: str) -> list[str] | None:
        dialect = self.dialect
        try:
            rows = list(
                csv.reader(
                    [text],
                    delimiter=dialect.delimiter,
                    quotechar=dialect.quote,
                    skipinitialspace=dialect.skip_space,
                    strict=True,
                )
            )
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None

    def _may_run_on(self, bare: str) -> bool:
        """Whether the row is open at its end, rather than broken inside."""
        text = bare
        if self.dialect.backslash:
            text = text.replace("\\" + self.dialect.quote, "")
        closed = self._strict(text + "\n" + self.dialect.quote)
        return closed is not None

    def _over_lines(self, line: str, wrapped: io.TextIOWrapper) -> list[str] | None:
        """Join lines until the row closes in the usual width; else give the lines back and None."""
        text = line
        taken: list[str] = []
        found: list[str] | None = None
        while len(taken) < limits.MAX_RECORD_LINES and len(text) < limits.MAX_RECORD_CHARACTERS:
            following = self._next(wrapped)
            if following is None:
                break
            taken.append(following)
            text += following
            if self.dialect.quote not in following:
                continue
            found = self._well_formed_over(text)
            if found is not None or not self._may_run_on(text.rstrip("\r\n")):
                break
        if found is not None and not self._swallowed(found, taken):
            return found
        self._line -= len(taken)
        self._waiting = taken + self._waiting
        return None

    def _well_formed_over(self, text: str) -> list[str] | None:
        bare = text.rstrip("\r\n")
        found = self._strict_over(bare)
        if found is None and "\\" + self.dialect.quote in bare:
            found = self._strict_over(bare.replace("\\" + self.dialect.quote, self.dialect.quote * 2))
        return found

    def _strict_over(self, text: str) -> list[str] | None:
        return self._strict(text)

    def _swallowed(self, found: list[str], taken: list[str]) -> bool:
        """Whether lines inside the row are rows of their own: then a mark is missing."""
        width = self.dialect.width
        alone = [self._well_formed(line.rstrip("\r\n")) for line in taken]
        if len(found) != width:
            return any(row is not None and len(row) == width for row in alone) or (
                width > 1 and len(taken) > 20
            )
        return width >= 4 and any(row is not None and len(row) == width for row in alone[:-1])

    def _repaired(self, bare: str) -> list[str]:
        """The best cut of a broken row: the one with the usual width, if any reading gives it."""
        delimiter, quote = self.dialect.delimiter, self.dialect.quote
        readings = (
            _cut(bare, delimiter, quote, far=False),
            _cut(bare, delimiter, quote, far=True),
            bare.split(delimiter),
        )
        fitting = [reading for reading in readings if len(reading) == self.dialect.width]
        return min(fitting or readings[:1], key=lambda reading: sum(_torn(cell, quote) for cell in reading))


def _has_stray(cell: str, quote: str) -> bool:
    """Whether one mark stands where text has none: amid a word or number, or unpaired at an end."""
    if quote != '"' or cell.count(quote) % 2 == 0:
        return False
    return bool(re.search(r'[^\W\d_]"[^\W\d_]|[^\W\d_]"\d|\d"\d|^"|[^\d\s]"$', cell))


def _torn(cell: str, quote: str) -> int:
    """How many marks are left at the start and end of the cell."""
    return len(cell) - len(cell.strip(quote))


def _cut(text: str, delimiter: str, quote: str, *, far: bool) -> list[str]:
    """Cut leniently: a mark that does not close is a character, or (far) closes at the next proper end."""
    cells: list[str] = []
    at = 0
    while True:
        end = text.find(delimiter, at)
        if text.startswith(quote, at):
            close = _close(text, at + 1, delimiter, quote, far=far)
            if close is not None:
                cells.append(text[at + 1 : close].replace(quote * 2, quote))
                end = close + 1 if close + 1 < len(text) else -1
                if end < 0:
                    return cells
                at = end + 1
                continue
        cells.append(text[at:] if end < 0 else text[at:end])
        if end < 0:
            return cells
        at = end + 1


def _close(text: str, at: int, delimiter: str, quote: str, *, far: bool) -> int | None:
    while (close := text.find(quote, at)) >= 0:
        after = text[close + 1 : close + 2]
        if after in ("", delimiter):
            return close
        if after == quote and not (far and at == close):
            at = close + 2
            continue
        if not far:
            return None
        at = close + 1
    return None


def first_lines(file: BinaryIO, encoding: str) -> list[str]:
    """The lines of the sample, by which the dialect is judged."""
    wrapped = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        text = wrapped.read(limits.SAMPLE_BYTES).replace("\x00", "")
    finally:
        wrapped.detach()
    lines = re.split(r"\r\n|\r|\n", text)
    whole = lines[:-1] if len(text) >= limits.SAMPLE_BYTES and len(lines) > 1 else lines
    return [line for line in whole if not is_blank(line)][:500]
