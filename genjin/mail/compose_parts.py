"""What a draft is put together from: files, templates, signatures, recipients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Customer
from genjin.files import actions as files
from genjin.files import kinds
from genjin.files.models import Attachment
from genjin.mail import compose_text, suggesting
from genjin.mail.actions import writing
from genjin.mail.compose_present import fields_left, shown_files
from genjin.mail.compose_saving import mistakes_of, saved_at, wants_json
from genjin.mail.compose_views import own_or_404
from genjin.mail.models import MailAccount, OutgoingMail
from genjin.people.requests import Request
from genjin.web.guards import requires

SHOWN = 200
GREY = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" '
    'fill="#e8e8e5"/><path d="m38 56 16-20 12 14 7-8 11 14z" fill="#b9bdc5"/></svg>'
)


@require_safe
@requires()
def recipients(request: Request) -> HttpResponse:
    """Completion of a recipient by name, address or company."""
    found = suggesting.suggestions(request.GET.get("q", ""), user=request.user)
    options = [{"name": one.name, "address": one.address, "note": one.note} for one in found]
    return JsonResponse({"options": options})


@require_safe
@requires()
@cache_control(max_age=86400, private=True)
def remote_picture(request: Request) -> HttpResponse:
    """What the editor shows for a picture of the web, which is never fetched here."""
    return HttpResponse(GREY, content_type="image/svg+xml")


@require_POST
@requires()
def attach(request: Request, pk: int) -> HttpResponse:
    """Enclose files, new or the customer's (`attachments`); with `as_picture` pictures go within the text."""
    mail = own_or_404(request, pk)
    mistakes: list[str] = []
    rows: list[Attachment] = []
    given = [value for value in request.POST.getlist("attachments") if value.isdecimal() and len(value) < 19]
    sent = cast("Sequence[UploadedFile[Any]]", request.FILES.getlist("files"))
    items = []
    for one in sent:
        try:
            items.append((files.put(at=request.now, stream=cast("Any", one)), one.name or _("unnamed")))
        except files.Refused as error:
            mistakes.append(f"{one.name}: {error}")
    try:
        if items:
            rows += writing.attach(mail_id=pk, items=items, by=request.user, at=request.now)
        if given:
            ids = [int(value) for value in given]
            rows += writing.attach_existing(mail_id=pk, attachment_ids=ids, by=request.user, at=request.now)
    except Refused as error:
        mistakes += error.messages
    if not wants_json(request):
        return redirect("mail:draft", pk)
    pictures = [
        {"src": compose_text.address_of(row), "alt": row.name}
        for row in rows
        if row.file.media_type in kinds.PICTURES and "as_picture" in request.POST
    ]
    return _files(request, mail, mistakes=mistakes, pictures=pictures)


def _files(request: Request, mail: OutgoingMail, **more: Any) -> HttpResponse:
    mail = own_or_404(request, mail.pk)
    shown = shown_files(mail, compose_text.attachments_of(mail))
    pictures = {picture["src"] for picture in more.get("pictures", ())}
    shown = [one for one in shown if compose_text.address_of(one) not in pictures]
    rows = [
        {
            "name": one.name, "size": one.file.size,
            "href": reverse("files:download", args=[one.pk, one.name]),
            "remove": reverse("mail:detach_from_draft", args=[mail.pk, one.pk]),
        }
        for one in shown
    ]  # fmt: skip
    return JsonResponse({"version": mail.version, "saved": saved_at(mail), "files": rows} | more)


@require_POST
@requires()
def detach(request: Request, pk: int, attachment_id: int) -> HttpResponse:
    """Take one file out."""
    mail = own_or_404(request, pk)
    try:
        writing.detach(mail_id=pk, attachment_ids=[attachment_id], by=request.user, at=request.now)
    except Refused as error:
        return JsonResponse({"mistakes": mistakes_of(error)}, status=422)
    return _files(request, mail) if wants_json(request) else redirect("mail:draft", pk)


@require_safe
@requires()
def customer_files(request: Request, pk: int) -> HttpResponse:
    """The files of the customer to choose from, as a dialog."""
    mail = own_or_404(request, pk)
    customer = Customer.objects.visible_to(request.user).filter(pk=mail.customer_id or 0).first()
    if customer is None:
        raise Http404
    rows = Attachment.objects.filter(kind="customers.customer", object_id=customer.pk, deleted_at=None)
    found = list(rows.select_related("file").order_by("-pk")[:SHOWN])
    return render(request, "mail/_files.html", {"mail": mail, "customer": customer, "files": found})


@require_POST
@requires()
def template(request: Request, pk: int) -> HttpResponse:
    """Put a template before what is written; what is known is filled in."""
    own_or_404(request, pk)
    given = request.POST.get("template", "")
    chosen = int(given) if given.isdecimal() and len(given) < 19 else 0
    try:
        mail = writing.use_template(mail_id=pk, template_id=chosen, by=request.user, at=request.now)
    except Refused as error:
        return JsonResponse({"mistakes": mistakes_of(error)}, status=422)
    if not wants_json(request):
        return redirect("mail:draft", pk)
    html = compose_text.for_editor(mail.html, compose_text.attachments_of(mail))
    return JsonResponse(
        {
            "version": mail.version, "saved": saved_at(mail), "subject": mail.subject, "html": html,
            "left": fields_left(mail),
        }
    )  # fmt: skip


@require_safe
@requires()
def signature(request: Request, pk: int) -> HttpResponse:
    """The signature of a mailbox in a language, for the editor to exchange."""
    own_or_404(request, pk)
    given = request.GET.get("account", "")
    rows = MailAccount.objects.answered_by(request.user)
    account = rows.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 19 else None
    if account is None:
        raise Http404
    language = request.GET.get("language", "")[:8]
    return JsonResponse({"html": writing.signature_of(account, request.user, language)})
