"""Numbers of products in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from genjin.sales.product_present import number

register = template.Library()


@register.filter
def trimmed(value: Decimal | None) -> str:
    """A number without the zeros that only fill its column, thousands grouped."""
    return number(value)
