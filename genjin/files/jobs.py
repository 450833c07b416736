"""Background work on files."""

from __future__ import annotations

from django.utils import timezone

from genjin.files import actions
from genjin.instance import queries
from genjin.jobs import declare


@declare.job(retries=3, atomic=False)
def sweep() -> int:
    """Removes contents that nothing refers to any more; the schedule calls it daily."""
    removed = actions.sweep(at=queries.business_now(), real=timezone.now())
    if removed >= actions.SLICE:
        sweep.enqueue()
    return removed
