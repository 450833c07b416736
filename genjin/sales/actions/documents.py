"""Giving out documents: content frozen, number taken, the PDF kept with its record (D-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, locked, tell
from genjin.customers.actions.refusal import Refused
from genjin.files import actions as files
from genjin.files.models import Attachment
from genjin.people.models import User
from genjin.records import bulk, registry
from genjin.sales.actions.numbers import next_number
from genjin.sales.document_parts import Firm
from genjin.sales.documents import pdf
from genjin.sales.documents.content import Content, from_json, to_json
from genjin.sales.models import CreditNote, IssuedDocument, NumberKind, Offer, Order, Shipment
from genjin.sales.offer_document import content_of
from genjin.sales.order_documents import (
    contract_of,
    credit_note_of,
    currencies_of,
    invoice_of,
    packing_list_of,
)

Kind = IssuedDocument.Kind
OF_SHIPMENTS = {
    Kind.COMMERCIAL_INVOICE: NumberKind.COMMERCIAL_INVOICE,
    Kind.PACKING_LIST: NumberKind.PACKING_LIST,
}


def issue_offer(*, offer: Offer, by: User, at: datetime, language: str = "") -> IssuedDocument:
    """Freeze an offer as it goes out. Not inside of a transaction: the file is put first."""
    firm = Firm.current()
    content = replace(content_of(offer, firm, language), watermark="")
    kind = Kind.PROFORMA if offer.kind == Offer.Kind.PROFORMA else Kind.QUOTATION
    document = bulk.fresh(
        IssuedDocument, kind=kind, number=str(offer), customer_id=offer.customer_id, offer_id=offer.pk,
        language=content.language, content=to_json(content), issued_at=at, issued_by_id=by.pk,
    )  # fmt: skip
    return _keep(document, content, firm, by, at)


def issue_contract(*, order: Order, language: str, by: User, at: datetime) -> IssuedDocument:
    """Give out the sales contract of an order, under the order's number."""
    firm = Firm.current()
    content = contract_of(order, firm, language)
    document = bulk.fresh(
        IssuedDocument, kind=Kind.SALES_CONTRACT, number=order.number, customer_id=order.customer_id,
        order_id=order.pk, language=language, content=to_json(content), issued_at=at, issued_by_id=by.pk,
    )  # fmt: skip
    return _keep(document, content, firm, by, at)


def issue_of_shipment(
    *,
    shipment: Shipment,
    kind: str,
    language: str,
    on: date,
    by: User,
    at: datetime,
    order: Order | None = None,
) -> IssuedDocument:
    """Give out the commercial invoice or the packing list of a shipment.

    Given out again it keeps its number. Refused without goods, or with orders in two currencies.
    """
    firm = Firm.current()
    with transaction.atomic():
        held = locked(Shipment.objects.all(), shipment.pk)
        currencies = currencies_of(held)
        if not currencies:
            raise Refused(_("There are no goods in this shipment yet."))
        if kind == Kind.COMMERCIAL_INVOICE and len(currencies) > 1:
            raise Refused(_("The orders in this shipment are in different currencies; one invoice has one."))
        number = _number_again(held, kind) or next_number(OF_SHIPMENTS[Kind(kind)], on)
        print_ = invoice_of if kind == Kind.COMMERCIAL_INVOICE else packing_list_of
        content = print_(held, number, firm, language)
        document = bulk.fresh(
            IssuedDocument, kind=kind, number=number, customer_id=held.customer_id, shipment_id=held.pk,
            order_id=order and order.pk, language=language, content=to_json(content), issued_at=at,
            issued_by_id=by.pk,
        )  # fmt: skip
        _store(document, by, at)
    _attach(document, content, firm, by, at)
    return document


def issue_credit_note(*, note: CreditNote, language: str, by: User, at: datetime) -> IssuedDocument:
    """Freeze a credit note under its own number, in the language of the order's papers."""
    firm = Firm.current()
    content = credit_note_of(note, firm, language)
    document = bulk.fresh(
        IssuedDocument, kind=Kind.CREDIT_NOTE, number=note.number, customer_id=note.order.customer_id,
        order_id=note.order_id, shipment_id=note.shipment_id, language=language, content=to_json(content),
        issued_at=at, issued_by_id=by.pk,
    )  # fmt: skip
    return _keep(document, content, firm, by, at)


def language_of(order: Order) -> str:
    """That of the papers the customer has of an order: of its contract or its offer, else English."""
    given = IssuedDocument.objects.filter(order=order).order_by("-id").values_list("language", flat=True)
    return given.first() or (order.offer.language if order.offer is not None else "en")


def _number_again(shipment: Shipment, kind: str) -> str:
    given = IssuedDocument.objects.filter(shipment=shipment, kind=kind).order_by("id")
    return given.values_list("number", flat=True).first() or ""


def _keep(document: IssuedDocument, content: Content, firm: Firm, by: User, at: datetime) -> IssuedDocument:
    with transaction.atomic():
        _store(document, by, at)
    _attach(document, content, firm, by, at)
    return document


def _store(document: IssuedDocument, by: User, at: datetime) -> None:
    document.save(force_insert=True)
    told = {"number": (None, document.number), "kind": (None, document.kind)}
    tell([changed(document, "issue", told)], by=by, at=at)


def _attach(document: IssuedDocument, content: Content, firm: Firm, by: User, at: datetime) -> Attachment:
    """Put the PDF with the document; a crash before leaves it to be printed anew from its content."""
    data = pdf.render(content, firm.pictures())
    stored = files.put(at=at, stream=BytesIO(data))
    with transaction.atomic():
        rows = files.attach(
            by=by, at=at, kind=registry.kind_of(document), object_id=document.pk,
            customer_id=document.customer_id, files=[(stored, f"{document.number}.pdf")],
        )  # fmt: skip
    return rows[0]


def file_of(document: IssuedDocument, *, by: User, at: datetime) -> Attachment:
    """The PDF as it was given out; printed anew from the frozen content if it is not there."""
    kind = registry.kind_of(document)
    row = Attachment.objects.filter(kind=kind, object_id=document.pk, deleted_at=None).first()
    return row or _attach(document, from_json(document.content), Firm.current(), by, at)
