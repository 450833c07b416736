"""What the outbox of a held instance would send, for the administrator who is about to release it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.mail import delays
from genjin.mail.actions import matching
from genjin.mail.models import OutgoingMail
from genjin.mail.outbox_present import names
from genjin.mail.sending.jobs import match_account
from genjin.mail.sending.matching import accounts_to_match
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

SHOWN = 100
State = OutgoingMail.State


@dataclass(frozen=True)
class Line:
    """One mail; what it says is told only to those who may see it anyway."""

    mail: OutgoingMail
    subject: str
    to: str
    why: str = ""


@require_GET
@requires("administer")
def held(request: Request) -> HttpResponse:
    """What is not matched yet, what would leave, what left already, what waits for a person."""
    rows = OutgoingMail.objects.filter(deleted_at=None).select_related("account", "author")
    rows = rows.prefetch_related("recipients").order_by("queued_at", "pk")
    since = request.instance.held_since
    open_ones = matching.unmatched(request.instance)
    matched = rows.filter(matched_at__gte=since) if since else rows.none()
    left = matched.filter(sent_at__isnull=False).exclude(state__in=matching.WOULD_LEAVE)
    leaving = rows.filter(state__in=matching.WOULD_LEAVE).exclude(delay=delays.RESTORED)
    asked = matched.filter(state__in=matching.WOULD_LEAVE, delay=delays.RESTORED)
    context = {
        "instance": request.instance,
        "unmatched": open_ones.count(),
        "leaving": _lines(request, leaving.exclude(pk__in=open_ones.values("pk"))),
        "found": _lines(request, left),
        "asked": _lines(request, asked),
        "uncertain": _lines(request, rows.filter(state=State.UNCERTAIN)),
    }
    return render(request, "mail/_held.html", context)


def _lines(request: Request, rows: Any) -> list[Line]:
    mails: list[OutgoingMail] = list(rows[:SHOWN])
    own = _seen(request, mails)
    return [_line(mail, is_seen=mail.pk in own) for mail in mails]


def _seen(request: Request, mails: Iterable[OutgoingMail]) -> set[int]:
    ids = [mail.pk for mail in mails]
    return set(OutgoingMail.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))


def _line(mail: OutgoingMail, *, is_seen: bool) -> Line:
    why = delays.sentence(mail.delay, mail.delay_details) if mail.delay == delays.RESTORED else ""
    if is_seen:
        return Line(mail, mail.subject or _("(no subject)"), names(mail), why)
    domains = sorted({row.domain for row in mail.recipients.all()})
    return Line(mail, "", _(", ").join(domains[:3]), why)


@require_POST
@requires("administer")
def match(request: Request) -> HttpResponse:
    """Ask the Sent folders, in the background."""
    for pk in accounts_to_match():
        match_account.enqueue(pk)
    return answers.saved(request, reverse("instance:overview"), _("The Sent folders are being asked."))
