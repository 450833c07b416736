"""What a customer has good with us: proposed, granted by a manager, used once, given back (000-59)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, keep, locked, require, take_changes, tell
from genjin.customers.actions.refusal import Conflict, Refused
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.models import CustomerCredit, Order

State = CustomerCredit.State
LASTS = timedelta(days=365)
"""A credit expires after twelve months (000-59)."""
GRANTERS = "manage_team"
"""The right of those who may grant."""


@transaction.atomic
def propose(
    *,
    customer_id: int,
    reason: str,
    by: User,
    at: datetime,
    today: date,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    shipment_id: int | None = None,
    expires_on: date | None = None,
) -> CustomerCredit:
    """Propose a share of the next order, or an amount; a manager grants it."""
    if (percent is None) == (amount is None):
        raise Refused({"percent": _("Give either a percentage or an amount.")})
    if percent is not None and not 0 < percent <= 100:
        raise Refused({"percent": _("More than 0 and at most 100.")})
    if amount is not None and amount <= 0:
        raise Refused({"amount": _("The amount must be more than 0.")})
    if amount is not None and not currency:
        raise Refused({"currency": _("Choose the currency.")})
    expires_on = expires_on or today + LASTS
    if expires_on < today:
        raise Refused({"expires_on": _("This day has already passed.")})
    if not reason.strip():
        raise Refused({"reason": _("Say what the customer has it for.")})
    credit = bulk.fresh(
        CustomerCredit, customer_id=customer_id, reason=reason.strip(), percent=percent, amount=amount,
        currency=currency if amount is not None else "", shipment_id=shipment_id, expires_on=expires_on,
        proposed_by_id=by.pk, proposed_at=at,
    )  # fmt: skip
    check_fields(credit, {"reason", "percent", "amount"})
    credit.save(force_insert=True)
    tell([changed(credit, "propose", {"reason": ("", credit.reason)})], by=by, at=at)
    return credit


@transaction.atomic
def grant(*, credit_id: int, by: User, at: datetime, version: int | None = None) -> CustomerCredit:
    """Say yes: it shows when the next quotation or proforma invoice is made."""
    return _decide(credit_id, State.GRANTED, "grant", by, at, version)


@transaction.atomic
def refuse(*, credit_id: int, by: User, at: datetime, version: int | None = None) -> CustomerCredit:
    """Say no."""
    return _decide(credit_id, State.REFUSED, "refuse", by, at, version)


def _decide(
    credit_id: int, state: str, verb: str, by: User, at: datetime, version: int | None
) -> CustomerCredit:
    require(by, GRANTERS, at)
    credit = _locked(credit_id, version)
    if credit.state != State.PROPOSED:
        raise Refused(_("This was decided already."))
    moved = take_changes(credit, {"state": state, "decided_by_id": by.pk, "decided_at": at})
    keep(credit, moved, by=by, at=at, verb=verb)
    return credit


@transaction.atomic
def use(*, credit_id: int, order: Order, on: date, by: User | None, at: datetime) -> CustomerCredit:
    """Use it up in an order; refused when it was used, has expired, or belongs to somebody else."""
    credit = _locked(credit_id, None)
    if credit.customer_id != order.customer_id or credit.state != State.GRANTED:
        raise Refused(_("This credit cannot be used any more."))
    if credit.expires_on is not None and credit.expires_on < on:
        raise Refused(_("This credit has expired."))
    keep(
        credit, take_changes(credit, {"state": State.USED, "used_in_id": order.pk}), by=by, at=at, verb="use"
    )
    return credit


@transaction.atomic
def give_back(*, order_id: int, by: User | None, at: datetime, but_for: Collection[int] = frozenset()) -> int:
    """Give the credits of an order back that it does not use any more; how many.

    It is cancelled, in the recycle bin, or its charges are others now: `but_for` are those that stay on it.
    """
    rows = CustomerCredit.objects.select_for_update().filter(used_in=order_id, state=State.USED)
    gone = list(rows.exclude(pk__in=but_for).order_by("pk"))
    for credit in gone:
        moved = take_changes(credit, {"state": State.GRANTED, "used_in_id": None})
        keep(credit, moved, by=by, at=at, verb="give_back")
    return len(gone)


@transaction.atomic
def use_again(*, order: Order, by: User | None, at: datetime) -> None:
    """An order counts again: its credits are used in it; refused when another order has one by now.

    A credit that has expired meanwhile is used all the same, as it was when it was put on.
    """
    wanted = order.charges.filter(credit__isnull=False).order_by("credit_id")
    for credit_id in wanted.values_list("credit_id", flat=True):
        credit = _locked(credit_id, None)
        if credit.state == State.USED and credit.used_in_id == order.pk:
            continue
        if credit.state != State.GRANTED:
            raise Refused(_("A credit on this order was used for another one meanwhile."))
        moved = take_changes(credit, {"state": State.USED, "used_in_id": order.pk})
        keep(credit, moved, by=by, at=at, verb="use")


def _locked(credit_id: int, version: int | None) -> CustomerCredit:
    try:
        credit = locked(CustomerCredit.objects.all(), credit_id)
    except CustomerCredit.DoesNotExist:
        raise Refused(_("This credit is not there any more.")) from None
    if version is not None and credit.version != version:
        raise Conflict(credit, {})
    return credit
