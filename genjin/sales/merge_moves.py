"""What was sold goes along when two customers, or two contacts of one, become one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.records.merge_actions import rows
from genjin.records.merging import CONTACT, register
from genjin.sales.models import (
    Complaint,
    CustomerCredit,
    IssuedDocument,
    Offer,
    Order,
    OrderDecline,
    Receipt,
    SellThrough,
    Shipment,
    Testimonial,
)


def register_all() -> None:
    """Put what hangs on a customer, or a contact, in this folder on the register."""
    register(rows(Order, label=_("Orders"), order=80))
    register(rows(Offer, label=_("Quotations and proforma invoices"), order=81))
    register(rows(Shipment, label=_("Shipments"), order=82))
    register(rows(Receipt, label=_("Receipts"), order=83))
    register(rows(Complaint, label=_("Complaints"), order=84))
    for model in (CustomerCredit, IssuedDocument, OrderDecline, Testimonial):
        register(rows(model, order=85))
    for addressed in (Order, Offer, Shipment):
        register(rows(addressed, "contact", order=80, of=CONTACT))
    register(rows(SellThrough, "informant", order=85, of=CONTACT))
