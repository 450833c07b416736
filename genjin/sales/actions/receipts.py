"""Money that came in: registered by finance, claimed by whoever it belongs to, confirmed (B-17, 认领)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, keep, locked, take_changes, tell
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.actions.money_basis import (
    NOTHING,
    amount_problem,
    currency_problem,
    does_finance,
    future_problem,
    refuse,
    require_finance,
)
from genjin.sales.actions.numbers import next_numbers
from genjin.sales.models import NumberKind, PaymentMethod, Receipt, ReceiptAllocation
from genjin.sales.money_words import money
from genjin.sales.rates import KnownRates

State = Receipt.State
EDITABLE = (
    "payer", "received_on", "method", "currency", "amount_paid", "amount_received", "bank_charges",
    "reference", "note",
)  # fmt: skip


@dataclass(frozen=True)
class NewReceipt:
    """A transfer as the bank tells of it.

    Of what was paid, what arrived and what the bank took one may be left out: it follows from the others.
    Without a customer somebody has to claim it. The number is drawn unless given.
    """

    received_on: date
    currency: str
    amount_paid: Decimal | None = None
    amount_received: Decimal | None = None
    bank_charges: Decimal | None = None
    customer_id: int | None = None
    payer: str = ""
    method: str = PaymentMethod.TT
    reference: str = ""
    note: str = ""
    number: str = ""


def register_receipt(*, item: NewReceipt, by: User, at: datetime) -> Receipt:
    """Register one transfer; raises `Refused` by field."""
    try:
        return register_receipts(items=[item], by=by, at=at)[0]
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None


@transaction.atomic
def register_receipts(*, items: Sequence[NewReceipt], by: User, at: datetime) -> list[Receipt]:
    """Register transfers. Raises `RowsRefused` by index; then nothing is written.

    The same bank reference with the same sum is the same transfer, and registered once.
    """
    require_finance(by, at)
    rows = _receipts(items, by=by, at=at)
    problems = _problems_of(items, rows, by=by, at=at)
    if problems:
        raise RowsRefused(problems)
    _give_numbers(rows)
    bulk.insert(rows)
    tell([changed(row, "create", _told(row)) for row in rows], by=by, at=at, made=rows)
    return rows


def receipt_problems(*, items: Sequence[NewReceipt], by: User, at: datetime) -> dict[int, dict[str, str]]:
    """What `register_receipts` would refuse, by index and field; nothing is written."""
    return _problems_of(items, _receipts(items, by=by, at=at), by=by, at=at)


def _receipts(items: Sequence[NewReceipt], *, by: User, at: datetime) -> list[Receipt]:
    days = [item.received_on for item in items]
    rates = KnownRates({item.currency.strip().upper() for item in items}, max(days, default=at.date()))
    return [_receipt(item, rates, by=by, at=at) for item in items]


def _problems_of(
    items: Sequence[NewReceipt], rows: Sequence[Receipt], *, by: User, at: datetime
) -> dict[int, dict[str, str]]:
    wanted = {item.customer_id for item in items if item.customer_id is not None}
    customers = set(Customer.objects.alive().filter(pk__in=wanted).values_list("pk", flat=True))
    problems = {}
    for index, (item, row) in enumerate(zip(items, rows, strict=True)):
        found = _problems(row, by=by, at=at)
        if item.customer_id is not None and item.customer_id not in customers:
            found["customer"] = _("There is no such customer.")
        problems[index] = {name: text for name, text in found.items() if text}
    _refuse_known(rows, problems)
    return {index: found for index, found in problems.items() if found}


def _receipt(item: NewReceipt, rates: KnownRates, *, by: User, at: datetime) -> Receipt:
    paid, received, charges = completed(item.amount_paid, item.amount_received, item.bank_charges)
    return bulk.fresh(
        Receipt,
        number=item.number.strip(),
        customer_id=item.customer_id,
        payer=item.payer.strip(),
        received_on=item.received_on,
        method=item.method,
        currency=item.currency.strip().upper(),
        amount_paid=paid,
        amount_received=received,
        bank_charges=charges,
        exchange_rate=rates.on(item.currency.strip().upper(), item.received_on),
        reference=item.reference.strip(),
        note=item.note.strip(),
        # Finance knows whose money it is, or somebody has to say so.
        state=State.UNCLAIMED if item.customer_id is None else State.CONFIRMED,
        registered_by_id=by.pk,
        registered_at=at,
    )


def completed(
    paid: Decimal | None, received: Decimal | None, charges: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """What was paid, what arrived, what the bank took; the one that is not known follows from the others."""
    if paid is None and received is not None:
        paid = received + (charges or NOTHING)
    elif received is None and paid is not None:
        received = paid - (charges or NOTHING)
    if charges is None:
        charges = (paid or NOTHING) - (received or NOTHING)
    return paid, received, charges


def _problems(row: Receipt, *, by: User, at: datetime) -> dict[str, str]:
    found = {
        "received_on": future_problem(row.received_on, by, at),
        "currency": currency_problem(row.currency),
        "amount_paid": amount_problem(row.amount_paid, row.currency),
    }
    try:
        check_fields(row, only=("payer", "method", "reference", "note", "number"))
    except Refused as refused:
        found |= {
            name: texts[0] for name, texts in refused.message_dict.items() if name != "number" or row.number
        }
    if found["amount_paid"]:
        return found
    if row.bank_charges < 0:
        found["bank_charges"] = _("What was paid cannot be less than what arrived.")
    elif row.amount_received < 0:
        found["bank_charges"] = _("The bank cannot take more than was paid.")
    elif row.amount_received + row.bank_charges != row.amount_paid:
        found["amount_received"] = _("What arrived and the bank charges must make what was paid.")
    return found


def _refuse_known(rows: Sequence[Receipt], problems: Mapping[int, dict[str, str]]) -> None:
    """Say which transfers, or numbers, are there already."""
    alive = Receipt.objects.alive()
    references = {row.reference for row in rows if row.reference}
    numbers = {row.number for row in rows if row.number}
    known = {
        (r, c, a): n
        for r, c, a, n in alive.filter(reference__in=references).values_list(
            "reference", "currency", "amount_paid", "number"
        )
    }
    taken = set(alive.filter(number__in=numbers).values_list("number", flat=True))
    for index, row in enumerate(rows):
        key = (row.reference, row.currency, row.amount_paid)
        if row.reference and key in known:
            problems[index]["reference"] = _("This transfer was already registered: %(number)s.") % {
                "number": known[key] or _("in this list")
            }
        known[key] = row.number
        if row.number and row.number in taken:
            problems[index]["number"] = _("There is already a receipt with this number.")
        taken.add(row.number)


def _give_numbers(rows: Sequence[Receipt]) -> None:
    """Numbers of the year in which the money came, where none is given."""
    by_year: dict[int, list[Receipt]] = {}
    for row in rows:
        if not row.number:
            by_year.setdefault(row.received_on.year, []).append(row)
    for without in by_year.values():
        numbers = next_numbers(NumberKind.RECEIPT, without[0].received_on, len(without))
        for row, number in zip(without, numbers, strict=True):
            row.number = number


def _told(row: Receipt) -> dict[str, tuple[Any, Any]]:
    told = {name: (None, getattr(row, name)) for name in EDITABLE if getattr(row, name)}
    return told | {"state": (None, row.state)}


@transaction.atomic
def change_receipt(
    *,
    receipt_id: int,
    changes: Mapping[str, Any],
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Receipt:
    """Correct what was registered. Raises `Refused` by field, `Conflict` by version.

    What was allocated stays: the sum is never less than that, and its currency stays.
    """
    require_finance(by, at)
    receipt = locked(Receipt.objects.alive(), receipt_id)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    told = take_changes(receipt, wanted, expected=expected_version)
    refuse(_problems(receipt, by=by, at=at))
    used = allocated(receipt)
    if used and "currency" in told:
        raise Refused(
            {"currency": _("Money of this receipt was allocated; its currency can no longer change.")}
        )
    if receipt.amount_paid < used:
        text = _("%(used)s of it were allocated; it cannot become less.")
        raise Refused({"amount_paid": text % {"used": money(used, receipt.currency)}})
    if told.keys() & {"currency", "received_on"}:
        receipt.exchange_rate = KnownRates({receipt.currency}, receipt.received_on).on(
            receipt.currency, receipt.received_on
        )
        receipt.save(update_fields=["exchange_rate"])
    if told:
        keep(receipt, told, by=by, at=at)
    return receipt


def allocated(receipt: Receipt) -> Decimal:
    """What of it was allocated, in its currency."""
    sums = ReceiptAllocation.objects.filter(receipt=receipt).aggregate(sum=Sum("amount"))
    return sums["sum"] or NOTHING


@transaction.atomic
def claim(*, receipt_id: int, customer_id: int, by: User, at: datetime) -> Receipt:
    """Say to which customer a transfer belongs (认领). Of two at once one wins; the other is told who."""
    receipt = locked(Receipt.objects.alive(), receipt_id)
    if receipt.state != State.UNCLAIMED:
        raise Refused(_already_claimed(receipt))
    customer = Customer.objects.editable_by(by).filter(pk=customer_id).first()
    if customer is None and does_finance(by, at):
        customer = Customer.objects.alive().filter(pk=customer_id).first()
    if customer is None:
        raise Refused({"customer": _("Choose a customer with whom you work.")})
    told = {"customer_id": (None, customer.pk), "state": (receipt.state, State.CLAIMED)}
    receipt.customer, receipt.state, receipt.claimed_by = customer, State.CLAIMED, by
    keep(receipt, told | {"claimed_by_id": (None, by.pk)}, by=by, at=at, verb="claim")
    return receipt


def _already_claimed(receipt: Receipt) -> str:
    names = {"who": receipt.claimed_by or receipt.registered_by, "customer": receipt.customer}
    return _("%(who)s has already claimed this receipt for %(customer)s.") % names


@transaction.atomic
def give_back(*, receipt_id: int, by: User, at: datetime) -> Receipt:
    """Take back a claim: by whoever made it, or finance, as long as nothing of it was allocated."""
    receipt = locked(Receipt.objects.alive(), receipt_id)
    if receipt.state == State.UNCLAIMED:
        raise Refused(_("Nobody has claimed this receipt."))
    is_own = receipt.claimed_by_id == by.pk and receipt.state == State.CLAIMED
    if not is_own and not does_finance(by, at):
        raise Refused(_("Only whoever claimed it, or finance, may take the claim back."))
    _refuse_used(receipt)
    told = {
        "customer_id": (receipt.customer_id, None),
        "state": (receipt.state, State.UNCLAIMED),
        "claimed_by_id": (receipt.claimed_by_id, None),
    }
    # Told while it still has its customer, whose timeline shows it.
    keep(receipt, {"state": told["state"]}, by=by, at=at, verb="give_back")
    receipt.customer, receipt.state, receipt.claimed_by = None, State.UNCLAIMED, None
    receipt.save(update_fields=["customer", "state", "claimed_by"])
    return receipt


@transaction.atomic
def confirm(*, receipt_ids: Sequence[int], by: User, at: datetime) -> int:
    """Finance says that the claims are right; how many there were."""
    require_finance(by, at)
    rows = Receipt.objects.alive().filter(pk__in=list(receipt_ids), state=State.CLAIMED)
    count = 0
    for receipt in rows.select_for_update(of=("self",)).order_by("pk"):
        receipt.state = State.CONFIRMED
        keep(receipt, {"state": (State.CLAIMED, State.CONFIRMED)}, by=by, at=at, verb="confirm")
        count += 1
    return count


@transaction.atomic
def recycle_receipt(*, receipt_id: int, by: User, at: datetime) -> Receipt:
    """Put a receipt into the recycle bin; what it pays is taken back first."""
    require_finance(by, at)
    receipt = locked(Receipt.objects.alive(), receipt_id)
    _refuse_used(receipt)
    receipt.deleted_at = at
    keep(receipt, {"deleted_at": (None, at)}, by=by, at=at, verb="recycle")
    return receipt


@transaction.atomic
def restore_receipt(*, receipt_id: int, by: User, at: datetime) -> Receipt:
    """Take it out of the recycle bin."""
    require_finance(by, at)
    receipt = locked(Receipt.objects.filter(deleted_at__isnull=False), receipt_id)
    if Receipt.objects.alive().filter(number=receipt.number).exists():
        raise Refused(_("There is already a receipt with this number."))
    told = {"deleted_at": (receipt.deleted_at, None)}
    receipt.deleted_at = None
    keep(receipt, told, by=by, at=at, verb="restore")
    return receipt


def _refuse_used(receipt: Receipt) -> None:
    used = allocated(receipt)
    if used:
        raise Refused(
            _("%(used)s of it were allocated. Take that back first.")
            % {"used": money(used, receipt.currency)}
        )
