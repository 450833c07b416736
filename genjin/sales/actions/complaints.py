"""Every write to complaints: opened, answered, settled (000-55, 003-46); kept simple here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, check_version, keep, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.sales.actions.lifecycle import see_to_lifecycle
from genjin.sales.models import Complaint, Order, Shipment

State = Complaint.State
EDITABLE = ("description", "solution", "cost", "cost_currency")


@transaction.atomic
def open_complaint(
    *,
    description: str,
    by: User | None,
    at: datetime,
    customer_id: int | None = None,
    shipment_id: int | None = None,
    order_id: int | None = None,
) -> Complaint:
    """Write down what is wrong; a first answer is owed the same day, before everything else (C-07)."""
    shipment = Shipment.objects.alive().filter(pk=shipment_id).first() if shipment_id else None
    order = Order.objects.alive().filter(pk=order_id).first() if order_id else None
    if order is None and shipment is not None:
        order = Order.objects.filter(lines__shipped__shipment=shipment).order_by("pk").first()
    if customer_id is None:
        known = shipment or order
        customer_id = known.customer_id if known is not None else None
    customer = Customer.objects.alive().filter(pk=customer_id or 0).first()
    if customer is None:
        raise Refused({"customer": _("This customer is not there any more.")})
    if not description.strip():
        raise Refused({"description": _("Say what is wrong.")})
    owner_id = customer.owner_id or (shipment.owner_id if shipment else by.pk if by else None)
    if owner_id is None:
        raise Refused(_("Nobody looks after this customer: give it an owner first."))
    complaint = Complaint(
        customer=customer, owner_id=owner_id, order=order, shipment=shipment,
        description=description.strip(), opened_at=at,
    )  # fmt: skip
    check_fields(complaint)
    complaint.save(force_insert=True)
    told = {"description": (None, complaint.description), "state": (None, complaint.state)}
    tell([changed(complaint, "create", told)], by=by, at=at)
    return complaint


@transaction.atomic
def change_complaint(
    *,
    complaint_id: int,
    wanted: Mapping[str, Any],
    by: User | None,
    at: datetime,
    expected: int | None = None,
    state: str | None = None,
) -> Complaint:
    """Change what is written of a complaint, and how far it is: answered, settled, or open again.

    What was settled says what was done (000-55).
    """
    complaint: Complaint = locked(Complaint.objects.alive(), complaint_id)
    known = {name: value for name, value in wanted.items() if name in EDITABLE}
    check_version(complaint, expected, known)
    changes = {
        name: (getattr(complaint, name), value)
        for name, value in known.items()
        if getattr(complaint, name) != value
    }
    if state is not None and state != complaint.state:
        changes |= _moved(complaint, state, at)
    for name, (_old, new) in changes.items():
        setattr(complaint, name, new)
    if not complaint.description.strip():
        raise Refused({"description": _("Say what is wrong.")})
    if complaint.state == State.SETTLED and not complaint.solution.strip():
        raise Refused({"solution": _("Say how it was settled.")})
    check_fields(complaint, changes.keys())
    if complaint.cost is not None and complaint.cost < 0:
        raise Refused({"cost": _("A cost is not below zero.")})
    if changes:
        keep(complaint, changes, by=by, at=at)
    if complaint.state == State.SETTLED and "state" in changes:
        see_to_lifecycle(customer_ids=[complaint.customer_id], by=by, at=at)
    return complaint


@transaction.atomic
def answer_complaint(*, complaint_id: int, by: User | None, at: datetime) -> None:
    """Note that the customer got a first answer; one that was answered or settled stays as it is (003-46)."""
    if Complaint.objects.alive().filter(pk=complaint_id, state=State.OPEN).exists():
        change_complaint(complaint_id=complaint_id, wanted={}, by=by, at=at, state=State.ANSWERED)


@transaction.atomic
def take_back_answer(*, complaint_id: int, answered_at: datetime, by: User | None, at: datetime) -> None:
    """Open a complaint again whose first answer, given at that moment, was taken back."""
    rows = Complaint.objects.alive().filter(pk=complaint_id, state=State.ANSWERED, answered_at=answered_at)
    if rows.exists():
        change_complaint(complaint_id=complaint_id, wanted={}, by=by, at=at, state=State.OPEN)


def _moved(complaint: Complaint, state: str, at: datetime) -> dict[str, tuple[Any, Any]]:
    """The moments that belong to a state: an answer stays given, a settlement ends with opening anew."""
    if state not in State.values:
        raise Refused({"state": _("Choose one of the list.")})
    answered = None if state == State.OPEN else complaint.answered_at or at
    settled = at if state == State.SETTLED else None
    return {
        "state": (complaint.state, state),
        "answered_at": (complaint.answered_at, answered),
        "settled_at": (complaint.settled_at, settled),
    }


@transaction.atomic
def recycle_complaint(*, complaint_id: int, by: User | None, at: datetime) -> Complaint:
    """Put a complaint into the recycle bin; nothing is owed for it any more."""
    complaint: Complaint = locked(Complaint.objects.alive(), complaint_id)
    complaint.deleted_at = at
    keep(complaint, {"deleted_at": (None, at)}, by=by, at=at, verb="recycle")
    return complaint


@transaction.atomic
def restore_complaint(*, complaint_id: int, by: User | None, at: datetime) -> Complaint:
    """Bring a complaint back."""
    complaint: Complaint = locked(Complaint.objects.filter(deleted_at__isnull=False), complaint_id)
    was, complaint.deleted_at = complaint.deleted_at, None
    keep(complaint, {"deleted_at": (was, None)}, by=by, at=at, verb="restore")
    return complaint
