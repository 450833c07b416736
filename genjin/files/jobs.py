"""Background work on files."""

from __future__ import annotations

from django.utils import timezone

from genjin.files import actions
from genjin.instance import queries
from genjin.jobs import declare


@declare.job(retries=3, atomic=False)
def sweep() -> int:
    """Removes contents that nothing refers to any more; the schedule calls it daily.

    A held instance removes nothing: it may be a copy whose original keeps its files in the same bucket.
    """
    if queries.current().is_held:
        return 0
    removed = actions.sweep(at=queries.business_now(), real=timezone.now())
    if removed >= actions.SLICE:
        sweep.enqueue()
    return removed
