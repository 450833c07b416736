"""Reads of a person's day for pages and commands: the targets with their progress, the mails of today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from genjin.followups.day_facts import sent_mails
from genjin.followups.days import duty_data, judge_day
from genjin.followups.models import PersonDay
from genjin.mail.models import Message
from genjin.people.models import User
from genjin.records.prepared import Given, Prepared
from genjin.rules.day import DutyKind

_PLANNED = Prepared(
    lambda: PersonDay.objects.filter(user=Given("user"), day=Given("day"), planned_at__isnull=False)
)


def targets_of(user: User, now: datetime) -> Mapping[DutyKind, Mapping[str, Any]]:
    """The targets of the person's day as planned last; planned on the spot where the worker was not yet.

    Each with `done`, `of`, `due_on` and `is_behind`; none on a day off.
    """
    day = timezone.localdate(now)
    stored = _PLANNED.first(user=user.pk, day=day)
    if stored is not None:
        duties = stored.duties
    else:
        duties = [duty_data(duty) for duty in judge_day(user.pk, now)[1].duties]
    return {DutyKind(duty["kind"]): duty for duty in duties}


def ids_of_today(user: User, now: datetime) -> set[int]:
    """Ids of what the person sent today, written here or found in the Sent folder of his own mailbox."""
    day = timezone.localdate(now)
    begins = datetime.combine(day, datetime.min.time(), timezone.get_current_timezone())
    return sent_mails(user.pk, begins, now + timedelta(seconds=1))


def mails_of_today(user: User, now: datetime) -> QuerySet[Message]:
    """The same as mails."""
    return Message.objects.filter(pk__in=ids_of_today(user, now))
