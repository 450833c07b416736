"""Working through the rows of an import, a slice a transaction: killed anywhere, it goes on where it was."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from genjin.customers.actions import RowsRefused
from genjin.exchange import import_actions
from genjin.exchange.importing import ahead, choosing, register, sheets
from genjin.exchange.importing.cleaning import known_for
from genjin.exchange.importing.register import Judged, Line, Run
from genjin.exchange.models import Import, ImportRow, Verdict
from genjin.exchange.reading import Refusal, Table
from genjin.instance import errors
from genjin.journal.actions import unheard
from genjin.journal.context import through
from genjin.people import access
from genjin.people.models import User
from genjin.people.queries import organisation
from genjin.records import bulk, statistics
from genjin.search.jobs import indexed_later

State = Import.State
FIRST, LEAST, MOST = 100, 40, 500
"""Rows of a slice: the first one, and how few and many there may be."""
GOAL = {"sqlite": 0.09, "postgresql": 0.5}
"""Seconds that a slice should take: everybody else's writing waits for it on SQLite, on PostgreSQL only who
changes the same customer or enters the same company."""
TOGETHER = 2000
"""So many rows more than it should have a slice takes for the sake of those that belong together."""
KNOWN = 500
"""Rows after which the database looks whether its tables are what it takes them for."""
MAPPED = 32 * 1024 * 1024
"""Bytes of SQLite's file that are mapped into memory at most."""
REFUSING = (IntegrityError, DataError, OverflowError, UnicodeError, RowsRefused)
"""What the database says of values, as against what it says of itself."""


class Interrupted(Exception):
    """The work was asked to stop and goes on another time."""


def carry_on(job_id: int, *, at: datetime, stopping: Callable[[], bool]) -> None:
    """Check or import what is left of the rows; does nothing when the import is in another state.

    Raises `Interrupted` when `stopping` says so. Any error of ours ends in the state "failed" with a sentence
    and the error's id; the import can go on from there.
    """
    job = Import.objects.select_related("by", "by__role", "file").get(pk=job_id)
    if job.state not in (State.CHECKING, State.RUNNING):
        return
    if job.state == State.CHECKING:
        with transaction.atomic():
            job.rows.all().delete()
            Import.objects.filter(pk=job.pk, state=State.CHECKING).update(counts={}, done=0, passed_row=0)
        job.refresh_from_db()
    with ExitStack() as around:
        zone = zone_of(job.by)
        around.enter_context(translation.override(job.spoken))
        around.enter_context(timezone.override(zone))
        around.enter_context(through("IMPORT", job.door))
        around.enter_context(_little_mapped())
        access.of(job.by, today=at.astimezone(zone).date())
        try:
            table = around.enter_context(sheets.opened(job))
            _through_rows(job, table, at=at, stopping=stopping, zone=zone)
        except Refusal as refusal:
            _fail(job, str(refusal))
        except FileNotFoundError:
            _fail(job, _("The file is gone."))
        except Interrupted:
            raise
        except Exception as error:
            said = {"id": _reported(job, error)}
            _fail(
                job,
                _("It ended with an error of Genjin's own (%(id)s). What it did until then stays.") % said,
            )


@contextmanager
def _little_mapped() -> Iterator[None]:
    """On SQLite, less of the database counts as memory of this process while it goes through much of it."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection  # not by a cursor, which refuses after an error in a transaction
    (before,) = raw.execute("PRAGMA mmap_size").fetchone() or (0,)
    raw.execute(f"PRAGMA mmap_size = {min(before, MAPPED)}")
    try:
        yield
    finally:
        if connection.connection is raw:
            raw.execute(f"PRAGMA mmap_size = {before}")


def _reported(job: Import, error: Exception) -> str:
    place = "genjin.exchange.run_actions.carry_on"
    return str(errors.report(error, process="worker", place=place, by=job.by, request_id=job.door))


def zone_of(user: User) -> ZoneInfo:
    """The zone in which the person's dates and times are meant."""
    return ZoneInfo(user.timezone or organisation().timezone)


def _fail(job: Import, sentence: str) -> None:
    Import.objects.filter(pk=job.pk, state__in=Import.ACTIVE).update(
        state=State.OPEN if job.state == State.CHECKING else State.FAILED, error=sentence[:500]
    )


def _through_rows(
    job: Import, table: Table, *, at: datetime, stopping: Callable[[], bool], zone: ZoneInfo
) -> None:
    kind = register.get(job.kind)
    known = known_for(zone=zone, date_order=table.facts.date_order, decimal_sign=table.facts.decimal_sign)
    known.keeps_unknown_choices = job.options.get("unknown") == "empty"
    today = at.astimezone(zone).date()
    run = Run(job, kind, job.by, at, job.state == State.CHECKING, known, today)
    with transaction.atomic():
        choosing.take_choices(run)
    run.memory = kind.prepare(run)
    source: Any = ahead.lines_of(run, table)
    with closing(source) as every:
        lines: Iterator[Line] = every
        if job.passed_row and (first := _recall(run, every)):
            lines = chain([first], every)
        pace, known_at = Pace(run), job.done
        parts = Parts(lines, kind.together)
        while part := parts.next(pace.size):
            if stopping():
                raise Interrupted
            if not _take(run, part, pace):
                return
            if job.done - known_at >= KNOWN:
                statistics.refresh()
                known_at = job.done
    _finish(run)


