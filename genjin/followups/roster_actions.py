"""Who is on duty on which day, outside of working hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.followups.models import DutyDay
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.policy import actions as policy


@transaction.atomic
def set_roster(*, days: Mapping[date, int | None], by: User, at: datetime) -> int:
    """Say for each of these days who is on duty, None for nobody; how many days changed."""
    known = {row.day: row for row in DutyDay.objects.select_for_update().filter(day__in=list(days))}
    wanted = {person for person in days.values() if person is not None}
    there = User.objects.in_bulk([*wanted, *(row.person_id for row in known.values())])
    written = []
    for day, person in sorted(days.items()):
        row = known.get(day)
        before = row.person_id if row else None
        if person == before:
            continue
        if person is not None and (person not in there or not there[person].is_active):
            raise Refused({day.isoformat(): _("Choose somebody who works here.")})
        change = {"person": tuple(str(there[pk]) if pk else None for pk in (before, person))}
        written.append(_write(day, row, person, change))
    if written:
        journal.record(by=by, at=at, written=written)
        policy.changed()
    return len(written)


def _write(day: date, row: DutyDay | None, person: int | None, change: Mapping[str, Any]) -> journal.Written:
    if row is None:
        row = DutyDay.objects.create(day=day, person_id=person or 0)
    pk = row.pk
    if person is None:
        row.delete()
    elif row.person_id != person:
        row.person_id = person
        row.version += 1
        row.save()
    return journal.Written(
        verb="change", kind="followups.dutyday", object_id=pk, title=day.isoformat(), changes=change
    )
