"""Merge fields of mails about money that is due: order, part, sum, day, demurrage."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from genjin.mail import merge_fields
from genjin.sales.models import PaymentPlanLine, Shipment
from genjin.sales.money_words import money
from genjin.sales.open_money import open_parts_of
from genjin.sales.shipment_facts import demurrage_text
from genjin.sales.shipment_fields import day_text

PREFIX = "payment:part-"
FIELDS: dict[str, Any] = {
    "payment.order": _("Order number"),
    "payment.part": _("Which payment"),
    "payment.open": _("Open amount"),
    "payment.due_on": _("Due day"),
    "payment.free_days": _("Free days"),
    "payment.demurrage": _("Demurrage a day"),
}
PARTS = {"DEPOSIT": "deposit", "BALANCE": "balance", "PART": "payment"}


def values_of(about: str, language: str) -> dict[str, str]:
    """What the fields stand for in a mail that asks for a part of an order's price."""
    number = about.removeprefix(PREFIX).partition(":")[0]
    if not number.isdecimal() or len(number) > 18:
        return {}
    line = PaymentPlanLine.objects.filter(pk=int(number)).select_related("order").first()
    if line is None:
        return {}
    open_ = {part.id: part.open for _customer, part in open_parts_of([line.order.customer_id], None)}
    left = Shipment.objects.alive().filter(lines__order_line__order=line.order).order_by("-pk").first()
    with override("zh-hans"):
        chinese = str(PaymentPlanLine.Kind(line.kind).label)
    return {
        "payment.order": line.order.number,
        "payment.part": chinese if language.startswith("zh") else PARTS[line.kind],
        "payment.open": money(open_.get(line.pk, line.amount - line.paid_amount), line.order.currency),
        "payment.due_on": day_text(line.due_on, language),
        "payment.free_days": "" if left is None or left.free_days is None else str(left.free_days),
        "payment.demurrage": "" if left is None else demurrage_text(left),
    }


def register_all() -> None:
    """Put the fields on the register of mail."""
    merge_fields.provide(PREFIX, FIELDS, values_of)
