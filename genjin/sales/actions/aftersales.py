"""What is done and answered after a shipment: the advice, the steps, their answers (000-47 to 000-59)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, locked, tell, today_of
from genjin.customers.actions.refusal import Refused
from genjin.files.models import Attachment
from genjin.mail.actions import tracking
from genjin.mail.actions.writing import KIND as OUTGOING
from genjin.mail.models import Message, OutgoingMail
from genjin.mail.tracking_queries import USUAL_DAYS, proposed_days
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules import aftersales as rules
from genjin.sales.actions.complaints import open_complaint
from genjin.sales.actions.shipments import change_shipment
from genjin.sales.actions.testimonials import ask
from genjin.sales.models import AfterSalesStep, Complaint, Shipment
from genjin.sales.shipment_facts import has_new_order

ADVICE = "advice"
TESTIMONIAL = "testimonial"
ANSWERS = ("sales", "market", "quality", "score", "form_state", "is_praise", "note")


def step_named(purpose: str, owner_id: int | None) -> str:
    """The name of the step with that purpose, as the policy in force has it; "" if it has none."""
    steps = rules.steps_of(effective(owner_id))
    return next((step.name for step in steps if step.purpose == purpose), "")


def _left(shipment_id: int) -> Shipment:
    shipment: Shipment = locked(Shipment.objects.alive(), shipment_id)
    if shipment.shipped_at is None:
        raise Refused(_("This shipment has not left yet."))
    return shipment


@transaction.atomic
def note_step(
    *,
    shipment_id: int,
    name: str,
    by: User | None,
    at: datetime,
    done_at: datetime | None = None,
    note: str = "",
    message: Message | None = None,
) -> AfterSalesStep:
    """Say that a step was done, here or elsewhere; the shipping advice as well (000-48)."""
    shipment = _left(shipment_id)
    known = {step.name for step in rules.steps_of(effective(shipment.owner_id))} | {TESTIMONIAL}
    if name not in known:
        raise Refused(_("There is no such step."))
    done = done_at or at
    if done > at:
        raise Refused({"done_at": _("This lies in the future.")})
    row = _row(shipment, name)
    was = row.done_at
    row.done_at, row.done_by, row.note = was or done, by, note.strip()[:300] or row.note
    if message is not None:
        row.message = message
    row.save()
    told: dict[str, tuple[Any, Any]] = {name: (was, row.done_at)}
    if name == ADVICE and shipment.advised_at is None:
        shipment.advised_at = row.done_at
        shipment.version += 1
        shipment.save(update_fields=["advised_at", "version"])
        told = {"advised_at": (None, row.done_at)}
    elif name == TESTIMONIAL:
        ask(customer_id=shipment.customer_id, shipment_id=shipment.pk, by=by, at=at)
    tell([changed(shipment, "complete", told, note=note)], by=by, at=at)
    return row


def _row(shipment: Shipment, name: str) -> AfterSalesStep:
    found = AfterSalesStep.objects.select_for_update().filter(shipment=shipment, name=name).first()
    return found or AfterSalesStep(shipment=shipment, name=name)


def mail_sent(mail: OutgoingMail, message: Message, at: datetime) -> None:
    """A mail that was written for a step has left: it does the step, and the prices await an answer (000-64).

    What the mail was about may be gone meanwhile; then nothing follows.
    """
    shipment_id, name = _about(mail.about)
    shipment = Shipment.objects.alive().filter(pk=shipment_id, shipped_at__isnull=False).first()
    if shipment is None or mail.customer_id != shipment.customer_id:
        return
    steps = {step.name: step for step in rules.steps_of(effective(shipment.owner_id))}
    if name not in steps and name != TESTIMONIAL:
        return
    row = note_step(
        shipment_id=shipment.pk, name=name, by=mail.author, at=at, done_at=min(mail.sent_at or at, at),
        message=message,
    )  # fmt: skip
    if name in steps and steps[name].purpose == rules.FEEDBACK:
        _form_sent(row, mail, at)
    is_prices = name in steps and steps[name].purpose == rules.PRICES
    if is_prices and mail.track_days is None and not has_new_order(shipment):
        days = proposed_days(mail.customer, shipment.owner_id) or USUAL_DAYS
        tracking.track(message_id=message.pk, days=days, by=None, at=at)


def _form_sent(row: AfterSalesStep, mail: OutgoingMail, at: datetime) -> None:
    """The quality form went along, unless the writer took it out of the mail (000-57)."""
    enclosed = Attachment.objects.filter(kind=OUTGOING, object_id=mail.pk, deleted_at=None)
    if row.form_state or not enclosed.exists():
        return
    row.form_state = AfterSalesStep.Form.SENT
    row.save(update_fields=["form_state"])
    told = {"form_state": ("", row.form_state)}
    tell([changed(row.shipment, "complete", told)], by=mail.author, at=at)


def _about(key: str) -> tuple[int, str]:
    """The shipment and the step that a key of a duty names."""
    number, _colon, name = key.removeprefix(rules.PREFIX).partition(":")
    return (int(number) if number.isdecimal() and len(number) < 19 else 0), name


@transaction.atomic
def answer_arrival(
    *,
    shipment_id: int,
    cleared_on: date | None,
    received_on: date | None,
    is_intact: bool | None,
    damage: str = "",
    by: User | None,
    at: datetime,
    warehoused_on: date | None = None,
    expected: int | None = None,
) -> Complaint | None:
    """What the customer says of clearance and receipt (000-55); damage opens a complaint."""
    shipment = _left(shipment_id)
    if is_intact is False and not damage.strip():
        raise Refused({"damage": _("Say what is damaged.")})
    wanted = {
        "cleared_on": cleared_on, "received_on": received_on, "warehoused_on": warehoused_on,
        "is_intact": is_intact,
    }  # fmt: skip
    today = today_of(by, at)
    for name in ("cleared_on", "received_on", "warehoused_on"):
        day = wanted[name]
        if isinstance(day, date) and day > today:
            raise Refused({name: _("This lies in the future.")})
    was_intact = shipment.is_intact
    change_shipment(shipment_id=shipment.pk, wanted=wanted, by=by, at=at, expected=expected)
    _answered(shipment, rules.ARRIVAL, {}, by=by, at=at)
    if is_intact is False and was_intact is not False:
        return open_complaint(shipment_id=shipment.pk, description=damage, by=by, at=at)
    return None


@transaction.atomic
def answer_feedback(
    *, shipment_id: int, answers: Mapping[str, Any], by: User | None, at: datetime
) -> AfterSalesStep | None:
    """How the goods sell, what the market says, the quality, and how the form stands (000-57).

    Very good feedback makes a duty to ask for a testimonial (000-58), by the rules.
    """
    return _answered(_left(shipment_id), rules.FEEDBACK, answers, by=by, at=at)


def _answered(
    shipment: Shipment, purpose: str, answers: Mapping[str, Any], *, by: User | None, at: datetime
) -> AfterSalesStep | None:
    """Keep answers in the step with that purpose; the step is done with it, as what it asks for is known."""
    name = step_named(purpose, shipment.owner_id)
    if not name:
        return None
    row = _row(shipment, name)
    told: dict[str, tuple[Any, Any]] = {}
    for field in ANSWERS:
        if field in answers and getattr(row, field) != answers[field]:
            told[field] = (getattr(row, field), answers[field])
            setattr(row, field, answers[field])
    check_fields(row, ANSWERS)
    only_form = set(told) <= {"form_state"} and bool(told)
    if not only_form:
        row.answered_at = row.answered_at or at
        row.done_at = row.done_at or at
        row.done_by = row.done_by or by
    row.save()
    tell([changed(shipment, "complete", told)], by=by, at=at)
    return row
