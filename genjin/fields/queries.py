"""Reads of field definitions, and what other folders ask about values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Prefetch

from genjin.fields.models import CustomField, FieldChoice, WithFields
from genjin.people import access
from genjin.people.models import User

MANAGERS = "manage_team"
"""The right that opens fields for managers only."""


def fields_of(kind: str, user: User | None, *, also: Collection[str] = ()) -> list[CustomField]:
    """The fields in use of a kind that this person sees (None: all), in their order, with their choices.

    `also` names keys of retired fields that are wanted all the same. Two queries, one when there is none.
    """
    rows = CustomField.objects.filter(kind=kind).prefetch_related(
        Prefetch("choices", FieldChoice.objects.order_by("position", "pk"))
    )
    wanted = rows.order_by("position", "pk")
    if user is not None and not access.of(user).may(MANAGERS):
        wanted = wanted.filter(seen_by=CustomField.Sight.ALL)
    if not also:
        wanted = wanted.filter(is_active=True)
    return [field for field in wanted if field.is_active or field.key in also]


def by_attribute(fields: Iterable[CustomField]) -> dict[str, CustomField]:
    """Fields by the name that forms, journal and imports give them."""
    return {field.attribute: field for field in fields}


def people_names() -> dict[int, str]:
    """Everybody who ever worked here, by key; one query."""
    return {user.pk: str(user) for user in User.objects.only("name_zh", "name_en", "email")}


def searched_text(kind: str, records: Sequence[WithFields]) -> dict[int, str]:
    """What the search finds records by, one value a line: texts and links that everybody sees.

    One query, none where no record has a value.
    """
    if not any(record.custom for record in records):
        return {}
    fields = CustomField.objects.filter(
        kind=kind, type__in=CustomField.WRITTEN, seen_by=CustomField.Sight.ALL, is_active=True
    )
    keys = list(fields.order_by("position", "pk").values_list("key", flat=True))
    found = {r.pk: "\n".join(str(r.custom[key]) for key in keys if r.custom.get(key)) for r in records}
    return {pk: text for pk, text in found.items() if text}
