"""Asking what a change of the policy would do, and keeping the answer; it changes nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from genjin.followups.preview_models import PolicyPreview
from genjin.people.models import User


@transaction.atomic
def ask(*, scope: str, subject_id: int, values: Mapping[str, Any], by: User, at: datetime) -> PolicyPreview:
    """Begin to look at a layer with these values; what the person asked for before is dropped.

    Nothing is journalled: a question changes nothing.
    """
    PolicyPreview.objects.filter(asked_by=by).delete()
    return PolicyPreview.objects.create(
        scope=scope, subject_id=subject_id, values=dict(values), asked_by=by, asked_at=at
    )


def note(*, preview_id: int, result: Mapping[str, Any], is_done: bool = False) -> bool:
    """Keep what has been found so far; False when nobody waits for it any more."""
    state = PolicyPreview.State.DONE if is_done else PolicyPreview.State.RUNNING
    running = PolicyPreview.objects.filter(pk=preview_id, state=PolicyPreview.State.RUNNING)
    return running.update(result=dict(result), state=state) > 0


def end(*, preview_id: int, is_failure: bool = False) -> bool:
    """Stop looking, because the person said so or because it failed; what was found stays."""
    state = PolicyPreview.State.FAILED if is_failure else PolicyPreview.State.CANCELLED
    running = PolicyPreview.objects.filter(pk=preview_id, state=PolicyPreview.State.RUNNING)
    return running.update(state=state) > 0
