"""Reads of the journal for the audit page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from genjin.journal.models import Entry
from genjin.records import registry


def last_editor(record: Model, object_id: int | None = None) -> str:
    """The name of the person who saved a record last; empty when nobody did.

    `object_id` is for records that the journal knows by another number than their key.
    """
    number = record.pk if object_id is None else object_id
    entries = Entry.objects.filter(kind=registry.kind_of(record), object_id=number, by__isnull=False)
    last = entries.select_related("by").order_by("-pk").first()
    return str(last.by) if last else ""


@dataclass(frozen=True)
class Filter:
    """What the audit page asks for; empty parts do not narrow. Days are the reader's own."""

    by: int | None = None
    system: bool = False
    kind: str = ""
    object_id: int | None = None
    verb: str = ""
    via: str = ""
    first_day: date | None = None
    last_day: date | None = None


def matching(wanted: Filter) -> QuerySet[Entry]:
    """Entries that fit, in no order yet, with their person and personal values."""
    entries = Entry.objects.select_related("by", "personal")
    exact: dict[str, Any] = {
        "by": wanted.by,
        "kind": wanted.kind,
        "object_id": wanted.object_id,
        "verb": wanted.verb,
        "via": wanted.via,
    }
    entries = entries.filter(**{name: value for name, value in exact.items() if value not in (None, "")})
    if wanted.system:
        entries = entries.filter(by__isnull=True)
    if wanted.first_day:
        entries = entries.filter(at__gte=_midnight(wanted.first_day))
    if wanted.last_day and wanted.last_day < date.max:
        entries = entries.filter(at__lt=_midnight(wanted.last_day + timedelta(days=1)))
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def verbs() -> list[str]:
    """Every verb that was ever written; one query with one index step for each of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known(verb) AS (SELECT min(verb) FROM journal_entry UNION ALL "
            "SELECT (SELECT min(verb) FROM journal_entry WHERE verb > known.verb) "
            "FROM known WHERE known.verb IS NOT NULL) SELECT verb FROM known WHERE verb IS NOT NULL"
        )
        return [verb for (verb,) in cursor.fetchall()]
