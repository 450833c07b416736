"""What becomes of an offer: approval, sending, the customer's answer (B-14, C-06, D-25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields, keep, require, take_changes
from genjin.customers.actions.refusal import Refused
from genjin.notifications.actions import notify
from genjin.people.models import User
from genjin.people.queries import team_managers
from genjin.sales.actions.offers import open_offer
from genjin.sales.models import Offer
from genjin.sales.offer_checks import Checks, check

State = Offer.State
APPROVAL_ASKED = "sales.approval_asked"
APPROVAL_GIVEN = "sales.approval_given"
APPROVERS = "manage_team"
"""The right of those who may approve."""


def checks_of(offer: Offer) -> Checks:
    """What stands in the way of an offer, its lines read anew."""
    return check(offer, list(offer.lines.all()), list(offer.charges.all()))


@transaction.atomic
def submit(*, offer_id: int, by: User, at: datetime, version: int | None = None) -> Offer:
    """Ask for approval; lines below the floor need a reason first."""
    offer = _in(offer_id, version, State.DRAFT, _("Only a draft can be submitted."))
    found = checks_of(offer)
    _need_reasons(found)
    if not found.needs_approval:
        raise Refused(_("This offer needs no approval: it can be sent."))
    _keep(offer, {"state": State.FOR_APPROVAL, "asked_by_id": by.pk, "approval_note": ""}, "submit", by, at)
    notify(
        kind=APPROVAL_ASKED, user_ids=approvers_of(offer, by), key=f"offer:{offer.pk}:{offer.version}", at=at,
        customer_id=offer.customer_id, params=_told(offer, by), url=_url(offer),
    )  # fmt: skip
    return offer


def approvers_of(offer: Offer, but: User) -> set[int]:
    """The managers of the owner's team, else all managers."""
    managers = team_managers()
    own = managers.get(offer.owner.team_id or 0, [])
    everybody = {pk for team in managers.values() for pk in team}
    return (set(own) or everybody) - {but.pk}


@transaction.atomic
def decide(
    *, offer_id: int, is_approved: bool, note: str, by: User, at: datetime, version: int | None = None
) -> Offer:
    """Approve an offer or send it back to its owner, who learns why."""
    require(by, APPROVERS, at)
    offer = _in(offer_id, version, State.FOR_APPROVAL, _("This offer does not wait for approval."))
    note = note.strip()
    if not is_approved and not note:
        raise Refused({"note": _("Say why, so that it can be mended.")})
    values: dict[str, Any] = {"approval_note": note, "state": State.DRAFT}
    if is_approved:
        values |= {"state": State.APPROVED, "approved_by_id": by.pk, "approved_at": at}
    _keep(offer, values, "approve" if is_approved else "refuse", by, at, checked={"approval_note"})
    told = {pk for pk in (offer.asked_by_id, offer.owner_id) if pk and pk != by.pk}
    notify(
        kind=APPROVAL_GIVEN, user_ids=told, key=f"offer:{offer.pk}:{offer.version}", at=at,
        customer_id=offer.customer_id, url=_url(offer),
        params=_told(offer, by) | {"approved": is_approved, "note": note},
    )  # fmt: skip
    return offer


def need_free(offer: Offer) -> None:
    """Refuse to let an offer out that somebody must approve first."""
    if offer.state == State.FOR_APPROVAL:
        raise Refused(_("This offer still waits for approval."))
    if offer.state != State.DRAFT:
        return
    found = checks_of(offer)
    _need_reasons(found)
    if found.needs_approval:
        raise Refused(_("This offer needs approval before it goes out."))


@transaction.atomic
def mark_sent(
    *, offer_id: int, by: User | None, at: datetime, message_id: int | None = None, version: int | None = None
) -> Offer:
    """The customer has it; `message_id` is the mail it went with, None: by another way."""
    offer = open_offer(offer_id, version)
    if offer.state not in (State.DRAFT, State.APPROVED, State.FOR_APPROVAL):
        raise Refused(_("This offer was sent already."))
    need_free(offer)
    _keep(offer, {"state": State.SENT, "sent_at": at, "sent_message_id": message_id}, "send", by, at)
    return offer


@transaction.atomic
def accept(*, offer_id: int, by: User | None, at: datetime, version: int | None = None) -> Offer:
    """The customer said yes."""
    offer = open_offer(offer_id, version)
    if offer.state != State.SENT:
        raise Refused(_("Only what was sent can be accepted."))
    _keep(offer, {"state": State.ACCEPTED, "answered_at": at}, "accept", by, at)
    return offer


@transaction.atomic
def lose(*, offer_id: int, reason: str, by: User | None, at: datetime, version: int | None = None) -> Offer:
    """Nothing came of it, and why."""
    offer = open_offer(offer_id, version)
    if offer.state not in Offer.OPEN:
        raise Refused(_("Only an open offer can be lost."))
    if not reason.strip():
        raise Refused({"lost_reason": _("Say why it was lost.")})
    values = {"state": State.LOST, "answered_at": at, "lost_reason": reason.strip()}
    _keep(offer, values, "lose", by, at, checked={"lost_reason"})
    return offer


def _in(offer_id: int, version: int | None, state: str, otherwise: str) -> Offer:
    offer = open_offer(offer_id, version)
    if offer.state != state:
        raise Refused(otherwise)
    return offer


def _keep(
    offer: Offer,
    values: Mapping[str, Any],
    verb: str,
    by: User | None,
    at: datetime,
    *,
    checked: set[str] | None = None,
) -> None:
    moved = take_changes(offer, values)
    if checked:
        check_fields(offer, checked)
    keep(offer, moved, by=by, at=at, verb=verb)


def _need_reasons(found: Checks) -> None:
    if found.without_reason:
        places = ", ".join(str(place + 1) for place in found.without_reason[:10])
        raise Refused(
            _("Give a reason for each price below the last deal price: line %(places)s.") % {"places": places}
        )


def _told(offer: Offer, by: User) -> dict[str, Any]:
    return {"number": str(offer), "who": [by.name_zh, by.name_en], "customer": offer.customer.name}


def _url(offer: Offer) -> str:
    return reverse("sales:offer", args=[offer.pk])
