"""What an order book says of an order's money: when it was due, what was paid of it and when (B-17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.exchange.importing.order_rows import Group, amount_in
from genjin.sales.actions.receipt_imports import Pays, Transfer
from genjin.sales.actions.receipts import NewReceipt
from genjin.sales.models import Order

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Told:
    """A payment that the rows of an order tell of."""

    amount: Decimal
    day: date
    charges: Decimal | None = None


def payments_in(group: Group, amount: Decimal, ordered_on: date) -> tuple[list[Told], list[str]]:
    """The payments of an order of that amount, and what is wrong with them as sentences.

    A day without an amount means the whole price, or what the deposit left of it.
    """
    problems: list[str] = []
    found: list[Told] = []
    deposit = _said(group, "deposit")
    if deposit is None and group.first("payment.deposit_on") is not None:
        problems.append(_("The deposit has a day and no amount."))
    paid = {"paid": amount, "deposit": Decimal(0), "balance": amount - (deposit or Decimal(0))}
    for name, whole in paid.items():
        said, day = _said(group, name), group.first(f"payment.{name}_on")
        value = whole if said is None and day is not None else said or Decimal(0)
        if value < 0:
            problems.append(_("A payment cannot be less than nothing."))
        elif value:
            found.append(Told(value.quantize(CENT), day or ordered_on))
    charges = _said(group, "bank_charges")
    if charges and len(found) == 1:
        found = [Told(found[0].amount, found[0].day, charges)]
    return found, problems


def _said(group: Group, name: str) -> Decimal | None:
    found = group.first(f"payment.{name}")
    return None if found is None else amount_in({"it": found}, "it")


def receipt_of(told: Told, customer_id: int, currency: str, note: str) -> NewReceipt:
    """A payment as a receipt of the customer."""
    return NewReceipt(
        received_on=told.day,
        currency=currency,
        amount_paid=told.amount,
        bank_charges=told.charges or Decimal(0),
        customer_id=customer_id,
        note=note[:300],
    )


def transfers_of(told: Sequence[Told], order: Order) -> list[Transfer]:
    """Payments of an order that is stored."""
    return [
        Transfer(receipt_of(one, order.customer_id, order.currency, order.number), (Pays(order.pk),))
        for one in told
    ]


def unknown_ones(told: Sequence[Told], known: dict[tuple[Any, ...], list[int]], order: Order) -> list[Told]:
    """Those payments that no receipt stands for yet; each receipt stands for one."""
    found = []
    for one in told:
        same = known.get((order.customer_id, one.day, order.currency, one.amount))
        if same:
            same.pop()
        else:
            found.append(one)
    return found
