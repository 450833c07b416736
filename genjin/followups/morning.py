"""The morning mail: today's first tasks with their reasons, at the hour the person chose."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.followups import present, queries
from genjin.followups.models import MorningPreference, PersonDay
from genjin.people import access
from genjin.people import queries as people
from genjin.people.models import User

SHOWN = 10
LATE = timedelta(hours=4)
"""Later than this after the hour it is no morning mail any more, and none is sent."""


def due(at: datetime) -> list[tuple[User, date]]:
    """Whose hour has come on a day on which they work, and who had no mail that day."""
    wanted = {row.user_id: row.at for row in MorningPreference.objects.all()}
    users = {user.pk: user for user in User.objects.can_sign_in().filter(pk__in=wanted).order_by("pk")}
    found = []
    for colleague in people.colleagues(users).values() if users else ():
        calendar = colleague.calendar
        day = calendar.local_date(at)
        hour = datetime.combine(day, wanted[colleague.user_id], calendar.zone)
        if colleague.works_on(day) and hour <= at < hour + LATE:
            found.append((users[colleague.user_id], day))
    days = {day for _user, day in found}
    claimed = PersonDay.objects.filter(user__in=users, day__in=days, mail_claimed_at__isnull=False)
    had = set(claimed.values_list("user_id", "day"))
    return [(user, day) for user, day in found if (user.pk, day) not in had]


def letter(user: User, day: date, at: datetime) -> EmailMessage | None:
    """The mail in the person's language and zone; None when nothing is due."""
    firm = people.organisation()
    access.of(user, today=day)
    with (
        translation.override(user.language or settings.LANGUAGE_CODE),
        timezone.override(user.timezone or firm.timezone),
    ):
        tasks = queries.due_tasks(user, queries.View.MINE, day)
        counts, tabs = queries.own_counts(user, day)
        if not counts.all:
            return None
        first, _more = queries.page_of(tasks, size=SHOWN)
        rows = present.rows_for(first, today=day, now=at)
        subject = ngettext("%(count)d task today", "%(count)d tasks today", counts.all)
        body = _("Hello %(name)s,\n\n%(counts)s\n\n%(lines)s\n\nGo to Today: %(url)s\n") % {
            "name": user,
            "counts": _counts(counts, tabs),
            "lines": "\n".join(_line(number, row) for number, row in enumerate(rows, 1)),
            "url": settings.PUBLIC_URL + reverse("today"),
        }
        return EmailMessage(subject=subject % {"count": counts.all}, body=body, to=[user.email])


def _counts(counts: queries.Counts, tabs: queries.TabCounts) -> str:
    said = _(
        "Today: %(all)d, of these tracking list %(tracking)d, daily follow-up %(daily)d, calls %(calls)d."
    )
    text = said % {"all": counts.all, "tracking": tabs.tracking, "daily": tabs.daily, "calls": tabs.calls}
    if counts.overdue:
        text += " " + _("Overdue: %(n)d.") % {"n": counts.overdue}
    if counts.all > SHOWN:
        text += " " + _("The first %(n)d:") % {"n": SHOWN}
    return text


def _line(number: int, row: present.Row) -> str:
    where = f" ({row.country})" if row.country else ""
    return (
        f"{number}. {row.customer.name}{where} · {row.channel_label} · {row.due}\n   {row.purpose}: {row.why}"
    )
