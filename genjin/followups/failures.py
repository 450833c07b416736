"""Decisions that failed, told to administrators: a rule that breaks must be seen, and not flood the list."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from genjin.instance import errors
from genjin.instance.models import ErrorReport
from genjin.journal.context import door

logger = logging.getLogger(__name__)

PLACE = "genjin.followups.decide"
AGAIN_AFTER = timedelta(hours=1)
MOST_AN_HOUR = 20
"""So many customers are listed for one kind of error; a rule that breaks for everybody needs no more."""
PROCESSES = {"JOB": "worker", "COMMAND": "command"}


def tell(customer_id: int, error: Exception) -> None:
    """List that a customer could not be decided, once per customer and kind an hour (real time)."""
    name = f"customer-{customer_id}"
    recent = ErrorReport.objects.filter(
        kind=errors.kind_of(error), place=PLACE, at__gte=timezone.now() - AGAIN_AFTER
    )
    told = set(recent.values_list("request_id", flat=True)[:MOST_AN_HOUR])
    if name in told or len(told) >= MOST_AN_HOUR:
        logger.warning("Customer %s could still not be decided: %s", customer_id, errors.kind_of(error))
        return
    process = PROCESSES.get(door().via, "web")
    errors.report(error, process=process, place=PLACE, request_id=name)
