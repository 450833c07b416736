"""How far an order is, what became of its goods, and what either state asks of us (003-16 to 28, C-08, C-22).

| downstream state                      | attention        | the next order | what we do          |
|---------------------------------------|------------------|----------------|---------------------|
| confirmed, in production, handed over | natural          | warned against | share progress      |
| in transit, at customs                | maybe neglected  | warned against | announce, prepare   |
| warehoused, selling, remaining stock  | easily neglected | the best time  | ask how it sells    |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from genjin.rules.order_plan import MATERIAL, PRODUCTION, READY_BY, SAMPLE_RESULT, SAMPLE_SENT, Node

EXECUTION = (
    "CONFIRMED", "IN_PRODUCTION", "READY", "PARTLY_SHIPPED", "SHIPPED", "DELIVERED", "CLOSED",
)  # fmt: skip
"""In their order; CANCELLED stands apart."""
DOWNSTREAM = (
    "CONFIRMED", "IN_PRODUCTION", "DELIVERED", "IN_TRANSIT", "AT_CUSTOMS", "WAREHOUSED", "SELLING",
    "REMAINING_STOCK",
)  # fmt: skip
PHOTOS_EVERY = timedelta(days=7)
LITTLE_LEFT = Decimal(70)
"""Percent sold from which on the question is what remains."""


class Attention(StrEnum):
    """How easily a state is forgotten."""

    NATURAL = "NATURAL"
    MAYBE_NEGLECTED = "MAYBE_NEGLECTED"
    EASILY_NEGLECTED = "EASILY_NEGLECTED"


@dataclass(frozen=True, slots=True)
class Advice:
    """What a downstream state asks of us."""

    attention: Attention
    may_press: bool
    """Whether one may ask for the next order now (跟催)."""
    shares_progress: bool = False


def advice_of(downstream: str) -> Advice:
    """The row of the table above; an unknown state is as careful as the first."""
    place = DOWNSTREAM.index(downstream) if downstream in DOWNSTREAM else 0
    if place < DOWNSTREAM.index("IN_TRANSIT"):
        return Advice(Attention.NATURAL, may_press=False, shares_progress=True)
    if place < DOWNSTREAM.index("WAREHOUSED"):
        return Advice(Attention.MAYBE_NEGLECTED, may_press=False)
    return Advice(Attention.EASILY_NEGLECTED, may_press=True)


def state_by_nodes(state: str, nodes: Iterable[Node]) -> str:
    """How far the order is by its nodes; they never take it back, nor past what a shipment tells."""
    known = list(nodes)
    done = {node.kind for node in known if not node.is_open}
    reached = "CONFIRMED"
    if MATERIAL in done or any(node.kind == PRODUCTION and (node.percent or 0) > 0 for node in known):
        reached = "IN_PRODUCTION"
    if not done.isdisjoint(READY_BY):
        reached = "READY"
    if SAMPLE_SENT in done:
        reached = "SHIPPED"
    if SAMPLE_RESULT in done:
        reached = "DELIVERED"
    return further(state, reached, EXECUTION)


def downstream_by_state(downstream: str, state: str) -> str:
    """The downstream state that an execution state implies at least."""
    implied = {
        "IN_PRODUCTION": "IN_PRODUCTION",
        "READY": "IN_PRODUCTION",
        "PARTLY_SHIPPED": "DELIVERED",
        "SHIPPED": "DELIVERED",
        "DELIVERED": "WAREHOUSED",
        "CLOSED": "WAREHOUSED",
    }
    return further(downstream, implied.get(state, "CONFIRMED"), DOWNSTREAM)


def downstream_by_sale(
    downstream: str, sold_percent: Decimal | None, stock_left: Decimal | None, safety_stock: Decimal | None
) -> str:
    """The downstream state that a report of the sale tells of (003-21, 003-28)."""
    is_low = stock_left is not None and safety_stock is not None and stock_left <= safety_stock
    if is_low or (sold_percent is not None and sold_percent >= LITTLE_LEFT):
        return further(downstream, "REMAINING_STOCK", DOWNSTREAM)
    return further(downstream, "SELLING" if sold_percent else "WAREHOUSED", DOWNSTREAM)


def further(state: str, reached: str, scale: tuple[str, ...]) -> str:
    """The later of two states; what is not on the scale (cancelled) stays."""
    if state not in scale or reached not in scale:
        return state
    return max(state, reached, key=scale.index)


def photos_due_on(downstream: str, shared_on: date | None, since: date | None) -> date | None:
    """When the customer is to see progress again: weekly while his goods are made (003-23)."""
    if downstream != "IN_PRODUCTION":
        return None
    last = shared_on or since
    return last + PHOTOS_EVERY if last else None
