"""When customers last ordered, and whether an order runs: what the public pool asks."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max, Q

from genjin.customers.ordered import Ordered, register
from genjin.records.prepared import Given, Prepared
from genjin.sales.models import ExecutionState, Order
from genjin.sales.models.order import COUNTED

_ROWS = Prepared(
    lambda: (
        Order.objects.alive()
        .filter(customer_id__among=Given("ids"))
        .exclude(state=ExecutionState.CANCELLED)
        .order_by()
        .values_list("customer_id")
        .annotate(
            counted=Max("ordered_on", filter=Q(kind__in=COUNTED)),
            running=Max("pk", filter=Q(is_open=True)),
        )
    )
)


def orders_of(customer_ids: Collection[int]) -> dict[int, Ordered]:
    """By customer: the day of the last order that counts, and whether one is under way."""
    return {
        pk: Ordered(last_on=counted, is_open=running is not None)
        for pk, counted, running in _ROWS(ids=customer_ids)
    }


def register_all() -> None:
    """Tell the customers' folder of orders."""
    register("sales", orders_of)
