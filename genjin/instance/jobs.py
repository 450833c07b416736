"""The instance's own background work."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from genjin.instance import actions
from genjin.web.actions import forget_submissions as forget_sent


@task()
def forget_errors() -> int:
    """Delete error reports older than 90 days; the schedule calls it daily."""
    return actions.forget_errors(at=timezone.now())


@task()
def forget_submissions() -> int:
    """Forget which forms were sent more than a day ago; the schedule calls it every hour."""
    return forget_sent(at=timezone.now())
