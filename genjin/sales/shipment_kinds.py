"""What the register, the rail and the notices know of shipments, after-sales, complaints."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.kinds import choice_labels, customer_gates, customer_keys, field_labels
from genjin.customers.models import Customer
from genjin.mail import after_sending, enclosing, merge_fields, template_purposes
from genjin.people.actions.organisation import after_set_up
from genjin.people.models import User
from genjin.records.registry import RecordKind, register
from genjin.rules.aftersales import PREFIX
from genjin.sales import progress_mail, quality_form, shipment_fields, voyage_notices
from genjin.sales.models import Complaint, Shipment, Testimonial
from genjin.sales.models.shipment import COMPLAINT_KIND, SHIPMENT_KIND
from genjin.web.navigation import Entry, register_entry

PURPOSES: dict[str, Any] = {
    "aftersales.SHIPPING_ADVICE": _("Shipping advice"),
    "aftersales.SHIPPING_ADVICE_BALANCE": _("Shipping advice with the balance"),
    "aftersales.SHIPPING_ADVICE_SHORT": _("Shipping advice, short transit"),
    "aftersales.ETA_NOTICE": _("Before the arrival"),
    "aftersales.ETA_NOTICE_BALANCE": _("Before the arrival, with the balance"),
    "aftersales.BALANCE_CALL": _("Call for the balance: what to say"),
    "aftersales.ARRIVAL": _("After the arrival: cleared, received, intact?"),
    "aftersales.FEEDBACK": _("How it sells, with the quality form"),
    "aftersales.STOCK_CHECK": _("Are the goods in stock?"),
    "aftersales.PRICE_LIST": _("Latest price list"),
    "aftersales.TESTIMONIAL": _("Asking for a testimonial video"),
}
"""The wordings of the chain after a shipment (000-46)."""
FURTHER: dict[str, Any] = {
    "order.PROGRESS": _("How the goods come along, with photos"),
    "call.TRACKING": _("Call after no answer: what to say"),
    "call.PAYMENT": _("Call for a payment: what to say"),
    "call.REORDER": _("Call about the next order: what to say"),
    "call.ASKED": _("Call that was asked for: what to say"),
}
"""Progress of the goods (003-23), and what is said in calls (000-26, 000-52)."""


def _shipment_text(shipment: Shipment) -> tuple[str, str]:
    further = (
        shipment.bl_no, shipment.container_no, shipment.vessel, shipment.booking_no, shipment.awb_no,
        shipment.courier_no,
    )  # fmt: skip
    return shipment.number, "\n".join(text for text in further if text)


def _testimonials(user: User) -> QuerySet[Any]:
    return Testimonial.objects.filter(Customer.objects.visible_to(user).beside("customer_id"))


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
    register(
        RecordKind(
            name=SHIPMENT_KIND, label=_("Shipment"), plural=_("Shipments"), model=Shipment,
            visible_to=Shipment.objects.visible_to, title=str, url_name="sales:shipment", icon="ship",
            customer_of=lambda row: row.customer_id, search_text=_shipment_text,
            search_fields=(
                "number", "bl_no", "container_no", "vessel", "booking_no", "awb_no", "courier_no", "owner_id",
            ),
            search_prefetch=("customer__collaborations",),
            gates=lambda row: [*customer_gates(row.customer), f"o{row.owner_id}"], keys=customer_keys,
            field_labels=field_labels(Shipment)
            | {
                "lines": _("Lines"), "shipped_at": _("Shipped"), "advised_at": _("Shipping advice"),
                "score": _("Score (0 to 10)"), "sales": _("How it sells"),
                "market": _("What the market says"),
                "quality": pgettext_lazy("of goods", "Quality"), "form_state": _("Quality form"),
                "is_praise": _("Very good"),
            },
            value_labels=choice_labels(Shipment),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name=COMPLAINT_KIND, label=_("Complaint"), plural=_("Complaints"), model=Complaint,
            visible_to=Complaint.objects.visible_to, title=lambda row: row.description[:60],
            url_name="sales:complaint", icon="alert", customer_of=lambda row: row.customer_id,
            field_labels=field_labels(Complaint)
            | {"state": _("State"), "answered_at": _("Answered"), "settled_at": _("Settled")},
            value_labels=choice_labels(Complaint),
        )
    )  # fmt: skip
    register(
        RecordKind(
            name="sales.testimonial", label=_("Testimonial"), plural=_("Testimonials"), model=Testimonial,
            visible_to=_testimonials, title=lambda row: row.get_state_display(), icon="camera",
            customer_of=lambda row: row.customer_id,
            field_labels=field_labels(Testimonial) | {"state": _("State"), "credit": _("Customer credit")},
            value_labels=choice_labels(Testimonial),
        )
    )  # fmt: skip
    template_purposes.register(PURPOSES | FURTHER)
    shipment_fields.register_all()
    voyage_notices.register_all()
    _register_listeners()
    _register_entries()


def _register_listeners() -> None:
    """What follows here from what happens below."""
    from genjin.sales.actions.aftersales import mail_sent
    from genjin.sales.actions.aftersales_templates import load_templates

    after_sending.listen(PREFIX, mail_sent)
    after_sending.listen(progress_mail.PREFIX, progress_mail.left)
    enclosing.provide(PREFIX, quality_form.enclosed)
    enclosing.provide(progress_mail.PREFIX, progress_mail.enclosed)
    merge_fields.provide(progress_mail.PREFIX, progress_mail.FIELDS, progress_mail.values_of)
    after_set_up(load_templates)


def _register_entries() -> None:
    register_entry(
        Entry(
            "shipments", _("Shipments"), "sales:shipments", "ship", place="palette", order=42,
            keywords="出运 船期 在途 shipment vessel eta",
        )
    )  # fmt: skip
    register_entry(
        Entry(
            "complaints", _("Complaints"), "sales:complaints", "alert", place="palette", order=43,
            keywords="投诉 质量 complaint claim",
        )
    )  # fmt: skip
