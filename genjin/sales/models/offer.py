"""Quotations and proforma invoices: what was offered, revision by revision (D-9, B-14)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.records.prefix_index import PrefixIndex
from genjin.sales.models.choices import ChargeKind, Incoterm, PaymentMethod, TransportMode
from genjin.sales.models.product import Product
from genjin.sales.models.seen import OfCustomers

OFFER_KIND = "sales.offer"


class Offers(OfCustomers):
    """Quotations and proforma invoices. Every read for a person starts at `visible_to`."""

    kind = OFFER_KIND


class Terms(models.Model):
    """On what terms goods are sold: the same on quotations, proforma invoices and orders.

    `exchange_rate` is base currency per 1 unit of `currency`, frozen when the record was made; None: no rate
    was known for that day.
    """

    currency = models.CharField(_("Currency"), max_length=3, default="USD")
    exchange_rate = models.DecimalField(
        _("Exchange rate"), max_digits=18, decimal_places=8, null=True, blank=True
    )
    incoterm = models.CharField(_("Incoterm"), max_length=3, choices=Incoterm, default=Incoterm.FOB)
    incoterm_place = models.CharField(_("Place"), max_length=80, blank=True)
    port_of_loading = models.CharField(_("Port of loading"), max_length=80, blank=True)
    port_of_destination = models.CharField(_("Port of destination"), max_length=80, blank=True)
    transport_mode = models.CharField(
        _("Transport"), max_length=7, choices=TransportMode, default=TransportMode.SEA
    )
    payment_method = models.CharField(
        _("Payment"), max_length=13, choices=PaymentMethod, default=PaymentMethod.TT
    )
    payment_terms = models.CharField(_("Payment terms"), max_length=300, blank=True)
    delivery_terms = models.CharField(_("Delivery"), max_length=200, blank=True)
    lead_time_days = models.PositiveIntegerField(_("Lead time (days)"), null=True, blank=True)
    packing = models.CharField(_("Packing"), max_length=300, blank=True)
    shipping_marks = models.TextField(_("Shipping marks"), blank=True)
    more_or_less_percent = models.DecimalField(
        _("More or less (%)"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    remarks = models.TextField(_("Remarks"), blank=True)
    amount = models.DecimalField(
        max_digits=16, decimal_places=2, default=Decimal(0), editable=False, help_text="Goods and charges."
    )

    class Meta:
        abstract = True


class Goods(models.Model):
    """One line of goods: product or free text, quantity, price. `cost` is per unit in the base currency."""

    position = models.PositiveIntegerField(default=0)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("Product code"), max_length=60, blank=True)
    description = models.CharField(_("Description"), max_length=300)
    spec = models.TextField(_("Specification"), blank=True)
    model = models.CharField(_("Model"), max_length=80, blank=True)
    colour = models.CharField(_("Colour"), max_length=60, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("Unit"), max_length=16, default="pcs")
    unit_price = models.DecimalField(_("Unit price"), max_digits=14, decimal_places=4)
    cost = models.DecimalField(_("Cost per unit"), max_digits=14, decimal_places=4, null=True, blank=True)
    below_floor_reason = models.CharField(
        max_length=14,
        blank=True,
        help_text="Why it is sold below the last deal price (C-06): a value of BelowFloor.",
    )

    class Meta:
        abstract = True


class BelowFloor(models.TextChoices):
    """Why a price may be below the last deal price (C-06)."""

    CONCESSION = "CONCESSION", _("Concession to win the customer back")
    SUPPORT = "SUPPORT", _("Price support")
    THANKS = "THANKS", _("Thank-you credit")
    COST_FALL = "COST_FALL", _("Costs fell")
    OTHER_TERMS = "OTHER_TERMS", _("Different terms")


LATEST = Q(is_latest=True, deleted_at__isnull=True)


class Offer(Terms):
    """A quotation or a proforma invoice, one revision of it; the chain leads on to the order.

    Revisions share `number` and follow each other by `revision`; the last one counts (`is_latest`).
    """

    class Kind(models.TextChoices):
        QUOTATION = "QUOTATION", pgettext_lazy("offer", "Quotation")
        PROFORMA = "PROFORMA", _("Proforma invoice")

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("offer", "Draft")
        FOR_APPROVAL = "FOR_APPROVAL", pgettext_lazy("offer", "Awaits approval")
        APPROVED = "APPROVED", pgettext_lazy("offer", "Approved")
        SENT = "SENT", pgettext_lazy("offer", "Sent")
        ACCEPTED = "ACCEPTED", pgettext_lazy("offer", "Accepted")
        LOST = "LOST", pgettext_lazy("offer", "Lost")

    OPEN = (State.DRAFT, State.FOR_APPROVAL, State.APPROVED, State.SENT)

    kind = models.CharField(max_length=9, choices=Kind)
    number = models.CharField(_("Number"), max_length=30)
    revision = models.PositiveIntegerField(default=0)
    is_latest = models.BooleanField(default=True, editable=False)
    made_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="made_into"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="offers")
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Contact"),
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    offered_on = models.DateField(_("Date"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    language = models.CharField(_("Language"), max_length=8, default="en")
    how_we_differ = models.TextField(_("How we differ"), blank=True)
    competing_quotes = models.PositiveIntegerField(_("Competing quotations"), null=True, blank=True)
    profit = models.JSONField(
        default=dict, blank=True, editable=False, help_text="What the estimate counts with: rates and costs."
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    sent_message_id = models.BigIntegerField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    lost_reason = models.CharField(_("Why it was lost"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approval_note = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Offers.as_manager()

    class Meta:
        ordering = ["-offered_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="one_offer_a_revision"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(is_latest=True), name="one_latest_revision"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-offered_on"], name="offers_of_customer"),
            models.Index(fields=["owner", "state", "valid_until"], name="offers_of_owner"),
            models.Index(fields=["-offered_on", "-id"], condition=LATEST, name="offers_by_date"),
            models.Index(fields=["state", "-offered_on", "-id"], condition=LATEST, name="offers_by_state"),
            models.Index(
                fields=["owner", "-offered_on", "-id"], condition=LATEST, name="offers_of_owner_by_date"
            ),
            PrefixIndex(fields=["number"], name="offers_by_prefix"),
        ]

    def __str__(self) -> str:
        return self.number if not self.revision else f"{self.number}-R{self.revision}"


class OfferLine(Goods):
    """One line of an offer; an optional one is not counted in the amount (003-41)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="lines")
    moq = models.DecimalField(
        _("Minimum order quantity"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    is_optional = models.BooleanField(_("Optional"), default=False)

    class Meta:
        ordering = ["offer_id", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="offered_quantity_is_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="offered_price_is_no_debt"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.code}"


class OfferCharge(models.Model):
    """Freight, insurance, a discount or a credit below the goods of an offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="charges")
    kind = models.CharField(max_length=10, choices=ChargeKind)
    label = models.CharField(_("Description"), max_length=120, blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=16, decimal_places=2)
    credit = models.ForeignKey(
        "sales.CustomerCredit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["offer_id", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class CustomerCredit(models.Model):
    """Something a customer has good with us: a share of the next order or an amount, used once (000-59)."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", pgettext_lazy("credit", "Proposed")
        GRANTED = "GRANTED", pgettext_lazy("credit", "Granted")
        USED = "USED", pgettext_lazy("credit", "Used")
        REFUSED = "REFUSED", pgettext_lazy("credit", "Refused")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="credits")
    percent = models.DecimalField(
        _("Percent of the next order"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    amount = models.DecimalField(_("Amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, blank=True)
    reason = models.CharField(_("Reason"), max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    shipment = models.ForeignKey(
        "sales.Shipment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    used_in = models.ForeignKey(
        "sales.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["customer_id", "-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True, amount__isnull=False)
                | Q(percent__isnull=False, amount__isnull=True),
                name="a_share_or_an_amount",
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent}%" if self.percent is not None else f"{self.amount} {self.currency}"


class IssuedDocument(models.Model):
    """A document as it was given out: its contents frozen, its file kept (as attachment of its record)."""

    class Kind(models.TextChoices):
        QUOTATION = "QUOTATION", pgettext_lazy("offer", "Quotation")
        PROFORMA = "PROFORMA", _("Proforma invoice")
        SALES_CONTRACT = "SALES_CONTRACT", _("Sales contract")
        COMMERCIAL_INVOICE = "COMMERCIAL_INVOICE", _("Commercial invoice")
        PACKING_LIST = "PACKING_LIST", _("Packing list")
        CREDIT_NOTE = "CREDIT_NOTE", _("Credit note")

    kind = models.CharField(max_length=18, choices=Kind)
    number = models.CharField(max_length=34)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="documents")
    offer = models.ForeignKey(Offer, null=True, on_delete=models.PROTECT, related_name="documents")
    order = models.ForeignKey("sales.Order", null=True, on_delete=models.PROTECT, related_name="documents")
    shipment = models.ForeignKey(
        "sales.Shipment", null=True, on_delete=models.PROTECT, related_name="documents"
    )
    language = models.CharField(max_length=8, default="en")
    content = models.JSONField(help_text="What was printed: `documents.content` describes the shape.")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class DocumentLayout(models.Model):
    """How the firm's documents look and what always stands in them: the single row (pk 1)."""

    seller_name = models.CharField(_("Name on documents"), max_length=200, blank=True)
    seller_name_zh = models.CharField(_("Name in Chinese"), max_length=200, blank=True)
    seller_address = models.TextField(_("Address"), blank=True)
    seller_phone = models.CharField(_("Phone"), max_length=60, blank=True)
    seller_email = models.CharField(_("Mail address"), max_length=254, blank=True)
    accent = models.CharField(_("Colour"), max_length=7, default="#1f4f8f")
    bank_details = models.TextField(_("Bank details"), blank=True)
    quotation_terms = models.TextField(_("Terms on quotations"), blank=True)
    proforma_terms = models.TextField(_("Terms on proforma invoices"), blank=True)
    default_validity_days = models.PositiveIntegerField(_("Quotations are valid for (days)"), default=30)
    number_prefixes = models.JSONField(
        default=dict, blank=True, help_text="Own prefixes, by the value of NumberKind."
    )
    approve_below_margin = models.DecimalField(
        _("Approval below a margin of (%)"), max_digits=5, decimal_places=2, default=Decimal(10)
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="layout_is_single")]

    def __str__(self) -> str:
        return self.seller_name
