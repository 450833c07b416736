"""The outbox (发件箱): what waits and why, what failed, and what is uncertain with the evidence to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused
from genjin.mail import outbox_present as present
from genjin.mail.actions import outbox as actions
from genjin.mail.actions import starting
from genjin.mail.models import OutgoingMail
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

SHOWN = 100
FAILED_FOR = timedelta(days=14)
State = OutgoingMail.State


@requires()
@require_GET
def outbox(request: Request) -> HttpResponse:
    """Everything of the person, and of the mailboxes answered with, that is not simply sent."""
    rows = OutgoingMail.objects.visible_to(request.user).filter(deleted_at=None)
    rows = rows.select_related("account", "customer", "author").prefetch_related("recipients")
    since = request.now - FAILED_FOR
    uncertain = rows.filter(state=State.UNCERTAIN).order_by("-claimed_at", "-pk")[:SHOWN]
    waiting = rows.filter(state__in=[State.WAITING, State.SENDING]).order_by("try_at", "pk")[:SHOWN]
    failed = rows.filter(state__in=[State.FAILED, State.PARTLY], changed_at__gt=since)
    lines = present.lines(list(waiting), request)
    context = {
        "uncertain": present.lines(list(uncertain), request),
        "asking": [line for line in lines if line.asks],
        "waiting": [line for line in lines if not line.asks],
        "failed": present.lines(list(failed.order_by("-changed_at", "-pk")[:SHOWN]), request),
    }
    return render(request, "mail/outbox.html", context)


def _post(request: Request, verb: Callable[..., Any], pk: int, said: str, *, to: str = "") -> HttpResponse:
    if not OutgoingMail.objects.visible_to(request.user).filter(pk=pk, deleted_at=None).exists():
        raise Http404
    back = answers.back_to(request, reverse("mail:outbox"))
    try:
        verb(mail_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, back)
    return answers.saved(request, to or back, said)


@require_POST
@requires()
def take_back(request: Request, pk: int) -> HttpResponse:
    """Undo, or take back what is scheduled: it is a draft again."""
    draft = reverse("mail:draft", args=[pk])
    return _post(request, actions.take_back, pk, _("It is a draft again."), to=draft)


@require_POST
@requires()
def cancel(request: Request, pk: int) -> HttpResponse:
    """Stop trying."""
    return _post(request, actions.cancel, pk, _("It is not tried any more."))


@require_POST
@requires()
def send(request: Request, pk: int) -> HttpResponse:
    """Send what waits for a decision, or try at once."""
    return _post(request, actions.send_all_the_same, pk, _("It is sent now."))


@require_POST
@requires()
def decide_sent(request: Request, pk: int) -> HttpResponse:
    """It arrived."""
    return _post(request, actions.decide_sent, pk, _("It counts as sent."))


@require_POST
@requires()
def decide_resend(request: Request, pk: int) -> HttpResponse:
    """It did not arrive."""
    return _post(request, actions.decide_resend, pk, _("It is sent once more."))


@require_POST
@requires()
def write_again(request: Request, pk: int) -> HttpResponse:
    """A draft with the same text and files for those whom the mail did not reach."""
    if not OutgoingMail.objects.visible_to(request.user).filter(pk=pk, deleted_at=None).exists():
        raise Http404
    try:
        mail = starting.write_again(mail_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, answers.back_to(request, reverse("mail:outbox")))
    return answers.saved(request, reverse("mail:draft", args=[mail.pk]))
