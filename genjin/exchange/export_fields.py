"""Custom fields as columns of exports, typed so that an import reads the same values again."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from genjin.exchange.export_sheets import Cell, Column, Reader
from genjin.exchange.importing.custom import CURRENCY, currency_label
from genjin.fields import types
from genjin.fields.models import CustomField
from genjin.fields.queries import fields_of
from genjin.people.models import User

Type = CustomField.Type
WIDTHS = {Type.TEXT: 24, Type.LINK: 30, Type.CHOICES: 24}


class _People:
    """Colleagues by key as an import finds them again; read once, when the first is needed."""

    @cached_property
    def named(self) -> dict[int, str]:
        """The name, or the mail address of those who share theirs."""
        rows = list(User.objects.only("name_zh", "name_en", "email", "is_active"))
        count = Counter(str(user) for user in rows if user.is_active)
        return {user.pk: user.email if count[str(user)] > 1 else str(user) for user in rows}


def custom_columns(kind: str, reader: Reader) -> tuple[Column, ...]:
    """The columns of a kind's custom fields for this reader; an amount has its currency beside it."""
    found, people = [], _People()
    for field in fields_of(kind, reader.user):
        found.append(_column(field, people))
        if field.type == Type.MONEY:
            found.append(_currency(field))
    return tuple(found)


def _column(field: CustomField, people: _People) -> Column:
    def value(row: Any, reader: Reader) -> Cell:
        return _cell(field, row.custom.get(field.key), people)

    return Column(field.attribute, str(field), value, WIDTHS.get(Type(field.type), 16))


def _currency(field: CustomField) -> Column:
    def value(row: Any, reader: Reader) -> Cell:
        plain = row.custom.get(field.key)
        return str(plain[1]) if plain else None

    return Column(field.attribute + CURRENCY, currency_label(field), value, 8)


def _cell(field: CustomField, plain: Any, people: _People) -> Cell:
    value: Any = types.typed(field, plain)
    if value is None:
        return None
    if field.type in CustomField.CHOSEN:
        names = [str(field.by_id[pk]) for pk in types.chosen(field, plain) if pk in field.by_id]
        return _(", ").join(names)
    if field.type == Type.PERSON:
        return people.named.get(value, "")
    cell: Cell = value[0] if field.type == Type.MONEY else value
    return cell
