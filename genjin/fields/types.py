"""What each type of field takes, how it is kept as plain JSON, and by what it is found and sorted.

`clean` takes what a form, a sheet or a stored record holds (typed or plain) and gives the plain value:
cleaning twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from genjin.fields.models import LONGEST, CustomField
from genjin.fields.names import folded
from genjin.web.forms import clean_text

Type = CustomField.Type
Row = dict[str, Any]
LARGEST = Decimal(10) ** 12
PLACES = 6
SHIFT = Decimal(10) ** 13
"""Added to amounts in their sort text, so that those below zero come first."""
MOST_CHOSEN = 50
_NOTHING: tuple[Any, ...] = (None, "", (), [])


class FieldType:
    """One type: `sort` is the column of a value's row by which a list sorts, empty if it cannot."""

    sort = ""

    def clean(self, field: CustomField, value: Any) -> Any:
        """The plain value; ValidationError with one sentence for what it cannot be."""
        raise NotImplementedError

    def typed(self, field: CustomField, plain: Any) -> Any:
        """The plain value as Python, as forms and exports take it."""
        return plain

    def rows(self, plain: Any) -> list[Row]:
        """The columns of the rows by which it is found."""
        raise NotImplementedError


class Text(FieldType):
    """One line."""

    sort = "text"

    def clean(self, field: CustomField, value: Any) -> Any:
        text = clean_text(str(value))
        if len(text) > LONGEST:
            raise ValidationError(_("At most %(count)d characters.") % {"count": LONGEST})
        return text or None

    def rows(self, plain: Any) -> list[Row]:
        return [{"text": folded(plain)[:LONGEST]}]


class Link(Text):
    """A web address; without a scheme https is meant, and no other scheme is taken."""

    def clean(self, field: CustomField, value: Any) -> Any:
        text = super().clean(field, value)
        if text and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d)", text):
            text = f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(text)
            urlsplit(text).port  # noqa: B018 - raises for what is no port
        except (ValidationError, ValueError):
            raise ValidationError(_("Write a web address, such as https://example.com.")) from None
        if len(text) > LONGEST:
            raise ValidationError(_("At most %(count)d characters.") % {"count": LONGEST})
        return text


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValidationError(_("Write a number.")) from None
    if not number.is_finite():
        raise ValidationError(_("Write a number."))
    if abs(number) >= LARGEST:
        raise ValidationError(_("At most 12 digits before the decimal point."))
    return number


class Number(FieldType):
    """A number with up to six decimals."""

    sort = "number"

    def clean(self, field: CustomField, value: Any) -> Any:
        number = _number(value)
        rounded = round(number, PLACES)
        if rounded != number:
            raise ValidationError(_("At most %(count)d decimals.") % {"count": PLACES})
        return f"{rounded.normalize() + 0:f}"

    def typed(self, field: CustomField, plain: Any) -> Any:
        return Decimal(plain)

    def rows(self, plain: Any) -> list[Row]:
        return [{"number": Decimal(plain)}]


class Money(FieldType):
    """An amount with its currency; sorted by currency, then by amount, for currencies cannot be compared."""

    sort = "text"

    def clean(self, field: CustomField, value: Any) -> Any:
        amount, currency = value if isinstance(value, (list, tuple)) and len(value) == 2 else (value, "")
        if amount in _NOTHING:
            return None
        number = _number(amount)
        code = str(currency or field.currency).upper()
        if not re.fullmatch("[A-Z]{3}", code):
            raise ValidationError(_("Say in which currency."))
        if round(number, 2) != number:
            raise ValidationError(_("At most %(count)d decimals.") % {"count": 2})
        return [f"{number + 0:.2f}", code]

    def typed(self, field: CustomField, plain: Any) -> Any:
        return Decimal(plain[0]), plain[1]

    def rows(self, plain: Any) -> list[Row]:
        amount = Decimal(plain[0])
        return [{"number": amount, "text": f"{plain[1].lower()} {amount + SHIFT:017.2f}"}]


class Day(FieldType):
    """A date."""

    sort = "day"

    def clean(self, field: CustomField, value: Any) -> Any:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(_("Write a date.")) from None
        if isinstance(day, datetime):
            day = day.date()
        if not 1900 <= day.year <= 2200:
            raise ValidationError(_("Write a date."))
        return day.isoformat()

    def typed(self, field: CustomField, plain: Any) -> Any:
        return date.fromisoformat(plain)

    def rows(self, plain: Any) -> list[Row]:
        return [{"day": date.fromisoformat(plain)}]


def _key(value: Any) -> int:
    text = str(getattr(value, "pk", value))
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ValidationError(_("Choose one of the list."))
    return int(text)


class Choice(FieldType):
    """One of the field's choices."""

    def clean(self, field: CustomField, value: Any) -> Any:
        pk = _key(value)
        if pk not in field.by_id:
            raise ValidationError(_("Choose one of the list."))
        return pk

    def typed(self, field: CustomField, plain: Any) -> Any:
        return field.resolved(plain)

    def rows(self, plain: Any) -> list[Row]:
        return [{"target": plain}]


class Choices(Choice):
    """Several of the field's choices."""

    def clean(self, field: CustomField, value: Any) -> Any:
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        keys = sorted({super(Choices, self).clean(field, one) for one in values})
        if len(keys) > MOST_CHOSEN:
            raise ValidationError(_("At most %(count)d choices.") % {"count": MOST_CHOSEN})
        return keys or None

    def typed(self, field: CustomField, plain: Any) -> Any:
        return sorted({field.resolved(pk) for pk in plain})

    def rows(self, plain: Any) -> list[Row]:
        return [{"target": pk} for pk in plain]


class Person(FieldType):
    """A colleague; `value_actions.cleaned` asks whether there is such a person, for many values at once."""

    def clean(self, field: CustomField, value: Any) -> Any:
        return _key(value)

    def rows(self, plain: Any) -> list[Row]:
        return [{"target": plain}]


TYPES: dict[str, FieldType] = {
    Type.TEXT: Text(), Type.NUMBER: Number(), Type.MONEY: Money(), Type.DATE: Day(),
    Type.CHOICE: Choice(), Type.CHOICES: Choices(), Type.PERSON: Person(), Type.LINK: Link(),
}  # fmt: skip


def clean(field: CustomField, value: Any) -> Any:
    """The plain value of whatever was given, None for nothing; ValidationError with one sentence."""
    if isinstance(value, str):
        value = value.strip()
    if value in _NOTHING:
        return None
    return TYPES[field.type].clean(field, value)


def typed(field: CustomField, plain: Any) -> Any:
    """A stored value as Python; None for nothing."""
    return None if plain in _NOTHING else TYPES[field.type].typed(field, plain)


def sort_column(field: CustomField) -> str:
    """By which column of its values a list sorts; empty if it does not."""
    return TYPES[field.type].sort


def chosen(field: CustomField, plain: Any) -> Sequence[int]:
    """The keys in a value of choices or a person, as they stand for the record now."""
    value = typed(field, plain)
    return value if isinstance(value, list) else [] if value is None else [value]
