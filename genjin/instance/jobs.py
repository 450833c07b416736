"""The instance's own background work."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from genjin.instance import actions


@task()
def forget_errors() -> int:
    """Delete error reports older than 90 days; the schedule calls it daily."""
    return actions.forget_errors(at=timezone.now())
