"""Reading the cells of a row as the fields that their columns mean; what cannot be read says so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from genjin.customers.list_choices import standing
from genjin.customers.models import ListEntry, ListRemoval, Tag
from genjin.exchange import values
from genjin.exchange.importing.register import ImportField, Line
from genjin.exchange.reading import Cell, DateOrder, DecimalSign, Kind, Row
from genjin.exchange.reading.cells import read_date
from genjin.people.models import User
from genjin.web.cells import typed
from genjin.web.forms import clean_text

LEFT_OUT = "-"
CHOOSABLE = ("entry", "person", "country", "choice")
"""Types of fields whose values a person can say when they are not recognised."""
LONGEST_CHOICE, MOST_CHOICES = 100, 2000
_NOTHING = frozenset(("", "-", "--", "/", "n/a", "na", "none", "null", "无", "暂无", "没有", "未知"))
_YES = frozenset(("yes", "y", "true", "1", "是", "有", "√"))


class Wrong(Exception):
    """A value that cannot be read as its field; the text is one sentence for people."""


@dataclass
class Known:
    """What values are looked up in, read once a run: people, lists, tags, and how the file writes numbers."""

    zone: ZoneInfo
    date_order: DateOrder
    decimal_sign: DecimalSign
    people: dict[str, int | None] = field(default_factory=dict)
    entries: dict[tuple[str, str], int | None] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    choices: dict[Any, dict[str, Any]] = field(default_factory=dict)
    keeps_unknown_choices: bool = False
    chosen: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What a person said that a value of a field means, by folded text; None leaves it empty."""
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The values that were not recognised, whether somebody said what they mean or not."""
    most_unknown: int = MOST_CHOICES

    def choice(self, wanted: ImportField, cell: Cell) -> tuple[bool, Any]:
        """Whether it is settled what a value means that was not recognised, and what."""
        key = wanted.name, cell.stripped[:LONGEST_CHOICE]
        self.note_unknown(key)
        text = folded(cell.stripped[:LONGEST_CHOICE])
        if (wanted.name, text) in self.chosen:
            return True, self.chosen[wanted.name, text]
        return wanted.type == "entry" and self.keeps_unknown_choices, None

    def note_unknown(self, key: tuple[str, str], times: int = 1) -> None:
        """A value was not recognised; of very many different ones the first are counted."""
        if key in self.unknown or len(self.unknown) < self.most_unknown:
            self.unknown[key] += times


def known_for(*, zone: ZoneInfo, date_order: str, decimal_sign: str) -> Known:
    """Everything that values may name, in a handful of queries."""
    found = Known(zone, DateOrder(date_order), DecimalSign(decimal_sign))
    for user in User.objects.filter(is_active=True):
        for name in {folded(user.name_zh), folded(user.name_en), user.email.lower()} - {""}:
            # Two of the same name are nobody: the address tells them apart.
            found.people[name] = None if name in found.people else user.pk
    found.entries = _entries()
    found.tags = {folded(name): pk for pk, name in Tag.objects.values_list("pk", "name")}
    return found


def _entries() -> dict[tuple[str, str], int | None]:
    """The choice that each name means; that of a removed one means what took its place, or nothing."""
    found: dict[tuple[str, str], int | None] = {}
    undone = ListRemoval.objects.filter(is_undo=True).exclude(state=ListRemoval.State.UNDONE)
    gone = list(
        ListEntry.objects.filter(removed_at__isnull=False)
        .exclude(pk__in=undone.values("entry"))
        .order_by("removed_at")
    )
    stands = standing(entry.pk for entry in gone) if gone else {}
    for entry in [*gone, *ListEntry.objects.filter(is_active=True)]:
        for name in {folded(entry.name_zh), folded(entry.name_en)} - {""}:
            found[entry.list, name] = stands.get(entry.pk) if entry.removed_at else entry.pk
    return found


def folded(text: str) -> str:
    """A value without case, width and inner space, as it is compared."""
    return re.sub(r"[\s_\-/·.]+", "", unicodedata.normalize("NFKC", text).casefold())


def read_row(row: Row, columns: Sequence[str], fields: Mapping[str, ImportField], known: Known) -> Line:
    """The row's values by field; several columns of one field are gathered."""
    line = Line(row.number, problems=[str(found) for found in row.problems if found.code in _SERIOUS])
    for cell, name in zip(row.cells, columns, strict=False):
        wanted = fields.get(name)
        if wanted is None or cell.kind is Kind.EMPTY or cell.stripped.casefold() in _NOTHING:
            continue
        try:
            value = READERS[wanted.type](cell, wanted, known)
        except Wrong as wrong:
            settled, value = known.choice(wanted, cell) if wanted.type in CHOOSABLE else (False, None)
            if not settled:
                line.problems.append(_("%(label)s: %(text)s") % {"label": wanted.label, "text": wrong})
                continue
        if value in (None, "", []):
            continue
        if wanted.many and name in line.values:
            before = line.values[name]
            line.values[name] = f"{before}\n{value}" if isinstance(before, str) else [*before, *value]
        else:
            line.values[name] = value
    return line


