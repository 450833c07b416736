"""What becomes of a draft: saved, sent, taken back, thrown away, fetched back."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from genjin.customers.actions.refusal import Conflict, Refused
from genjin.mail import another_sender, checking_out, compose_text
from genjin.mail.actions import outbox, writing
from genjin.mail.compose_present import fields_left, senders_of, sent_context
from genjin.mail.compose_views import compose_page, own_or_404
from genjin.mail.models import OutgoingMail
from genjin.mail.views.basis import real_now
from genjin.people.requests import Request
from genjin.web import answers
from genjin.web.forms import Form, MomentField
from genjin.web.guards import requires

State = OutgoingMail.State
WHOLE = "form"
"""The key of mistakes that belong to no field."""


class SendForm(Form):
    """When it shall leave."""

    when = forms.ChoiceField(choices=[("", ""), ("now", ""), ("local", ""), ("at", "")], required=False)
    send_at = MomentField(required=False, default_time="09:00")


def wants_json(request: Request) -> bool:
    """Whether the editor asks, and not a browser that follows forms."""
    return "application/json" in request.headers.get("Accept", "")


@require_POST
@requires()
def save(request: Request, pk: int) -> HttpResponse:
    """Save what is being written; answers with the version, or with why it could not be saved."""
    mail = own_or_404(request, pk)
    if mail.state != State.DRAFT:
        return JsonResponse({"gone": True, "href": reverse("mail:draft", args=[pk])}, status=409)
    try:
        mail = _saved_or_same(request, mail)
    except Conflict as error:
        return _conflict(error.current)
    except Refused as error:
        return JsonResponse({"version": mail.version, "mistakes": mistakes_of(error)}, status=422)
    if not wants_json(request):
        return answers.saved(request, reverse("mail:draft", args=[pk]), _("Draft saved"))
    another = another_sender.hint(mail, senders_of(request.user))
    return JsonResponse(
        {
            "version": mail.version, "saved": saved_at(mail), "text": mail.text, "left": fields_left(mail),
            "another": render_to_string("mail/_another_sender.html", {"another": another}).strip(),
        }
    )  # fmt: skip


def _saved(request: Request, mail: OutgoingMail) -> OutgoingMail:
    given = request.POST.get("version", "")
    expected = int(given) if given.isdecimal() and len(given) < 10 else None
    return writing.save_draft(
        mail_id=mail.pk, values=compose_text.values_of(request.POST, mail), by=request.user, at=request.now,
        expected_version=expected,
    )  # fmt: skip


def _saved_or_same(request: Request, mail: OutgoingMail) -> OutgoingMail:
    """As saved; what was saved before with the same text, and its answer lost, is no conflict."""
    try:
        return _saved(request, mail)
    except Conflict as error:
        if error.differences:
            raise
        current: OutgoingMail = error.current
        return current


def saved_at(mail: OutgoingMail) -> str:
    """When it was saved, for the line below the text."""
    return _("Saved at %(time)s") % {"time": time_format(timezone.localtime(mail.changed_at), "H:i:s")}


def _conflict(current: OutgoingMail) -> HttpResponse:
    time = time_format(timezone.localtime(current.changed_at), "H:i")
    text = _("This draft was changed elsewhere at %(time)s. What you wrote here is kept.") % {"time": time}
    return JsonResponse({"conflict": text, "version": current.version}, status=409)


def mistakes_of(error: Refused) -> dict[str, list[str]]:
    """The sentences by field."""
    if hasattr(error, "error_dict"):
        return {name: [str(one) for one in found] for name, found in error.message_dict.items()}
    return {WHOLE: [str(one) for one in error.messages]}


@require_POST
@requires()
def send(request: Request, pk: int) -> HttpResponse:
    """Save and send; mistakes stand beside their fields, doubts are asked, sent twice it goes once."""
    mail = own_or_404(request, pk)
    if mail.state != State.DRAFT:
        return _sent(request, mail)
    form = SendForm(request.POST)
    form.is_valid()
    found = {name: [str(one) for one in list_] for name, list_ in form.errors.items()}
    doubts: list[checking_out.Doubt] = []
    try:
        mail = _saved_or_same(request, mail)
        if not found:
            mail = _queued(request, form, mail)
            return _sent(request, mail)
    except Conflict as error:
        if wants_json(request):
            return _conflict(error.current)
        found = mistakes_of(error)
    except outbox.Doubtful as error:
        doubts = error.doubts
    except Refused as error:
        found = mistakes_of(error)
    mail = own_or_404(request, pk)
    asked = [{"code": one.code, "text": one.text} for one in doubts]
    if wants_json(request):
        return JsonResponse({"version": mail.version, "mistakes": found, "doubts": asked}, status=422)
    return compose_page(request, mail, status=422, mistakes=found, doubts=asked, typed=request.POST.dict())


def _queued(request: Request, form: SendForm, mail: OutgoingMail) -> OutgoingMail:
    when = form.cleaned_data.get("when") or "now"
    moment = form.cleaned_data.get("send_at") if when == "at" else None
    if when == "at" and moment is None:
        raise Refused({"send_at": _("Say when it shall leave.")})
    return outbox.queue(
        mail_id=mail.pk, by=request.user, at=request.now, expected_version=mail.version, send_at=moment,
        at_local_time=when == "local", despite=request.POST.getlist("despite"), real=real_now(),
    )  # fmt: skip


def _sent(request: Request, mail: OutgoingMail) -> HttpResponse:
    """In place of the text: that it leaves, undo, the next step, the next mail."""
    if not wants_json(request) and not request.htmx:
        return redirect("mail:draft", mail.pk)
    return render(request, "mail/_sent.html", sent_context(mail, request))


@require_POST
@requires()
def undo(request: Request, pk: int) -> HttpResponse:
    """Take a mail back before it leaves: it is a draft again, as it was."""
    mail = own_or_404(request, pk)
    try:
        mail = outbox.take_back(mail_id=pk, by=request.user, at=request.now)
    except Refused as error:
        if mail.state != State.DRAFT:  # taken back twice is taken back
            if request.htmx:
                context = sent_context(mail, request) | {"too_late": error.messages[0]}
                return render(request, "mail/_sent.html", context)
            return answers.saved(request, reverse("mail:draft", args=[pk]), error.messages[0])
    if request.htmx:
        return compose_page(request, own_or_404(request, pk))
    return answers.saved(request, reverse("mail:draft", args=[pk]), _("It is a draft again."))


@require_POST
@requires()
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away; it can be fetched back."""
    own_or_404(request, pk)
    home = answers.back_to(request, reverse("mail:drafts"))
    try:
        writing.discard(mail_id=pk, by=request.user, at=request.now)
    except Refused as error:
        if wants_json(request):
            return JsonResponse({"mistakes": mistakes_of(error)}, status=422)
        return answers.saved(request, home, error.messages[0])
    back = reverse("mail:restore_draft", args=[pk])
    if wants_json(request):
        return JsonResponse({"text": _("Draft discarded"), "undo": back, "to": home})
    return answers.saved(request, home, _("Draft discarded"), undo=back)


@require_POST
@requires()
def restore(request: Request, pk: int) -> HttpResponse:
    """Fetch a thrown draft back."""
    try:
        writing.restore(mail_id=pk, by=request.user, at=request.now)
    except Refused:
        own_or_404(request, pk)  # fetched back already, or nobody's
    return answers.saved(request, reverse("mail:draft", args=[pk]), _("The draft is back."))
