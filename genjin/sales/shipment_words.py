"""Quantities, days and states of shipments as people read them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def plain(quantity: Decimal) -> str:
    """A quantity without zeros that say nothing: 1,200 or 0.5."""
    text = f"{quantity:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    return number_format(Decimal(text), decimal_pos=places, force_grouping=True)
