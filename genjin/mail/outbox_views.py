"""The outbox (发件箱): what waits and why, what failed, and what is uncertain with the evidence to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from genjin.customers.actions.refusal import Refused
from genjin.mail import delays
from genjin.mail.actions import outbox as actions
from genjin.mail.models import OutgoingMail, OutgoingRecipient
from genjin.mail.sending import evidence
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.guards import requires

SHOWN = 100
FAILED_FOR = timedelta(days=14)
REACHED = {
    "DOT": gettext_lazy(
        "The whole mail was handed over, then the connection ended before the server's answer."
    ),
    "ACCEPTED": gettext_lazy("The server took the mail."),
}
PROOFS = {
    evidence.IN_MAILBOX: gettext_lazy("It was found in a mailbox of yours: it did leave."),
    evidence.ANSWERED: gettext_lazy("It was answered: it did leave."),
}

State = OutgoingMail.State
Result = OutgoingRecipient.State


@dataclass
class Line:
    """One mail as the page shows it."""

    mail: OutgoingMail
    to: str
    reason: str = ""
    when: datetime | None = None
    asks: bool = False
    may_take_back: bool = False
    refused: list[OutgoingRecipient] = field(default_factory=list)
    reached: str = ""
    proof: str = ""


@requires()
@require_GET
def outbox(request: Request) -> HttpResponse:
    """Everything of the person, and of the mailboxes answered with, that is not simply sent."""
    rows = OutgoingMail.objects.visible_to(request.user).filter(deleted_at=None)
    rows = rows.select_related("account", "customer", "author").prefetch_related("recipients")
    uncertain = list(rows.filter(state=State.UNCERTAIN).order_by("-claimed_at", "-pk")[:SHOWN])
    waiting = list(rows.filter(state__in=[State.WAITING, State.SENDING]).order_by("try_at", "pk")[:SHOWN])
    since = request.now - FAILED_FOR
    failed = rows.filter(state__in=[State.FAILED, State.PARTLY], changed_at__gt=since)
    is_held = request.instance.is_held
    known = evidence.of_mails(uncertain)
    lines = [_line(mail, request, is_held) for mail in waiting]
    context = {
        "uncertain": [_uncertain(mail, known[mail.pk]) for mail in uncertain],
        "asking": [line for line in lines if line.asks],
        "waiting": [line for line in lines if not line.asks],
        "failed": [_failed(mail) for mail in failed.order_by("-changed_at", "-pk")[:SHOWN]],
    }
    return render(request, "mail/outbox.html", context)


def _line(mail: OutgoingMail, request: Request, is_held: bool) -> Line:
    asks = mail.delay in delays.ASKS
    reason = delays.sentence(delays.HELD) if is_held else delays.sentence(mail.delay, mail.delay_details)
    if mail.state == State.SENDING:
        reason = _("It is being sent at this moment.")
    return Line(
        mail, _names(mail), reason=reason, when=mail.try_at, asks=asks and mail.state == State.WAITING,
        may_take_back=(
            mail.author_id == request.user.pk and mail.sent_at is None and mail.state == State.WAITING
        ),
    )  # fmt: skip


def _uncertain(mail: OutgoingMail, known: evidence.Evidence) -> Line:
    return Line(
        mail, _names(mail, Result.UNCERTAIN), when=mail.claimed_at,
        reached=str(REACHED.get(known.reached, REACHED["DOT"])), reason=known.answer,
        proof=str(PROOFS.get(known.proof, "")),
    )  # fmt: skip


def _failed(mail: OutgoingMail) -> Line:
    refused = [row for row in mail.recipients.all() if row.state != Result.ACCEPTED]
    return Line(mail, _names(mail), when=mail.changed_at, refused=refused, reason=mail.answer)


def _names(mail: OutgoingMail, state: str = "") -> str:
    rows: Sequence[Any] = [row for row in mail.recipients.all() if not state or row.state == state]
    names = [row.name or row.address for row in rows]
    more = len(names) - 3
    shown = _(", ").join(names[:3])
    return shown if more < 1 else _("%(names)s and %(count)d more") % {"names": shown, "count": more}


def _post(request: Request, verb: Callable[..., Any], pk: int, said: str) -> HttpResponse:
    if not OutgoingMail.objects.visible_to(request.user).filter(pk=pk, deleted_at=None).exists():
        raise Http404
    to = answers.back_to(request, reverse("mail:outbox"))
    try:
        verb(mail_id=pk, by=request.user, at=request.now)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return answers.saved(request, to)
    return answers.saved(request, to, said)


@require_POST
@requires()
def take_back(request: Request, pk: int) -> HttpResponse:
    """Undo, or take back what is scheduled: it is a draft again."""
    return _post(request, actions.take_back, pk, _("It is a draft again."))


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
