"""What an import needs of money: registering many transfers with what they pay, changing and taking back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from genjin.customers.actions.basis import batches, changed, check_fields, take_changes, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.records import bulk
from genjin.rules.allocating import Payable, Share, spread
from genjin.sales.actions.money_basis import (
    does_finance,
    follow_allocations,
    follow_receipts,
    locked_orders,
    require_finance,
)
from genjin.sales.actions.receipts import NewReceipt, receipt_problems, register_receipts
from genjin.sales.models import ExecutionState, Order, PaymentPlanLine, Receipt, ReceiptAllocation
from genjin.sales.rates import KnownRates

TEXTS = ("payer", "method", "reference", "note")
"""What an import may change of a receipt that is there."""


@dataclass(frozen=True)
class Pays:
    """An order that a transfer pays, with so much of it, in its currency; None: with what is left."""

    order_id: int
    amount: Decimal | None = None


@dataclass(frozen=True)
class Transfer:
    """A transfer with the orders that it pays; what none of them takes is the customer's credit."""

    item: NewReceipt
    pays: Sequence[Pays] = ()


def check_transfers(
    *, items: Sequence[NewReceipt], by: User, at: datetime
) -> Mapping[int, Mapping[str, str]]:
    """What `bring_transfers` would refuse, by index and field; nothing is written."""
    if not does_finance(by, at):
        return {place: {"": _only_finance(by, at)} for place in range(len(items))}
    return receipt_problems(items=items, by=by, at=at)


def _only_finance(by: User, at: datetime) -> str:
    try:
        require_finance(by, at)
    except Refused as refused:
        return str(refused.messages[0])
    return ""


@transaction.atomic
def bring_transfers(*, transfers: Sequence[Transfer], by: User, at: datetime) -> list[Receipt]:
    """Register transfers and let them pay their orders, the oldest part first. `RowsRefused` by index."""
    receipts = register_receipts(items=[one.item for one in transfers], by=by, at=at)
    pairs = sorted(zip(receipts, transfers, strict=True), key=lambda pair: (pair[0].received_on, pair[0].pk))
    orders = locked_orders({pay.order_id for one in transfers for pay in one.pays})
    ledger = _Ledger(orders, pairs[-1][0].received_on if pairs else at.date())
    rows: list[ReceiptAllocation] = []
    for receipt, one in pairs:
        for pay, share, part in ledger.shares(receipt, one.pays):
            rows.append(
                bulk.fresh(
                    ReceiptAllocation, receipt_id=receipt.pk, order_id=pay, plan_line_id=part,
                    amount=share.amount, order_amount=share.order_amount, at=at, by_id=by.pk,
                )
            )  # fmt: skip
    bulk.insert(rows)
    follow_receipts(receipts)
    _follow(orders, "pay", by=by, at=at)
    return receipts


def _follow(orders: Mapping[int, Order], verb: str, *, by: User | None, at: datetime) -> None:
    before = {pk: order.paid_amount for pk, order in orders.items()}
    follow_allocations(orders.values())
    written = [
        changed(order, verb, {"paid_amount": (before[pk], order.paid_amount)})
        for pk, order in orders.items()
        if before[pk] != order.paid_amount
    ]
    tell(written, by=by, at=at)


