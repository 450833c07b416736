"""Merge fields of mails about shipments: vessel, days, documents, free days, the open balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from genjin.mail import merge_fields
from genjin.rules.aftersales import PREFIX
from genjin.sales.models import Order, PaymentPlanLine, Shipment
from genjin.sales.models.choices import TransportMode
from genjin.sales.shipment_facts import demurrage_text

FIELDS: dict[str, Any] = {
    "shipment.number": _("Shipment number"),
    "shipment.orders": _("Order numbers of the shipment"),
    "shipment.vessel": _("Vessel and voyage, or how the goods travel"),
    "shipment.container": _("Containers"),
    "shipment.bl_no": _("B/L, air waybill or courier number"),
    "shipment.port_of_loading": _("Port of loading"),
    "shipment.port_of_destination": _("Port of destination"),
    "shipment.etd": _("Day of departure"),
    "shipment.eta": _("Day of arrival"),
    "shipment.free_days": _("Free days"),
    "shipment.demurrage": _("Demurrage a day"),
    "shipment.balance": _("Open balance"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def values_of(about: str, language: str) -> dict[str, str]:
    """What the fields stand for in a mail about a step after a shipment."""
    number = about.removeprefix(PREFIX).partition(":")[0]
    if not number.isdecimal() or len(number) > 18:
        return {}
    shipment = Shipment.objects.alive().filter(pk=int(number)).first()
    return {} if shipment is None else fields_of(shipment, language)


def fields_of(shipment: Shipment, language: str) -> dict[str, str]:
    """The same for a shipment at hand; what is not known is empty."""
    orders = Order.objects.filter(lines__shipped__shipment=shipment).distinct().order_by("pk")
    return {
        "shipment.number": shipment.number,
        "shipment.orders": ", ".join(_order(order) for order in orders),
        "shipment.vessel": _vessel(shipment, language),
        "shipment.container": _container(shipment),
        "shipment.bl_no": shipment.bl_no or shipment.awb_no or shipment.courier_no,
        "shipment.port_of_loading": shipment.port_of_loading,
        "shipment.port_of_destination": shipment.port_of_destination,
        "shipment.etd": day_text(shipment.atd or shipment.etd, language),
        "shipment.eta": day_text(shipment.ata or shipment.eta, language),
        "shipment.free_days": "" if shipment.free_days is None else str(shipment.free_days),
        "shipment.demurrage": demurrage_text(shipment),
        "shipment.balance": _balance(orders),
    }


def day_text(day: date | None, language: str) -> str:
    """A day as it is written in a letter: 10 April 2026, 2026年4月10日."""
    if day is None:
        return ""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _order(order: Order) -> str:
    if order.customer_po_no:
        return f"{order.number} ({order.customer_po_no})"
    return order.number


def _vessel(shipment: Shipment, language: str) -> str:
    if shipment.vessel:
        return f"{shipment.vessel} {shipment.voyage}".strip()
    if shipment.courier:
        return shipment.courier
    with override("zh-hans" if language.startswith("zh") else "en"):
        return str(TransportMode(shipment.mode).label).lower()


def _container(shipment: Shipment) -> str:
    count = f"{shipment.container_count}×" if shipment.container_count else ""
    kind = f"{count}{shipment.container_type}" if shipment.container_type else ""
    return " ".join(part for part in (kind, shipment.container_no) if part)


def _balance(orders: Any) -> str:
    """What is open before the goods are released, by currency: "USD 12,000.00"."""
    rows = (
        PaymentPlanLine.objects.filter(order__in=orders, holds_release=True, paid_amount__lt=F("amount"))
        .order_by("order__currency")
        .values_list("order__currency")
        .annotate(open=Sum(F("amount") - F("paid_amount")))
    )
    with override("en"):
        return ", ".join(f"{currency} {_money(Decimal(amount))}" for currency, amount in rows)


def _money(amount: Decimal) -> str:
    return number_format(amount, decimal_pos=2, force_grouping=True)


def register_all() -> None:
    """Put the fields on the register of mail."""
    merge_fields.provide(PREFIX, FIELDS, values_of)
