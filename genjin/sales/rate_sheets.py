"""Rates as people copy them from a bank's table: currency, day, rate, perhaps 100 units."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.sales.actions.rates import NewRate

MOST_LINES = 5000


def read_sheet(text: str) -> list[tuple[int, NewRate]]:
    """Number of the line and rate. Raises `Refused` with the first line that is none."""
    found: list[tuple[int, NewRate]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        rate = _rate(re.split(r"[\s;]+", line.strip()))
        if rate is None:
            text_ = _("Line %(line)d is not like: USD 2026-11-24 7.1056")
            raise Refused({"text": text_ % {"line": number}})
        found.append((number, rate))
    if len(found) > MOST_LINES:
        raise Refused({"text": _("At most %(count)d lines at once.") % {"count": MOST_LINES}})
    return found


def _rate(words: list[str]) -> NewRate | None:
    if len(words) not in (3, 4) or not re.fullmatch(r"[A-Za-z]{3}", words[0]):
        return None
    try:
        day, rate = parse_date(words[1]), Decimal(words[2].replace(",", ""))
    except (InvalidOperation, ValueError):
        return None
    units = words[3] if len(words) == 4 else "1"
    if day is None or units not in ("1", "100"):
        return None
    return NewRate(words[0].upper(), day, rate, int(units))
