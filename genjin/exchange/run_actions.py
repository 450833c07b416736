"""Working through the rows of an import, a slice a transaction: killed anywhere, it goes on where it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from genjin.exchange import import_actions
from genjin.exchange.importing import register, sheets
from genjin.exchange.importing.cleaning import known_for, read_row
from genjin.exchange.importing.register import Judged, Run
from genjin.exchange.models import Import, ImportRow, Verdict
from genjin.exchange.reading import Refusal, Row, RowKind, Table
from genjin.journal.actions import unheard
from genjin.journal.context import through
from genjin.people import access
from genjin.people.models import User
from genjin.people.queries import organisation

State = Import.State
SLICE = 100


class Interrupted(Exception):
    """The work was asked to stop and goes on another time."""


def carry_on(job_id: int, *, at: datetime, stopping: Callable[[], bool]) -> None:
    """Check or import what is left of the rows; does nothing when the import is in another state.

    Raises `Interrupted` when `stopping` says so.
    """
    job = Import.objects.select_related("by", "by__role", "file").get(pk=job_id)
    if job.state not in (State.CHECKING, State.RUNNING):
        return
    is_dry = job.state == State.CHECKING
    if is_dry:
        with transaction.atomic():
            job.rows.all().delete()
            Import.objects.filter(pk=job.pk, state=State.CHECKING).update(counts={}, done=0, passed_row=0)
        job.refresh_from_db()
    with ExitStack() as around:
        zone = zone_of(job.by)
        around.enter_context(translation.override(job.spoken))
        around.enter_context(timezone.override(zone))
        around.enter_context(through("IMPORT", job.door))
        access.of(job.by, today=at.astimezone(zone).date())
        try:
            table = around.enter_context(sheets.opened(job))
        except (Refusal, OSError) as refusal:
            _fail(job, str(refusal) if isinstance(refusal, Refusal) else _("The file is gone."))
            return
        _through_rows(job, table, at=at, is_dry=is_dry, stopping=stopping, zone=zone)


def zone_of(user: User) -> ZoneInfo:
    """The zone in which the person's dates and times are meant."""
    return ZoneInfo(user.timezone or organisation().timezone)


def _fail(job: Import, sentence: str) -> None:
    Import.objects.filter(pk=job.pk, state__in=Import.ACTIVE).update(
        state=State.OPEN if job.state == State.CHECKING else State.FAILED, error=sentence[:500]
    )


def _through_rows(
    job: Import,
    table: Table,
    *,
    at: datetime,
    is_dry: bool,
    stopping: Callable[[], bool],
    zone: ZoneInfo,
) -> None:
    kind = register.get(job.kind)
    known = known_for(zone=zone, date_order=table.facts.date_order, decimal_sign=table.facts.decimal_sign)
    known.keeps_unknown_choices = job.options.get("unknown") == "empty"
    run = Run(job, kind, job.by, at, is_dry, known)
    run.memory = kind.prepare(run)
    rows = (row for row in table.rows() if row.kind is RowKind.DATA and row.number > job.passed_row)
    for part in _parts(rows):
        if stopping():
            raise Interrupted
        if not _slice(run, part):
            return
    _finish(run)


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, SLICE)):
        yield part


def _slice(run: Run, part: Sequence[Row]) -> bool:
    """Judge, and unless dry write, one slice; False when somebody else moved the import meanwhile."""
    job = run.job
    fields = run.kind.fields_for(run.by)
    lines = [read_row(row, job.columns, fields, run.known) for row in part]
    with transaction.atomic(), unheard():
        stored = Import.objects.select_for_update().filter(pk=job.pk, state=job.state).first()
        if stored is None or stored.passed_row != job.passed_row:
            return False
        judged = run.kind.take(run, lines)
        _keep(job, judged)
        counts = Counter(stored.counts) + Counter(str(one.verdict) for one in judged)
        job.passed_row, job.done, job.counts = part[-1].number, stored.done + len(part), dict(counts)
        Import.objects.filter(pk=job.pk).update(
            passed_row=job.passed_row, done=job.done, counts=job.counts, error=""
        )
    return True


def _keep(job: Import, judged: Sequence[Judged]) -> None:
    rows = [
        ImportRow(
            job=job, number=one.line.number, verdict=one.verdict, title=one.line.title,
            reasons=one.reasons[:8], customer_id=one.customer_id, made=one.made, changed=one.changed,
        )
        for one in judged
    ]  # fmt: skip
    ImportRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["job", "number"],
        update_fields=["verdict", "title", "reasons", "customer_id", "made", "changed"],
    )


@transaction.atomic
def _finish(run: Run) -> None:
    job = run.job
    state = State.CHECKED if run.is_dry else State.DONE
    moved = Import.objects.filter(pk=job.pk, state=job.state).update(
        state=state, total=job.done, finished_at=run.at
    )
    if moved and not run.is_dry:
        made = {name: job.counts.get(name, 0) for name in (Verdict.NEW, Verdict.UPDATE)}
        import_actions.tell(job, "complete", by=job.by, at=run.at, rows=job.done, **made)
