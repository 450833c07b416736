"""What templates of orders need: amounts, quantities."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision
from django import template

from genjin.rules.receivables import Ageing, Bucket
from genjin.rules.sample_lines import Difference
from genjin.sales.models import Order
from genjin.sales.order_board import node_label
from genjin.sales.order_words import FIELDS

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency: USD 12,345.60."""
    if amount is None:
        return "—"
    return f"{currency} {amount:,.{min(get_currency_precision(currency), 2)}f}"


@register.filter
def plain(number: Decimal | None) -> str:
    """A quantity or price without needless zeros: 1,200, 0.125."""
    return "" if number is None else f"{number.normalize():,f}"


@register.filter
def node_name(order: Order) -> str:
    """What the next node of an order is called."""
    return node_label(order.next_node_kind)


@register.filter
def difference_name(difference: Difference) -> str:
    """What differs from the sample: a field, or an entry of the specification sheet."""
    return difference.name if difference.is_entry else str(FIELDS[difference.name])


@register.filter
def sum_of(amount: Decimal, currency: str) -> str:
    """An amount where its currency stands beside it: 12,345.60."""
    return f"{amount:,.{min(get_currency_precision(currency), 2)}f}"


@register.filter
def bucket(row: Ageing, name: Bucket) -> str:
    """What of a line of receivables is so late; empty when nothing is."""
    amount = row.buckets[name]
    return sum_of(amount, row.currency) if amount else ""
