"""Numbers on the pages of sales, grouped alike in both languages: 12,345.50."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def cents(value: Decimal | None) -> str:
    """An amount to the cent; empty for none."""
    return "" if value is None else f"{value:,.2f}"


@register.filter
def figure(value: Decimal | None) -> str:
    """A quantity or a unit price without zeros at its end; empty for none."""
    if value is None:
        return ""
    plain = f"{value:,f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
