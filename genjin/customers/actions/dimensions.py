"""Grading customers: each dimension by its own rules, every change with old, new, who, when and why (A.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import (
    batches,
    changed,
    check_version,
    dimension_change,
    may,
    require,
    tell,
    today_of,
)
from genjin.customers.actions.customers import HISTORY, TRACKED
from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer, DimensionChange
from genjin.customers.models.dimension import GRADE_ORDER, KeyAccount, RelationshipClass
from genjin.people.models import User
from genjin.policy.queries import effective_for


@dataclass(frozen=True)
class _Change:
    """One change of one dimension, with what the rules of that dimension look at."""

    dimension: str
    value: Any
    why: str
    by: User | None
    at: datetime
    details: Mapping[str, Any]


@transaction.atomic
def set_dimension(
    *,
    customer_ids: Sequence[int],
    dimension: str,
    value: Any,
    by: User | None,
    at: datetime,
    why: str = "",
    cause: str = DimensionChange.Cause.PERSON,
    details: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> int:
    """Give customers one value of one dimension; how many had another.

    `dimension` is one of `TRACKED` or `grade_locked`. `details` holds what belongs to a dimension:
    `value_class_until` (date), `interrupted_kind`. By hand some need a reason; a locked grade and the
    confirmation of a key account need the right. Raises `Refused` by field.
    """
    if dimension not in (*TRACKED, "grade_locked"):
        raise Refused(_("There is no such dimension."))
    by_hand = cause == DimensionChange.Cause.PERSON
    change = _Change(dimension, _cleaned(dimension, value), why.strip(), by, at, details or {})
    if by_hand:
        _check_reason(change)
    count = 0
    for part in batches(customer_ids):
        rows = list(Customer.objects.alive().filter(pk__in=part).select_for_update().order_by("pk"))
        for customer in rows:
            check_version(customer, expected_version, {dimension: change.value})
        differing = [c for c in rows if _differs(c, change)]
        if by_hand:
            _check_rights(differing, change)
        _write(differing, change, cause)
        count += len(differing)
    return count


def _cleaned(dimension: str, value: Any) -> Any:
    column = next(f for f in Customer._meta.concrete_fields if f.name == dimension)
    if value in (None, "") and column.blank:
        return None if column.null else ""
    if value in (None, ""):
        raise Refused({dimension: _("Choose one of the list.")})
    if dimension in ("fit_score", "potential_score"):
        if not str(value).isdigit() or not 1 <= int(value) <= 5:
            raise Refused({dimension: _("Between 1 and 5.")})
        return int(value)
    if dimension in ("is_priority", "grade_locked"):
        return bool(value) and str(value).lower() not in ("false", "0", "no")
    if column.choices and value not in dict(column.flatchoices):
        raise Refused({dimension: _("Choose one of the list.")})
    return value


def _check_reason(change: _Change) -> None:
    """Refuse a change by hand that lacks what its dimension asks for (001-22, 002-40, 003-05)."""
    if change.dimension == "value_class":
        until: date | None = change.details.get("value_class_until")
        if not change.why:
            raise Refused({"why": _("The purchase class is computed from orders; say why it should differ.")})
        if until is None or until <= today_of(change.by, change.at):
            raise Refused({"value_class_until": _("Give a day in the future until which this holds.")})
    elif change.dimension == "is_priority" and change.value and not change.why:
        raise Refused({"why": _("Say why this is a priority.")})
    elif change.dimension == "lifecycle_stage" and not change.why:
        raise Refused({"why": _("The stage is computed from orders; write down the evidence.")})
    elif change.dimension == "dormancy_state" and not change.why:
        raise Refused({"why": _("This is computed from orders; say why it should differ.")})
    elif change.value == RelationshipClass.INTERRUPTED and not change.details.get("interrupted_kind"):
        raise Refused({"interrupted_kind": _("Say how: small, unstable or stopped orders.")})


def _check_rights(rows: Sequence[Customer], change: _Change) -> None:
    if change.dimension == "grade_locked" and rows:
        require(change.by, "confirm_key_account", change.at)
    trusted = may(change.by, "confirm_key_account", change.at)
    if change.dimension == "follow_grade" and any(c.grade_locked for c in rows) and not trusted:
        raise Refused({"follow_grade": _("A manager has locked this grade.")})
    if change.dimension == "key_account":
        leaves = any(c.key_account == KeyAccount.CONFIRMED for c in rows)
        if (change.value == KeyAccount.CONFIRMED or leaves) and not trusted:
            raise Refused({"key_account": _("You may propose a key account; a manager confirms it.")})
    if change.dimension == "is_priority" and change.value:
        _check_priority_list(rows)


def _check_priority_list(rows: Sequence[Customer]) -> None:
    owners = sorted({c.owner_id for c in rows if c.owner_id is not None})
    policies = effective_for(owners)
    for owner_id in owners:
        most = policies[owner_id].number("priority_list_max")
        listed = Customer.objects.alive().filter(owner_id=owner_id, is_priority=True).count()
        if listed + sum(c.owner_id == owner_id for c in rows) > most:
            raise Refused(
                {
                    "is_priority": _("The priority list holds %(most)d customers. Take one off first.")
                    % {"most": most}
                }
            )


def _columns(change: _Change) -> dict[str, Any]:
    """What the change writes: the dimension and what belongs to it."""
    columns = {change.dimension: change.value}
    if change.dimension == "follow_grade":
        columns["grade_order"] = GRADE_ORDER[change.value]
    elif change.dimension == "value_class":
        columns["value_class_until"] = change.details.get("value_class_until")
    elif change.dimension == "relationship_class":
        interrupted = change.value == RelationshipClass.INTERRUPTED
        columns["interrupted_kind"] = change.details.get("interrupted_kind", "") if interrupted else ""
    elif change.dimension == "lifecycle_stage":
        columns["lifecycle_evidence"] = change.why[:500]
    elif change.dimension == "is_priority":
        columns["priority_reason"] = change.why[:200] if change.value else ""
    return columns


def _differs(customer: Customer, change: _Change) -> bool:
    told = {k: v for k, v in _columns(change).items() if k not in ("lifecycle_evidence", "priority_reason")}
    return any(getattr(customer, name) != value for name, value in told.items())


def _write(rows: Sequence[Customer], change: _Change, cause: str) -> None:
    if not rows:
        return
    columns = _columns(change)
    history, written = [], []
    for customer in rows:
        told = {n: (getattr(customer, n), v) for n, v in columns.items() if getattr(customer, n) != v}
        told.pop("grade_order", None)
        history += [
            dimension_change(
                customer, name, old, new, by=change.by, at=change.at, why=change.why, cause=cause
            )
            for name, (old, new) in told.items()
            if name in HISTORY
        ]
        written.append(changed(customer, "grade", told, note=change.why))
    stored = Customer.objects.filter(pk__in=[c.pk for c in rows])
    stored.update(**columns, version=F("version") + 1, updated_at=change.at)
    DimensionChange.objects.bulk_create(history, batch_size=500)
    tell(written, by=change.by, at=change.at)
