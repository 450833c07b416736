"""Orders: what was sold, how its making goes, what became of it (002-42 to 58, 003-16 to 41, B-16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.fields.models import WithFields
from genjin.policy.models import CompanySwitches
from genjin.records.prefix_index import PrefixIndex
from genjin.sales.models.choices import ChargeKind
from genjin.sales.models.offer import Goods, Offer, Terms
from genjin.sales.models.product import Supplier
from genjin.sales.models.seen import OfCustomers

ORDER_KIND = "sales.order"
DECLINE_KIND = "sales.orderdecline"


class OrderKind(models.TextChoices):
    """What sort of order; only trial and bulk orders count for loyalty (C-12, 003-02)."""

    SAMPLE = "SAMPLE", _("Sample order")
    TRIAL = "TRIAL", _("Trial order")
    BULK = "BULK", _("Bulk order")
    PROJECT = "PROJECT", _("One-off project")


COUNTED = (OrderKind.TRIAL, OrderKind.BULK)


class ExecutionState(models.TextChoices):
    """How far the order is, until it is delivered and paid (C-22)."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("order", "Confirmed")
    IN_PRODUCTION = "IN_PRODUCTION", pgettext_lazy("order", "In production")
    READY = "READY", pgettext_lazy("order", "Ready to ship")
    PARTLY_SHIPPED = "PARTLY_SHIPPED", pgettext_lazy("order", "Partly shipped")
    SHIPPED = "SHIPPED", pgettext_lazy("order", "Shipped")
    DELIVERED = "DELIVERED", pgettext_lazy("order", "Delivered")
    CLOSED = "CLOSED", pgettext_lazy("order", "Closed")
    CANCELLED = "CANCELLED", pgettext_lazy("order", "Cancelled")


OPEN_STATES = (
    ExecutionState.CONFIRMED,
    ExecutionState.IN_PRODUCTION,
    ExecutionState.READY,
    ExecutionState.PARTLY_SHIPPED,
    ExecutionState.SHIPPED,
    ExecutionState.DELIVERED,
)
"""Those that stand on the board."""


