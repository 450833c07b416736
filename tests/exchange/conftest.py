"""Bringing a text as a file and working through it at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from genjin.exchange import import_actions, run_actions, undo_actions
from genjin.exchange.models import Import


@pytest.fixture
def bring(people: Any, moment: Any) -> Callable[..., Import]:
    """`bring(text, kind=…, by=…)` gives an import with its columns guessed; `columns` say otherwise."""

    def bring_(
        text: str, *, kind: str = "customers", by: Any = None, columns: Any = None, **options: str
    ) -> Import:
        by = by or people.lin
        job = import_actions.bring(
            kind=kind, stream=BytesIO(text.encode()), name="list.csv", by=by, at=moment
        )
        chosen = columns or [name or "-" for name in job.columns]
        problems = import_actions.choose_columns(job=job, columns=chosen, options=options, by=by, at=moment)
        assert problems == {}
        return job

    return bring_


@pytest.fixture
def work(moment: Any, django_capture_on_commit_callbacks: Any) -> Callable[..., Import]:
    """`work(job, "check")`, `work(job, "import")`, `work(job, "undo")`: started and carried through."""

    def work_(job: Import, what: str, at: Any = None) -> Import:
        at = at or moment
        if what == "undo":
            import_actions.undo(job=job, by=job.by, at=at)
            undo_actions.take_back(job.pk, at=at, stopping=lambda: False)
        else:
            if job.state in Import.EDITABLE:
                import_actions.start_check(job=job, by=job.by, at=at)
                run_actions.carry_on(job.pk, at=at, stopping=lambda: False)
                job.refresh_from_db()
            if what == "import":
                import_actions.start(job=job, by=job.by, at=at)
                run_actions.carry_on(job.pk, at=at, stopping=lambda: False)
        job.refresh_from_db()
        return job

    return work_