_SERIOUS = frozenset(("long", "shifted", "second_table", "unreadable", "date", "number", "no_end"))


def _text(cell: Cell, wanted: ImportField, known: Known) -> str:
    return _clean(cell, lines=wanted.detail == "lines")


def _clean(cell: Cell, *, lines: bool) -> str:
    if cell.kind is Kind.ERROR:
        raise Wrong(_("“%(text)s” is an error of the spreadsheet program.") % {"text": cell.stripped})
    text = typed(cell.stripped)
    if text.isascii() and text.isprintable():
        return text
    try:
        return clean_text(text, lines=lines)
    except ValidationError as error:
        raise Wrong(error.messages[0]) from None


def _whole(cell: Cell, wanted: ImportField, known: Known) -> int:
    number = cell.value if isinstance(cell.value, Decimal) else None
    if number is None:
        match = re.fullmatch(r"[^\d]{0,3}(\d[\d,，]*)\s*[人名年+以上]*", cell.stripped)
        number = Decimal(re.sub("[,，]", "", match[1])) if match else None
    if number is None or number != int(number) or not 0 <= number < 2**31:
        raise Wrong(_("“%(text)s” is not a whole number.") % {"text": cell.stripped})
    return int(number)


def _money(cell: Cell, wanted: ImportField, known: Known) -> tuple[Decimal, str]:
    if cell.kind is Kind.NUMBER and isinstance(cell.value, Decimal):
        found: tuple[Decimal, str] | None = (cell.value, "")
    else:
        found = values.money(cell.stripped, known.decimal_sign)
    if found is None or not found[0].is_finite():
        raise Wrong(_("“%(text)s” is not an amount of money.") % {"text": cell.stripped})
    return found[0].quantize(Decimal("0.01")), found[1]


def _decimal(cell: Cell, wanted: ImportField, known: Known) -> Decimal:
    """A number with up to four digits behind the point; a currency's sign beside it is left out."""
    if cell.kind is Kind.NUMBER and isinstance(cell.value, Decimal):
        number: Decimal | None = cell.value
    else:
        found = values.money(cell.stripped, known.decimal_sign)
        number = found[0] if found else None
    if number is None or not number.is_finite() or abs(number) >= 10**12:
        raise Wrong(_("“%(text)s” is not a number.") % {"text": cell.stripped})
    # Columns hold three or four digits: a whole number has none.
    return Decimal(f"{number.quantize(Decimal('0.0001')).normalize():f}")


def _country(cell: Cell, wanted: ImportField, known: Known) -> str:
    code = values.country(cell.stripped)
    if code is None:
        raise Wrong(_("There is no country “%(text)s”.") % {"text": cell.stripped})
    return code


def _entry(cell: Cell, wanted: ImportField, known: Known) -> int | None:
    named = (str(wanted.detail), folded(cell.stripped))
    if named not in known.entries:
        raise Wrong(_("“%(text)s” is not in the list.") % {"text": cell.stripped})
    return known.entries.get(named)


