"""What the register, the rail and the notices know of orders and samples."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.fields.kinds import FieldKind, register_fields
from genjin.records.registry import RecordKind, register
from genjin.sales.models import Order
from genjin.sales.models.order import ORDER_KIND


@cache
def _choices() -> dict[str, dict[Any, Any]]:
    return {f.name: dict(f.flatchoices) for f in Order._meta.concrete_fields if f.choices}


def _value(name: str, value: Any) -> str:
    return str(_choices().get(name, {}).get(value, ""))


def _labels() -> dict[str, Any]:
    labels = {getattr(f, "attname", f.name): f.verbose_name for f in Order._meta.concrete_fields}
    return labels | {
        "amount": _("Amount"),
        "lines": pgettext_lazy("order", "Lines"),
        "charges": _("Charges"),
        "shares": _("Performance split"),
        "nodes": _("Nodes"),
        "sample": _("Sample"),
        "sold_percent": _("Sold (%)"),
        "stock_left": _("Remaining stock"),
        "cancelled_quantity": _("Cancelled quantity"),
    }


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    register(
        RecordKind(
            name=ORDER_KIND, label=_("Order"), plural=_("Orders"), model=Order,
            visible_to=Order.objects.visible_to, title=lambda order: order.number,
            url_name="sales:order", icon="file", customer_of=lambda order: order.customer_id,
            field_labels=_labels(), value_labels=_value,
        )
    )  # fmt: skip
    register_fields(FieldKind(ORDER_KIND, _("Orders"), Order))
