"""What pages about money show: an order's plan and what became of it, a customer's account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Min

from genjin.people.queries import work_calendar
from genjin.rules.allocating import Payable, Share, spread
from genjin.rules.letters_of_credit import is_shipped_late, last_presentation
from genjin.rules.receivables import days_late, netted
from genjin.sales.conversions import rate_between
from genjin.sales.models import (
    ExecutionState,
    LetterOfCredit,
    Order,
    PaymentPlanLine,
    Receipt,
    ReceiptAllocation,
    Shipment,
)
from genjin.sales.open_money import owed_of

NOTHING = Decimal(0)


@dataclass
class PartRow:
    """One part of a plan as it is shown."""

    part: PaymentPlanLine
    open: Decimal
    days_late: int


@dataclass
class LetterRow:
    """A letter of credit with the day by which its documents are to be presented."""

    letter: LetterOfCredit
    present_by: date
    is_late: bool


def order_money(order: Order, today: date) -> dict[str, Any]:
    """The plan of an order, what was paid and by which transfers, its credit notes and letters of credit."""
    lines = list(order.plan.all())
    notes = list(order.credit_notes.filter(deleted_at__isnull=True))
    credited = sum((note.amount for note in notes), NOTHING)
    paying = order.allocations.select_related("receipt", "plan_line")
    allocations = list(paying.order_by("receipt__received_on"))
    whole = sum((line.amount for line in lines), NOTHING)
    open_ = max(NOTHING, order.amount - credited - order.paid_amount)
    if order.state == ExecutionState.CANCELLED:
        open_ = NOTHING
    return {
        "parts": part_rows(order, lines, credited, today),
        "allocations": allocations,
        "charges": sum({one.receipt_id: one.receipt.bank_charges for one in allocations}.values(), NOTHING),
        "notes": notes,
        "credited": credited,
        "open": open_,
        "beyond": max(NOTHING, order.paid_amount + credited - order.amount),
        "letters": letter_rows(order, today),
        "is_even": not lines or whole == order.amount,
    }


def part_rows(
    order: Order, lines: Sequence[PaymentPlanLine], credited: Decimal, today: date
) -> list[PartRow]:
    """The parts with what is open of them."""
    _left, open_ = netted([owed_of(line, order) for line in lines], credited)
    amounts = {owed.part_id: amount for owed, amount in open_}
    if order.state == ExecutionState.CANCELLED:
        amounts = {}
    return [
        PartRow(
            line,
            amounts.get(line.pk, NOTHING),
            days_late(line.due_on, today) if amounts.get(line.pk) else 0,
        )
        for line in lines
    ]


def letter_rows(order: Order, today: date) -> list[LetterRow]:
    """The letters of credit of an order; our bank works by the company's calendar."""
    letters = list(order.letters_of_credit.all())
    if not letters:
        return []
    bank = work_calendar()
    left = Shipment.objects.alive().filter(lines__order_line__order=order)
    found = left.aggregate(bl=Min("bl_on"), atd=Min("atd"))
    shipped_on = found["bl"] or found["atd"]
    return [
        LetterRow(
            letter,
            last_presentation(shipped_on, letter.lc_expiry, bank, letter.lc_presentation_days),
            shipped_on is not None and is_shipped_late(shipped_on, letter.lc_latest_shipment),
        )
        for letter in letters
    ]


@dataclass
class Suggestion:
    """A part that a receipt may pay, with what is proposed."""

    order: Order
    part: PaymentPlanLine | None
    open: Decimal
    share: Share | None

    @property
    def key(self) -> str:
        """How its fields are named in the form."""
        return f"part-{self.part.pk}" if self.part is not None else f"order-{self.order.pk}"


def suggestions(receipt: Receipt, left: Decimal, orders: Sequence[Order]) -> list[Suggestion]:
    """What is open of a customer's orders, and how the receipt would be spread: oldest due first.

    Raises `Refused` when an order has another currency and a rate is missing for the day.
    """
    found: list[Suggestion] = []
    payables: list[Payable] = []
    for order in orders:
        lines = list(order.plan.all())
        credited = sum((n.amount for n in order.credit_notes.all() if n.deleted_at is None), NOTHING)
        rate = rate_between(receipt.currency, order.currency, receipt.received_on)
        if not lines:
            open_ = max(NOTHING, order.amount - credited - order.paid_amount)
            rows: list[tuple[PaymentPlanLine | None, Decimal]] = [(None, open_)] if open_ else []
        else:
            rows = [(row.part, row.open) for row in part_rows(order, lines, credited, receipt.received_on)]
        for part, open_ in rows:
            if open_ <= 0:
                continue
            number = len(found)
            found.append(Suggestion(order, part, open_, None))
            payables.append(
                Payable(
                    part_id=number, open=open_, currency=order.currency, rate=rate, order_id=order.pk,
                    due_on=part.due_on if part else None, position=part.position if part else 0,
                )
            )  # fmt: skip
    shares, _left = spread(left, receipt.currency, payables)
    for share in shares:
        found[share.part_id].share = share
    return found


def payable_orders(receipt: Receipt) -> list[Order]:
    """The orders of the receipt's customer that are not paid yet."""
    rows = Order.objects.alive().filter(customer=receipt.customer_id, paid_amount__lt=F("amount"))
    rows = rows.exclude(state=ExecutionState.CANCELLED).prefetch_related("plan", "credit_notes")
    return list(rows.order_by("ordered_on", "pk"))


def allocations_of(receipt: Receipt) -> list[ReceiptAllocation]:
    """What a receipt pays."""
    return list(receipt.allocations.select_related("order", "plan_line", "by"))


def sum_of(allocations: Sequence[ReceiptAllocation]) -> Decimal:
    """What they come to, in the receipt's currency."""
    return sum((one.amount for one in allocations), NOTHING)
