"""Background work of the preview of a changed policy."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from genjin.followups import policy_preview, preview_actions
from genjin.followups.models import PolicyPreview
from genjin.instance.queries import business_now
from genjin.jobs import HandBack, job, stopping

TELL_SECONDS = 0.7
"""How often a preview says what it has found so far."""


@job(atomic=False, retries=0, priority=10, limit=timedelta(minutes=10))
def preview_policy(preview_id: int) -> int:
    """Find out what a layer would do, telling it as it gets more exact; returns how many were looked at.

    It ends when it is exact enough, or when the person says so or asks something else.
    """
    row = PolicyPreview.objects.filter(pk=preview_id, state=PolicyPreview.State.RUNNING).first()
    if row is None:
        return 0
    found, told = None, 0.0
    try:
        for found in policy_preview.look(row.scope, row.subject_id, row.values, at=business_now()):
            if stopping():
                raise HandBack
            if found.seen and monotonic() - told > TELL_SECONDS:
                told = monotonic()
                if not preview_actions.note(preview_id=preview_id, result=found.data()):
                    return found.looked_at
    except HandBack:
        raise
    except Exception:
        preview_actions.end(preview_id=preview_id, is_failure=True)
        raise
    assert found is not None
    preview_actions.note(preview_id=preview_id, result=found.data(), is_done=True)
    return found.looked_at
