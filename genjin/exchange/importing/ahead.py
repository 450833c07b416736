"""The rows of a file as lines; of long files another process reads them ahead, so that two processors work.

The other process has no database: it is given the file and what values are looked up in, reads, cleans and
finds out what the rows may be recognised by, and sends it on in parts. The pipe between both holds it back.
If it cannot start, ends or is too slow, the rest is read here, with the same functions and the same outcome.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, BinaryIO

from django.utils import timezone, translation

from genjin.customers import duplicate_facts, normalise
from genjin.exchange.importing import register, sheets
from genjin.exchange.importing.cleaning import Known, read_row
from genjin.exchange.importing.register import ImportField, Line, Run
from genjin.exchange.reading import Corrections, RowKind, Table, read
from genjin.files import store
from genjin.instance import beside
from genjin.instance.beside import has_two_processors
from genjin.rules.duplicates.keys import exact_number
from genjin.rules.remembering import Remembered

WORTH = 2000
"""With fewer rows the other process would be ready when the work is done."""
PART = 200
"""Rows sent at once: a part or two wait in memory."""
PATIENCE = 30.0
"""Seconds until a part must be there; the first one takes about two."""
SHARED: tuple[Remembered[..., Any], ...] = (
    normalise.name_key, normalise.short_name, normalise.domain_of, normalise.phone, exact_number,
    duplicate_facts.keys_of_said, duplicate_facts.keys_of_ways,
)  # fmt: skip
"""What is asked again of a row that is stored: the answers come along."""
_START = "import django; django.setup(); from genjin.exchange.importing import ahead; ahead.serve()"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """What the other process needs: the file as an open descriptor, how to read it, the person's language."""

    file: int
    name: str
    corrections: Corrections
    kind: str
    columns: list[str]
    fields: dict[str, ImportField]
    known: Known
    spoken: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows that were read ahead, and what was found out on the way."""

    lines: list[Line]
    unknown: list[tuple[tuple[str, str], int]]
    answers: list[dict[Any, Any]]


def lines_of(run: Run, table: Table) -> Iterator[Line]:
    """All rows of the import that hold data, with their values read; to be closed if it is left early."""
    last = 0
    if table.facts.rows - run.job.done > WORTH and has_two_processors():
        try:
            for part in _parts(run):
                for answers, remembered in zip(part.answers, SHARED, strict=True):
                    remembered.learn(answers)
                for key, times in part.unknown:
                    run.known.note_unknown(key, times)
                yield from part.lines
                last = part.lines[-1].number
            return
        except (beside.Ended, OSError, pickle.PickleError) as error:
            logger.warning("Reading an import ahead ended after row %d: %s", last, error)
    yield from _read(table, run.job.columns, run.fields, run.known, after=last)


def _read(
    table: Table, columns: list[str], fields: Mapping[str, ImportField], known: Known, *, after: int = 0
) -> Iterator[Line]:
    source: Any = table.rows()
    with closing(source) as rows:
        for row in rows:
            if row.kind is RowKind.DATA and row.number > after:
                yield read_row(row, columns, fields, known)


# --- in the process that imports


def _parts(run: Run) -> Iterator[Part]:
    """What the other process sends; raises `beside.Ended`. It is gone when this ends, however that comes."""
    job = run.job
    assert job.file is not None
    with store.current().open(job.file.sha256) as file:
        fields = {name: one for name, one in run.fields.items() if name in job.columns}
        corrections = sheets.corrections_of(job.corrections)
        task = Task(
            file.fileno(), job.name, corrections, run.kind.name, job.columns, fields,
            replace(run.known, unknown=type(run.known.unknown)()), job.spoken,
        )  # fmt: skip
        told = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        process = _started(file)
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(told)
        process.stdin.close()
        while (part := _received(process.stdout)) is not None:
            yield part
    finally:
        beside.end(process)


def _started(file: BinaryIO) -> subprocess.Popen[bytes]:
    return beside.start(_START, files=[file.fileno()])


def _received(pipe: IO[bytes]) -> Part | None:
    """The next part, None after the last one."""
    found: Part | None = beside.received(pipe, PATIENCE)
    return found


# --- in the other process


def serve() -> None:
    """Do the task that stands on standard input; the answer goes to standard output."""
    beside.without_database()
    task: Task = pickle.load(sys.stdin.buffer)  # noqa: S301 - the process that started this one wrote it
    target = sys.stdout.buffer
    with (
        os.fdopen(task.file, "rb") as file,
        translation.override(task.spoken),
        timezone.override(task.known.zone),
    ):
        for part in _worked_out(task, read(file, task.name, task.corrections)):
            beside.send(target, part)
        beside.send(target, None)


def _worked_out(task: Task, table: Table) -> Iterator[Part]:
    look, known = register.get(task.kind).look, task.known
    known.most_unknown = sys.maxsize  # the process that imports knows how many there were before
    every = _read(table, task.columns, task.fields, known)
    while lines := list(islice(every, PART)):
        if look is not None:
            for line in lines:
                look(line)
        unknown = list(known.unknown.items())
        known.unknown.clear()
        yield Part(lines, unknown, [remembered.take() for remembered in SHARED])
