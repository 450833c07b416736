"""A shipment of the customer of the samples that has left, complained about and praised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from genjin.sales.actions import testimonials
from genjin.sales.actions.complaints import open_complaint
from genjin.sales.actions.orders import NewLine, NewOrder, place_order
from genjin.sales.actions.shipment_drafts import NewShipment, ShippedLine
from genjin.sales.actions.shipments import create_shipment

_SHIPMENT = (
    "shipment", "edit_shipment", "ship", "schedule", "arrival", "feedback", "take_back_shipping",
    "recycle_shipment", "restore_shipment", "shipment_files",
)  # fmt: skip
_STEP = {"pk": "shipments", "name": "step_name"}
ARGUMENTS: dict[str, dict[str, str]] = {
    **{f"sales:{name}": {"pk": "shipments"} for name in _SHIPMENT},
    "sales:step_done": _STEP,
    "followups:skip_step": _STEP,
    "followups:shipment_plan": {"pk": "shipments"},
    "sales:order_shipments": {"pk": "orders"},
    "sales:complaint": {"pk": "complaints"},
    "sales:testimonial": {"pk": "testimonials"},
}


def made(people: Any, mine: Any, moment: Any) -> dict[str, Any]:
    """The shipment, its complaint, its testimonial."""
    line = NewLine(quantity=Decimal(10), unit_price=Decimal(3), code="V-80", description="Valve DN80")
    item = NewOrder(customer_id=mine.pk, ordered_on=moment.date(), lines=[line], number="SC-HOUSE-1")
    order = place_order(item=item, by=people.lin, at=moment)
    shipment = create_shipment(
        item=NewShipment(
            customer_id=mine.pk, lines=[ShippedLine(order.lines.get().pk, Decimal(4))], shipped_at=moment,
            values={"eta": moment.date()},
        ),
        by=people.lin, at=moment,
    )  # fmt: skip
    complaint = open_complaint(shipment_id=shipment.pk, description="Wet", by=people.lin, at=moment)
    asked = testimonials.ask(customer_id=mine.pk, shipment_id=shipment.pk, by=people.lin, at=moment)
    return {
        "shipments": shipment.pk, "complaints": complaint.pk, "testimonials": asked.pk, "step_name": "eta+10",
    }  # fmt: skip
