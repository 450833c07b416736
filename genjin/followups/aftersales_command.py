"""The command `genjin aftersales ORDER`: the chain's dates of each of an order's shipments."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import CommandError

from genjin.followups.chain_words import step_name
from genjin.followups.commands import moment_of
from genjin.followups.shipment_plan import Planned, plan_of
from genjin.instance.queries import business_now
from genjin.people.queries import organisation
from genjin.sales.models import Order, Shipment


def add_aftersales_arguments(parser: argparse.ArgumentParser) -> None:
    """ORDER and --at."""
    parser.add_argument("order", metavar="ORDER", help="order number, or id")
    parser.add_argument("--at", help="as of this moment, e.g. 2026-12-01T09:00; nothing is written")


def run_aftersales(options: argparse.Namespace) -> dict[str, Any]:
    """The chain after each shipment of an order, step by step with its day and state (000-47 to 000-65)."""
    order = _order(options.order)
    at = moment_of(options.at, ZoneInfo(organisation().timezone))
    now = at or business_now()
    rows = Shipment.objects.alive().filter(lines__order_line__order=order).distinct().order_by("pk")
    found = []
    for shipment in rows:
        steps = plan_of(shipment, now, as_of=at is not None)
        found.append(
            {
                "shipment": shipment.number,
                "shipped_at": shipment.shipped_at,
                "eta": shipment.eta,
                "ata": shipment.ata,
                "steps": [_step(one) for one in steps],
            }
        )
    sentences = [
        f"{one['shipment']}  {step['name']}: {step['due_on'] or '-'} {step['state']} ({step['what']})"
        for one in found
        for step in one["steps"]
    ]
    return {
        "order": order.number,
        "at": now,
        "shipments": found,
        "sentences": sentences or ["Nothing has left for this order."],
    }


def _order(asked: str) -> Order:
    """By number, else by id."""
    rows = Order.objects.alive()
    found: Order | None = rows.filter(number=asked).first()
    if found is None and asked.isdecimal() and len(asked) < 19:
        found = rows.filter(pk=int(asked)).first()
    if found is None:
        raise CommandError(f"There is no order {asked}.")
    return found


def _step(one: Planned) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": step_name(one.purpose),
        "channel": one.channel.value,
        "due_on": one.due_on,
        "state": one.state.value,
        "settled_at": one.settled_at,
        "key": one.key,
    }