class Pace:
    """How many rows the next slice has, so that it takes about `GOAL` seconds; a dry run holds up nobody."""

    def __init__(self, run: Run) -> None:
        self.is_fixed = run.is_dry
        self.size = MOST if run.is_dry else FIRST

    def took(self, rows: int, seconds: float) -> None:
        """A slice of so many rows held the database for so long."""
        if not self.is_fixed and rows >= self.size:
            wanted = rows * GOAL[connection.vendor] / max(seconds, 0.001)
            # Half the way only: one slow slice says little about the next.
            self.size = round(min(max((rows + wanted) / 2, LEAST), MOST, rows * 2))


class Parts:
    """The rows of a file in slices; those that belong together stay together, up to `TOGETHER` of them."""

    def __init__(self, lines: Iterator[Line], together: Callable[[Line], Hashable] | None) -> None:
        self._lines, self._together = lines, together
        self._ahead: list[Line] = []

    def next(self, size: int) -> list[Line]:
        """At least so many rows while there are any."""
        part = [*self._ahead, *islice(self._lines, size - len(self._ahead))]
        self._ahead = []
        if self._together is None or not part:
            return part
        key = next((k for line in reversed(part) if (k := self._together(line)) is not None), None)
        for line in self._lines:
            if self._together(line) not in (None, key) or len(part) >= size + TOGETHER:
                self._ahead = [line]
                break
            part.append(line)
        return part


def _recall(run: Run, lines: Iterator[Line]) -> Line | None:
    """Let the run remember the rows that were written before it was interrupted; the first one after them."""
    while True:
        part: list[Line] = []
        for line in lines:
            if line.number > run.job.passed_row:
                _remember(run, part)
                return line
            part.append(line)
            if len(part) == MOST:
                break
        _remember(run, part)
        if not part:
            return None


def _remember(run: Run, part: Sequence[Line]) -> None:
    if part:
        numbers = {"number__gte": part[0].number, "number__lte": part[-1].number}
        kept = run.job.rows.filter(is_undone=False, **numbers)
        run.kind.recall(run, part, {row.number: row for row in kept})


def _take(run: Run, lines: Sequence[Line], pace: Pace) -> bool:
    """One slice; when the database refuses a row, that row alone is left out."""
    try:
        return _slice(run, lines, pace)
    except REFUSING as error:
        if len(lines) == 1:
            said = {"id": _reported(run.job, error)}
            refusal = _("The database refuses this row (error %(id)s).") % said
            lines[0].problems = [refusal]
            return _slice(run, lines, pace)
    half = len(lines) // 2
    return _take(run, lines[:half], pace) and _take(run, lines[half:], pace)


def _slice(run: Run, lines: Sequence[Line], pace: Pace) -> bool:
    """Judge, and unless dry write, some rows; False when somebody else moved the import meanwhile.

    Rows are judged before the transaction begins, so people who work meanwhile wait for the writing alone; on
    SQLite again inside if anybody wrote anything in between. On PostgreSQL others write at any time anyway:
    what they took meanwhile the constraints refuse.
    """
    job = run.job
    stamp = _stamp()
    batch = run.kind.judge(run, lines)
    if not run.is_dry:
        batch.prepare()
    with transaction.atomic(), unheard(), indexed_later():
        start = time.perf_counter()
        stored = Import.objects.select_for_update().filter(pk=job.pk, state=job.state).first()
        if stored is None or stored.passed_row != job.passed_row:
            return False
        if not run.is_dry and _stamp() != stamp:
            batch = run.kind.judge(run, lines)
        if not run.is_dry:
            batch.write()
        _keep(job, batch.judged)
        counts = Counter(stored.counts) + Counter(str(one.verdict) for one in batch.judged)
        passed, done = lines[-1].number, stored.done + len(lines)
        Import.objects.filter(pk=job.pk).update(passed_row=passed, done=done, counts=dict(counts), error="")
    pace.took(len(lines), time.perf_counter() - start)
    job.passed_row, job.done, job.counts = passed, done, dict(counts)
    batch.keep()
    return True


def _stamp() -> int | None:
    """On SQLite, a number that changes when another connection writes."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _keep(job: Import, judged: Sequence[Judged]) -> None:
    numbers = {"number__gte": judged[0].line.number, "number__lte": judged[-1].line.number}
    job.rows.filter(**numbers).delete()  # what the check said of them
    bulk.insert(
        [
            bulk.fresh(
                ImportRow, job_id=job.pk, number=one.line.number, verdict=one.verdict, title=one.line.title,
                reasons=one.reasons[:8], customer_id=one.customer_id, made=one.made, changed=one.changed,
            )
            for one in judged
        ]
    )  # fmt: skip


@transaction.atomic
def _finish(run: Run) -> None:
    job = run.job
    state = State.CHECKED if run.is_dry else State.DONE
    asked = {"unknown": _not_recognised(run)} if run.is_dry else {}
    moved = Import.objects.filter(pk=job.pk, state=job.state).update(
        state=state, total=job.done, finished_at=run.at, **asked
    )
    if moved and not run.is_dry:
        made = {name: job.counts.get(name, 0) for name in (Verdict.NEW, Verdict.UPDATE)}
        import_actions.tell(job, "complete", by=job.by, at=run.at, rows=job.done, **made)


def _not_recognised(run: Run) -> dict[str, list[list[Any]]]:
    """The values that a person can say the meaning of, the most frequent ones first, by field."""
    found: dict[str, list[list[Any]]] = {}
    for (name, text), count in run.known.unknown.most_common():
        values = found.setdefault(name, [])
        if len(values) < choosing.MOST:
            values.append([text, count])
    return found
