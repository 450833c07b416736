"""What people do with imports: bring a file, correct, choose columns, check, start, stop, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.exchange.importing import choosing, register, sheets
from genjin.exchange.models import UNDO_DAYS, Import, ImportRow, RememberedColumns, RememberedValue
from genjin.exchange.reading import limits
from genjin.files import actions as files
from genjin.files.names import clean_name
from genjin.journal import actions as journal
from genjin.journal.actions import Written
from genjin.people.models import User

State = Import.State
FORGET_SLICE = 2000
OPTIONS = {
    "existing": ("fill", "overwrite", "skip"),
    "similar": ("leave", "new"),
    "owner": ("me", "pool"),
    "unknown": ("error", "empty"),
}


class Refused(Exception):
    """An import cannot do this now; the text is one sentence."""


def bring(
    *,
    kind: str,
    stream: BinaryIO,
    name: str,
    by: User,
    at: datetime,
    corrections: Mapping[str, Any] | None = None,
    language: str = "",
) -> Import:
    """Keep a file and look at it; raises `files.Refused` or `reading.Refusal` with one sentence.

    `language`: that of the person now; what is written of the rows in the background speaks it.
    """
    chosen = register.get(kind)
    stored = files.put(at=at, stream=stream, limit=limits.MAX_BYTES)
    job = Import(
        kind=chosen.name, file=stored, name=clean_name(name), by=by, created_at=at,
        corrections=dict(corrections or {}), options={}, language=language,
    )  # fmt: skip
    _look(job)
    job.save(force_insert=True)
    return job


def _look(job: Import) -> None:
    with sheets.opened(job) as table:
        job.sheet = sheets.described(table)
    kind = register.get(job.kind)
    job.total = job.sheet["rows"]
    job.columns = sheets.guessed_columns(kind, kind.fields_for(job.by), job.sheet)


def correct(*, job: Import, corrections: Mapping[str, Any], by: User, at: datetime) -> Import:
    """Read the file anew as the person says; raises `Refusal` and `Refused`, then nothing is changed."""
    job.corrections = dict(corrections)
    _look(job)
    _store(job, Import.EDITABLE, State.OPEN, corrections=job.corrections, sheet=job.sheet, total=job.total,
           columns=job.columns, counts={}, done=0, passed_row=0, unknown={})  # fmt: skip
    return job


@transaction.atomic
def choose_columns(
    *, job: Import, columns: Sequence[str], options: Mapping[str, str], by: User, at: datetime
) -> dict[int | None, str]:
    """Say what each column means, to be remembered for these headings; what is wrong, by place."""
    kind = register.get(job.kind)
    fields = kind.fields_for(by)
    problems = sheets.column_problems(kind, fields, job.sheet, columns)
    if problems:
        return problems
    kept = {name: options[name] for name in kind.options if options.get(name) in OPTIONS[name]}
    known = choosing.remembered(kind.name, job.sheet["headers"], columns)
    choices = {name: {**known.get(name, {}), **job.choices.get(name, {})} for name in {*known, *job.choices}}
    _store(job, Import.EDITABLE, State.OPEN, columns=list(columns), options=kept, choices=choices, counts={},
           done=0, passed_row=0)  # fmt: skip
    RememberedColumns.objects.update_or_create(
        kind=kind.name,
        headings=sheets.headings_key(job.sheet["headers"]),
        defaults={"columns": list(columns), "used_at": at},
    )
    return {}


@transaction.atomic
def choose_values(*, job: Import, given: Mapping[str, str], by: User, at: datetime) -> None:
    """Say what values mean that were not recognised, to be remembered for the headings of their columns.

    `given` has an answer by the name of each question (`choosing.groups`).
    """
    if problem := choosing.problem_of(job, given):
        raise Refused(problem)
    choices, told = choosing.checked(job, given)
    _store(job, Import.EDITABLE, State.OPEN, choices=choices, counts={}, done=0, passed_row=0)
    rows = {
        said[:3]: RememberedValue(
            kind=job.kind, heading=said[0], field=said[1], text=said[2], value=said[3], used_at=at
        )
        for said in told
    }
    RememberedValue.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["kind", "heading", "field", "text"],
        update_fields=["value", "used_at"],
    )  # fmt: skip


def _store(job: Import, allowed: Sequence[str], state: str, **values: Any) -> None:
    """Move an import to a state if it is in one of those allowed; `Refused` when somebody was faster."""
    moved = Import.objects.filter(pk=job.pk, state__in=allowed).update(
        state=state, version=job.version + 1, **values
    )
    if not moved:
        raise Refused(_("This import is in another state by now. Look again."))
    job.refresh_from_db()


@transaction.atomic
def start_check(*, job: Import, by: User, at: datetime, in_background: bool = True) -> None:
    """Judge every row, usually in the background, without writing anything of it."""
    from genjin.exchange.jobs import work

    _store(job, Import.EDITABLE, State.CHECKING, counts={}, done=0, passed_row=0, error="")
    if in_background:
        work.enqueue(job.pk)


@transaction.atomic
def start(*, job: Import, by: User, at: datetime, in_background: bool = True) -> None:
    """Import, usually in the background, from the beginning or from where it stopped.

    On a screen the rows were checked before; a command may start at once.
    """
    from genjin.exchange.jobs import work

    if job.state in (State.CANCELLED, State.FAILED):
        _store(job, (State.CANCELLED, State.FAILED), State.RUNNING, error="")
    else:
        ready = (State.CHECKED,) if in_background else Import.EDITABLE
        _store(job, ready, State.RUNNING, counts={}, done=0, passed_row=0, error="", started_at=at)
    tell(job, "import", by=by, at=at)
    if in_background:
        work.enqueue(job.pk)


@transaction.atomic
def stop(*, job: Import, by: User, at: datetime) -> None:
    """Stop after the slice that is being written; what was imported stays and can be taken back."""
    if job.state == State.CHECKING:
        _store(job, (State.CHECKING,), State.OPEN, counts={}, done=0, passed_row=0)
    else:
        _store(job, (State.RUNNING,), State.CANCELLED, finished_at=at)
        tell(job, "cancel", by=by, at=at)


@transaction.atomic
def undo(*, job: Import, by: User, at: datetime) -> None:
    """Take back in the background what the import made and changed; `Refused` after 30 days."""
    from genjin.exchange.jobs import work

    if not job.may_be_undone(at):
        raise Refused(_("An import can be undone for %(days)d days.") % {"days": UNDO_DAYS})
    _store(job, (State.DONE, State.CANCELLED, State.FAILED), State.UNDOING, done=0)
    tell(job, "undo", by=by, at=at)
    work.enqueue(job.pk)


def tell(job: Import, verb: str, *, by: User | None, at: datetime, **changes: int) -> None:
    """One entry of the journal about the import as a whole."""
    told = {name: (None, value) for name, value in changes.items()}
    journal.record(
        by=by, at=at, written=[Written(verb, "exchange.import", job.pk, title=job.name, changes=told)]
    )


def forget(*, at: datetime) -> int:
    """Drop files and rows of imports that can no longer be taken back; how many rows went."""
    old = Import.objects.filter(created_at__lt=at - timedelta(days=UNDO_DAYS + 1)).exclude(
        state__in=Import.ACTIVE
    )
    # One that began late in its life may still be taken back.
    old = old.exclude(started_at__gte=at - timedelta(days=UNDO_DAYS + 1))
    ids = list(ImportRow.objects.filter(job__in=old).values_list("pk", flat=True)[:FORGET_SLICE])
    with transaction.atomic():
        ImportRow.objects.filter(pk__in=ids).delete()
        if len(ids) < FORGET_SLICE:
            for job in old.exclude(file=None):
                Import.objects.filter(pk=job.pk).update(file=None, sheet={**job.sheet, "sample": []})
    return len(ids)
