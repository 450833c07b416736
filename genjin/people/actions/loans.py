"""Equipment lent to people (000-36)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people.actions import base
from genjin.people.models import EquipmentLoan, User

FIELDS = ("borrower_id", "item", "from_day", "until_day", "note")


@transaction.atomic
def lend(*, values: Mapping[str, Any], by: User | None, at: datetime) -> EquipmentLoan:
    """Note that somebody takes a piece of equipment."""
    loan = EquipmentLoan(**{name: values[name] for name in FIELDS if name in values})
    if loan.until_day and loan.until_day < loan.from_day:
        raise ValidationError({"until_day": _("The last day must not be before the first day.")})
    loan.save()
    base.tell(loan, "create", by=by, at=at, changes=base.created(loan, FIELDS))
    return loan


@transaction.atomic
def take_back(*, loan_id: int, on: date, by: User | None, at: datetime) -> EquipmentLoan:
    """Note that it came back; saying so twice changes nothing."""
    loan = base.take(EquipmentLoan, loan_id)
    if loan.returned_on is None:
        base.write(loan, {"returned_on": max(on, loan.from_day)}, by=by, at=at, verb="take_back")
    return loan
