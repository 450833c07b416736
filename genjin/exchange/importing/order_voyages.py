"""What an order book says of the voyage of an order, and when goods of past times count as gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from genjin.exchange.importing.order_rows import Group
from genjin.exchange.importing.register import Run
from genjin.policy.queries import switches
from genjin.sales.models import ExecutionState

OLD_AFTER = timedelta(days=180)
"""An order without a state that was to be delivered, or ordered, so long ago is over."""
GONE = (ExecutionState.SHIPPED, ExecutionState.DELIVERED, ExecutionState.CLOSED)
NAMES = ("etd", "eta", "atd", "ata", "vessel", "container_no", "bl_no")


def voyage_in(group: Group, today: date) -> dict[str, Any]:
    """What the rows of an order say of its voyage; nothing without a day or a B/L.

    A departure that lies ahead is a planned one, and so is an arrival.
    """
    found = {name: value for name in NAMES if (value := group.first(f"shipment.{name}")) is not None}
    return as_planned(found, today) if {"etd", "eta", "atd", "ata", "bl_no"} & found.keys() else {}


def as_planned(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The same with days that lie ahead as planned ones, and no words longer than there is room."""
    found = dict(values)
    for actual, planned in (("atd", "etd"), ("ata", "eta")):
        if (day := found.get(actual)) is not None and day > today:
            del found[actual]
            found.setdefault(planned, day)
    return found


def left_on(values: Mapping[str, Any], state: str, today: date) -> date | None:
    """The day on which goods left: as told, else as planned where they must have left by now."""
    if day := values.get("atd"):
        return day if day <= today else None
    arrival = values.get("ata") or values.get("eta")
    planned = values.get("etd") or values.get("bl_on") or arrival
    must = state in GONE or values.get("ata") is not None
    must = must or (planned is not None and planned + OLD_AFTER < today)
    return planned if must and planned is not None and planned <= today else None


def moments_of(run: Run, left: date | None) -> dict[str, Any]:
    """When goods left and were advised: of what left before go-live, or before today, nothing is owed."""
    if left is None:
        return {"shipped_at": None, "advised_at": None}
    left_at = min(datetime.combine(left, time(12), tzinfo=run.known.zone), run.at)
    since = switches().go_live_on or run.today
    return {"shipped_at": left_at, "advised_at": left_at if left < since else None}
