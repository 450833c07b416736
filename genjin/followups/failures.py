"""Decisions that failed, told to administrators: a rule that breaks must be seen, and not flood the list."""

from __future__ import annotations

import logging
from datetime import timedelta

from genjin.instance import errors
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
    told = errors.lately(error, place=PLACE, within=AGAIN_AFTER, most=MOST_AN_HOUR)
    if name in told or len(told) >= MOST_AN_HOUR:
        logger.warning("Customer %s could still not be decided: %s", customer_id, errors.kind_of(error))
        return
    process = PROCESSES.get(door().via, "web")
    errors.report(error, process=process, place=PLACE, request_id=name)
