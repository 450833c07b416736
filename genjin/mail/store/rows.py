"""The rows of new messages, written without making objects of them: mail arrives by ten thousands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from genjin.files.models import StoredFile
from genjin.mail import raw
from genjin.mail.models import Message, MessagePart, Participant
from genjin.mail.store.parsing import Parsed
from genjin.records import bulk

_FILE = ("id", "sha256", "size", "media_type", "width", "height", "stored_at")
_MESSAGE = (
    "id", "thread_id", "content_key", "raw_id", "size", "message_id", "in_reply_to", "direction", "subject",
    "from_name", "from_address", "date", "dated", "arrived_at", "preview", "text", "language",
    "has_attachments", "verdict", "verdict_reasons", "verdict_by_id", "returns_on", "bounce", "problems",
    "stored_at",
)  # fmt: skip
_PARTICIPANT = ("id", "message_id", "role", "position", "name", "address")
_PART = ("id", "message_id", "position", "name", "media_type", "size", "content_id", "is_inline")


def insert(items: Sequence[Parsed], at: datetime) -> None:
    """Store new messages, whose threads are known, with everything that belongs to them alone."""
    files = _files(items, at)
    for item, pk in zip(items, bulk.next_ids(Message, len(items)), strict=True):
        item.pk = pk
    bulk.insert_plain(Message, _MESSAGE, [_message(item, files, at) for item in items])
    people = [(item.pk, *one) for item in items for one in item.participants]
    ids = bulk.next_ids(Participant, len(people))
    bulk.insert_plain(Participant, _PARTICIPANT, [(pk, *row) for pk, row in zip(ids, people, strict=True)])
    parts = [(item.pk, *one) for item in items for one in item.parts]
    ids = bulk.next_ids(MessagePart, len(parts))
    bulk.insert_plain(MessagePart, _PART, [(pk, *row) for pk, row in zip(ids, parts, strict=True)])


def _message(item: Parsed, files: dict[str, int], at: datetime) -> tuple[object, ...]:
    preview = " ".join((item.text or item.searched)[:600].split())[:240]
    return (
        item.pk, item.thread_id, item.content_key, files[item.packed.sha256], len(item.arrival.raw),
        item.header_id, item.in_reply_to, item.direction, item.subject, item.from_name, item.from_address,
        item.date, item.dated, item.arrived_at, preview, item.text, item.language, item.has_attachments,
        item.verdict, item.reasons, None, item.returns_on, item.bounce, item.problems, at,
    )  # fmt: skip


def _files(items: Sequence[Parsed], at: datetime) -> dict[str, int]:
    """The rows of the raw messages' contents, by SHA-256; their bytes lie in the store already.

    A content that had a row is locked, so that a sweep which is removing it ends first; then it is put again.
    """
    wanted = {item.packed.sha256: item for item in items}
    known = StoredFile.objects.filter(sha256__in=list(wanted)).select_for_update().order_by("pk")
    found = {row.sha256: row.pk for row in known}
    if found:
        StoredFile.objects.filter(pk__in=list(found.values())).update(stored_at=at)
        raw.keep_bytes({sha256: raw.pack(wanted[sha256].arrival.raw) for sha256 in found})
    new = [item.packed for sha256, item in wanted.items() if sha256 not in found]
    ids = bulk.next_ids(StoredFile, len(new))
    rows = [
        (pk, one.sha256, one.size, raw.MEDIA_TYPE, None, None, at) for pk, one in zip(ids, new, strict=True)
    ]
    bulk.insert_plain(StoredFile, _FILE, rows)
    return found | {one.sha256: pk for pk, one in zip(ids, new, strict=True)}
