"""Testimonials: asked for after very good feedback, received, thanked for with a credit (000-58, 000-59)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, locked, tell, today_of
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.sales.actions import credits
from genjin.sales.models import CustomerCredit, Shipment, Testimonial

State = Testimonial.State


@transaction.atomic
def ask(*, customer_id: int, shipment_id: int | None, by: User | None, at: datetime) -> Testimonial:
    """Note that a customer was asked for a testimonial; once a shipment."""
    found = Testimonial.objects.filter(customer=customer_id, shipment=shipment_id).first()
    if found is not None:
        return found
    asked_by_id = (
        by.pk if by else Shipment.objects.values_list("owner_id", flat=True).get(pk=shipment_id or 0)
    )
    row = Testimonial(customer_id=customer_id, shipment_id=shipment_id, asked_at=at, asked_by_id=asked_by_id)
    row.save(force_insert=True)
    tell([changed(row, "create", {"state": (None, row.state)})], by=by, at=at)
    return row


@transaction.atomic
def answer(
    *, testimonial_id: int, state: str, by: User, at: datetime, link: str = ""
) -> CustomerCredit | None:
    """Received or declined; what was received proposes the thank-you credit, which is returned."""
    row = locked(Testimonial.objects.all(), testimonial_id)
    if state not in (State.RECEIVED, State.DECLINED):
        raise Refused({"state": _("Choose one of the list.")})
    if row.state != State.ASKED:
        raise Refused(_("This has been answered already."))
    told: dict[str, tuple[Any, Any]] = {"state": (row.state, state)}
    row.state, row.answered_at, row.link = state, at, link.strip()[:300]
    if row.link:
        told["link"] = ("", row.link)
    row.save(update_fields=["state", "answered_at", "link"])
    tell([changed(row, "change", told)], by=by, at=at)
    return _thank(row, by=by, at=at) if state == State.RECEIVED else None


def _thank(row: Testimonial, *, by: User, at: datetime) -> CustomerCredit | None:
    """The share of the next order that the policy gives, for a manager to approve; a year long."""
    percent = effective(by.pk).number("testimonial_discount_percent")
    if not percent:
        return None
    today = today_of(by, at)
    return credits.propose(
        customer_id=row.customer_id, percent=Decimal(percent), reason=_("Testimonial video"),
        shipment_id=row.shipment_id, today=today, expires_on=_in_a_year(today), by=by, at=at,
    )  # fmt: skip


def _in_a_year(day: date) -> date:
    """The same day of the next year; of 29 February the last of the month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
