"""Documents of offers and orders on the screen: preview, PDF, Excel, giving out, sending by mail."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from genjin.customers.actions import Refused
from genjin.customers.models import Customer
from genjin.customers.views.basis import one_or_404
from genjin.mail.actions import starting, writing
from genjin.mail.actions.starting import Beginning
from genjin.mail.models import Message
from genjin.people.requests import Request
from genjin.sales.actions import documents as issuing
from genjin.sales.actions import offer_states
from genjin.sales.actions.offer_states import SENT_WITH
from genjin.sales.document_parts import Firm
from genjin.sales.documents import pdf, sheet
from genjin.sales.documents.content import Content, from_json
from genjin.sales.documents.words import LANGUAGES, word
from genjin.sales.models import CreditNote, IssuedDocument, Offer, Order, Shipment
from genjin.sales.offer_document import content_of
from genjin.sales.offer_views import offer_or_404, today_of
from genjin.sales.order_documents import contract_of, credit_note_of
from genjin.web import answers
from genjin.web.guards import requires

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LOCKED = "default-src 'none'; frame-ancestors 'self'"


@require_safe
@requires()
def offer_document(request: Request, pk: int, ending: str) -> HttpResponse:
    """An offer as PDF, Excel or picture, as it stands now; `language` another than its own."""
    offer = offer_or_404(request, pk)
    firm = Firm.current()
    content = content_of(offer, firm, _language(request, offer.language))
    return _printed(request, content, firm.pictures(), ending)


@require_safe
@requires()
def issued_document(request: Request, pk: int, ending: str) -> HttpResponse:
    """A document as it was given out; its Excel is made of the same frozen content."""
    rows = IssuedDocument.objects.filter(customer__in=Customer.objects.visible_to(request.user))
    document = one_or_404(rows, pk)
    if ending == "pdf":
        row = issuing.file_of(document, by=request.user, at=request.now)
        return HttpResponseRedirect(reverse("files:download", args=[row.pk, row.name]) + "?show")
    return _printed(request, from_json(document.content), Firm.current().pictures(), ending)


@require_safe
@requires()
def contract_document(request: Request, pk: int, ending: str) -> HttpResponse:
    """The sales contract of an order as it would be given out now."""
    order = _order_or_404(request, pk)
    firm = Firm.current()
    content = contract_of(order, firm, _language(request, "en"))
    return _printed(request, content, firm.pictures(), ending)


@require_safe
@requires()
def credit_note_document(request: Request, pk: int, ending: str) -> HttpResponse:
    """A credit note as it was given out, or as it would be now; `language` another than that."""
    rows = CreditNote.objects.filter(
        order__in=Order.objects.visible_to(request.user), deleted_at__isnull=True
    ).select_related("order__customer", "order__contact", "order__offer", "shipment")
    note: CreditNote = one_or_404(rows, pk)
    given = IssuedDocument.objects.filter(kind=IssuedDocument.Kind.CREDIT_NOTE, order=note.order_id)
    document = given.filter(number=note.number).order_by("-id").first()
    if document is not None and _language(request, document.language) == document.language:
        content = from_json(document.content)
    else:
        own = document.language if document else issuing.language_of(note.order)
        content = credit_note_of(note, Firm.current(), _language(request, own))
    return _printed(request, content, Firm.current().pictures(), ending)


def _language(request: Request, own: str) -> str:
    wanted = request.GET.get("language", own)
    return wanted if wanted in LANGUAGES else own


def _printed(request: Request, content: Content, pictures: Mapping[str, bytes], ending: str) -> HttpResponse:
    if ending not in TYPES:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse(content_type=TYPES[ending])
    render_as = {"pdf": pdf.render, "png": pdf.render_picture, "xlsx": sheet.render}[ending]
    response = HttpResponse(render_as(content, pictures), content_type=TYPES[ending])
    shown = "attachment" if ending == "xlsx" or "download" in request.GET else "inline"
    name = "".join(sign for sign in content.number if sign.isalnum() or sign in "-_.") or "document"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@requires()
def send_offer(request: Request, pk: int) -> HttpResponse:
    """Give the document out and open a mail with it in the customer's conversation."""
    offer = offer_or_404(request, pk, edit=True)
    try:
        offer_states.need_free(offer)
        mail_id = _draft(request, offer)
    except Refused as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(reverse("sales:offer", args=[pk]))
    return HttpResponseRedirect(reverse("mail:draft", args=[mail_id]))


