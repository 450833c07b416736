"""Shipments: what left for the customer, when it arrives, what was done about it (000-47 to 65, 002-48)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.mail.models import Message
from genjin.sales.models.choices import ContainerType, TransportMode
from genjin.sales.models.order import DownstreamState, Order, OrderLine
from genjin.sales.models.seen import OfCustomers

SHIPMENT_KIND = "sales.shipment"
COMPLAINT_KIND = "sales.complaint"


class Shipments(OfCustomers):
    """Shipments. Every read for a person starts at `visible_to`."""

    kind = SHIPMENT_KIND


ON_THE_WATER = Q(
    deleted_at__isnull=True, shipped_at__isnull=False, received_on__isnull=True, warehoused_on__isnull=True
)


class Shipment(models.Model):
    """Goods of one customer that travel together; an order may have several, a shipment several orders.

    Dates are dates where they happen: departure at the port of loading, arrival at the destination (C-15).
    `shipped_at` is when somebody marked it as left: the after-sales chain counts from there and from `eta`.
    """

    class BillOfLading(models.TextChoices):
        ORIGINAL = "ORIGINAL", _("Original")
        TELEX = "TELEX", _("Telex release")
        SEAWAY = "SEAWAY", _("Sea waybill")

    number = models.CharField(_("Shipment number"), max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="shipments")
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Contact"),
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shipments")
    mode = models.CharField(_("Transport"), max_length=7, choices=TransportMode, default=TransportMode.SEA)
    forwarder = models.CharField(_("Freight forwarder"), max_length=120, blank=True)
    booking_no = models.CharField(_("Booking number"), max_length=60, blank=True)
    vessel = models.CharField(_("Vessel"), max_length=80, blank=True)
    voyage = models.CharField(_("Voyage"), max_length=40, blank=True)
    container_type = models.CharField(_("Container"), max_length=4, choices=ContainerType, blank=True)
    container_count = models.PositiveIntegerField(_("Number of containers"), null=True, blank=True)
    container_no = models.CharField(_("Container numbers"), max_length=200, blank=True)
    bl_no = models.CharField(_("B/L number"), max_length=60, blank=True)
    bl_type = models.CharField(_("Kind of B/L"), max_length=8, choices=BillOfLading, blank=True)
    bl_on = models.DateField(_("B/L date"), null=True, blank=True)
    awb_no = models.CharField(_("Air waybill"), max_length=60, blank=True)
    courier = models.CharField(_("Courier"), max_length=60, blank=True)
    courier_no = models.CharField(_("Courier number"), max_length=60, blank=True)
    port_of_loading = models.CharField(_("Port of loading"), max_length=80, blank=True)
    port_of_destination = models.CharField(_("Port of destination"), max_length=80, blank=True)
    si_cutoff = models.DateTimeField(_("Documents cut-off"), null=True, blank=True)
    customs_cutoff = models.DateTimeField(_("Customs cut-off"), null=True, blank=True)
    etd = models.DateField(_("Departure (ETD)"), null=True, blank=True)
    eta = models.DateField(_("Arrival (ETA)"), null=True, blank=True)
    atd = models.DateField(pgettext_lazy("shipment", "Left on"), null=True, blank=True)
    ata = models.DateField(_("Arrived on"), null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, editable=False)
    advised_at = models.DateTimeField(
        null=True, editable=False, help_text="When the advice was sent, or was noted as sent elsewhere."
    )
    cleared_on = models.DateField(_("Cleared on"), null=True, blank=True)
    received_on = models.DateField(_("Received on"), null=True, blank=True)
    warehoused_on = models.DateField(_("In stock on"), null=True, blank=True)
    is_intact = models.BooleanField(_("Goods intact"), null=True, blank=True)
    free_days = models.PositiveIntegerField(_("Free days"), null=True, blank=True)
    demurrage_rate = models.DecimalField(
        _("Demurrage a day"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    demurrage_currency = models.CharField(_("Currency"), max_length=3, default="USD")
    downstream_state = models.CharField(
        _("Downstream state"), max_length=15, choices=DownstreamState, default=DownstreamState.DELIVERED
    )
    remarks = models.TextField(_("Remarks"), blank=True)
    created_at = models.DateTimeField(editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Shipments.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(deleted_at__isnull=True), name="shipment_numbers_differ"
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="shipments_of_customer"),
            models.Index(fields=["owner", "eta"], name="shipments_of_owner"),
            models.Index(Coalesce("ata", "eta"), "id", condition=ON_THE_WATER, name="shipments_on_the_water"),
            models.Index(
                Coalesce("ata", "eta"),
                "id",
                condition=Q(deleted_at__isnull=True),
                name="shipments_by_arrival",
            ),
            models.Index(
                fields=["id"],
                condition=Q(deleted_at__isnull=True, shipped_at__isnull=True),
                name="shipments_to_leave",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """How much of an order's line travels in a shipment; packing data are for the packing list."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipped")
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=3)
    cartons = models.PositiveIntegerField(_("Cartons"), null=True, blank=True)
    gross_weight = models.DecimalField(
        _("Gross weight (kg)"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    net_weight = models.DecimalField(
        _("Net weight (kg)"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    volume = models.DecimalField(_("Volume (m³)"), max_digits=12, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["shipment_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="a_line_travels_once_in_each"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipped_quantity_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.order_line_id}"


class ScheduleChange(models.Model):
    """That a date of the voyage was changed: what stood there, what stands there now, and why."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="schedule_changes")
    field = models.CharField(max_length=14, help_text="`etd`, `eta`, `atd` or `ata`.")
    old = models.DateField(null=True)
    new = models.DateField(null=True)
    reason = models.CharField(_("Why"), max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["shipment_id", "-at", "-id"]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.field} {self.new}"


class AfterSalesStep(models.Model):
    """That a step after a shipment was done, and what the customer answered (000-55, 000-57)."""

    class Form(models.TextChoices):
        SENT = "SENT", pgettext_lazy("quality form", "Sent")
        REMINDED = "REMINDED", pgettext_lazy("quality form", "Reminded")
        RETURNED = "RETURNED", pgettext_lazy("quality form", "Returned")

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40, help_text="As in the policy's sequence: `advice`, `eta-7`, …")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sales = models.TextField(_("How it sells"), blank=True)
    market = models.TextField(_("What the market says"), blank=True)
    quality = models.TextField(pgettext_lazy("of goods", "Quality"), blank=True)
    score = models.PositiveIntegerField(_("Score (0 to 10)"), null=True, blank=True)
    form_state = models.CharField(_("Quality form"), max_length=8, choices=Form, blank=True)
    is_praise = models.BooleanField(
        _("Very good: ask for a testimonial"), default=False, help_text="Whatever the score (000-58)."
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    message = models.ForeignKey(
        Message,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The mail that did it; the next one is written in its conversation (000-56).",
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        ordering = ["shipment_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "name"], name="one_row_a_step"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=10), name="score_to_ten"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.name}"


class Testimonial(models.Model):
    """A customer's experience as a video, asked for after very good feedback (000-58)."""

    class State(models.TextChoices):
        ASKED = "ASKED", pgettext_lazy("testimonial", "Asked for")
        RECEIVED = "RECEIVED", pgettext_lazy("testimonial", "Received")
        DECLINED = "DECLINED", pgettext_lazy("testimonial", "Declined")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="testimonials")
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    link = models.CharField(_("Link"), max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.state}"


class Complaints(OfCustomers):
    """Complaints. Every read for a person starts at `visible_to`."""

    kind = COMPLAINT_KIND


class Complaint(models.Model):
    """Something was wrong with the goods; kept simple here (000-55, 003-46)."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("complaint", "Open")
        ANSWERED = "ANSWERED", pgettext_lazy("complaint", "Answered")
        SETTLED = "SETTLED", pgettext_lazy("complaint", "Settled")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="complaints")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="complaints")
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    shipment = models.ForeignKey(
        Shipment, null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    description = models.TextField(_("What is wrong"))
    solution = models.TextField(_("What we did"), blank=True)
    cost = models.DecimalField(_("What it cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    cost_currency = models.CharField(_("Currency"), max_length=3, default="USD")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Complaints.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.state}"