def _tags(cell: Cell, wanted: ImportField, known: Known) -> list[str]:
    names = [" ".join(name.split()) for name in re.split(r"[,，;；、|\n]", _clean(cell, lines=True))]
    if any(len(name) > 40 for name in names):
        raise Wrong(_("At most %(count)d characters.") % {"count": 40})
    return [name for name in names if name]


def _person(cell: Cell, wanted: ImportField, known: Known) -> int:
    name = cell.stripped.lower() if "@" in cell.text else folded(cell.stripped)
    if name not in known.people:
        raise Wrong(_("Nobody here is called “%(text)s”.") % {"text": cell.stripped})
    found = known.people[name]
    if found is None:
        raise Wrong(
            _("Several people are called “%(text)s”; give the mail address.") % {"text": cell.stripped}
        )
    return found


def _choice(cell: Cell, wanted: ImportField, known: Known) -> Any:
    table = known.choices.get(wanted.name)
    if table is None:
        table = known.choices[wanted.name] = _choice_table(*wanted.detail)
    found = table.get(folded(cell.stripped))
    if found is None:
        raise Wrong(_("“%(text)s” is none of its values.") % {"text": cell.stripped})
    return found


def _choice_table(choices: Iterable[tuple[Any, Any]], words: Mapping[str, str]) -> dict[str, Any]:
    """Value by what people write: identifier, label in both languages, further words."""
    table: dict[str, Any] = {}
    for value, label in choices:
        table[folded(str(value))] = value
        for language in ("en", "zh-hans"):
            with translation.override(language):
                table.setdefault(folded(str(label)), value)
    return table | {folded(word): value for value, text in words.items() for word in text.split("|")}


def _point(cell: Cell, wanted: ImportField, known: Known) -> list[dict[str, str]]:
    kind, label = wanted.detail
    pattern = r"[;；,，、\n]|\s/\s" + (r"|\s" if kind == "EMAIL" else "")
    texts = [part.strip(" \t<>'\"") for part in re.split(pattern, cell.stripped)]
    if kind == "EMAIL":
        texts = [text.removeprefix("mailto:") for text in texts]
        if any(text and "@" not in text for text in texts):
            raise Wrong(_("“%(text)s” is not a mail address.") % {"text": cell.stripped})
    return [{"kind": kind, "value": text, "label": label} for text in texts if text]


def _moment(cell: Cell, wanted: ImportField, known: Known) -> datetime:
    value = cell.value
    if not isinstance(value, date):
        value = read_date(cell.stripped, known.date_order) or _compact_date(cell.stripped)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=known.zone)
    if isinstance(value, date):
        return datetime.combine(value, time(12), tzinfo=known.zone)
    raise Wrong(_("“%(text)s” is no date that can be read.") % {"text": cell.stripped})


def _day(cell: Cell, wanted: ImportField, known: Known) -> date:
    moment = _moment(cell, wanted, known)
    return moment.astimezone(known.zone).date()


def _compact_date(text: str) -> date | None:
    """A date of eight digits, year first, as phones and databases write it."""
    match = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _birthday(cell: Cell, wanted: ImportField, known: Known) -> tuple[int, int]:
    match = re.fullmatch(r"(?:-{2})?(\d{1,2})[-/.月](\d{1,2})日?|--(\d\d)(\d\d)", cell.stripped)
    if cell.kind is Kind.TEXT and match:
        return int(match[1] or match[3]), int(match[2] or match[4])
    value = cell.value if isinstance(cell.value, date) else read_date(cell.stripped, known.date_order)
    value = value or _compact_date(cell.stripped)
    if value is None:
        raise Wrong(_("“%(text)s” is no date that can be read.") % {"text": cell.stripped})
    return value.month, value.day


READERS: dict[str, Callable[[Cell, ImportField, Known], Any]] = {
    "text": _text,
    "whole": _whole,
    "money": _money,
    "decimal": _decimal,
    "country": _country,
    "entry": _entry,
    "tags": _tags,
    "person": _person,
    "choice": _choice,
    "point": _point,
    "moment": _moment,
    "day": _day,
    "birthday": _birthday,
}
