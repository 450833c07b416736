"""What every process does before it serves: is this the place we know, and what time is it here?"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.conf import settings
from django.core.management import CommandError
from django.utils.dateparse import parse_datetime

from genjin.instance import actions, conditions, place, queries
from genjin.instance.models import Instance

logger = logging.getLogger(__name__)


def check(*, at: datetime) -> Instance:
    """Called once by `serve`, `web` and `worker` after the schema is current; `at` is real time.

    A copied database becomes held; GENJIN_NOW sets the business clock. CommandError with one sentence when
    the data lie where they must not, or when the clock may not be set.
    """
    refuse_network_folder()
    instance = actions.settle_place(place=place.fingerprint(), at=queries.current().now())
    if instance.is_held:
        logger.warning(
            "This instance is held (%s): nothing is sent until it is released", instance.held_reason
        )
    return start_clock(settings.BUSINESS_CLOCK_START, at=at)


def refuse_network_folder() -> None:
    """CommandError if SQLite's file lies on a network file system, whose locks it cannot trust."""
    found = conditions.network_folder()
    if found.level == conditions.BAD:
        raise CommandError(found.sentence)


def start_clock(text: str, *, at: datetime) -> Instance:
    """Apply GENJIN_NOW once: the clock then runs on, also over restarts, until another value is given."""
    instance = queries.current()
    if not text or text == instance.clock_start:
        return instance
    if not instance.may_time_travel:
        raise CommandError(
            "GENJIN_NOW is set, but this instance is neither a demo nor a test; remove the variable."
        )
    return actions.set_clock(to=_moment(text), real=at, start=text)


def _moment(text: str) -> datetime:
    """An ISO 8601 moment; without an offset it is UTC."""
    try:
        moment = parse_datetime(text) or parse_datetime(f"{text}T00:00")
    except ValueError:
        moment = None
    if moment is None or len(text) > 40:
        raise CommandError(f"GENJIN_NOW must be a moment like 2026-11-24T09:00+08:00, not “{text[:60]}”.")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