class _Ledger:
    """What is open of some orders, less and less as transfers pay it."""

    def __init__(self, orders: Mapping[int, Order], until: date) -> None:
        self.orders = orders
        self.open: dict[tuple[int, int | None], Decimal] = {}
        self.parts: dict[int, list[PaymentPlanLine]] = defaultdict(list)
        rows = PaymentPlanLine.objects.filter(order__in=list(orders)).order_by("position", "pk")
        for line in rows.select_for_update():
            self.parts[line.order_id].append(line)
            self.open[line.order_id, line.pk] = line.amount - line.paid_amount
        for pk, order in orders.items():
            if pk not in self.parts:
                self.open[pk, None] = order.amount - order.paid_amount
        self.rates = KnownRates({order.currency for order in orders.values()}, until)
        self.until = until

    def shares(self, receipt: Receipt, pays: Sequence[Pays]) -> Iterable[tuple[int, Share, int | None]]:
        """What of a receipt goes to which part of which order."""
        left = receipt.amount_paid
        named = [one for one in pays if one.amount is not None]
        others = [one.order_id for one in pays if one.amount is None]
        for ids, most in [*(([one.order_id], one.amount) for one in named), (others, None)]:
            pairs = [pair for pk in ids for pair in self._payables(receipt, pk)]
            amount = left if most is None else min(left, most)
            payables = [replace(payable, part_id=place) for place, (_key, payable) in enumerate(pairs)]
            for share in spread(amount, receipt.currency, payables)[0]:
                key = pairs[share.part_id][0]
                self.open[key] -= share.order_amount
                left -= share.amount
                yield key[0], share, key[1]

    def _payables(self, receipt: Receipt, order_id: int) -> list[tuple[tuple[int, int | None], Payable]]:
        order = self.orders.get(order_id)
        if (
            order is None
            or order.state == ExecutionState.CANCELLED
            or order.customer_id != receipt.customer_id
        ):
            return []
        rate = self._rate(receipt, order.currency)
        if rate is None:
            return []
        lines: list[PaymentPlanLine | None] = [*self.parts[order_id]] if order_id in self.parts else [None]
        found = []
        for line in lines:
            key = (order_id, line.pk if line else None)
            payable = Payable(
                part_id=0, open=self.open[key], currency=order.currency, rate=rate, order_id=order_id,
                due_on=line.due_on if line else None, position=line.position if line else 0,
            )  # fmt: skip
            found.append((key, payable))
        return found

    def _rate(self, receipt: Receipt, currency: str) -> Decimal | None:
        if receipt.currency == currency:
            return Decimal(1)
        theirs = self.rates.on(currency, receipt.received_on)
        if receipt.exchange_rate is None or not theirs:
            return None
        return receipt.exchange_rate / theirs


@transaction.atomic
def change_texts(*, changes: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> set[int]:
    """Change values of `TEXTS` of receipts by id; which differed. Only finance may."""
    require_finance(by, at)
    rows = Receipt.objects.alive().filter(pk__in=list(changes)).select_for_update(of=("self",)).order_by("pk")
    written, moved = [], []
    for receipt in list(rows):
        wanted = {name: value for name, value in changes[receipt.pk].items() if name in TEXTS}
        told = take_changes(receipt, wanted)
        if told:
            check_fields(receipt, told.keys())
            receipt.version += 1
            moved.append(receipt)
            written.append(changed(receipt, "change", told))
    bulk.update(moved, [*TEXTS, "version"])
    tell(written, by=by, at=at)
    return {receipt.pk for receipt in moved}


@transaction.atomic
def withdraw_receipts(*, ids: Collection[int], by: User | None, at: datetime) -> int:
    """Put receipts that an import made into the recycle bin, with what they paid taken back; how many."""
    count = 0
    for part in batches(list(ids)):
        rows = Receipt.objects.alive().filter(pk__in=part).select_for_update(of=("self",)).order_by("pk")
        going = list(rows)
        paid = ReceiptAllocation.objects.filter(receipt__in=going)
        orders = locked_orders(set(paid.values_list("order_id", flat=True)))
        paid.delete()
        follow_receipts(going)
        _follow(orders, "unpay", by=by, at=at)
        for receipt in going:
            receipt.deleted_at = at
            receipt.version += 1
        bulk.update(going, ["deleted_at", "version"])
        tell([changed(receipt, "recycle", {}) for receipt in going], by=by, at=at)
        count += len(going)
    return count


def known_transfers(
    order_ids: Collection[int], customer_ids: Collection[int]
) -> dict[tuple[Any, ...], list[int]]:
    """Receipts of these customers by what tells one from another where no number does, the oldest first.

    The keys: customer, day, currency, what was paid; and the same with what arrived.
    """
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    rows = Receipt.objects.alive().filter(
        Q(customer__in=list(customer_ids)) | Q(allocations__order__in=list(order_ids))
    )
    columns = ("pk", "customer_id", "received_on", "currency", "amount_paid", "amount_received")
    for pk, customer_id, day, currency, paid, received in (
        rows.order_by("pk").distinct().values_list(*columns)
    ):
        for amount in {paid, received}:
            found[customer_id, day, currency, amount].append(pk)
    return found
