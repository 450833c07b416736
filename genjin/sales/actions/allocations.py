"""To what a receipt belongs: parts of orders that it pays, and taking that back (核销)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_version, keep, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.rules.amounts import rounded
from genjin.sales.actions.money_basis import (
    NOTHING,
    amount_problem,
    follow_allocations,
    follow_receipts,
    locked_orders,
    require_order,
)
from genjin.sales.actions.receipts import allocated
from genjin.sales.conversions import rate_between
from genjin.sales.models import ExecutionState, Order, PaymentPlanLine, Receipt, ReceiptAllocation
from genjin.sales.money_words import money


@dataclass(frozen=True)
class Allocation:
    """So much of a receipt, in its currency, for a part of an order, or for the order as a whole.

    `order_amount` is the same in the order's currency; left out, it follows from the rates of the day.
    """

    order_id: int
    amount: Decimal
    part_id: int | None = None
    order_amount: Decimal | None = None


@transaction.atomic
def allocate(
    *,
    receipt_id: int,
    shares: Sequence[Allocation],
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
) -> list[ReceiptAllocation]:
    """Let a confirmed receipt pay parts of its customer's orders; what is left stays the customer's credit.

    Raises `Refused` by field (`shares-<index>`), `Conflict` when the receipt was changed meanwhile.
    """
    receipt = locked(Receipt.objects.alive(), receipt_id)
    check_version(receipt, expected_version, {})
    _check_receipt(receipt, shares)
    orders = locked_orders({share.order_id for share in shares})
    parts = PaymentPlanLine.objects.filter(order__in=orders).select_for_update().in_bulk()
    rows: list[ReceiptAllocation] = []
    taken: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for index, share in enumerate(shares):
        try:
            row = _row(receipt, share, orders, parts, by=by, at=at)
            _check_part(row, orders[share.order_id], parts, taken)
        except Refused as refused:
            raise Refused({f"shares-{index}": refused.messages}) from None
        rows.append(row)
    ReceiptAllocation.objects.bulk_create(rows)
    follow_allocations(orders.values())
    follow_receipts([receipt])
    told = {order.number: (None, _sum(rows, order, receipt)) for order in orders.values()}
    keep(receipt, {}, by=by, at=at, verb="allocate", note="; ".join(f"{k}: {v[1]}" for k, v in told.items()))
    tell([_paid(order, rows, receipt) for order in orders.values()], by=by, at=at)
    return rows


def _check_receipt(receipt: Receipt, shares: Sequence[Allocation]) -> None:
    if receipt.customer_id is None:
        raise Refused(_("Somebody has to claim this receipt first."))
    if receipt.state != Receipt.State.CONFIRMED:
        raise Refused(_("Finance has to confirm this receipt first."))
    if not shares:
        raise Refused(_("Say how much goes to which part."))
    left = receipt.amount_paid - allocated(receipt)
    wanted = sum((share.amount for share in shares), NOTHING)
    if wanted > left:
        text = _("Only %(left)s of this receipt are left.")
        raise Refused(text % {"left": money(left, receipt.currency)})


def _row(
    receipt: Receipt,
    share: Allocation,
    orders: Mapping[int, Order],
    parts: Mapping[int, PaymentPlanLine],
    *,
    by: User | None,
    at: datetime,
) -> ReceiptAllocation:
    order = orders.get(share.order_id)
    if order is None or order.customer_id != receipt.customer_id:
        raise Refused(_("This order does not belong to the customer of the receipt."))
    require_order(order, by, at)
    if order.state == ExecutionState.CANCELLED:
        raise Refused(_("%(order)s is cancelled; nothing is owed for it.") % {"order": order.number})
    if share.part_id is not None and (
        share.part_id not in parts or parts[share.part_id].order_id != order.pk
    ):
        raise Refused(_("This part is not in the plan any more."))
    if problem := amount_problem(share.amount, receipt.currency):
        raise Refused(problem)
    worth = share.order_amount
    if worth is None or order.currency == receipt.currency:
        rate = rate_between(receipt.currency, order.currency, receipt.received_on)
        worth = rounded(share.amount * rate, order.currency)
    if problem := amount_problem(worth, order.currency):
        raise Refused(problem)
    return ReceiptAllocation(
        receipt=receipt,
        order=order,
        plan_line=parts[share.part_id] if share.part_id is not None else None,
        amount=share.amount,
        order_amount=worth,
        at=at,
        by=by or receipt.registered_by,
    )


def _check_part(
    row: ReceiptAllocation,
    order: Order,
    parts: Mapping[int, PaymentPlanLine],
    taken: dict[int, Decimal],
) -> None:
    """No part, and no order without parts, takes more than is open of it."""
    part = row.plan_line
    if part is None and any(one.order_id == order.pk for one in parts.values()):
        raise Refused(_("Choose the part of %(order)s that is paid.") % {"order": order.number})
    key = -order.pk if part is None else part.pk
    total, paid = (order.amount, order.paid_amount) if part is None else (part.amount, part.paid_amount)
    open_ = total - paid - taken[key]
    if row.order_amount > open_:
        text = _("Only %(open)s are open here; the rest stays the customer's credit.")
        raise Refused(text % {"open": money(max(open_, NOTHING), order.currency)})
    taken[key] += row.order_amount


def _sum(rows: Sequence[ReceiptAllocation], order: Order, receipt: Receipt) -> str:
    amount = sum((row.amount for row in rows if row.order_id == order.pk), NOTHING)
    return money(amount, receipt.currency)


def _paid(order: Order, rows: Sequence[ReceiptAllocation], receipt: Receipt) -> journal.Written:
    before = order.paid_amount - sum((row.order_amount for row in rows if row.order_id == order.pk), NOTHING)
    return changed(order, "pay", {"paid_amount": (before, order.paid_amount)}, note=receipt.number)


@transaction.atomic
def take_back(*, allocation_ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Undo what was allocated; the money is the customer's credit again. How many there were."""
    found = ReceiptAllocation.objects.filter(pk__in=list(allocation_ids))
    paid = Receipt.objects.filter(pk__in=found.values("receipt")).order_by("pk")
    receipts = {row.pk: row for row in paid.select_for_update(of=("self",))}
    rows = list(found.select_related("receipt"))
    orders = locked_orders({row.order_id for row in rows})
    for order in orders.values():
        require_order(order, by, at)
    rows = [row for row in rows if row.order_id in orders]
    before = {pk: order.paid_amount for pk, order in orders.items()}
    ReceiptAllocation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    follow_allocations(orders.values())
    follow_receipts(receipts.values())
    for receipt in receipts.values():
        keep(receipt, {}, by=by, at=at, verb="take_back")
    written = [
        changed(order, "unpay", {"paid_amount": (before[pk], order.paid_amount)})
        for pk, order in orders.items()
    ]
    tell(written, by=by, at=at)
    return len(rows)
