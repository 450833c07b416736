"""Reads of attachments."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from genjin.files.models import Attachment
from genjin.people.access import Access
from genjin.people.models import User
from genjin.people.queries import people_of
from genjin.records import registry
from genjin.records.prepared import Given, Prepared, join


def of_records(kind: str, ids: Collection[int]) -> dict[int, list[Attachment]]:
    """Attachments of records of one kind by record id, oldest first; one query, two if there are any.

    The caller has made sure that the reader may see the records.
    """
    found: dict[int, list[Attachment]] = {}
    rows = _ATTACHMENTS(kind=kind, ids=ids)
    join(rows, "attached_by", people_of(row.attached_by_id for row in rows))
    for row in rows:
        found.setdefault(row.object_id, []).append(row)
    return found


def _attachments() -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(kind=Given("kind"), object_id__among=Given("ids"), deleted_at=None)
    return rows.select_related("file").order_by("pk")


_ATTACHMENTS = Prepared(_attachments)


def visible(user: User, pk: int, *, deleted: bool = False) -> Attachment | None:
    """The attachment if the person may see the record it belongs to, else None."""
    rows = Attachment.objects.filter(pk=pk, deleted_at__isnull=not deleted)
    row = rows.select_related("file").first()
    kind = registry.find(row.kind) if row else None
    if row is None or kind is None or not kind.visible_to(user).filter(pk=row.object_id).exists():
        return None
    return row


def may_detach(access: Access, row: Attachment) -> bool:
    """Whether a person who sees the attachment may take it off: who attached it, and those who may delete."""
    return row.attached_by_id in access.covers or access.may("recycle")
