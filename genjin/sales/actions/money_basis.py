"""What the verbs about money stand on: who may, what is locked, what follows from allocations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from django.db.models import Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import today_of
from genjin.customers.actions.refusal import Refused
from genjin.people import access
from genjin.people.models import User
from genjin.rules.amounts import LARGEST, rounded
from genjin.sales.models import Order, PaymentPlanLine, Receipt, ReceiptAllocation
from genjin.sales.models.money import RECEIPT_KIND

NOTHING = Decimal(0)


def does_finance(by: User | None, at: datetime) -> bool:
    """Whether the person registers and confirms money: finance, and whoever may edit all of it."""
    if by is None:
        return True
    try:
        known = access.of(by)
    except RuntimeError:
        known = access.of(by, today=today_of(by, at))
    return known.scope(RECEIPT_KIND, "edit") == "ALL"


def require_finance(by: User | None, at: datetime) -> None:
    """Refuse whoever does not."""
    if not does_finance(by, at):
        raise Refused(_("Only finance registers and confirms money."))


def require_order(order: Order, by: User | None, at: datetime) -> None:
    """Refuse whoever may neither change the order nor does finance."""
    if does_finance(by, at):
        return
    assert by is not None
    if not Order.objects.editable_by(by).filter(pk=order.pk).exists():
        raise Refused(_("You may not change this order."))


def locked_orders(ids: Collection[int]) -> dict[int, Order]:
    """Orders that are not in the recycle bin, locked in the order of their ids."""
    rows = Order.objects.alive().filter(pk__in=set(ids)).select_for_update(of=("self",)).order_by("pk")
    return {order.pk: order for order in rows}


def amount_problem(amount: Decimal | None, currency: str) -> str:
    """What is wrong with a sum that is to be more than nothing; empty when nothing is."""
    if amount is None or not amount.is_finite():
        return _("Enter an amount.")
    if amount <= 0:
        return _("The amount must be more than zero.")
    if amount >= LARGEST:
        return _("This amount is too large.")
    if rounded(amount, currency) != amount:
        return _("%(currency)s has no smaller coins than that: round the amount.") % {"currency": currency}
    return ""


def currency_problem(currency: str) -> str:
    """What is wrong with a currency; empty when nothing is."""
    return "" if currency in list_currencies() else _("There is no currency “%(code)s”.") % {"code": currency}


def future_problem(day: date, by: User | None, at: datetime) -> str:
    """What is said of a day that has not come; empty for others."""
    return _("This day lies in the future.") if day > today_of(by, at) else ""


def refuse(problems: Mapping[str, str]) -> None:
    """Raise what is wrong, by field, if anything is."""
    found = {name: sentence for name, sentence in problems.items() if sentence}
    if found:
        raise Refused(found)


def follow_receipts(receipts: Iterable[Receipt]) -> None:
    """Write on locked receipts what was allocated of them."""
    rows = {receipt.pk: receipt for receipt in receipts}
    found: Any = ReceiptAllocation.objects.filter(receipt__in=list(rows)).order_by().values_list("receipt_id")
    used: dict[int, Decimal] = dict(found.annotate(sum=Sum("amount")))
    for pk, receipt in rows.items():
        receipt.allocated_amount = used.get(pk, NOTHING)
    Receipt.objects.bulk_update(rows.values(), ["allocated_amount"])


def follow_allocations(orders: Iterable[Order]) -> None:
    """Write on locked orders and their parts what was allocated to them: it is counted, never carried on."""
    rows = {order.pk: order for order in orders}
    paid: dict[int, Decimal] = dict.fromkeys(rows, NOTHING)
    of_part: dict[int | None, Decimal] = {}
    found: Any = (
        ReceiptAllocation.objects.filter(order__in=list(rows))
        .order_by()
        .values_list("order_id", "plan_line_id")
        .annotate(sum=Sum("order_amount"))
    )
    for order_id, part_id, amount in found:
        paid[order_id] += amount
        of_part[part_id] = amount
    changed = [order for pk, order in rows.items() if order.paid_amount != paid[pk]]
    for order in changed:
        order.paid_amount = paid[order.pk]
    Order.objects.bulk_update(changed, ["paid_amount"])
    parts = [
        part
        for part in PaymentPlanLine.objects.filter(order__in=list(rows))
        if part.paid_amount != of_part.get(part.pk, NOTHING)
    ]
    for part in parts:
        part.paid_amount = of_part.get(part.pk, NOTHING)
    PaymentPlanLine.objects.bulk_update(parts, ["paid_amount"])
