"""Imports in the background."""

from __future__ import annotations

from datetime import timedelta

from genjin.exchange import import_actions, run_actions, undo_actions
from genjin.exchange.models import Import
from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping


@job(
    atomic=False,
    limit=timedelta(hours=4),
    unique=lambda job_id: f"import {job_id}",
    retries=1000,
    pause=timedelta(seconds=0.5),
    longest_pause=timedelta(minutes=1),
)
def work(job_id: int) -> None:
    """Do what the state of an import asks for: check its rows, import them, or take them back.

    Its worker may be killed as often as it likes: the work goes on where it was.
    """
    if not Import.objects.filter(pk=job_id).exists():
        return
    try:
        run_actions.carry_on(job_id, at=business_now(), stopping=stopping)
        undo_actions.take_back(job_id, at=business_now(), stopping=stopping)
    except run_actions.Interrupted:
        raise HandBack from None


@job()
def forget() -> None:
    """Drop files and rows of imports that can no longer be taken back."""
    while import_actions.forget(at=business_now()) and not stopping():
        pass
