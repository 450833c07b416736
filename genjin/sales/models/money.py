"""Money: what is to be paid when, what came, and to what it belongs (D-10, D-17, B-17, B-18)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Customer
from genjin.people import access
from genjin.people.models import User
from genjin.sales.models.choices import PaymentMethod
from genjin.sales.models.order import Order
from genjin.sales.models.shipment import Shipment

RECEIPT_KIND = "sales.receipt"


class PaymentTrigger(models.TextChoices):
    """What makes a part of an order's price due."""

    ON_ORDER = "ON_ORDER", _("On order")
    BEFORE_PRODUCTION = "BEFORE_PRODUCTION", _("Before production")
    BEFORE_SHIPMENT = "BEFORE_SHIPMENT", _("Before shipment")
    AGAINST_BL_COPY = "AGAINST_BL_COPY", _("Against copy of B/L")
    AFTER_BL = "AFTER_BL", _("Days after B/L")
    AFTER_INVOICE = "AFTER_INVOICE", _("Days after invoice")
    LC = "LC", _("By L/C")
    ON_DATE = "ON_DATE", _("On a date")


class PaymentPlanLine(models.Model):
    """One part of an order's price: how much, due by what (B-17).

    Either `percent` of the order's amount or a fixed amount; `amount` is what that makes now, in the order's
    currency. `due_on` follows from the trigger and is None until the trigger is known. A part that
    `holds_release` must be paid before the goods are handed over (000-51).
    """

    class Kind(models.TextChoices):
        DEPOSIT = "DEPOSIT", _("Deposit")
        BALANCE = "BALANCE", _("Balance")
        PART = "PART", _("Part payment")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="plan")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.BALANCE)
    percent = models.DecimalField(_("Percent"), max_digits=7, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=16, decimal_places=2)
    trigger = models.CharField(_("Due"), max_length=17, choices=PaymentTrigger)
    days = models.PositiveIntegerField(_("Days"), default=0)
    on_date = models.DateField(_("Date"), null=True, blank=True)
    due_on = models.DateField(null=True, editable=False)
    holds_release = models.BooleanField(_("Goods are released only when it is paid"), default=False)
    paid_amount = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0), editable=False)

    class Meta:
        ordering = ["order_id", "position", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="plan_amount_is_no_debt")]
        indexes = [
            models.Index(
                fields=["due_on", "order"],
                condition=Q(paid_amount__lt=models.F("amount")),
                name="open_parts_by_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.amount}"


class LetterOfCredit(models.Model):
    """A letter of credit with its three dates (B-18, D-17)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="letters_of_credit")
    number = models.CharField(_("L/C number"), max_length=60)
    issuing_bank = models.CharField(_("Issuing bank"), max_length=120, blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3)
    usance_days = models.PositiveIntegerField(_("Usance (days, 0 at sight)"), default=0)
    lc_expiry = models.DateField(_("Expiry (31D)"))
    lc_latest_shipment = models.DateField(_("Latest shipment (44C)"), null=True, blank=True)
    lc_presentation_days = models.PositiveIntegerField(_("Presentation period (48)"), default=21)
    presented_on = models.DateField(_("Presented on"), null=True, blank=True)
    lc_discrepancy = models.CharField(_("Discrepancy"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["order_id", "id"]

    def __str__(self) -> str:
        return self.number


class Receipts(models.QuerySet["Receipt"]):
    """Every read for a person starts at `visible_to`."""

    def alive(self) -> Receipts:
        """Those not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: User) -> Receipts:
        """Those of customers the person looks after, and transfers that nobody claimed yet (B-17)."""
        may = access.of(user)
        if may.scope(RECEIPT_KIND) == "ALL":
            return self.alive()
        if may.scope(RECEIPT_KIND) == "NONE":
            return self.none()
        beside = models.Exists(Customer.objects.held_by(user).filter(pk=models.OuterRef("customer_id")))
        return self.alive().filter(Q(customer__isnull=True) | Q(beside))


class Receipt(models.Model):
    """Money that came in: what the payer sent, what the bank took, what arrived (B-17).

    `amount_paid` is what the customer paid and what is allocated; `amount_received` is what the account got;
    the difference are `bank_charges`, which we bear. Without a customer nobody has claimed it yet.
    """

    class State(models.TextChoices):
        UNCLAIMED = "UNCLAIMED", pgettext_lazy("receipt", "Not claimed")
        CLAIMED = "CLAIMED", pgettext_lazy("receipt", "Claimed")
        CONFIRMED = "CONFIRMED", pgettext_lazy("receipt", "Confirmed")

    number = models.CharField(_("Receipt number"), max_length=40)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts"
    )
    payer = models.CharField(_("Payer"), max_length=200, blank=True)
    received_on = models.DateField(_("Received on"))
    method = models.CharField(_("Payment"), max_length=13, choices=PaymentMethod, default=PaymentMethod.TT)
    currency = models.CharField(_("Currency"), max_length=3, default="USD")
    amount_paid = models.DecimalField(_("Amount paid"), max_digits=16, decimal_places=2)
    amount_received = models.DecimalField(_("Amount received"), max_digits=16, decimal_places=2)
    bank_charges = models.DecimalField(_("Bank charges"), max_digits=12, decimal_places=2, default=Decimal(0))
    allocated_amount = models.DecimalField(
        max_digits=16, decimal_places=2, default=Decimal(0), editable=False,
        help_text="What its allocations come to; counted, never carried on.",
    )  # fmt: skip
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True, blank=True)
    reference = models.CharField(_("Bank reference"), max_length=120, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.UNCLAIMED)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Receipts.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(deleted_at__isnull=True), name="receipt_numbers_differ"
            ),
            models.CheckConstraint(condition=Q(amount_paid__gt=0), name="receipt_is_positive"),
            models.CheckConstraint(
                condition=Q(amount_received__gte=0, bank_charges__gte=0), name="receipt_parts_are_no_debt"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-received_on"], name="receipts_of_customer"),
            models.Index(
                fields=["-received_on", "-id"], condition=Q(deleted_at__isnull=True), name="receipts_by_date"
            ),
            models.Index(fields=["state", "-received_on", "-id"], name="receipts_by_state"),
            models.Index(
                fields=["-received_on", "-id"],
                condition=Q(deleted_at__isnull=True, allocated_amount__lt=models.F("amount_paid")),
                name="receipts_left",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptAllocation(models.Model):
    """What part of a receipt pays which part of an order (核销).

    `amount` is in the receipt's currency, `order_amount` the same in the order's; they differ only when the
    currencies do.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="allocations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="allocations")
    plan_line = models.ForeignKey(
        PaymentPlanLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="allocations"
    )
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    order_amount = models.DecimalField(max_digits=16, decimal_places=2)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["receipt_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, order_amount__gt=0), name="allocation_is_positive"
            )
        ]
        indexes = [models.Index(fields=["order"], name="allocations_of_order")]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.order_id} {self.amount}"


class CreditNote(models.Model):
    """What an order's price is lowered by after it was invoiced: damage, shortage, a return."""

    number = models.CharField(_("Credit note number"), max_length=40, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_notes")
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(_("Amount"), max_digits=16, decimal_places=2)
    reason = models.CharField(_("Reason"), max_length=300)
    issued_on = models.DateField(_("Issued on"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["order_id", "issued_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="credit_note_is_positive")]

    def __str__(self) -> str:
        return self.number
