"""The nodes of an order: which ones it has, when they are planned at first, which one comes next.

| node             | planned at first                              | 002-.. |
|------------------|-----------------------------------------------|--------|
| FACTORY_DUE      | 8 days before the delivery                    | 44     |
| FACTORY_PROMISED | by the factory's answer; none at first        | 45     |
| MATERIAL         | after a quarter of the time up to delivery    | 46     |
| PRODUCTION       | with FACTORY_DUE                              | 47     |
| INSPECTION       | 7 days before                                 | 43     |
| BOOKING          | 14 days before                                | 48     |
| CUTOFF           | 3 days before                                 | 48     |
| ETD              | the delivery date                             | 48     |
| SAMPLE_SENT      | the delivery date, else a week after ordering | 50     |
| SAMPLE_RESULT    | two weeks after it was sent                   | 56     |

Nothing is planned before the order itself. Where the factory has answered, its date stands for ours: ours is
no node to wait for any more, and the gap between the two is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FACTORY_DUE, FACTORY_PROMISED, MATERIAL = "FACTORY_DUE", "FACTORY_PROMISED", "MATERIAL"
PRODUCTION, INSPECTION, BOOKING, CUTOFF, ETD = "PRODUCTION", "INSPECTION", "BOOKING", "CUTOFF", "ETD"
SAMPLE_SENT, SAMPLE_RESULT = "SAMPLE_SENT", "SAMPLE_RESULT"
READY_BY = (FACTORY_DUE, FACTORY_PROMISED, PRODUCTION)
"""Any of these done: the goods are made."""

_BEFORE = {FACTORY_DUE: 8, PRODUCTION: 8, INSPECTION: 7, BOOKING: 14, CUTOFF: 3, ETD: 0}
RESULT_AFTER = timedelta(days=14)
_IN_ORDER = (FACTORY_DUE, FACTORY_PROMISED, MATERIAL, PRODUCTION, INSPECTION, BOOKING, CUTOFF, ETD)


@dataclass(frozen=True, slots=True)
class Node:
    """A node as far as the rules must know it; `position` is its place in the order's execution."""

    kind: str
    position: int
    planned_on: date | None = None
    actual_on: date | None = None
    percent: int | None = None
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Nobody has said that it is done."""
        return self.actual_on is None


def default_nodes(*, is_sample: bool, ordered_on: date, delivery_on: date | None) -> list[Node]:
    """What a new order begins with."""
    if is_sample:
        sent = max(delivery_on or ordered_on + timedelta(days=7), ordered_on)
        return [
            Node(SAMPLE_SENT, 0, planned_on=sent),
            Node(SAMPLE_RESULT, 1, planned_on=sent + RESULT_AFTER),
        ]
    return [
        Node(kind, place, planned_on=_first_plan(kind, ordered_on, delivery_on))
        for place, kind in enumerate(_IN_ORDER)
    ]


def result_planned_on(sent: Node, result: Node) -> date | None:
    """When to ask what came of a sample: two weeks after it really left, unless planned otherwise."""
    by_plan = sent.planned_on is not None and result.planned_on == sent.planned_on + RESULT_AFTER
    if sent.actual_on is None or not result.is_open or not by_plan:
        return result.planned_on
    return sent.actual_on + RESULT_AFTER


def _first_plan(kind: str, ordered_on: date, delivery_on: date | None) -> date | None:
    if delivery_on is None or delivery_on < ordered_on:
        return None
    if kind == MATERIAL:
        return ordered_on + (delivery_on - ordered_on) // 4
    if kind not in _BEFORE:
        return None
    return max(delivery_on - timedelta(days=_BEFORE[kind]), ordered_on)


def awaited(nodes: Iterable[Node]) -> list[Node]:
    """The nodes with a date that are still to come, the next one first."""
    known = list(nodes)
    answered = any(node.kind == FACTORY_PROMISED and node.planned_on for node in known)
    dated = [
        (node.planned_on, node.position, place)
        for place, node in enumerate(known)
        if node.is_open and node.planned_on is not None and not (answered and node.kind == FACTORY_DUE)
    ]
    return [known[place] for _day, _position, place in sorted(dated)]


def next_node(nodes: Iterable[Node]) -> Node | None:
    """The node by which the order stands on the board; None when nothing dated is open."""
    found = awaited(nodes)
    return found[0] if found else None


def factory_gap(nodes: Iterable[Node]) -> int | None:
    """By how many days the factory's answer is later than our date; negative: earlier; None: unknown."""
    planned = {node.kind: node.planned_on for node in nodes}
    ours, theirs = planned.get(FACTORY_DUE), planned.get(FACTORY_PROMISED)
    return (theirs - ours).days if ours and theirs else None
