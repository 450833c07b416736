"""Pages of writing: a new mail, an answer, a forwarded mail, a draft again, and the list of drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from genjin.customers.actions.refusal import Refused
from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.mail.actions import starting, writing
from genjin.mail.actions.starting import Beginning
from genjin.mail.compose_present import context_of, sent_context, url_of
from genjin.mail.models import Message, OutgoingMail
from genjin.people.requests import Request
from genjin.web.guards import requires
from genjin.web.lists import Column, Columns, page_for

State = OutgoingMail.State
COLUMNS = Columns(
    Column("to", _("Recipients")),
    Column("subject", _("Subject"), fixed=True),
    Column("customer", _("Customer")),
    Column("changed_at", _("Saved"), sort="changed_at", descending_first=True),
    default="-changed_at",
)


@require_safe
@requires()
def compose(request: Request) -> HttpResponse:
    """Write a new mail; `to` names a contact, `customer` a customer, `template` or `purpose` a wording.

    `about` is the key of the duty that the mail does; whoever made the duty says whether it is tracked.
    """
    contact = _number(request, "to")
    customer = _number(request, "customer")
    pairs: list[list[str]] = []
    if contact is not None:
        found = Contact.objects.visible_to(request.user).filter(pk=contact).first()
        if found is None:
            raise Http404
        customer = customer or found.customer_id
        point = found.points.filter(kind=ContactPoint.Kind.EMAIL).order_by("pk").first()
        pairs = [[found.name, point.normalised or point.value]] if point else []
    if customer is not None and not Customer.objects.visible_to(request.user).filter(pk=customer).exists():
        raise Http404
    return _begin(
        request,
        Beginning(
            customer_id=customer,
            contact_id=contact,
            to=pairs,
            template_id=_number(request, "template"),
            purpose=request.GET.get("purpose", "")[:60],
            about=request.GET.get("about", "")[:80],
        ),
    )


@require_safe
@requires()
def reply(request: Request, pk: int) -> HttpResponse:
    """Answer the sender of a message."""
    return _answer(request, pk)


@require_safe
@requires()
def reply_all(request: Request, pk: int) -> HttpResponse:
    """Answer everybody of a message."""
    return _answer(request, pk, to_all=True)


@require_safe
@requires()
def forward(request: Request, pk: int) -> HttpResponse:
    """Pass a message on, with its files."""
    return _answer(request, pk, is_forward=True)


def _answer(request: Request, pk: int, *, to_all: bool = False, is_forward: bool = False) -> HttpResponse:
    if not Message.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    beginning = Beginning(
        answers_id=pk,
        to_all=to_all,
        is_forward=is_forward,
        purpose=request.GET.get("purpose", "")[:60],
        about=request.GET.get("about", "")[:80],
    )
    return _begin(request, beginning)


def _begin(request: Request, beginning: Beginning) -> HttpResponse:
    """Start a draft and show it; as a fragment within the page that asked for it."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        writing.drop_untouched(by=request.user, at=request.now)
        mail = starting.start_draft(
            beginning=beginning, by=request.user, at=request.now, proposes_tracking=not beginning.about
        )
    except Refused as error:
        if request.htmx:
            return HttpResponse(error.messages[0], status=400, content_type="text/plain; charset=utf-8")
        messages.warning(request, error.messages[0])
        return redirect(url_of("mail:inbox") or reverse("mail:drafts"))
    if request.htmx:
        return render(request, "mail/_compose.html", context_of(mail, request))
    return redirect("mail:draft", mail.pk)


@require_safe
@requires()
def draft(request: Request, pk: int) -> HttpResponse:
    """Go on writing; of a mail that is on its way, what becomes of it."""
    mail = own_or_404(request, pk)
    if mail.state != State.DRAFT:
        return render(request, "mail/compose_sent.html", sent_context(mail, request))
    return compose_page(request, mail)


def compose_page(request: Request, mail: OutgoingMail, *, status: int = 200, **more: Any) -> HttpResponse:
    """The writing page, or its fragment for a request of the page it stands in."""
    template = "mail/_compose.html" if request.htmx else "mail/compose.html"
    return render(request, template, context_of(mail, request, **more), status=status)


def own_or_404(request: Request, pk: int) -> OutgoingMail:
    """A mail that the person wrote; what others write does not exist."""
    rows = OutgoingMail.objects.visible_to(request.user).filter(author=request.user, deleted_at=None)
    mail = rows.select_related("account", "customer", "answers").filter(pk=pk).first()
    if mail is None:
        raise Http404
    return mail


@require_safe
@requires()
def drafts(request: Request) -> HttpResponse:
    """What the person began to write, the newest first; what nothing was written in is left out."""
    rows = OutgoingMail.objects.visible_to(request.user).filter(
        author=request.user, state=State.DRAFT, deleted_at=None, version__gt=1
    )
    page = page_for(request, rows.select_related("customer"), COLUMNS)
    sorting = COLUMNS.sorting(request.GET.get("sort", ""))
    context = {"page": page, "columns": COLUMNS.shown(None, sorting), "sorting": sorting}
    return render(request, "mail/drafts.html", context)


def _number(request: Request, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
