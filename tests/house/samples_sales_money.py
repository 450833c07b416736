"""Money of one order, to fill in addresses and to grow lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.credit_notes import issue_credit_note, recycle_credit_note
from genjin.sales.actions.letters_of_credit import enter_letter
from genjin.sales.actions.orders import NewLine, NewOrder, place_order
from genjin.sales.actions.rates import NewRate, set_rate
from genjin.sales.actions.receipts import NewReceipt, recycle_receipt, register_receipt
from genjin.sales.models import ExchangeRate, PaymentPlanLine

D = Decimal


def samples(people: Any, customer_id: int, moment: datetime) -> dict[str, Any]:
    """One of each, by the names that the addresses use."""
    who: dict[str, Any] = {"by": people.zhou, "at": moment}
    day = moment.date()
    order = _order(people, customer_id, moment)
    deposit = PaymentPlanLine.objects.filter(order=order)[0]
    receipt = register_receipt(item=NewReceipt(day, "USD", D(300), customer_id=customer_id), **who)
    share = Allocation(order.pk, D(100), deposit.pk)
    (allocation,) = allocate(receipt_id=receipt.pk, shares=[share], **who)
    gone = register_receipt(item=NewReceipt(day, "USD", D(5)), **who)
    recycle_receipt(receipt_id=gone.pk, **who)
    notes = [
        issue_credit_note(order_id=order.pk, amount=D(5), reason="Wet", issued_on=day, **who)
        for _number in range(2)
    ]
    recycle_credit_note(note_id=notes[1].pk, **who)
    letter = enter_letter(order_id=order.pk, values=_letter(day), **who)
    set_rate(item=NewRate("USD", day, D("7.1")), **who)
    return {
        "money_orders": order.pk, "receipts": receipt.pk, "recycled_receipts": gone.pk,
        "allocations": allocation.pk, "credit_notes": notes[0].pk, "recycled_notes": notes[1].pk,
        "letters": letter.pk, "rates": ExchangeRate.objects.get(currency="USD", day=day).pk,
    }  # fmt: skip


def _order(people: Any, customer_id: int, moment: datetime) -> Any:
    lines = (NewLine(D(100), D(10), description="Desk lamp"),)
    terms = {"payment_terms": "30% T/T deposit, 70% before shipment"}
    item = NewOrder(customer_id=customer_id, ordered_on=moment.date(), lines=lines, terms=terms)
    return place_order(item=item, by=people.lin, at=moment)


def _letter(day: date) -> dict[str, Any]:
    return {
        "number": "LC-77", "amount": D(1000), "currency": "USD", "lc_expiry": day + timedelta(days=60),
        "lc_latest_shipment": day + timedelta(days=30),
    }  # fmt: skip


def grow(people: Any, customer_id: int, order_id: int, moment: datetime, number: int) -> None:
    """One more of what pages list: an order that owes, a receipt, a credit note, a letter, a rate."""
    who: dict[str, Any] = {"by": people.zhou, "at": moment}
    day = moment.date()
    _order(people, customer_id, moment)
    register_receipt(item=NewReceipt(day, "USD", D(5)), **who)
    receipt = register_receipt(item=NewReceipt(day, "USD", D(3), customer_id=customer_id), **who)
    deposit = PaymentPlanLine.objects.filter(order=order_id)[0]
    allocate(receipt_id=receipt.pk, shares=[Allocation(order_id, D(2), deposit.pk)], **who)
    issue_credit_note(order_id=order_id, amount=D(1), reason="Wet", issued_on=day, **who)
    enter_letter(order_id=order_id, values=_letter(day), **who)
    set_rate(item=NewRate("EUR", day - timedelta(days=number), D("7.8")), **who)
