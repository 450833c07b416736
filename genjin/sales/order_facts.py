"""Orders as the rules of duties must know them: the next node of each that runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from genjin.records.prepared import Given, Prepared
from genjin.rules.ordered import OrderNodeFact
from genjin.sales.models import OrderNode

COLUMNS = (
    "pk", "order_id", "kind", "planned_on", "owner_id", "name", "order__customer_id", "order__number",
    "order__owner_id",
)  # fmt: skip


def next_nodes(customer_ids: Collection[int], at: datetime | None) -> dict[int, list[OrderNodeFact]]:
    """By customer, in one query; with `at` of the orders there were by then, as they are now."""
    found: dict[int, list[OrderNodeFact]] = defaultdict(list)
    seen: set[int] = set()
    for row in _NODES(at is not None, ids=list(customer_ids), at=at):
        node = dict(zip(COLUMNS, row, strict=True))
        order_id = node["order_id"]
        if order_id in seen:  # two of somebody's own on the same day: one after the other
            continue
        seen.add(order_id)
        found[node["order__customer_id"]].append(
            OrderNodeFact(
                id=node["pk"],
                order_id=order_id,
                number=node["order__number"],
                kind=node["kind"],
                planned_on=node["planned_on"],
                owner_id=node["owner_id"] or node["order__owner_id"],
                name=node["name"],
            )
        )
    return found


def _nodes(as_of: bool) -> QuerySet[OrderNode, Any]:
    rows = OrderNode.objects.filter(
        order__customer_id__among=Given("ids"),
        order__is_open=True,
        order__deleted_at__isnull=True,
        actual_on__isnull=True,
        kind=F("order__next_node_kind"),
        planned_on=F("order__next_node_on"),
    )
    if as_of:
        rows = rows.filter(order__created_at__lte=Given("at"))
    return rows.order_by("order_id", "position", "pk").values_list(*COLUMNS)


_NODES = Prepared(_nodes)
