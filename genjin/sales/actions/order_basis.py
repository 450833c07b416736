"""What the verbs on stored orders stand on: locking, what follows from nodes and lines, saving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_version, locked, tell, today_of
from genjin.customers.actions.refusal import Refused
from genjin.fields import value_actions as fields
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.order_plan import Node, next_node
from genjin.rules.order_states import downstream_by_state, state_by_nodes
from genjin.sales.actions.declines import look_again
from genjin.sales.actions.order_drafts import amount_of, amount_problem
from genjin.sales.actions.plans import follow_plans
from genjin.sales.models import ExecutionState, Order, OrderNode
from genjin.sales.models.order import OPEN_STATES
from genjin.sales.rates import KnownRates

Told = dict[str, tuple[Any, Any]]


def locked_order(
    order_id: int, expected: int | None = None, wanted: Mapping[str, Any] | None = None
) -> Order:
    """An order, locked; `Conflict` when it was saved since version `expected`."""
    order: Order = locked(Order.objects.alive(), order_id)
    check_version(order, expected, wanted or {})
    return order


def require_open(order: Order) -> None:
    """Refuse to change what is closed or cancelled."""
    if order.state == ExecutionState.CANCELLED:
        raise Refused(_("This order is cancelled. Reopen it first."))
    if order.state == ExecutionState.CLOSED:
        raise Refused(_("This order is closed. Reopen it first."))


def put(order: Order, values: Mapping[str, Any]) -> Told:
    """Set on a locked order what should differ; what did."""
    told: Told = {}
    for name, new in values.items():
        old = getattr(order, name)
        if old != new:
            told[name] = (old, new)
            setattr(order, name, new)
    return told


def node_facts(rows: Iterable[OrderNode]) -> list[Node]:
    """Stored nodes as the rules know them."""
    return [Node(n.kind, n.position, n.planned_on, n.actual_on, n.percent, n.name) for n in rows]


def follow_nodes(order: Order, rows: Iterable[OrderNode] | None = None) -> Told:
    """Write on the order what its nodes say: the next one, and how far it is."""
    nodes = node_facts(order.nodes.all() if rows is None else rows)
    following = next_node(nodes) if order.is_open else None
    told = put(
        order,
        {
            "next_node_kind": following.kind if following else "",
            "next_node_on": following.planned_on if following else None,
        },
    )
    if order.state in OPEN_STATES:
        told |= put(order, {"state": state_by_nodes(order.state, nodes)})
    return told


def follow_state(order: Order, *, by: User | None, at: datetime) -> Told:
    """The downstream state goes along with the execution state, and knows since when."""
    return move_downstream(order, downstream_by_state(order.downstream_state, order.state), by=by, at=at)


def move_downstream(order: Order, state: str, *, by: User | None, at: datetime) -> Told:
    """Another downstream state from today on."""
    told = put(order, {"downstream_state": state})
    return told | put(order, {"downstream_since": today_of(by, at)}) if told else told


def follow_lines(order: Order) -> Told:
    """Write what the order costs now; refused when it cannot cost that."""
    told = put(order, {"amount": amount_of(order, list(order.lines.all()), list(order.charges.all()))})
    rates = KnownRates({order.currency}, order.ordered_on)
    told |= put(order, {"base_amount": rates.in_base(order.amount, order.exchange_rate)})
    if told and (problem := amount_problem(order)):
        raise Refused(problem)
    return told


SILENT = frozenset(("next_node_kind", "next_node_on", "base_amount", "is_open", "downstream_since"))
"""What follows from other changes and is not told of by itself."""


def save(
    order: Order,
    told: Mapping[str, tuple[Any, Any]],
    *,
    by: User | None,
    at: datetime,
    verb: str = "change",
    note: str = "",
    beside: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Save an order's changed columns as its next version; `beside` is told besides: lines, nodes."""
    save_all([Saved(order, told, beside or {}, note)], by=by, at=at, verb=verb)


@dataclass(frozen=True)
class Saved:
    """An order that is to be saved: its changed columns, and what is told besides."""

    order: Order
    told: Mapping[str, tuple[Any, Any]]
    beside: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    note: str = ""


def save_all(saved: Sequence[Saved], *, by: User | None, at: datetime, verb: str = "change") -> None:
    """Save many locked orders, each as its next version; those with nothing to tell stay as they are."""
    moved = [one for one in saved if one.told or one.beside]
    if not moved:
        return
    columns: dict[str, None] = {}
    for one in moved:
        one.order.version += 1
        columns |= dict.fromkeys(fields.columns_of(one.told))
    rows = sorted((one.order for one in moved), key=lambda order: order.pk)
    bulk.update(rows, [*columns, "version"])
    written = [
        changed(one.order, verb, {k: v for k, v in one.told.items() if k not in SILENT} | dict(one.beside),
                note=one.note)
        for one in moved
    ]  # fmt: skip
    tell(written, by=by, at=at)
    follow_plans(order_ids=[order.pk for order in rows], at=at)
    look_again([(one.order, {**one.told, **one.beside}) for one in moved], by=by, at=at)
