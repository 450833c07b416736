"""Reads of field definitions, and what other folders ask about values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import QuerySet

from genjin.fields.models import CustomField, FieldChoice, WithFields
from genjin.people import access
from genjin.people.models import User
from genjin.records.prepared import Given, Prepared, prefetched

MANAGERS = "manage_team"
"""The right that opens fields for managers only."""


def _fields(sees_all: bool, also_retired: bool) -> QuerySet[CustomField]:
    rows = CustomField.objects.filter(kind=Given("kind")).order_by("position", "pk")
    rows = rows if sees_all else rows.filter(seen_by=CustomField.Sight.ALL)
    return rows if also_retired else rows.filter(is_active=True)


_FIELDS = Prepared(_fields)
_CHOICES = Prepared(
    lambda: FieldChoice.objects.filter(field_id__among=Given("fields")).order_by("position", "pk")
)


def fields_of(kind: str, user: User | None, *, also: Collection[str] = ()) -> list[CustomField]:
    """The fields in use of a kind that this person sees (None: all), in their order, with their choices.

    `also` names keys of retired fields that are wanted all the same. Two queries, one when there is none.
    """
    sees_all = user is None or access.of(user).may(MANAGERS)
    found = [
        field for field in _FIELDS(sees_all, bool(also), kind=kind) if field.is_active or field.key in also
    ]
    choices = prefetched(found, "choices")
    chosen = [field.pk for field in found if field.type in CustomField.CHOSEN]
    for choice in _CHOICES(fields=chosen) if chosen else ():
        choices[choice.field_id].append(choice)
    return found


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
