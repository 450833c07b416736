"""Every write to files: putting contents, attaching them to records, taking them off, sweeping orphans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from genjin.files import kinds, pictures, store
from genjin.files.models import Attachment, StoredFile
from genjin.files.names import clean_name
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import User

ORPHANS_KEPT = timedelta(days=7)
SLICE = 500


class Refused(Exception):
    """A file that cannot be kept; the text is one sentence for the user."""


def put(*, at: datetime, stream: BinaryIO, limit: int | None = None) -> StoredFile:
    """Keep the bytes of a stream; equal bytes are kept once. Call it outside of other transactions.

    Raises `Refused` for nothing at all and for more than the limit (bytes; settings.FILE_LIMIT).
    Contents are shared, so nobody owns them: who attached one stands with the attachment.
    """
    keeper = store.current()
    allowed = settings.FILE_LIMIT if limit is None else limit
    try:
        received = keeper.receive(stream, limit=allowed)
    except store.TooLarge as error:
        raise Refused(too_large(error.limit)) from error
    if not received.size:
        keeper.discard(received)
        raise Refused(_("This file is empty."))
    found = kinds.media_type(received.head, received.path)
    width, height = None, None
    if found.startswith("image/"):
        with received.path.open("rb") as source:
            width, height = pictures.size_of(source)
    try:
        keeper.keep(received)  # outside of the transaction: a bucket takes its time
        with transaction.atomic():
            row, _made = StoredFile.objects.update_or_create(
                sha256=received.sha256,
                defaults={"stored_at": at},
                create_defaults={
                    "size": received.size, "media_type": found, "width": width, "height": height,
                    "stored_at": at,
                },
            )  # fmt: skip
        # The row waited for a sweep that was removing the same content: now the bytes come back.
        if not keeper.has(received.sha256, received.size):
            keeper.keep(received)
    finally:
        keeper.discard(received)
    return row


def put_picture(*, at: datetime, stream: BinaryIO, width: int = pictures.PHOTO_WIDTH) -> StoredFile:
    """Keep a picture scaled to at most `width` pixels, without position and camera data (000-79)."""
    start = stream.tell()
    if stream.seek(0, 2) - start > settings.FILE_LIMIT:
        raise Refused(too_large(settings.FILE_LIMIT))
    stream.seek(start)
    try:
        small = pictures.scaled(stream, width=width)
    except pictures.NotAPicture as error:
        raise Refused(_("This is not a picture that can be read. Use JPEG, PNG, GIF or WebP.")) from error
    return put(at=at, stream=small)


def put_logo(*, at: datetime, stream: BinaryIO) -> StoredFile:
    """Keep a logo: a picture at most 400 pixels wide."""
    return put_picture(at=at, stream=stream, width=pictures.LOGO_WIDTH)


def too_large(limit: int) -> str:
    """The sentence about a file that is larger than `limit` bytes."""
    shown = number_format(limit // (1024 * 1024) or 1)
    return _("This file is larger than %(limit)s MB.") % {"limit": shown}


@transaction.atomic
def attach(
    *,
    by: User | None,
    at: datetime,
    kind: str,
    object_id: int,
    customer_id: int | None,
    files: Sequence[tuple[StoredFile, str]],
) -> list[Attachment]:
    """Attach contents under the names their sender gave them; what the record has already stays once."""
    there = {
        (row.file_id, row.name): row
        for row in Attachment.objects.filter(kind=kind, object_id=object_id, deleted_at=None)
    }
    found: list[Attachment] = []
    fresh: list[Attachment] = []
    for file, name in files:
        key = (file.pk, clean_name(name))
        if key not in there:
            there[key] = Attachment(
                file=file, name=key[1], kind=kind, object_id=object_id, customer_id=customer_id,
                attached_at=at, attached_by=by,
            )  # fmt: skip
            fresh.append(there[key])
        found.append(there[key])
    Attachment.objects.bulk_create(fresh)
    _tell(by, at, "attach", fresh)
    return found


@transaction.atomic
def detach(*, by: User | None, at: datetime, ids: Sequence[int]) -> int:
    """Take attachments off their records (they can be put back for 7 days); returns how many."""
    rows = list(Attachment.objects.select_for_update().filter(pk__in=ids, deleted_at=None).order_by("pk"))
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=at)
    _tell(by, at, "detach", rows)
    return len(rows)


@transaction.atomic
def reattach(*, by: User | None, at: datetime, ids: Sequence[int]) -> int:
    """Put back attachments that were taken off; returns how many."""
    rows = list(
        Attachment.objects.select_for_update().filter(pk__in=ids, deleted_at__isnull=False).order_by("pk")
    )
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=None)
    _tell(by, at, "attach", rows)
    return len(rows)


def _tell(by: User | None, at: datetime, verb: str, rows: Sequence[Attachment]) -> None:
    written = [
        Written(
            verb, row.kind, row.object_id, customer_id=row.customer_id,
            changes={"attachments": (None, row.name) if verb == "attach" else (row.name, None)},
        )
        for row in rows
    ]  # fmt: skip
    if written:
        journal.record(by=by, at=at, written=written)


def sweep(*, at: datetime, real: datetime) -> int:
    """Remove up to 500 contents that nothing has referred to for 7 days; returns how many.

    `at` is business time, as in the rows; `real` is real time, as on the disk. Attachments taken off more
    than 7 days ago go too. Crash-safe: bytes without a row are found by walking the store.
    """
    keeper = store.current()
    removed = 0
    oldest = (real - ORPHANS_KEPT).timestamp()
    keeper.forget_unfinished(oldest)
    for part in _slices(sha for sha, put_at in keeper.contents() if put_at < oldest):
        known = set(StoredFile.objects.filter(sha256__in=part).values_list("sha256", flat=True))
        for sha256 in set(part) - known:
            keeper.remove(sha256)
            removed += 1
    with transaction.atomic():
        Attachment.objects.filter(deleted_at__lt=at - ORPHANS_KEPT).delete()
    for row in _unused(at)[:SLICE]:
        with transaction.atomic():
            # Looked at again under its lock: somebody may have put the same content just now.
            unused = _unused(at).filter(pk=row.pk).select_for_update(of=("self",)).first()
            if unused is not None:
                unused.delete()
                keeper.remove(row.sha256)
                removed += 1
    return removed


def _unused(at: datetime) -> QuerySet[StoredFile]:
    """Contents last put over 7 days ago to which no row of any folder refers."""
    rows = StoredFile.objects.filter(stored_at__lt=at - ORPHANS_KEPT).order_by("pk")
    for relation in StoredFile._meta.get_fields(
        include_hidden=True
    ):  # the hidden ones (related_name="+") too
        if isinstance(relation, ForeignObjectRel):
            model: Any = relation.related_model
            rows = rows.filter(~Exists(model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
    return rows


def _slices(names: Any) -> Any:
    part: list[str] = []
    for name in names:
        part.append(name)
        if len(part) == SLICE:
            yield part
            part = []
    if part:
        yield part
