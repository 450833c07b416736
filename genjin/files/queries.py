"""Reads of attachments."""

from __future__ import annotations

from collections.abc import Iterable

from genjin.files.models import Attachment
from genjin.people.access import Access
from genjin.people.models import User
from genjin.records import registry


def of_records(kind: str, ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Attachments of records of one kind by record id, oldest first; one query.

    The caller has made sure that the reader may see the records.
    """
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.filter(kind=kind, object_id__in=list(ids), deleted_at=None)
    for row in rows.select_related("file", "attached_by").order_by("pk"):
        found.setdefault(row.object_id, []).append(row)
    return found


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
