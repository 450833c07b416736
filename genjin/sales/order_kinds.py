"""What the register, the rail and the notices know of orders and samples."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.kinds import customer_gates, customer_keys
from genjin.fields.kinds import FieldKind, register_fields
from genjin.records.registry import RecordKind, register
from genjin.sales.models import NodeKind, Order, OrderLine
from genjin.sales.models.order import ORDER_KIND
from genjin.web.navigation import Entry, register_entry


@cache
def _choices() -> dict[str, dict[Any, Any]]:
    known = {f.name: dict(f.flatchoices) for f in Order._meta.concrete_fields if f.choices}
    return known | {"note": dict(NodeKind.choices)}


def _value(name: str, value: Any) -> str:
    return str(_choices().get(name, {}).get(value, "")) if isinstance(value, str) else ""


def _labels() -> dict[str, Any]:
    labels = {getattr(f, "attname", f.name): f.verbose_name for f in Order._meta.concrete_fields}
    return labels | {
        "amount": _("Amount"),
        "lines": pgettext_lazy("order", "Lines"),
        "charges": _("Charges"),
        "shares": _("Performance split"),
        "nodes": _("Nodes"),
        "node_planned_on": _("Planned"),
        "node_actual_on": _("Done on"),
        "node_percent": _("Progress (%)"),
        "node_owner_id": _("Who sees to it"),
        "node_supplier_id": _("Supplier"),
        "node_note": _("Note"),
        "node_name": pgettext_lazy("node", "Name"),
        "sample": _("Sample"),
        "sold_percent": _("Sold (%)"),
        "stock_left": _("Remaining stock"),
        "cancelled_quantity": _("Cancelled quantity"),
        "closed_at": pgettext_lazy("order", "Closed on"),
        "paid_amount": _("Paid"),
    }


def _text(order: Order) -> tuple[str, str]:
    """Found by its own number and by the customer's."""
    return order.number, order.customer_po_no


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    register(
        RecordKind(
            name=ORDER_KIND, label=_("Order"), plural=_("Orders"), model=Order,
            visible_to=Order.objects.visible_to, title=lambda order: order.number,
            url_name="sales:order", icon="file", customer_of=lambda order: order.customer_id,
            field_labels=_labels(), value_labels=_value, search_text=_text,
            search_fields=("number", "customer_po_no", "owner_id"),
            search_prefetch=("customer__collaborations",),
            gates=lambda order: [*customer_gates(order.customer), f"o{order.owner_id}"], keys=customer_keys,
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="sales.orderline", label=_("Order line"), plural=_("Order lines"), model=OrderLine,
            visible_to=lambda user: OrderLine.objects.filter(order__in=Order.objects.visible_to(user)),
            title=lambda line: line.code or line.description, icon="list",
            customer_of=lambda line: line.order.customer_id,
        )
    )  # fmt: skip
    register_fields(FieldKind(ORDER_KIND, _("Orders"), Order))
    register_entry(
        Entry(
            "orders", _("Orders"), "sales:board", "file", order=40,
            keywords="订单 样品 订单执行情况表 order board sample",
        )
    )  # fmt: skip
    register_entry(Entry("new order", _("New order"), "sales:new_order", "plus", place="palette", order=33))
    register_entry(Entry("past orders", _("Past orders"), "sales:past", "history", place="palette", order=34))
