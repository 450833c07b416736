"""Nodes of orders and the states that follow from them, or are set by hand (002-43 to 48, C-22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, today_of
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.rules.order_plan import READY_BY
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.actions.order_basis import (
    Told,
    follow_nodes,
    follow_state,
    locked_order,
    move_downstream,
    put,
    require_open,
    save,
)
from genjin.sales.models import DownstreamState, ExecutionState, NodeKind, Order, OrderNode
from genjin.sales.models.order import OPEN_STATES

NODE = ("planned_on", "actual_on", "percent", "owner_id", "supplier_id", "note", "name")
FARTHEST = 10
"""Years ahead, or back, beyond which a date is a slip of the pen."""
TOGETHER = frozenset(READY_BY)
"""The same goods are ready: by our date, by the factory's answer, by the production."""


@transaction.atomic
def change_node(
    *,
    node_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> OrderNode:
    """Change values of `NODE`; the order's next node and state follow. The version is the order's.

    What is made is made: a date for the goods' readiness settles our date, the factory's and the production.
    """
    found = OrderNode.objects.only("order_id").get(pk=node_id)
    order = locked_order(found.order_id, expected_version, {})
    require_open(order)
    nodes = list(order.nodes.all())
    node = next((one for one in nodes if one.pk == node_id), None)
    if node is None:
        raise Refused(_("Somebody else has removed this node meanwhile."))
    wanted = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items() if k in NODE}
    if wanted.get("percent") == 100 and node.actual_on is None and "actual_on" not in wanted:
        wanted["actual_on"] = today_of(by, at)
    told = _put_node(node, wanted)
    if not told:
        return node
    _check_node(node, today=today_of(by, at))
    touched = [node, *_settled_with(node, nodes, told)]
    OrderNode.objects.bulk_update(touched, NODE_COLUMNS)
    beside = {f"node_{name}": pair for name, pair in told.items()}
    _follow(order, nodes, beside, by=by, at=at, note=node.name or node.kind)
    return node


NODE_COLUMNS = ["planned_on", "actual_on", "percent", "owner", "supplier", "note", "name"]


def _put_node(node: OrderNode, wanted: Mapping[str, Any]) -> Told:
    told: Told = {}
    for name, new in wanted.items():
        old = getattr(node, name)
        if old != new:
            told[name] = (old, new)
            setattr(node, name, new)
    return told


def _settled_with(node: OrderNode, nodes: Sequence[OrderNode], told: Told) -> list[OrderNode]:
    """Nodes that are done with this one, or open again with it."""
    if node.kind not in TOGETHER or "actual_on" not in told:
        return []
    old, new = told["actual_on"]
    others = [one for one in nodes if one.kind in TOGETHER and one.pk != node.pk and one.actual_on == old]
    for one in others:
        one.actual_on = new
    for one in (node, *others):
        if one.kind == NodeKind.PRODUCTION and new is not None:
            one.percent = 100
    return others


def _name(node: OrderNode) -> str:
    return node.name or str(node.get_kind_display())


def _check_node(node: OrderNode, *, today: date) -> None:
    check_fields(node)
    if node.kind == NodeKind.OTHER and not node.name:
        raise Refused({"name": _("Name the node.")})
    if node.percent is not None and node.percent > 100:
        raise Refused({"percent": _("Between 0 and 100.")})
    if node.actual_on is not None and node.actual_on > today:
        raise Refused({"actual_on": _("What is done cannot lie in the future.")})
    for name in ("planned_on", "actual_on"):
        day = getattr(node, name)
        if day is not None and abs(day.year - today.year) > FARTHEST:
            raise Refused({name: _("This is more than ten years away.")})


def _follow(
    order: Order,
    nodes: Sequence[OrderNode],
    beside: Told,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
) -> None:
    was = order.state
    told = follow_nodes(order, nodes) | follow_state(order, by=by, at=at)
    save(order, told, by=by, at=at, beside=beside, note=note)
    if was != order.state:
        see_to_lifecycle(customer_ids=[order.customer_id], by=by, at=at)


@transaction.atomic
def add_node(
    *,
    order_id: int,
    name: str,
    by: User | None,
    at: datetime,
    planned_on: date | None = None,
    owner_id: int | None = None,
) -> OrderNode:
    """Add a node of one's own behind the others."""
    order = locked_order(order_id)
    require_open(order)
    nodes = list(order.nodes.all())
    place = max((node.position for node in nodes), default=-1) + 1
    node = OrderNode(
        order=order, kind=NodeKind.OTHER, name=name.strip(), planned_on=planned_on, owner_id=owner_id,
        position=place,
    )  # fmt: skip
    _check_node(node, today=today_of(by, at))
    node.save(force_insert=True)
    _follow(order, [*nodes, node], {"nodes": ([], [node.name])}, by=by, at=at)
    return node


@transaction.atomic
def remove_node(*, node_id: int, by: User | None, at: datetime) -> Order:
    """Take a node away that this order does not need."""
    node = OrderNode.objects.select_related("order").get(pk=node_id)
    order = locked_order(node.order_id)
    require_open(order)
    node.delete()
    _follow(order, list(order.nodes.all()), {"nodes": ([_name(node)], [])}, by=by, at=at)
    return order


@transaction.atomic
def set_state(
    *, order_id: int, state: str, by: User | None, at: datetime, expected_version: int | None = None
) -> Order:
    """Say by hand how far an open order is; cancelling and closing are verbs of their own."""
    order = locked_order(order_id, expected_version, {"state": state})
    require_open(order)
    if state not in {member.value for member in OPEN_STATES}:
        raise Refused({"state": _("Choose one of the list.")})
    told = put(order, {"state": ExecutionState(state).value})
    if told:
        told |= follow_state(order, by=by, at=at)
        save(order, told, by=by, at=at)
        see_to_lifecycle(customer_ids=[order.customer_id], by=by, at=at)
    return order


@transaction.atomic
def set_downstream(
    *, order_ids: Sequence[int], state: str, by: User | None, at: datetime, note: str = ""
) -> int:
    """Say what became of the goods of orders (dimension 10); how many orders had another state."""
    if state not in DownstreamState.values:
        raise Refused({"downstream_state": _("Choose one of the list.")})
    count = 0
    for order_id in sorted(set(order_ids)):
        order = locked_order(order_id)
        told = move_downstream(order, state, by=by, at=at)
        if told:
            save(order, told, by=by, at=at, note=note)
            count += 1
    return count
