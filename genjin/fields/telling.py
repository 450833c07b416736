"""Custom fields and their values as people read them: on pages, in the timeline, in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from genjin.fields import types
from genjin.fields.models import CustomField, FieldChoice
from genjin.fields.names import COLUMN, attribute_of, key_of
from genjin.fields.queries import MANAGERS, fields_of, people_names
from genjin.journal.describe import amount_text
from genjin.people import access
from genjin.records import registry
from genjin.web.templatetags.web import day


@dataclass(frozen=True)
class Told:
    """One field of a record in words; an empty `text` means that it is not filled in."""

    field: CustomField
    text: str
    href: str = ""
    choices: tuple[FieldChoice, ...] = ()

    @property
    def label(self) -> str:
        """What people call the field."""
        return str(self.field)

    @property
    def html(self) -> SafeString:
        """The value as pages show it: a link opens in a new tab, choices have their colours."""
        if self.href:
            shown = format_html("<bdi>{}</bdi>", self.shown)
            apart = mark_safe('target="_blank" rel="noopener noreferrer nofollow"')
            return format_html('<a class="link" href="{}" {}>{}</a>', self.href, apart, shown)
        if len(self.choices) > 1 or any(choice.colour for choice in self.choices):
            marks = ((f"tag tag-{c.colour}" if c.colour else "chip", str(c)) for c in self.choices)
            each = format_html_join("", '<span class="{}">{}</span>', marks)
            return format_html('<span class="chips">{}</span>', each)
        return format_html("<bdi>{}</bdi>", self.text)

    @property
    def shown(self) -> str:
        """The text as a page shows it: an address without its scheme."""
        return self.text.partition("://")[2].rstrip("/") if self.href else self.text


class Words:
    """Puts values into words; the names of colleagues are read once, when the first is needed."""

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Everybody by key."""
        return people_names()

    def text(self, field: CustomField, plain: Any, *, as_stored: bool = False) -> str:
        """The value in the reader's language; `as_stored` names a replaced choice by its own name."""
        if plain in (None, "", []):
            return ""
        if field.type in CustomField.CHOSEN:
            keys = plain if isinstance(plain, list) else [plain]
            return _(", ").join(str(one) for one in self._choices(field, keys, as_stored=as_stored))
        value = types.typed(field, plain)
        if field.type == CustomField.Type.PERSON:
            return self.people.get(value, "?")
        if field.type == CustomField.Type.NUMBER:
            return amount_text(value)
        if field.type == CustomField.Type.MONEY:
            return f"{value[1]} {amount_text(value[0])}"
        return day(value) if field.type == CustomField.Type.DATE else str(value)

    def _choices(
        self, field: CustomField, keys: Iterable[int], *, as_stored: bool = False
    ) -> list[FieldChoice]:
        wanted = set(keys) if as_stored else {field.resolved(pk) for pk in keys}
        return [choice for pk, choice in field.by_id.items() if pk in wanted]

    def tell(self, field: CustomField, record: Any) -> Told:
        """One field of a record."""
        plain = record.custom.get(field.key)
        text = self.text(field, plain)
        if field.type in CustomField.CHOSEN and plain is not None:
            keys = plain if isinstance(plain, list) else [plain]
            return Told(field, text, choices=tuple(self._choices(field, keys)))
        return Told(field, text, href=text if field.type == CustomField.Type.LINK else "")

    def tell_all(self, fields: Iterable[CustomField], record: Any) -> list[Told]:
        """Some fields of a record, in their order, the empty ones too."""
        return [self.tell(field, record) for field in fields]


class JournalWords:
    """Names custom fields and their values in entries of the journal, for one reader."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._words = Words()
        self._fields: dict[str, dict[str, CustomField]] = {}

    def _field(self, kind: str, name: str) -> CustomField | None:
        if kind not in self._fields:
            every = CustomField.objects.filter(kind=kind).prefetch_related("choices")
            self._fields[kind] = {attribute_of(field.key): field for field in every}
        return self._fields[kind].get(name)

    def hides(self, kind: str, name: str) -> bool:
        """Whether this reader may not see the field."""
        field = self._field(kind, name)
        only = field is not None and field.seen_by == CustomField.Sight.MANAGERS
        if not only or self._user is None:
            return False
        try:
            return not access.of(self._user).may(MANAGERS)
        except RuntimeError:  # nobody asked yet what this person may: then not this either
            return True

    def label(self, kind: str, name: str) -> str:
        """What people call the field."""
        field = self._field(kind, name)
        return str(field) if field is not None else key_of(name)

    def text(self, kind: str, name: str, value: Any) -> str:
        """The value in words; one whose type is no longer what it was, as it is kept."""
        field = self._field(kind, name)
        try:
            return self._words.text(field, value, as_stored=True) if field is not None else str(value or "")
        except (ValueError, TypeError, IndexError, ArithmeticError):
            return str(value)


def facts(kind: str, record: Any, user: Any, words: Words | None = None) -> list[Told]:
    """The fields in use that this person sees of one record."""
    return (words or Words()).tell_all(fields_of(kind, user), record)


def register_all() -> None:
    """Have the journal ask here about custom fields."""
    registry.register_teller(COLUMN, JournalWords)