class DownstreamState(models.TextChoices):
    """Downstream state 下游关注状态 (dimension 10): what became of the goods, beyond our own work."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("downstream", "Confirmed")
    IN_PRODUCTION = "IN_PRODUCTION", pgettext_lazy("downstream", "In production")
    DELIVERED = "DELIVERED", pgettext_lazy("downstream", "Handed over for shipment")
    IN_TRANSIT = "IN_TRANSIT", pgettext_lazy("downstream", "In transit")
    AT_CUSTOMS = "AT_CUSTOMS", pgettext_lazy("downstream", "At customs")
    WAREHOUSED = "WAREHOUSED", pgettext_lazy("downstream", "Warehoused")
    SELLING = "SELLING", pgettext_lazy("downstream", "Selling")
    REMAINING_STOCK = "REMAINING_STOCK", pgettext_lazy("downstream", "Remaining stock")


class Orders(OfCustomers):
    """Orders, and those of them that count or still run. Every read for a person starts at `visible_to`."""

    kind = ORDER_KIND

    def counted(self) -> Orders:
        """Those that count for loyalty, classes and intervals: trial and bulk, not cancelled."""
        return self.alive().filter(kind__in=COUNTED).exclude(state=ExecutionState.CANCELLED)

    def with_money(self) -> Orders:
        """Without those of before go-live that were closed and of whose money nothing was told: paid ones.

        Without a day of go-live everything lies before it.
        """
        day = CompanySwitches.objects.filter(pk=1).values("go_live_on")
        never = models.Value(date.max, output_field=models.DateField())
        return self.exclude(
            state=ExecutionState.CLOSED, paid_amount=0, ordered_on__lt=Coalesce(models.Subquery(day), never)
        )

    def on_board(self) -> Orders:
        """Those that still run, samples included."""
        return self.alive().filter(is_open=True)


RUNNING = Q(is_open=True, deleted_at__isnull=True)


class Order(Terms, WithFields):
    """One order. Amounts are in its currency; `base_amount` is in the base currency at the frozen rate.

    `next_node_*` and `is_open` follow from nodes and state and are written with them, for the board's index.
    `paid_amount` is what was allocated to it, in its currency.
    """

    number = models.CharField(_("Order number"), max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Contact"),
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    kind = models.CharField(_("Kind of order"), max_length=7, choices=OrderKind, default=OrderKind.BULK)
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    customer_po_no = models.CharField(_("Customer's order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("Ordered on"))
    delivery_on = models.DateField(_("Delivery date"), null=True, blank=True)
    state = models.CharField(
        _("Order state"), max_length=14, choices=ExecutionState, default=ExecutionState.CONFIRMED
    )
    downstream_state = models.CharField(
        _("Downstream state"), max_length=15, choices=DownstreamState, default=DownstreamState.CONFIRMED
    )
    downstream_since = models.DateField(null=True, editable=False)
    is_open = models.BooleanField(default=True, editable=False)
    cancelled_reason = models.CharField(_("Why it was cancelled"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    base_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, editable=False)
    paid_amount = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0), editable=False)
    next_node_kind = models.CharField(max_length=16, blank=True, editable=False)
    next_node_on = models.DateField(null=True, editable=False)
    checklist = models.JSONField(
        default=dict, blank=True, help_text="Confirmed on entering (003-30): quantity, price, amount, terms."
    )
    progress_shared_at = models.DateTimeField(
        null=True, editable=False, help_text="When photos last went out."
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = Orders.as_manager()

    class Meta:
        ordering = ["-ordered_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(deleted_at__isnull=True), name="order_numbers_differ"
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-ordered_on"], name="orders_of_customer"),
            models.Index(
                fields=["next_node_on", "id"],
                condition=RUNNING,
                name="board_by_next_node",
            ),
            models.Index(
                fields=["owner", "next_node_on", "id"],
                condition=RUNNING,
                name="board_of_owner",
            ),
            *(
                models.Index(fields=[column, "id"], condition=RUNNING, name=name)
                for column, name in (
                    ("number", "board_by_number"),
                    ("delivery_on", "board_by_delivery"),
                    ("base_amount", "board_by_amount"),
                )
            ),
            *(
                models.Index(fields=[column, "next_node_on", "id"], condition=RUNNING, name=name)
                for column, name in (
                    ("next_node_kind", "board_lanes_by_node"),
                    ("state", "board_lanes_by_state"),
                )
            ),
            models.Index(
                fields=["base_amount", "id"],
                condition=Q(is_open=False, deleted_at__isnull=True),
                name="past_by_amount",
            ),
            models.Index(
                fields=["customer", "id"],
                condition=~Q(paid_amount=models.F("amount")) & Q(deleted_at__isnull=True),
                name="unsettled_orders",
            ),
            PrefixIndex(fields=["number"], name="orders_by_prefix"),
            PrefixIndex(fields=["customer_po_no"], name="orders_by_po_prefix"),
            models.Index(fields=["owner", "-ordered_on"], name="orders_of_owner"),
            models.Index(fields=["-ordered_on", "-id"], name="orders_by_date"),
            models.Index(fields=["state", "-ordered_on", "-id", "paid_amount"], name="orders_by_state"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(Goods):
    """One line of an order; what is cancelled stays in `quantity` and is counted beside it.

    A line of a bulk order may stand on an approved sample: what differs from it is shown (002-58).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    cancelled_quantity = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    shipped_quantity = models.DecimalField(
        max_digits=14, decimal_places=3, default=Decimal(0), editable=False
    )
    sample_line = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="bulk_lines"
    )
    spec_sheet = models.JSONField(
        default=dict, blank=True, help_text="What a sample must be like: function, colour, special (002-58)."
    )

    class Meta:
        ordering = ["order_id", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="ordered_quantity_is_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="ordered_price_is_no_debt"),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__gte=0, cancelled_quantity__lte=models.F("quantity")),
                name="cancelled_is_part_of_quantity",
            ),
        ]
        indexes = [models.Index(fields=["product", "order"], name="orders_of_product")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.code}"


class OrderCharge(models.Model):
    """Freight, insurance, a discount or a credit below the goods of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="charges")
    kind = models.CharField(max_length=10, choices=ChargeKind)
    label = models.CharField(_("Description"), max_length=120, blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=16, decimal_places=2)
    credit = models.ForeignKey(
        "sales.CustomerCredit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["order_id", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class OrderShare(models.Model):
    """Whose result an order is, in percent; the shares of an order make 100 (B-16)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "user"], name="one_share_a_person"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="share_is_a_part"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.percent}%"


