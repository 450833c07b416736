"""Where the table lies in the sheet: title lines, header rows, columns, and what the rows below it are."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from . import limits
from .cells import (
    CHINESE_DATE,
    DAY_MONTH,
    MONTH_DAY,
    NUMERIC_DATE,
    YEAR_FIRST,
    Cell,
    DateOrder,
    DecimalSign,
    Kind,
    from_text,
    from_workbook,
    is_blank,
)  # fmt: skip
from .reasons import Reason, Refusal, finding
from .records import Record

_TOTAL = re.compile(
    r"(?i)\s*(grand\s+|sub[- ]?)?totals?\b.*|sum\s*[:：]?|"
    r"(本页|本月|全部)?\s*(合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总|總\s*計|合\s*計|小\s*計)\s*[:：]?.*"
)
_HEADING = re.compile(
    r"(?i).*\b(name|company|customer|client|contact|country|city|region|address|street|phone|tel|telephone|mobile|"
    r"fax|e-?mail|mail|date|time|type|id|code|no|number|note|notes|remarks?|comments?|status|owner|title|website|"
    r"url|amount|price|quantity|qty|currency|product|description|key|val|value|level|grade|source|industry)\b.*|"
    r".*(名称|名稱|姓名|客户|客戶|公司|联系人|聯絡人|国家|國家|城市|地址|电话|電話|手机|手機|邮箱|邮件|郵箱|传真|傳真|日期|时间|時間|编号|編號|"
    r"代码|备注|備註|状态|等级|级别|类型|来源|行业|网址|金额|金額|价格|数量|币种|负责人|业务员|职位|职务|微信|序号|地区|区号|邮编).*"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB = re.compile(r"(?i)(https?://|www\.)\S+")
_MONEY = re.compile(
    r"(?i)[-(]?(?:[$€£¥￥]|usd|eur|rmb|cny|gbp|us\$|hk\$)\s*-?[\d.,' ]*\d\)?|"
    r"-?[\d.,]*\d\s*(?:[$€£¥%]|usd|eur|rmb|cny|元)"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_CODE = re.compile(r"(?=.*\d)[\w./+() #-]{2,24}")


class Shape(StrEnum):
    """What a text looks like, for comparing rows; only the strong ones say anything about a column."""

    EMPTY = "empty"
    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    MONEY = "money"
    MAIL = "mail"
    WEB = "web"
    BOOL = "bool"


STRONG = frozenset(
    (Shape.NUMBER, Shape.DATE, Shape.TIME, Shape.MONEY, Shape.MAIL, Shape.WEB, Shape.BOOL, Shape.CODE)
)


def shape(value: object) -> Shape:
    """The shape of one raw value."""
    if not isinstance(value, str):
        kind = from_workbook(value).kind
        return _SHAPES.get(kind, Shape.TEXT)
    bare = value.strip(" \t\r\n\xa0\u3000")
    if not bare:
        return Shape.EMPTY
    if bare[0].isdigit() or bare[0] in "-+($€£¥￥":
        if any(pattern.fullmatch(bare) for pattern in (NUMERIC_DATE, YEAR_FIRST, CHINESE_DATE, DAY_MONTH)):
            return Shape.DATE
        if re.fullmatch(r"-?\d[\d.,' ]*", bare):
            return Shape.NUMBER
        if _TIME.fullmatch(bare):
            return Shape.TIME
        if _MONEY.fullmatch(bare):
            return Shape.MONEY
    if "@" in bare and _MAIL.fullmatch(bare):
        return Shape.MAIL
    if _WEB.fullmatch(bare):
        return Shape.WEB
    if len(bare) < 25 and _MONEY.fullmatch(bare):
        return Shape.MONEY
    if bare[0].isalpha() and len(bare) < 30 and MONTH_DAY.fullmatch(bare):
        return Shape.DATE
    return Shape.CODE if len(bare) < 25 and _CODE.fullmatch(bare) and bare.isascii() else Shape.TEXT


_SHAPES = {
    Kind.EMPTY: Shape.EMPTY,
    Kind.NUMBER: Shape.NUMBER,
    Kind.DATE: Shape.DATE,
    Kind.DATETIME: Shape.DATE,
    Kind.BOOL: Shape.BOOL,
}


@dataclass(frozen=True, slots=True)
class Header:
    """One column of the table: its place in the file (from 0), and its heading; empty if it has none."""

    column: int
    text: str

    @property
    def letter(self) -> str:
        """The column as spreadsheet programs name it."""
        number, letters = self.column + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


@dataclass(slots=True)
class Layout:
    """Where the table is: rows of the header, the columns, and where its first row stands."""

    header_rows: tuple[int, ...] = ()
    texts: list[str] = field(default_factory=list)  # a heading per column of the file
    first_row: int = 1
    offset: int = 0  # columns by which the header stands to the right of its values
    title_lines: int = 0
    findings: list[Reason] = field(default_factory=list)
    usual_width: int = 0


def is_filled(value: object) -> bool:
    """Whether a raw value is more than space."""
    return not is_blank(value) if isinstance(value, str) else value is not None


def is_comment(record: Record, width: int) -> bool:
    """Whether the row is a remark of the program that wrote the file."""
    first = record.values[0] if record.values else ""
    return (
        isinstance(first, str)
        and first.lstrip().startswith(("#", "//"))
        and len(record.values) != width
        and first.strip("# ") != ""
    )


def is_total(values: Sequence[object]) -> bool:
    """Whether the row sums the rows above it: such a word first, and besides it only numbers."""
    filled = [value for value in values if is_filled(value)]
    if not filled or not isinstance(filled[0], str) or not _TOTAL.fullmatch(filled[0]) or len(filled[0]) > 40:
        return False
    return all(shape(value) in (Shape.NUMBER, Shape.MONEY) for value in filled[1:])


def find(
    sample: Sequence[Record],
    spread: Callable[[Record], Sequence[object]],
    wanted: Sequence[int] | None,
) -> Layout:
    """Find the table in the first rows; `wanted` are the header rows a person named, empty for none."""
    filled = [record for record in sample if any(is_filled(value) for value in record.values)]
    if not filled:
        raise Refusal("nothing")
    layout = Layout(usual_width=_usual_width(filled))
    if wanted is not None:
        rows = _wanted_rows(filled, wanted)
    else:
        rows = _header_rows(filled, layout.usual_width, spread)
    if rows:
        layout.header_rows = tuple(record.number for record in rows)
        layout.first_row = rows[-1].number + 1
        layout.texts = _joined([spread(record) for record in rows])
        layout.title_lines = sum(1 for record in filled if record.number < rows[0].number)
        if layout.title_lines:
            layout.findings.append(finding("title_lines", count=layout.title_lines))
        _match_width(layout, [record for record in filled if record.number >= layout.first_row])
    else:
        first = next((record for record in filled if len(record.values) >= layout.usual_width), filled[0])
        layout.first_row = filled[0].number if wanted is not None else first.number
        layout.texts = [""] * layout.usual_width
        if wanted is None:
            layout.findings.append(finding("no_header"))
    return layout


def _usual_width(filled: Sequence[Record]) -> int:
    widths = Counter(len(record.values) for record in filled)
    return max(widths, key=lambda width: (widths[width], width))


def _wanted_rows(filled: Sequence[Record], wanted: Sequence[int]) -> list[Record]:
    numbers = sorted(wanted)
    if len(numbers) > limits.MAX_HEADER_ROWS or any(
        later - earlier != 1 for earlier, later in pairwise(numbers)
    ):
        raise Refusal("wrong_header_rows", limit=limits.MAX_HEADER_ROWS)
    rows = [record for record in filled if record.number in numbers]
    if numbers and not rows:
        raise Refusal("wrong_header_rows", limit=limits.MAX_HEADER_ROWS)
    return rows


def _header_rows(
    filled: Sequence[Record], width: int, spread: Callable[[Record], Sequence[object]]
) -> list[Record]:
    """The rows that head the table, or none if the values begin at once."""
    columns = max((sum(map(is_filled, record.values)) for record in filled[:100]), default=0)
    for place, record in enumerate(filled[: min(len(filled), 30)]):
        if is_comment(record, width):
            continue
        values = spread(record)
        texts = [value for value in values if is_filled(value)]
        if len(texts) < max(1, min(columns, _typical(filled)) * 0.5) or (
            columns > 1 and len(set(map(str, texts))) < 2
        ):
            continue
        below = [spread(other) for other in filled[place + 1 : place + 60]]
        if not _may_head(values, below):
            if _is_value_row(values) or len(record.values) == width:
                return []
            continue
        group = filled[place - 1 : place] if place and _is_group(filled[place - 1], record) else []
        return [*group, record, *([] if group else _further(filled, place, values))]
    return []


def _is_group(above: Record, header: Record) -> bool:
    """Whether the sparse row directly above the header names groups of its columns; else it is a title."""
    names = [str(value).strip() for value in above.values if is_filled(value)]
    under = [place for place, value in enumerate(above.values) if is_filled(value)]
    return (
        above.number == header.number - 1
        and len(names) >= 2
        and all(len(name) <= 20 and not re.search(r"[\d:：]", name) for name in names)
        and all(place < len(header.values) and is_filled(header.values[place]) for place in under)
        and _is_texts(above.values)
    )


def _typical(filled: Sequence[Record]) -> int:
    """The number of filled cells that the better half of the rows has."""
    counts = sorted(sum(map(is_filled, record.values)) for record in filled[:100])
    return counts[len(counts) * 2 // 3] if counts else 0


def _is_value_row(values: Sequence[object]) -> bool:
    return sum(1 for value in values if shape(value) in STRONG) >= 2


def _may_head(values: Sequence[object], below: Sequence[Sequence[object]]) -> bool:
    """Whether this row holds headings rather than values."""
    shapes = [shape(value) for value in values if is_filled(value)]
    texts = [str(value).strip() for value in values if is_filled(value)]
    headings = sum(1 for text in texts if len(text) < 60 and _HEADING.fullmatch(text))
    plain = sum(1 for one in shapes if one in (Shape.TEXT, Shape.CODE))
    values_here = sum(
        1 for one in shapes if one in (Shape.DATE, Shape.MAIL, Shape.WEB, Shape.MONEY, Shape.TIME)
    )
    numbers = sum(
        1
        for value, one in zip(filter(is_filled, values), shapes, strict=True)
        if one is Shape.NUMBER and not _is_year(value)
    )
    if values_here and headings < len(texts) * 0.5:
        return False
    if numbers and headings < max(1, len(texts) * 0.3):
        return False
    if any(len(text) > 120 for text in texts):
        return False
    if headings >= max(1, len(texts) * 0.3):
        return True
    if len(set(texts)) < len(texts) and len(below) > 3 and len(set(texts)) * 2 <= len(texts):
        return False
    return plain + sum(map(_is_year, values)) >= len(texts) and _differs(values, below)


def _is_year(value: object) -> bool:
    text = str(value).removesuffix(".0")
    return text.isdigit() and 1900 <= int(text) <= 2100


def _differs(values: Sequence[object], below: Sequence[Sequence[object]]) -> bool:
    """Whether the row differs in kind from those below; among texts alone the first row is the header."""
    for column, value in enumerate(values):
        if not is_filled(value):
            continue
        shapes = [shape(row[column]) for row in below if column < len(row) and is_filled(row[column])]
        if (
            shapes
            and len(shapes) > 2
            and shapes.count(Shape.CODE) > len(shapes) * 0.9
            and shape(value) is Shape.CODE
        ):
            same_form = {
                _form(str(row[column])) for row in below if column < len(row) and is_filled(row[column])
            }
            if len(same_form) == 1 and _form(str(value)) in same_form:
                return False
    return True


def _form(text: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", text.strip()))


def _further(filled: Sequence[Record], place: int, head: Sequence[object]) -> list[Record]:
    """Header rows directly below the first: sub-headings of groups, or the headings in a second language."""
    found: list[Record] = []
    if len(set(map(str, filter(is_filled, head)))) < 2:
        return found
    body = [other.values for other in filled[place + 1 + limits.MAX_HEADER_ROWS : place + 60]]
    typed = _typed_columns(body)
    for other in filled[place + 1 : place + limits.MAX_HEADER_ROWS]:
        values = other.values
        if other.number != filled[place].number + len(found) + 1 or not any(map(is_filled, values)):
            break
        if not _is_texts(values):
            break
        gaps = [column for column, value in enumerate(filled[place].values) if not is_filled(value)]
        fills = [column for column in gaps if column < len(values) and is_filled(values[column])]
        under_typed = [column for column in typed if column < len(values) and is_filled(values[column])]
        filled_count = sum(map(is_filled, values))
        if (len(fills) >= 2 or (_repeats(head) and fills)) and _is_texts(values):
            found.append(other)
        elif (
            len(under_typed) >= max(1, len(typed) * 0.5) and typed and filled_count >= 2 and _is_texts(values)
        ):
            if len(typed) >= 2 or _same_texts(head, values):
                found.append(other)
            else:
                break
        elif _same_texts(head, values):
            found.append(other)
        else:
            break
    return found


def _repeats(values: Sequence[object]) -> bool:
    """Whether one heading stands over several columns, as spread merged cells do."""
    texts = [str(value) for value in values if is_filled(value)]
    return len(set(texts)) < len(texts)


def _same_texts(one: Sequence[object], other: Sequence[object]) -> bool:
    return [str(value).strip().lower() for value in one] == [str(value).strip().lower() for value in other]


def _is_texts(values: Sequence[object]) -> bool:
    return all(
        shape(value) in (Shape.TEXT, Shape.CODE, Shape.EMPTY) and len(str(value)) < 80 for value in values
    )


def _typed_columns(body: Sequence[Sequence[object]]) -> list[int]:
    """Columns in which nearly every value is a number, date, address or the like."""
    found = []
    for column in range(max((len(row) for row in body), default=0)):
        shapes = [shape(row[column]) for row in body if column < len(row) and is_filled(row[column])]
        strong = [one for one in shapes if one in STRONG - {Shape.CODE}]
        if len(strong) >= 2 and len(strong) >= len(shapes) * 0.9:
            found.append(column)
    return found


def _joined(rows: Sequence[Sequence[object]]) -> list[str]:
    """One heading per column: groups and sub-headings joined, repeats of the same words said once."""
    width = max(len(row) for row in rows)
    grouped = [_carried(row, rows[place + 1 :]) for place, row in enumerate(rows)]
    texts = []
    for column in range(width):
        parts: list[str] = []
        for row in grouped:
            text = (
                " ".join(str(_plain(row[column])).split())
                if column < len(row) and is_filled(row[column])
                else ""
            )
            if text and text.lower() not in (part.lower() for part in parts):
                parts.append(text)
        texts.append(" / ".join(parts))
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _plain(value: object) -> object:
    return value if isinstance(value, str) else from_workbook(value).text


def _carried(row: Sequence[object], below: Sequence[Sequence[object]]) -> Sequence[object]:
    """A group's heading carried over the empty cells to its right that have a sub-heading of their own."""
    if not below:
        return row
    carried: list[object] = list(row)
    under = below[0]
    for column in range(1, max(len(row), len(under))):
        if column >= len(carried):
            carried.append("")
        has_under = column < len(under) and is_filled(under[column])
        before_under = column - 1 < len(under) and is_filled(under[column - 1])
        if not is_filled(carried[column]) and has_under and before_under:
            carried[column] = carried[column - 1]
    return carried


