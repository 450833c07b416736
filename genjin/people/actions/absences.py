"""When people are away and who stands in for them (D-5, D-21)."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people.actions import base
from genjin.people.models import Absence, User
from genjin.policy import actions as policy

LONGEST_DAYS = 366


@transaction.atomic
def record_absence(
    *,
    user_id: int,
    first_day: date,
    last_day: date,
    deputy_id: int | None = None,
    note: str = "",
    by: User | None,
    at: datetime,
) -> Absence:
    """Note that a person is away, the last day included; the deputy sees and does the work meanwhile."""
    base.take(User, user_id)
    absence = Absence(user_id=user_id, first_day=first_day, last_day=last_day, deputy_id=deputy_id, note=note)
    _check(absence)
    absence.save()
    changes = base.created(absence, ("user_id", "first_day", "last_day", "deputy_id", "note"))
    base.tell(absence, "create", by=by, at=at, changes=changes)
    policy.changed()
    return absence


@transaction.atomic
def change_absence(
    *,
    absence_id: int,
    first_day: date,
    last_day: date,
    deputy_id: int | None,
    note: str,
    version: int | None,
    by: User | None,
    at: datetime,
) -> Absence:
    """Move an absence or change its deputy."""
    absence = base.take(Absence, absence_id, version)
    base.take(User, absence.user_id)
    new = {"first_day": first_day, "last_day": last_day, "deputy_id": deputy_id, "note": note}
    _check(Absence(pk=absence.pk, user_id=absence.user_id, **new))
    if base.write(absence, new, by=by, at=at):
        policy.changed()
    return absence


@transaction.atomic
def remove_absence(*, absence_id: int, by: User | None, at: datetime) -> None:
    """Take an absence back; the journal keeps that it was there."""
    absence = base.take(Absence, absence_id)
    names = ("user_id", "first_day", "last_day", "deputy_id", "note")
    gone = {name: (getattr(absence, name), None) for name in names}
    base.tell(absence, "remove", by=by, at=at, changes=gone)
    policy.changed()
    absence.delete()


def _check(absence: Absence) -> None:
    """Raise a ValidationError with one sentence for what cannot be."""
    if absence.last_day < absence.first_day:
        raise ValidationError({"last_day": _("The last day must not be before the first day.")})
    if (absence.last_day - absence.first_day).days >= LONGEST_DAYS:
        raise ValidationError({"last_day": _("An absence lasts a year at most.")})
    if absence.deputy_id == absence.user_id:
        raise ValidationError({"deputy": _("Nobody can be his own deputy.")})
    if absence.deputy_id and not User.objects.filter(pk=absence.deputy_id, is_active=True).exists():
        raise ValidationError({"deputy": _("The deputy must be somebody who works here.")})
    days = {"first_day__lte": absence.last_day, "last_day__gte": absence.first_day}
    others = Absence.objects.filter(**days).exclude(pk=absence.pk)
    other = others.filter(user_id=absence.user_id).first()
    if other:
        raise ValidationError(
            {
                "first_day": _("There is an absence from %(first)s to %(last)s already.")
                % {"first": other.first_day, "last": other.last_day}
            }
        )
    if absence.deputy_id and others.filter(user_id=absence.deputy_id).exists():
        raise ValidationError({"deputy": _("The deputy is away on some of these days.")})
