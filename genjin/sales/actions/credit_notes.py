"""Credit notes: lowering an order's price after it was invoiced (D-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.sales.actions.money_basis import (
    NOTHING,
    amount_problem,
    future_problem,
    locked_orders,
    refuse,
    require_order,
)
from genjin.sales.actions.numbers import next_number
from genjin.sales.models import CreditNote, NumberKind, Order, Shipment
from genjin.sales.money_words import money


@transaction.atomic
def issue_credit_note(
    *,
    order_id: int,
    amount: Decimal,
    reason: str,
    issued_on: date,
    by: User,
    at: datetime,
    shipment_id: int | None = None,
) -> CreditNote:
    """Lower the price of an order, never below nothing. Raises `Refused` by field."""
    order = locked_orders([order_id]).get(order_id)
    if order is None:
        raise Order.DoesNotExist
    require_order(order, by, at)
    refuse(
        {
            "amount": amount_problem(amount, order.currency) or _too_much(order, amount),
            "reason": "" if reason.strip() else _("Say what it is for."),
            "issued_on": future_problem(issued_on, by, at),
            "shipment": _shipment_problem(order, shipment_id),
        }
    )
    note = CreditNote(
        number=next_number(NumberKind.CREDIT_NOTE, issued_on), order=order, shipment_id=shipment_id,
        amount=amount, reason=reason.strip(), issued_on=issued_on, issued_by=by,
    )  # fmt: skip
    check_fields(note, only=("reason",))
    note.save(force_insert=True)
    told: Mapping[str, tuple[Any, Any]] = {
        "amount": (None, note.amount), "reason": (None, note.reason), "issued_on": (None, note.issued_on),
    }  # fmt: skip
    tell([changed(note, "create", told)], by=by, at=at)
    return note


def credited(order: Order) -> Decimal:
    """By how much its price was lowered."""
    notes = order.credit_notes.filter(deleted_at__isnull=True).aggregate(sum=Sum("amount"))
    return notes["sum"] or NOTHING


def _too_much(order: Order, amount: Decimal) -> str:
    most = order.amount - credited(order)
    if amount <= most:
        return ""
    return _("At most %(most)s: an order costs no less than nothing.") % {"most": money(most, order.currency)}


def _shipment_problem(order: Order, shipment_id: int | None) -> str:
    if shipment_id is None:
        return ""
    found = Shipment.objects.alive().filter(pk=shipment_id, lines__order_line__order=order)
    return "" if found.exists() else _("This shipment holds no goods of the order.")


@transaction.atomic
def recycle_credit_note(*, note_id: int, by: User, at: datetime) -> CreditNote:
    """Put a credit note into the recycle bin; the price is as before."""
    note = locked(CreditNote.objects.filter(deleted_at__isnull=True), note_id)
    require_order(note.order, by, at)
    note.deleted_at = at
    note.save(update_fields=["deleted_at"])
    tell([changed(note, "recycle", {})], by=by, at=at)
    return note


@transaction.atomic
def restore_credit_note(*, note_id: int, by: User, at: datetime) -> CreditNote:
    """Take it out of the recycle bin, if the order's price still bears it."""
    note = locked(CreditNote.objects.filter(deleted_at__isnull=False), note_id)
    require_order(note.order, by, at)
    if problem := _too_much(note.order, note.amount):
        raise Refused(problem)
    note.deleted_at = None
    note.save(update_fields=["deleted_at"])
    tell([changed(note, "restore", {})], by=by, at=at)
    return note
