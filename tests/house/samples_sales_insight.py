"""Two orders of the customer of the samples of which the second fell, and which addresses ask for what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from genjin.sales.actions.orders import NewLine, NewOrder, place_orders
from genjin.sales.models import OrderDecline

ARGUMENTS: dict[str, dict[str, str]] = {
    "sales:order_compare": {"pk": "bulk_orders"},
    "sales:take_recommended": {"pk": "bulk_orders"},
    "sales:offer_recommended": {"pk": "customers"},
    "sales:decline": {"pk": "declines"},
    "sales:customer_rhythm": {"pk": "customers"},
}


def made(people: Any, mine: Any, moment: Any) -> dict[str, int]:
    """Lin's: what was ordered a few days ago is a tenth of what was ordered before."""
    items = [
        NewOrder(
            customer_id=mine.pk, ordered_on=moment.date() - timedelta(days=ago), number=f"SC-HOUSE-{ago}",
            lines=[NewLine(quantity=Decimal(quantity), unit_price=Decimal(3), description="Valve DN80")],
        )
        for ago, quantity in ((9, 500), (2, 50))
    ]  # fmt: skip
    orders = place_orders(items=items, by=people.lin, at=moment)
    return {"bulk_orders": orders[1].pk, "declines": OrderDecline.objects.get(order=orders[1]).pk}
