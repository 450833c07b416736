"""What templates of orders need: amounts, quantities."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext

from genjin.rules.amounts import digits
from genjin.rules.receivables import Ageing, Bucket
from genjin.rules.sample_lines import Difference
from genjin.sales import money_words
from genjin.sales.actions.declines import OWN_RESULTS
from genjin.sales.insight_queries import Month
from genjin.sales.insight_words import basis_text
from genjin.sales.models import Order, OrderRhythm
from genjin.sales.order_board import node_label
from genjin.sales.order_words import FIELDS

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency: USD 12,345.60."""
    return money_words.money(amount, currency) or "—"


@register.filter
def plain(number: Decimal | None) -> str:
    """A quantity or price without needless zeros: 1,200, 0.125."""
    return "" if number is None else f"{number.normalize():,f}"


@register.filter
def price(amount: Decimal, currency: str) -> str:
    """A price of one where its currency stands beside it: 28.80, 0.1255."""
    least = digits(currency)
    exact = -int(amount.normalize().as_tuple().exponent)
    return f"{amount:,.{max(least, exact)}f}"


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
    return f"{amount:,.{digits(currency)}f}"


@register.filter
def bucket(row: Ageing, name: Bucket) -> str:
    """What of a line of receivables is so late; empty when nothing is."""
    amount = row.buckets[name]
    return sum_of(amount, row.currency) if amount else ""


@register.filter
def said(result: str) -> str:
    """A result as it was written; what the system wrote itself in the reader's language."""
    return gettext(result) if result in OWN_RESULTS else result


@register.filter
def bar_height(month: Month) -> int:
    """How high a month's bar stands, of 52; one with an order is always seen."""
    return max(3, month.share * 52 // 100) if month.orders else 1


@register.filter
def bar_top(month: Month) -> int:
    """Where a month's bar begins, so that all stand on one line."""
    return 56 - bar_height(month)


@register.filter
def basis(rhythm: OrderRhythm) -> str:
    """What an expected day rests on."""
    return basis_text(rhythm)