class NodeKind(models.TextChoices):
    """The usual nodes of an order's execution (002-43 to 48)."""

    FACTORY_DUE = "FACTORY_DUE", _("Our date to the factory")
    FACTORY_PROMISED = "FACTORY_PROMISED", _("The factory's answer")
    MATERIAL = "MATERIAL", _("Raw material bought")
    PRODUCTION = "PRODUCTION", _("Production")
    INSPECTION = "INSPECTION", _("Inspection")
    BOOKING = "BOOKING", _("Booking")
    CUTOFF = "CUTOFF", _("Cut-off")
    ETD = "ETD", _("Departure (ETD)")
    SAMPLE_SENT = "SAMPLE_SENT", _("Sample sent")
    SAMPLE_RESULT = "SAMPLE_RESULT", _("Result of the sample")
    OTHER = "OTHER", pgettext_lazy("node", "Other")


class OrderNode(models.Model):
    """One node of an order: when it was to be, when it was, who sees to it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="nodes")
    kind = models.CharField(max_length=16, choices=NodeKind)
    name = models.CharField(
        pgettext_lazy("node", "Name"), max_length=80, blank=True, help_text="Of a node of kind OTHER."
    )
    position = models.PositiveIntegerField(default=0)
    planned_on = models.DateField(_("Planned"), null=True, blank=True)
    actual_on = models.DateField(_("Done on"), null=True, blank=True)
    percent = models.PositiveIntegerField(_("Progress (%)"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Who sees to it"),
    )
    supplier = models.ForeignKey(
        Supplier,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="nodes",
        verbose_name=_("Supplier"),
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        ordering = ["order_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="progress_is_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind}"


class SampleDetails(models.Model):
    """What a sample order has beside an order: who pays, how it travels, what came of it (B-19, 002-57)."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", pgettext_lazy("sample", "Requested")
        QUOTED = "QUOTED", pgettext_lazy("sample", "Quoted")
        PREPARING = "PREPARING", pgettext_lazy("sample", "Being prepared")
        SENT = "SENT", pgettext_lazy("sample", "Sent")
        RECEIVED = "RECEIVED", pgettext_lazy("sample", "Received")
        APPROVED = "APPROVED", pgettext_lazy("sample", "Approved")
        REJECTED = "REJECTED", pgettext_lazy("sample", "Rejected")

    class Payer(models.TextChoices):
        US = "US", _("We pay")
        CUSTOMER = "CUSTOMER", _("The customer pays")

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="sample")
    state = models.CharField(_("Sample state"), max_length=9, choices=State, default=State.REQUESTED)
    sample_payer = models.CharField(_("The sample"), max_length=8, choices=Payer, default=Payer.US)
    freight_payer = models.CharField(_("The freight"), max_length=8, choices=Payer, default=Payer.CUSTOMER)
    is_refundable = models.BooleanField(_("Deducted from the bulk order"), default=False)
    courier = models.CharField(_("Courier"), max_length=60, blank=True)
    courier_no = models.CharField(_("Courier number"), max_length=60, blank=True)
    sent_on = models.DateField(_("Sent on"), null=True, blank=True)
    received_on = models.DateField(_("Received on"), null=True, blank=True)
    result_on = models.DateField(_("Result on"), null=True, blank=True)
    result_note = models.TextField(_("What the customer says of it"), blank=True)

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"


class SellThrough(models.Model):
    """What a customer says of the sale of an order's goods: sold, left, needed (003-21)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="sell_through")
    day = models.DateField(_("As of"))
    sold_percent = models.DecimalField(_("Sold (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    stock_left = models.DecimalField(
        _("Remaining stock"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    safety_stock = models.DecimalField(
        _("Safety stock"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    informant = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Who told us"),
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["order_id", "-day", "-id"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.day}"


class OrderDecline(models.Model):
    """That an order fell behind those before it: how far, why, and what was done (003-32 to 34)."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="decline")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="declines")
    level = models.PositiveIntegerField(default=1, help_text="How many orders in a row fell, this included.")
    measures = models.JSONField(help_text="What fell by how much, by what it is compared with.")
    cause = models.CharField(_("Cause"), max_length=300, blank=True)
    measure = models.CharField(_("What we do about it"), max_length=300, blank=True)
    result = models.CharField(_("Result"), max_length=300, blank=True)
    opened_at = models.DateTimeField()
    cause_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["customer", "opened_at"],
                condition=Q(closed_at__isnull=True),
                name="open_declines_of_customer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.level}"
