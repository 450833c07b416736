"""The company's calendar: public holidays and make-up workdays as announced, own closures, own workdays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.people import holidays
from genjin.people.actions import base
from genjin.people.models import CalendarDay, Organisation, User
from genjin.policy import actions as policy

Kind, Source = CalendarDay.Kind, CalendarDay.Source


@transaction.atomic
def refresh_official_days(*, years: Iterable[int], by: User | None, at: datetime) -> int:
    """Bring the official days of these years up to what is known now; returns how many days differ.

    China's make-up workdays exist only after the yearly notice, so this is done again each winter.
    """
    wanted: dict[date, holidays.OfficialDay] = {}
    country = base.lock_people().country
    for year in years:
        wanted |= {day.day: day for day in holidays.official_days(country, year)}
    stored = {
        row.day: row for row in CalendarDay.objects.filter(source=Source.OFFICIAL, day__year__in=list(years))
    }
    gone = [row.pk for day, row in stored.items() if day not in wanted]
    new = [day for day in wanted.values() if _key(stored.get(day.day)) != _key(day)]
    if not gone and not new:
        return 0
    CalendarDay.objects.filter(pk__in=gone + [stored[d.day].pk for d in new if d.day in stored]).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=d.day, kind=d.kind, source=Source.OFFICIAL, name_zh=d.name_zh, name_en=d.name_en)
        for d in new
    )
    changes: dict[str, tuple[str | None, str | None]] = {
        d.day.isoformat(): (_kind(stored.get(d.day)), d.kind) for d in new
    }
    changes |= {day.isoformat(): (row.kind, None) for day, row in stored.items() if day not in wanted}
    firm = Organisation.objects.get(pk=1)
    base.tell(firm, "refresh_calendar", by=by, at=at, changes=changes)
    policy.changed()
    return len(changes)


@transaction.atomic
def set_own_day(
    *, day: date, kind: str, name_zh: str = "", name_en: str = "", by: User | None, at: datetime
) -> CalendarDay:
    """Close a day, or make it a workday, whatever the official calendar says; one own entry a day."""
    if kind not in Kind.values:
        raise ValidationError({"kind": _("Choose whether the day is closed or worked.")})
    base.lock_people()
    known = CalendarDay.objects.filter(day=day, source=Source.OWN).first()
    row = known or CalendarDay(day=day, source=Source.OWN)
    old = _kind(known)
    row.kind, row.name_zh, row.name_en = kind, name_zh, name_en
    row.save()
    base.tell(row, "change" if known else "create", by=by, at=at, changes={day.isoformat(): (old, kind)})
    policy.changed()
    return row


@transaction.atomic
def remove_own_day(*, day_id: int, by: User | None, at: datetime) -> None:
    """Take an own day back; the official calendar or the week counts again."""
    base.lock_people()
    row = CalendarDay.objects.get(pk=day_id, source=Source.OWN)
    base.tell(row, "remove", by=by, at=at, changes={row.day.isoformat(): (row.kind, None)})
    row.delete()
    policy.changed()


def _kind(row: CalendarDay | None) -> str | None:
    return row.kind if row else None


def _key(row: CalendarDay | holidays.OfficialDay | None) -> tuple[str, str, str] | None:
    return (str(row.kind), row.name_zh, row.name_en) if row else None