def _match_width(layout: Layout, body: Sequence[Record]) -> None:
    """Settle header and rows of different width: one empty heading too many is dropped, the rest is asked."""
    if not body or not layout.texts:
        return
    widths = Counter(len(record.values) for record in body)
    usual = max(widths, key=lambda width: (widths[width], width))
    layout.usual_width = usual
    given = len(layout.texts)
    if given == usual + 1 and layout.texts[0] == "" and widths[given] * 2 < len(body):
        layout.texts = layout.texts[1:]
        layout.offset = 1
        layout.findings.append(finding("header_shift"))
    elif given > usual:
        layout.findings.append(finding("header_shift"))
    elif given < usual:
        extra = sum(any(is_filled(value) for value in record.values[given:]) for record in body)
        if extra * 10 > len(body):
            layout.findings.append(finding("header_shift"))
        layout.texts += [""] * (usual - given)


def numbered(texts: Sequence[str]) -> tuple[list[str], bool]:
    """The headings with repeats numbered, and whether there were any."""
    seen: Counter[str] = Counter()
    taken = set(texts)
    result = []
    for text in texts:
        seen[text.lower()] += 1
        name, number = text, seen[text.lower()]
        while text and number > 1 and (name := f"{text} ({number})") in taken:
            number += 1
        taken.add(name)
        result.append(name)
    return result, any(count > 1 for text, count in seen.items() if text)


def cell(value: object, order: DateOrder, sign: DecimalSign) -> Cell:
    """Type one raw value by the conventions of its column."""
    return from_text(value, order, sign) if isinstance(value, str) else from_workbook(value)
