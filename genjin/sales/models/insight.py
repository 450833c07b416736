"""What is computed from all orders: the market, what is bought together, each customer's rhythm."""

from __future__ import annotations

from django.db import models

from genjin.customers.models import Customer
from genjin.sales.models.order import Order
from genjin.sales.models.product import Product


class MarketSnapshot(models.Model):
    """What the orders of all customers teach, made anew every night; there is one row."""

    made_at = models.DateTimeField()
    gaps = models.JSONField(default=list, help_text="Days between orders, sorted, thinned out evenly.")
    gap_count = models.PositiveIntegerField(default=0, help_text="How many there were.")
    gap_weight = models.FloatField(default=0, help_text="How many own intervals they weigh together.")
    popular = models.JSONField(
        default=list, help_text="What most customers buy, best first: ids of products."
    )
    classes_on = models.DateField(null=True, help_text="When purchase classes were last given to everybody.")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class NearProduct(models.Model):
    """That customers who bought a product bought another one too; the nearest few of each are kept."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="near")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    likeness = models.FloatField(help_text="Cosine over customers, from 0 to 1.")
    together = models.PositiveIntegerField(help_text="How many customers bought both.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "other"], name="near_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.other_id} {self.likeness:.2f}"


class OrderRhythm(models.Model):
    """When a customer orders, and when next (002-54, 002-55); computed when an order changes and at night."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="order_rhythm"
    )
    last_order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    last_on = models.DateField()
    orders = models.PositiveIntegerField(help_text="How many count.")
    basis = models.CharField(max_length=10, help_text="A value of `rules.reorder.Basis`.")
    own_share = models.PositiveIntegerField(default=0, help_text="Percent that rests on own intervals.")
    interval_days = models.PositiveIntegerField(null=True)
    own_interval_days = models.PositiveIntegerField(null=True)
    usual_on = models.DateField(null=True, help_text="The next order, as expected after the last one.")
    from_on = models.DateField(null=True, help_text="Six in ten orders come from that day …")
    until_on = models.DateField(null=True, help_text="… to this one.")
    moment_on = models.DateField(null=True, help_text="When to speak of the next order.")
    moment_why = models.CharField(max_length=12, blank=True, help_text="What decided it, in `rules.reorder`.")
    lead_days = models.PositiveIntegerField(default=0, help_text="Production and transit.")
    months = models.JSONField(default=list, help_text="The months in which he usually orders, 1 to 12.")

    class Meta:
        indexes = [
            models.Index(fields=["usual_on", "customer"], name="reorders_by_day"),
            models.Index(fields=["moment_on", "customer"], name="reorders_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.usual_on}"
