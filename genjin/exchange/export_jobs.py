"""Large exports, made in the background."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from genjin.exchange import export_actions as actions
from genjin.exchange.export_models import Export
from genjin.instance.queries import business_now
from genjin.jobs import GiveUp, HandBack, declare, stopping
from genjin.people import access

LOOK_EVERY = 500


def _go_on(count: int) -> None:
    """Ends a job that should stop; it begins anew later."""
    if count % LOOK_EVERY == 0 and stopping():
        raise HandBack


@declare.job(atomic=False, retries=2, limit=timedelta(hours=2))
def make_export(export_id: int) -> int:
    """Makes the file of one export and keeps it for its page; gives the number of rows."""
    at = business_now()
    export = Export.objects.select_related("by__role").filter(pk=export_id).first()
    if export is None or export.state == Export.State.DONE:
        return 0
    if not export.by.is_active:
        actions.fail(export_id=export_id, at=at)
        raise GiveUp("the person has left")
    access.of(export.by, today=timezone.localdate(at))
    try:
        actions.make(export=export, at=at, keep=True, seen=_go_on).close()
    except HandBack:
        raise
    except actions.Refused as error:
        actions.fail(export_id=export_id, at=at)
        raise GiveUp(str(error)) from error
    except Exception:
        actions.fail(export_id=export_id, at=at)  # the next attempt may still succeed
        raise
    return export.row_count


@declare.job()
def prune_exports() -> int:
    """Forgets exports of more than a week ago; the schedule calls it daily."""
    return actions.prune(at=business_now())
