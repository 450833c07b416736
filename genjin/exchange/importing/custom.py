"""Custom fields in imports: what columns may mean, how their cells are read, and the values of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from genjin.exchange import values
from genjin.exchange.importing.cleaning import READERS, Known, Wrong
from genjin.exchange.importing.register import ImportField, Line
from genjin.exchange.reading import Cell, Kind
from genjin.exchange.reading.cells import read_date
from genjin.fields import types
from genjin.fields.models import CustomField
from genjin.fields.names import COLUMN, folded
from genjin.fields.queries import fields_of
from genjin.people.models import User

Type = CustomField.Type
CURRENCY = ":currency"
"""Ends the name of the column that holds the currency of an amount."""
READ_AS = {
    Type.TEXT: "text", Type.LINK: "custom link", Type.NUMBER: "custom number", Type.MONEY: "custom money",
    Type.DATE: "custom date", Type.CHOICE: "custom choice", Type.CHOICES: "custom choices",
    Type.PERSON: "person",
}  # fmt: skip


def import_fields(kind: str, prefix: str, group: Any, by: User) -> list[ImportField]:
    """What columns may mean beside the usual: the custom fields of a kind that this person sees."""
    found = []
    for field in fields_of(kind, by):
        name, words = f"{prefix}.{field.attribute}", (field.name_zh, field.name_en, field.key)
        found.append(ImportField(name, str(field), group, READ_AS[Type(field.type)], field, words=words))
        if field.type == Type.MONEY:
            found.append(
                ImportField(
                    name + CURRENCY, currency_label(field), group, "custom currency", field,
                    words=tuple(heading for word in words if word for heading in _currency_headings(word)),
                )
            )  # fmt: skip
    return found


def currency_label(field: CustomField) -> str:
    """The heading of the column that holds the currency of an amount."""
    return _("%(name)s: currency") % {"name": field}


def _currency_headings(name: str) -> tuple[str, str]:
    """The same heading in both languages, whatever language is spoken now."""
    return f"{name}: currency", f"{name}：币种"


def by_heading(heads: Iterable[str], fields: Mapping[str, ImportField]) -> dict[int, str]:
    """The fields whose own name stands over a column, by place; a name of two fields means neither."""
    named: dict[str, set[str]] = {}
    for name, one in fields.items():
        for word in one.words:
            if word:
                named.setdefault(folded(word), set()).add(name)
    found: dict[int, str] = {}
    for place, head in enumerate(heads):
        names = named.get(folded(head), set())
        if len(names) == 1 and not names & set(found.values()):
            found[place] = next(iter(names))
    return found


def values_of(line: Line, prefix: str) -> dict[str, Any]:
    """The plain custom values of a row by attribute, an amount with the currency of its own column."""
    start, found = f"{prefix}.{COLUMN}.", {}
    for name, value in line.values.items():
        if not name.startswith(start) or name.endswith(CURRENCY):
            continue
        attribute = name.removeprefix(f"{prefix}.")
        if isinstance(value, _Amount):
            code = value.currency or line.values.get(name + CURRENCY) or value.field.currency
            value = [value.text, code] if code else None  # noqa: PLW2901
        if value is not None:
            found[attribute] = value
    return found


def labels_of(fields: Iterable[ImportField]) -> dict[str, str]:
    """What people call the custom fields of a run, by attribute."""
    return {
        one.detail.attribute: str(one.label)
        for one in fields
        if isinstance(one.detail, CustomField) and not one.name.endswith(CURRENCY)
    }


class _Amount:
    """An amount whose currency may stand in another column."""

    def __init__(self, field: CustomField, text: str, currency: str) -> None:
        self.field, self.text, self.currency = field, text, currency


def _plain(cell: Cell, wanted: ImportField, value: Any) -> Any:
    try:
        return types.clean(wanted.detail, value)
    except ValidationError as error:
        raise Wrong(f"“{cell.stripped}”: {error.messages[0]}") from None


def _link(cell: Cell, wanted: ImportField, known: Known) -> Any:
    return _plain(cell, wanted, cell.stripped)


def _number(cell: Cell, wanted: ImportField, known: Known) -> Any:
    if cell.kind is Kind.NUMBER and isinstance(cell.value, Decimal):
        return _plain(cell, wanted, cell.value)
    found = values.money(cell.stripped, known.decimal_sign)
    if found is None or found[1]:
        raise Wrong(_("“%(text)s” is not a number.") % {"text": cell.stripped})
    return _plain(cell, wanted, found[0])


def _money(cell: Cell, wanted: ImportField, known: Known) -> Any:
    if cell.kind is Kind.NUMBER and isinstance(cell.value, Decimal):
        amount, currency = cell.value, ""
    else:
        found = values.money(cell.stripped, known.decimal_sign)
        if found is None:
            raise Wrong(_("“%(text)s” is not an amount of money.") % {"text": cell.stripped})
        amount, currency = found
    amount = amount.quantize(Decimal("0.01"))
    plain = _plain(cell, wanted, (amount, currency or "XXX"))
    return _Amount(wanted.detail, plain[0], currency)


def _currency(cell: Cell, wanted: ImportField, known: Known) -> str:
    found = values.money(f"1 {cell.stripped}", known.decimal_sign)
    if found is None or not found[1]:
        raise Wrong(_("“%(text)s” is not a currency.") % {"text": cell.stripped})
    return found[1]


def _date(cell: Cell, wanted: ImportField, known: Known) -> Any:
    value = read_date(cell.stripped, known.date_order) if cell.kind is Kind.TEXT else cell.value
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise Wrong(_("“%(text)s” is no date that can be read.") % {"text": cell.stripped})
    return _plain(cell, wanted, value)


def _named(field: CustomField, text: str) -> int | None:
    """The choice of that name in either language; of a replaced one, what stands for it."""
    wanted = folded(text)
    for is_active in (True, False):
        for choice in field.by_id.values():
            if choice.is_active is is_active and wanted in (folded(choice.name_zh), folded(choice.name_en)):
                meant = field.by_id.get(field.resolved(choice.pk))
                return meant.pk if meant is not None and meant.is_active else None
    return None


def _choice(cell: Cell, wanted: ImportField, known: Known) -> Any:
    found = _named(wanted.detail, cell.stripped)
    if found is None and not known.keeps_unknown_choices:
        raise Wrong(_("“%(text)s” is not in the list.") % {"text": cell.stripped})
    return found


def _choices(cell: Cell, wanted: ImportField, known: Known) -> Any:
    whole = _named(wanted.detail, cell.stripped)
    if whole is not None:  # a name may hold a comma
        return [whole]
    parts = [part.strip() for part in re.split(r"[,，;；、|\n]", cell.stripped) if part.strip()]
    found = [_named(wanted.detail, part) for part in parts]
    if None in found and not known.keeps_unknown_choices:
        text = next(part for part, one in zip(parts, found, strict=True) if one is None)
        raise Wrong(_("“%(text)s” is not in the list.") % {"text": text})
    return _plain(cell, wanted, [one for one in found if one is not None])


def register_all() -> None:
    """Let cells be read as custom fields."""
    READERS.update(
        {
            "custom link": _link, "custom number": _number, "custom money": _money,
            "custom currency": _currency, "custom date": _date, "custom choice": _choice,
            "custom choices": _choices,
        }
    )  # fmt: skip
