"""Numbers of documents: gapless within a kind and a year."""

from __future__ import annotations

from django.db import models


class NumberKind(models.TextChoices):
    """Whose numbers; the value is the prefix, unless the company chose another one."""

    QUOTATION = "QT", "QT"
    PROFORMA = "PI", "PI"
    ORDER = "SC", "SC"
    SAMPLE = "SA", "SA"
    SHIPMENT = "SH", "SH"
    COMMERCIAL_INVOICE = "CI", "CI"
    PACKING_LIST = "PL", "PL"
    RECEIPT = "RC", "RC"
    CREDIT_NOTE = "CN", "CN"


class NumberCounter(models.Model):
    """The last number given of a kind in a year; its row is locked while the next one is taken."""

    kind = models.CharField(max_length=2, choices=NumberKind)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"{self.kind}{self.year}-{self.last}"


class ExchangeRate(models.Model):
    """What one unit of a currency was worth in the base currency from a day on (per 1 unit, B-15)."""

    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        ordering = ["currency", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "base", "day"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rates_are_positive"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate} {self.base}"
