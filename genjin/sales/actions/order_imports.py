"""What an import of orders needs: checking without writing, further lines, taking all back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import batches, changed, tell
from genjin.customers.actions.refusal import RowsRefused
from genjin.customers.models import Customer
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.actions.order_basis import follow_lines, save
from genjin.sales.actions.order_drafts import NewLine, NewOrder, draft_lines
from genjin.sales.actions.orders import drafted, known_products
from genjin.sales.models import Order, OrderLine
from genjin.sales.rates import KnownRates


def check_orders(
    *, items: Sequence[NewOrder], by: User | None, at: datetime
) -> Mapping[int, Mapping[str, str]]:
    """What `place_orders` would refuse, by index and field; nothing is locked or written."""
    ids = {item.customer_id for item in items}
    customers = {row.pk: row for part in batches(list(ids)) for row in Customer.objects.filter(pk__in=part)}
    drafts = drafted(items, customers, by=by, at=at)
    return {index: draft.problems for index, draft in enumerate(drafts) if draft.problems}


@transaction.atomic
def add_lines(*, lines: Mapping[int, Sequence[NewLine]], by: User | None, at: datetime) -> list[OrderLine]:
    """Add lines to orders by id, closed ones among them; the lines in their order.

    Raises `RowsRefused` by the id of the order.
    """
    ids = sorted(lines)
    orders = Order.objects.alive().filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    products = known_products(line.product_id for some in lines.values() for line in some)
    made: list[OrderLine] = []
    refused: dict[int, dict[str, str]] = {}
    for order in list(orders):
        rates = KnownRates({product.cost_currency for product in products.values()}, order.ordered_on)
        fresh, problems = draft_lines(lines[order.pk], products, rates, order.ordered_on)
        if problems:
            refused[order.pk] = problems
            continue
        _make_room(order)
        first = order.lines.count()
        for place, line in enumerate(fresh):
            line.order_id, line.position = order.pk, first + place
        bulk.insert(fresh)
        made += fresh
        beside = {"lines": (first, first + len(fresh))}
        save(order, follow_lines(order), by=by, at=at, beside=beside)
    if refused:
        raise RowsRefused(refused)
    return made


def whole_goods() -> str:
    """What the line is called that stands for all goods of an order of which only the total is known."""
    return str(_("All goods of the order"))


def _make_room(order: Order) -> None:
    """The line that stands for all goods goes when the goods themselves come."""
    alone = list(order.lines.all()[:2])
    if len(alone) == 1 and alone[0].description == whole_goods() and not alone[0].shipped_quantity:
        alone[0].delete()


@transaction.atomic
def withdraw_lines(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Take away lines that an import added, unless something of them was shipped or cancelled since."""
    count = 0
    for part in batches(ids):
        lines = OrderLine.objects.filter(pk__in=part, shipped_quantity=0, shipped__isnull=True)
        orders = Order.objects.filter(pk__in=lines.values("order")).select_for_update(of=("self",))
        for order in list(orders.order_by("pk")):
            gone = lines.filter(order=order)
            before = order.lines.count()
            count += gone.delete()[0]
            save(order, follow_lines(order), by=by, at=at, beside={"lines": (before, order.lines.count())})
    return count


@transaction.atomic
def withdraw_orders(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Put orders that an import made into the recycle bin; those with money or goods on their way stay."""
    count = 0
    for part in batches(ids):
        rows = Order.objects.alive().filter(pk__in=part, paid_amount=0, allocations__isnull=True)
        rows = rows.exclude(lines__shipped__shipment__deleted_at__isnull=True, lines__shipped__isnull=False)
        going = list(Order.objects.filter(pk__in=rows.values("pk")).select_for_update().order_by("pk"))
        Order.objects.filter(pk__in=[row.pk for row in going]).update(deleted_at=at)
        tell([changed(row, "recycle", {}) for row in going], by=by, at=at)
        count += len(going)
    return count
