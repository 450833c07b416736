"""Letters of credit: entering, amending, presenting (B-18, D-17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, check_fields, keep, locked, take_changes, tell
from genjin.customers.actions.refusal import Refused
from genjin.people.models import User
from genjin.sales.actions.money_basis import (
    amount_problem,
    currency_problem,
    future_problem,
    locked_orders,
    refuse,
    require_order,
)
from genjin.sales.actions.plans import follow_plans
from genjin.sales.models import LetterOfCredit, Order

EDITABLE = (
    "number", "issuing_bank", "amount", "currency", "usance_days", "lc_expiry", "lc_latest_shipment",
    "lc_presentation_days",
)  # fmt: skip


@transaction.atomic
def enter_letter(*, order_id: int, values: Mapping[str, Any], by: User, at: datetime) -> LetterOfCredit:
    """Enter the L/C of an order. Raises `Refused` by field."""
    order = locked_orders([order_id]).get(order_id)
    if order is None:
        raise Order.DoesNotExist
    require_order(order, by, at)
    letter = LetterOfCredit(order=order, **{name: v for name, v in values.items() if name in EDITABLE})
    _check(letter)
    letter.save(force_insert=True)
    told = {
        name: (None, getattr(letter, name)) for name in EDITABLE if getattr(letter, name) not in ("", None)
    }
    tell([changed(letter, "create", told)], by=by, at=at)
    return letter


def _check(letter: LetterOfCredit) -> None:
    letter.number = letter.number.strip()
    check_fields(letter, only=(*EDITABLE, "lc_discrepancy"))
    late = letter.lc_latest_shipment is not None and letter.lc_latest_shipment > letter.lc_expiry
    refuse(
        {
            "amount": amount_problem(letter.amount, letter.currency),
            "currency": currency_problem(letter.currency),
            "lc_latest_shipment": _("The latest shipment cannot lie after the expiry.") if late else "",
            "lc_presentation_days": _("At most 366 days.") if letter.lc_presentation_days > 366 else "",
            "usance_days": _("At most 720 days.") if letter.usance_days > 720 else "",
        }
    )


@transaction.atomic
def amend_letter(
    *,
    letter_id: int,
    changes: Mapping[str, Any],
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> LetterOfCredit:
    """Write down an amendment. Raises `Refused` by field, `Conflict` by version."""
    letter = locked(LetterOfCredit.objects.all(), letter_id)
    require_order(letter.order, by, at)
    wanted = {name: value for name, value in changes.items() if name in EDITABLE}
    told = take_changes(letter, wanted, expected=expected_version)
    _check(letter)
    if told:
        keep(letter, told, by=by, at=at)
    return letter


@transaction.atomic
def present(
    *, letter_id: int, on: date | None, by: User, at: datetime, discrepancy: str = ""
) -> LetterOfCredit:
    """Say when the documents were presented and what the bank found; None takes that back."""
    letter = locked(LetterOfCredit.objects.select_related("order"), letter_id)
    require_order(letter.order, by, at)
    if on is not None:
        refuse({"presented_on": future_problem(on, by, at)})
    told = take_changes(letter, {"presented_on": on, "lc_discrepancy": discrepancy.strip()})
    check_fields(letter, only=("lc_discrepancy",))
    if told:
        keep(letter, told, by=by, at=at, verb="present")
        follow_plans(order_ids=[letter.order_id], at=at)
    return letter


@transaction.atomic
def remove_letter(*, letter_id: int, by: User, at: datetime) -> None:
    """Take away what was entered in error; once documents were presented it stays."""
    letter = locked(LetterOfCredit.objects.select_related("order"), letter_id)
    require_order(letter.order, by, at)
    if letter.presented_on is not None:
        raise Refused(_("Documents were presented under this L/C; it stays."))
    told = {name: (getattr(letter, name), None) for name in EDITABLE}
    tell([changed(letter, "remove", told)], by=by, at=at)
    letter.delete()