def _draft(request: Request, offer: Offer) -> int:
    """A draft of a mail with the offer attached; its text is the approved wording, if there is one."""
    by, at = request.user, request.now
    last = (
        Message.objects.visible_to(by)
        .filter(filings__customer=offer.customer_id, direction=Message.Direction.IN)
        .order_by("-date")
        .first()
    )
    title = word("proforma" if offer.kind == Offer.Kind.PROFORMA else "quotation", offer.language)
    beginning = Beginning(
        answers_id=last.pk if last else None,
        purpose=f"offer.{offer.kind}",
        customer_id=offer.customer_id,
        contact_id=offer.contact_id,
        to=_to(offer),
        subject=f"{title} {offer}",
        language=offer.language.partition("-")[0],
        about=f"{SENT_WITH}{offer.pk}",
    )
    mail = starting.start_draft(beginning=beginning, by=by, at=at, proposes_tracking=True)
    document = issuing.issue_offer(offer=offer, by=by, at=at)
    row = issuing.file_of(document, by=by, at=at)
    writing.attach_existing(mail_id=mail.pk, attachment_ids=[row.pk], by=by, at=at)
    return mail.pk


def _to(offer: Offer) -> list[list[str]]:
    contact = offer.contact
    if contact is None:
        return []
    point = contact.points.filter(kind="EMAIL").order_by("pk").first()
    return [[contact.name, point.normalised or point.value]] if point else []


def _order_or_404(request: Request, pk: int, *, edit: bool = False) -> Order:
    rows = Order.objects.editable_by(request.user) if edit else Order.objects.visible_to(request.user)
    found: Order = one_or_404(rows.select_related("customer", "contact"), pk)
    return found


@require_safe
@requires()
def order_documents(request: Request, pk: int) -> HttpResponse:
    """The documents of an order, for its page: given out ones, and what may be given out."""
    order = _order_or_404(request, pk)
    shipments = Shipment.objects.visible_to(request.user).filter(lines__order_line__order=order).distinct()
    mine = IssuedDocument.objects.filter(order=order) | IssuedDocument.objects.filter(
        shipment__in=shipments.values("pk")
    )
    context = {
        "order": order, "shipments": list(shipments.order_by("-id")[:20]),
        "documents": list(mine.select_related("issued_by", "shipment").distinct()[:30]),
        "languages": LANGUAGES.items(),
        "may_edit": Order.objects.editable_by(request.user).filter(pk=pk).exists(),
        "kinds": [(k.value, k.label) for k in issuing.OF_SHIPMENTS],
    }  # fmt: skip
    return render(request, "sales/_order_documents.html", context)


@require_POST
@requires()
def issue_order_document(request: Request, pk: int) -> HttpResponse:
    """Give out the contract of an order, or invoice and packing list of one of its shipments."""
    order = _order_or_404(request, pk, edit=True)
    kind, chosen = request.POST.get("kind", ""), request.POST.get("language", "en")
    language = chosen if chosen in LANGUAGES else "en"
    back = answers.back_to(request, reverse("customers:customer", args=[order.customer_id]))
    try:
        if kind == IssuedDocument.Kind.SALES_CONTRACT:
            made = issuing.issue_contract(order=order, language=language, by=request.user, at=request.now)
        elif kind in issuing.OF_SHIPMENTS:
            made = issuing.issue_of_shipment(
                shipment=_shipment_or_404(request, order), kind=kind, language=language,
                on=today_of(request), by=request.user, at=request.now, order=order,
            )  # fmt: skip
        else:
            raise Http404
    except Refused as error:
        messages.warning(request, error.messages[0])
        return HttpResponseRedirect(back)
    said = _("%(kind)s %(number)s given out") % {"kind": made.get_kind_display(), "number": made.number}
    return answers.saved(request, back, said)


def _shipment_or_404(request: Request, order: Order) -> Shipment:
    chosen = request.POST.get("shipment", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    rows = Shipment.objects.visible_to(request.user).filter(lines__order_line__order=order).distinct()
    found: Shipment = one_or_404(rows, int(chosen))
    return found
