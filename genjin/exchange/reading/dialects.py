"""The dialect of a delimited text: every candidate is tried on a sample and scored by how even its rows are.

The standard library's sniffer fails on most broken files, so this judges by what a table is: rows of one
width whose cells are values.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import cells

_USUAL = ",\t;|"
_WEIGHTS = {
    ",": 1.0,
    "\t": 1.0,
    ";": 1.0,
    "|": 0.99,
    "，": 0.95,
    "^": 0.95,
    "~": 0.95,
    "\x1f": 1.0,
    "\x01": 1.0,
    ":": 0.7,
}
_NEVER = frozenset("\"'\r\n\\._-@/()+$€£¥<>[]{}?`")
_TIDY = re.compile(r"[\w][\w .,'’&()+/@:#%°-]*|[$€£¥+-]?[\d.,]+ ?%?|\S+@\S+\.\w+|https?://\S+|", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is cut into cells."""

    delimiter: str = ","
    quote: str = '"'
    backslash: bool = False  # \" stands for a quotation mark
    skip_space: bool = False  # space after a delimiter, before a quotation mark
    width: int = 1  # the number of cells that most rows have


def detect(lines: Sequence[str], delimiter: str | None = None) -> Dialect:
    """The best dialect for the sample; `delimiter`, if given, is taken as it is."""
    lines = [line for line in lines if not cells.is_blank(line)]
    best, best_score = Dialect(delimiter=delimiter or ","), -1.0
    for candidate in [delimiter] if delimiter else _candidates(lines):
        quote = _quote(lines, candidate)
        score, width = _score(lines, candidate, quote)
        if score > best_score:
            best, best_score = Dialect(candidate, quote, width=width), score
    skip = bool(re.search(re.escape(best.delimiter) + " +" + best.quote, "\n".join(lines)))
    backslash = _uses_backslash(lines, best)
    if skip or backslash:
        best = Dialect(best.delimiter, best.quote, backslash, skip, best.width)
        best = Dialect(
            best.delimiter, best.quote, backslash, skip, _score(lines, best.delimiter, best.quote)[1]
        )
    return best


def _candidates(lines: Sequence[str]) -> list[str]:
    """The usual delimiters, and any other sign that stands in nearly every line."""
    found = list(_USUAL)
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(
            {char for char in line if not char.isalnum() and char not in _NEVER and char not in _USUAL}
        )
    found += [char for char, number in counts.most_common(12) if number >= len(lines) * 0.9 and number > 1]
    return found


def _quote(lines: Sequence[str], delimiter: str) -> str:
    cut = re.escape(delimiter)
    text = "\n".join(lines)
    double = len(re.findall(rf'(?:^|{cut})"(?=[^\n]*"(?:{cut}|$))', text, re.MULTILINE))
    single = len(re.findall(rf"(?:^|{cut})'(?=[^\n]*'(?:{cut}|$))", text, re.MULTILINE))
    return "'" if single > double * 2 and single > 1 else '"'


def _score(lines: Sequence[str], delimiter: str, quote: str) -> tuple[float, int]:
    """How much this cut makes a table of the sample, and the number of cells most rows have."""
    rows = cut_roughly(lines, delimiter, quote)
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda size: (widths[size] * (1.5 if size > 1 else 1), size))
    if width == 1:
        return 0.01, 1
    even = widths[width] / len(rows)
    parts = [part for row in rows if len(row) == width for part in row][:3000]
    tidy = sum(1 for part in parts if _is_tidy(part.strip())) / len(parts)
    weight = _WEIGHTS.get(delimiter, 0.5 if delimiter == " " else 0.8)
    return even * even * (0.25 + 0.75 * tidy) * weight * (1 - 0.5 / width), width


def _is_tidy(part: str) -> bool:
    return len(part) < 400 and bool(_TIDY.fullmatch(part)) and part.count(",") < 4


def cut_roughly(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    """Rows of the sample; quoted cells may run over lines, broken ones end with their line."""
    cut, mark = re.escape(delimiter), re.escape(quote)
    field = re.compile(rf" *{mark}((?:[^{mark}]|{mark}{mark})*){mark}(?= *(?:{cut}|$))|([^{cut}]*)")
    rows: list[list[str]] = []
    held = ""
    for number, line in enumerate(lines):
        text = held + line.rstrip("\r\n")
        opened = len(re.findall(rf"(?:^|{cut}) *{mark}", text)) and text.count(quote) % 2
        if (
            opened
            and len(held) < 20_000
            and number + 1 < len(lines)
            and not _stands_alone(lines[number + 1], rows, cut)
        ):
            held = text + "\n"
            continue
        held = ""
        row, at = [], 0
        while at <= len(text):
            match = field.match(text, at)
            assert match is not None
            row.append(match[1] if match[1] is not None else match[2] or "")
            at = match.end() + (
                len(match[0]) == 0 and match.end() < len(text) and text[match.end()] != delimiter
            )
            while at < len(text) and text[at] != delimiter:
                at += 1
            at += 1
        rows.append(row)
    return rows


def _stands_alone(line: str, rows: list[list[str]], cut: str) -> bool:
    """Whether the next line looks like a row of its own: as many delimiters as the row before had."""
    return bool(rows) and len(rows[-1]) > 2 and len(re.findall(cut, line)) + 1 >= len(rows[-1])


def _uses_backslash(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether quotation marks inside cells are written as a backslash and a mark."""
    inside = sum(line.count("\\" + dialect.quote) for line in lines)
    doubled = len(
        re.findall(
            rf"(?<!{re.escape(dialect.delimiter)}){dialect.quote * 2}(?!{re.escape(dialect.delimiter)}|$)",
            "\n".join(lines),
            re.MULTILINE,
        )
    )
    return inside > 1 and inside > doubled
