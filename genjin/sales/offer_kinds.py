"""What the register, the rail and the notices know of offers and documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.kinds import customer_gates, customer_keys
from genjin.customers.models import Customer
from genjin.mail import after_sending
from genjin.mail.models import Message, OutgoingMail
from genjin.notifications import kinds as notices
from genjin.people.models import User, bilingual
from genjin.records.registry import RecordKind, register
from genjin.sales.actions.offer_states import APPROVAL_ASKED, APPROVAL_GIVEN, SENT_WITH, sent_by_mail
from genjin.sales.models import CustomerCredit, DocumentLayout, IssuedDocument, Offer
from genjin.sales.models.offer import OFFER_KIND
from genjin.web.navigation import Entry, register_entry

CREDIT_KIND = "sales.customercredit"
DOCUMENT_KIND = "sales.issueddocument"
LAYOUT_KIND = "sales.documentlayout"


@cache
def _choices(model: Any) -> dict[str, dict[Any, Any]]:
    return {f.name: dict(f.flatchoices) for f in model._meta.concrete_fields if f.choices}


def _words(model: Any) -> Any:
    return lambda name, value: str(_choices(model).get(name, {}).get(value, ""))


def _labels(model: Any) -> dict[str, Any]:
    return {getattr(f, "attname", f.name): f.verbose_name for f in model._meta.concrete_fields}


def _credits(user: User) -> QuerySet[Any]:
    return CustomerCredit.objects.filter(customer__in=Customer.objects.visible_to(user))


def _documents(user: User) -> QuerySet[Any]:
    return IssuedDocument.objects.filter(customer__in=Customer.objects.visible_to(user))


def _layouts(user: User) -> QuerySet[Any]:
    return DocumentLayout.objects.all()


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    register(
        RecordKind(
            name=OFFER_KIND, label=gettext_lazy("Offer"), plural=gettext_lazy("Offers"), model=Offer,
            visible_to=Offer.objects.visible_to, title=str, icon="invoice", url_name="sales:offer",
            customer_of=lambda offer: offer.customer_id, value_labels=_words(Offer),
            search_text=lambda offer: (str(offer), offer.number), search_fields=("number", "owner_id"),
            search_prefetch=("customer__collaborations",),
            gates=lambda offer: [*customer_gates(offer.customer), f"o{offer.owner_id}"], keys=customer_keys,
            field_labels=_labels(Offer) | {
                "amount": gettext_lazy("Amount"), "state": gettext_lazy("State"),
                "lines": pgettext_lazy("order", "Lines"), "approval_note": gettext_lazy("Note"),
                "profit": gettext_lazy("Profit estimate"), "contact_id": gettext_lazy("Contact"),
                "revision": gettext_lazy("Revision"), "sent_at": gettext_lazy("Sent"),
                "made_from_id": gettext_lazy("Made from"), "asked_by_id": gettext_lazy("Submitted by"),
                "approved_by_id": gettext_lazy("Approved by"), "answered_at": gettext_lazy("Answered"),
                "approved_at": gettext_lazy("Approved"), "sent_message_id": gettext_lazy("Mail"),
            },
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=CREDIT_KIND, label=gettext_lazy("Customer credit"), plural=gettext_lazy("Customer credits"),
            model=CustomerCredit, visible_to=_credits, title=str, icon="tag",
            customer_of=lambda credit: credit.customer_id, value_labels=_words(CustomerCredit),
            field_labels=_labels(CustomerCredit) | {"state": gettext_lazy("State")},
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=DOCUMENT_KIND, label=gettext_lazy("Document"), plural=gettext_lazy("Documents"),
            model=IssuedDocument, visible_to=_documents, title=str, icon="file",
            customer_of=lambda document: document.customer_id, value_labels=_words(IssuedDocument),
            field_labels=_labels(IssuedDocument),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=LAYOUT_KIND, label=gettext_lazy("Layout of documents"), model=DocumentLayout,
            plural=gettext_lazy("Layout of documents"), visible_to=_layouts, icon="invoice",
            title=lambda row: _("Layout of documents"), field_labels=_labels(DocumentLayout),
        )
    )  # fmt: skip
    notices.register(notices.Kind(APPROVAL_ASKED, gettext_lazy("Approval asked for"), _asked, order=50))
    notices.register(notices.Kind(APPROVAL_GIVEN, gettext_lazy("Approval decided"), _decided, order=51))
    after_sending.listen(SENT_WITH, _left)
    _register_entries()


def _left(mail: OutgoingMail, message: Message, at: datetime) -> None:
    """The mail with an offer has left."""
    number = mail.about.removeprefix(SENT_WITH)
    if number.isdecimal():
        sent_by_mail(offer_id=int(number), message_id=message.pk, by=mail.author, at=at)


def _register_entries() -> None:
    register_entry(
        Entry(
            "offers", gettext_lazy("Quotations"), "sales:offers", "invoice", place="palette", order=120,
            keywords="offers quotations proforma PI 报价 报价单 形式发票",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "documents", gettext_lazy("Layout of documents"), "sales:layout", "invoice", right="administer",
            place="settings", order=330, keywords="layout documents logo bank 单据 版式 银行 编号",
        )
    )  # fmt: skip


def _asked(p: Mapping[str, Any]) -> str:
    """`who` [Chinese, English] wants `number` for `customer` approved."""
    return _("%(who)s asks you to approve %(number)s for %(customer)s") % _values(p)


def _decided(p: Mapping[str, Any]) -> str:
    """`who` [Chinese, English] decided on `number`: `approved`, with a `note`."""
    if p.get("approved"):
        said = _("%(who)s approved %(number)s for %(customer)s") % _values(p)
    else:
        said = _("%(who)s sent %(number)s for %(customer)s back") % _values(p)
    return f"{said} · {p['note']}" if p.get("note") else said


def _values(p: Mapping[str, Any]) -> dict[str, str]:
    return {"who": bilingual(*p["who"]), "number": p["number"], "customer": p["customer"]}
