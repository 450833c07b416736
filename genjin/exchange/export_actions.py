"""Every write of the export: asking for one, ending it, forgetting old ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from genjin.exchange import export_sheets as sheets
from genjin.exchange.export_customers import filter_in_words
from genjin.exchange.export_folders import write_folders
from genjin.exchange.export_models import KEPT, Export
from genjin.exchange.export_sheets import Asked, Exportable, Reader
from genjin.exchange.export_writers import Seen, unseen, write_csv, write_xlsx
from genjin.files import actions as files
from genjin.journal import actions as journal
from genjin.notifications.actions import notify
from genjin.notifications.kinds import LARGE_EXPORT
from genjin.people import access
from genjin.people.models import Role, User
from genjin.policy.queries import effective

KIND = "exchange.export"
LARGEST_FILE = 20 * 1024**3


class Refused(Exception):
    """An export that cannot be made; the text is one sentence for the user."""


@transaction.atomic
def ask(
    *, kind: str, form: str, query: str, columns: str, language: str, zone: str, by: User, at: datetime
) -> Export:
    """Note that somebody wants an export; whoever calls this has it made now or in the background."""
    _require(by)
    if sheets.find(kind) is None:
        raise Refused(_("This cannot be exported."))
    return Export.objects.create(
        kind=kind, form=form, query=query[:2000], columns=columns, language=language, zone=zone, by=by,
        asked_at=at,
    )  # fmt: skip


def _require(by: User) -> None:
    if not access.of(by).may("export"):
        raise Refused(
            _("This needs the right “%(right)s”, which you do not have.") % {"right": access.RIGHTS["export"]}
        )


def reader_of(export: Export) -> Reader:
    """For whom it is made."""
    return Reader(export.by, export.asked_at, ZoneInfo(export.zone))


def asked_of(export: Export) -> Asked:
    """What is wanted of its kind."""
    return Asked(QueryDict(export.query), export.columns)


def write(kind: Exportable, form: str, reader: Reader, asked: Asked, target: BinaryIO, seen: Seen) -> int:
    """Write what was asked for into a stream, in the active language; how many rows."""
    if kind.as_folders:
        return write_folders(target, reader, asked, seen)
    writer: Callable[..., int] = write_csv if form == Export.Form.CSV else write_xlsx
    return writer(target, kind.sheets(reader, asked), reader, seen)


def speaking(export: Export) -> AbstractContextManager[Any]:
    """The language in which it was asked for."""
    return translation.override(export.language)


def make(*, export: Export, at: datetime, keep: bool, seen: Seen = unseen) -> BinaryIO:
    """Write the file and journal it; the bytes, from their start. `keep`: they are stored for a week too.

    Runs outside of transactions: writing may take minutes.
    """
    kind = sheets.find(export.kind)
    if kind is None:
        raise Refused(_("This cannot be exported."))
    _require(export.by)
    target: Any = TemporaryFile()  # noqa: SIM115 - given back open
    try:
        with speaking(export), timezone.override(ZoneInfo(export.zone)):
            count = write(kind, export.form, reader_of(export), asked_of(export), target, seen)
        target.seek(0)
        stored = files.put(at=at, stream=target, limit=LARGEST_FILE) if keep else None
        finish(export=export, count=count, file_id=stored.pk if stored else None, at=at)
        target.seek(0)
    except BaseException:
        target.close()
        raise
    file: BinaryIO = target
    return file


@transaction.atomic
def finish(*, export: Export, count: int, file_id: int | None, at: datetime) -> None:
    """The file is there: journal what left the house, and tell administrators when it was much."""
    export.state, export.row_count, export.finished_at = Export.State.DONE, count, at
    export.file_id = file_id
    export.save(update_fields=["state", "row_count", "finished_at", "file"])
    kind = sheets.find(export.kind)
    with speaking(export):
        told = _told(kind, export) if kind else {}
        title = f"{kind.label if kind else export.kind} · {export.get_form_display()}"
    written = journal.Written("export", KIND, export.pk, title=title, changes=told)
    journal.record(by=export.by, at=at, written=[written])
    if count >= effective().number("export_large_rows"):
        _tell_administrators(export, at)


def _told(kind: Exportable, export: Export) -> dict[str, tuple[Any, Any]]:
    """What the journal keeps: filter, columns and count, in words."""
    reader, asked = reader_of(export), asked_of(export)
    sheet = next(iter(kind.sheets(reader, asked)), None)
    columns = [str(column.label) for column in sheet.columns] if sheet else []
    return {
        "filter": ("", filter_in_words(reader, asked) if kind.is_of_customers else ""),
        "columns": ("", _(", ").join(columns)),
        "row_count": (None, export.row_count),
    }


def _tell_administrators(export: Export, at: datetime) -> None:
    administrators = User.objects.filter(is_active=True, role_id=Role.Code.ADMINISTRATOR)
    notify(
        kind=LARGE_EXPORT,
        user_ids=administrators.values_list("pk", flat=True),
        key=f"export:{export.pk}",
        at=at,
        params={"name_zh": export.by.name_zh, "name_en": export.by.name_en, "kind": export.kind,
                "count": export.row_count},
        url=f"{reverse('journal:audit')}?kind={KIND}",
    )  # fmt: skip


@transaction.atomic
def fail(*, export_id: int, at: datetime) -> None:
    """It could not be made; the page says so, unless a later attempt succeeds."""
    Export.objects.filter(pk=export_id).exclude(state=Export.State.DONE).update(
        state=Export.State.FAILED, finished_at=at
    )


@transaction.atomic
def prune(*, at: datetime) -> int:
    """Forget exports of more than a week ago; their files go with the next sweep. How many."""
    return Export.objects.filter(asked_at__lt=at - KEPT).delete()[0]
