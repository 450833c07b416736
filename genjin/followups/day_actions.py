"""What people do with their day: ask for another customer, open the tracking list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.followups.models import DayPick, PersonDay, Task
from genjin.journal import actions as journal
from genjin.people.models import User
from genjin.people.queries import work_calendar


@transaction.atomic
def replace_pick(*, task: Task, by: User, at: datetime) -> DayPick:
    """Have somebody else picked for the 2 + 2 today; the customer may be picked again from tomorrow on."""
    pick = (
        DayPick.objects.select_for_update()
        .filter(customer=task.customer_id, user=task.owner_id, closed_at__isnull=True)
        .order_by("-day")
        .first()
    )
    if pick is None:
        raise Refused(_("This customer is not one of today's 2 + 2 any more."))
    pick.closed_at, pick.closed_as = at, DayPick.Closed.REPLACED
    pick.save(update_fields=["closed_at", "closed_as"])
    written = journal.Written(
        verb="replace_pick",
        kind="followups.pick",
        object_id=pick.pk,
        title=str(pick.day),
        customer_id=pick.customer_id,
        changes={"day": (None, pick.day)},
    )
    journal.record(by=by, at=at, written=[written])
    journal.mark_customers([pick.customer_id], at=at)
    journal.mark_people([pick.user_id], at=at)
    return pick


@transaction.atomic
def open_list(*, user: User, at: datetime) -> bool:
    """Keep when a person first looked at the tracking list that day (000-14); False when that is known."""
    day = work_calendar(user).local_date(at)
    row, is_new = PersonDay.objects.get_or_create(user=user, day=day, defaults={"list_opened_at": at})
    if not is_new:
        if row.list_opened_at is not None:
            return False
        PersonDay.objects.filter(pk=row.pk).update(list_opened_at=at)
    journal.mark_people([user.pk], at=at)
    return True
