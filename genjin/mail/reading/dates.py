"""Moments of mail headers, in the forms of RFC 5322 and those that senders really write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_ISO = re.compile(
    r"\s*(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?)?\s*(Z|[+-]\d\d:?\d\d)?"
)
_LIMIT = 200


def moment(value: str) -> datetime | None:
    """An aware moment, or None where no date can be read; a missing zone counts as UTC."""
    plain = value[:_LIMIT]
    iso = _ISO.match(plain)
    if iso:
        return _iso(iso)
    try:
        found = parsedate_tz(plain)
        if found is None:
            return None
        offset = found[9] or 0
        second = min(found[5], 59)
        zone = UTC if not offset else timezone(timedelta(seconds=offset))
        return datetime(*found[:5], second, tzinfo=zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso(found: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    zone = found[7]
    try:
        offset = timedelta(0)
        if zone and zone != "Z":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
        return datetime(
            year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset) if offset else UTC
        )
    except (ValueError, OverflowError):
        return None


def received(values: list[str]) -> datetime | None:
    """When the last server took the message: the newest Received header that has a date."""
    for value in values[:20]:
        found = moment(value.rpartition(";")[2]) if ";" in value else None
        if found:
            return found
    return None
