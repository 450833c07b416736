"""The daily mail: whose work begins, and what it says."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.notifications import queries
from genjin.notifications.models import Digest, Notice, Way
from genjin.people import access
from genjin.people import queries as people
from genjin.people.models import User


def due(at: datetime) -> list[tuple[User, date, datetime]]:
    """People whose working day has begun with unread notices to be mailed: (who, day, when it began)."""
    waiting = Notice.objects.filter(way=Way.DIGEST, digest__isnull=True, read_at__isnull=True)
    users = {
        user.pk: user
        for user in User.objects.can_sign_in().filter(pk__in=waiting.order_by().values("user")).order_by("pk")
    }
    had = set(Digest.objects.filter(user__in=users).values_list("user_id", "day"))
    found = []
    for colleague in people.colleagues(users).values():
        day = colleague.calendar.local_date(at)
        begins = colleague.calendar.opening_of(day)
        if not colleague.works_on(day) or begins > at:
            continue
        if (colleague.user_id, day) not in had:
            found.append((users[colleague.user_id], day, begins))
    return found


def letter(digest: Digest, user: User) -> EmailMessage:
    """The mail in the person's language and zone."""
    firm = people.organisation()
    access.of(user, today=digest.day)
    with (
        translation.override(user.language or settings.LANGUAGE_CODE),
        timezone.override(user.timezone or firm.timezone),
    ):
        lines = queries.in_words(user, digest.notices.all())
        count = len(lines)
        subject = ngettext("%(count)d notice from Genjin", "%(count)d notices from Genjin", count)
        body = _("Hello %(name)s,\n\nsince your last working day:\n\n%(lines)s\n\nAll notices: %(url)s\n") % {
            "name": user,
            "lines": "\n".join(_said(line) for line in lines),
            "url": settings.PUBLIC_URL + reverse("notifications:list"),
        }
        return EmailMessage(subject=subject % {"count": count}, body=body, to=[user.email])


def _said(line: queries.Line) -> str:
    about = f" · {line.customer}" if line.customer is not None else ""
    address = f"\n  {settings.PUBLIC_URL}{line.href}" if line.href else ""
    return f"- {line.title}{about}\n  {line.text}{address}"
