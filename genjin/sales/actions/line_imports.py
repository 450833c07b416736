"""What an import needs of orders' lines: adding many, netting what came back, taking all back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import batches, changed, tell
from genjin.customers.actions.refusal import RowsRefused
from genjin.journal.models import Entry
from genjin.people.models import User
from genjin.records import bulk
from genjin.sales.actions.order_basis import Saved, follow_lines, follow_nodes, put, save_all
from genjin.sales.actions.order_drafts import NewLine, draft_lines
from genjin.sales.actions.orders import known_products
from genjin.sales.actions.shipped import follow_orders
from genjin.sales.models import ExecutionState, Order, OrderLine, ShipmentLine
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.rates import KnownRates

WHOLE_GOODS = "whole_goods"
"""Under this name the journal keeps the price of the line that stood for all goods."""


def whole_goods() -> str:
    """What the line is called that stands for all goods of an order of which only the total is known."""
    return str(_("All goods of the order"))


@transaction.atomic
def add_lines(*, lines: Mapping[int, Sequence[NewLine]], by: User | None, at: datetime) -> list[OrderLine]:
    """Add lines to orders by id, closed ones among them; the lines in their order.

    The line that stood for all goods makes room, and what was shipped of it is shipped of them. Raises
    `RowsRefused` by the id of the order.
    """
    orders = list(_locked(lines))
    products = known_products(line.product_id for some in lines.values() for line in some)
    currencies = {product.cost_currency for product in products.values()}
    rates = KnownRates(currencies, max((order.ordered_on for order in orders), default=at.date()))
    stored = _lines_of(orders)
    made: dict[int, list[OrderLine]] = {}
    refused: dict[int, dict[str, str]] = {}
    for order in orders:
        made[order.pk], problems = draft_lines(lines[order.pk], products, rates, order.ordered_on)
        if problems:
            refused[order.pk] = problems
        first = 0 if _stands_alone(stored[order.pk]) else len(stored[order.pk])
        for place, line in enumerate(made[order.pk]):
            line.order_id, line.position = order.pk, first + place
    if refused:
        raise RowsRefused(refused)
    every = [line for order in orders for line in made[order.pk]]
    bulk.insert(every)
    standing = {pk: rows[0] for pk, rows in stored.items() if _stands_alone(rows)}
    shipped = _make_room(standing, made)
    _save_lines(orders, {pk: len(rows) for pk, rows in stored.items()}, standing, by=by, at=at)
    follow_orders(order_ids=shipped, by=by, at=at)
    return every


def _locked(ids: Iterable[int]) -> Iterable[Order]:
    rows = Order.objects.alive().filter(pk__in=sorted(ids))
    return rows.select_for_update(of=("self",)).order_by("pk")


def _lines_of(orders: Collection[Order]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
    for line in OrderLine.objects.filter(order__in=list(found)).order_by("position", "pk"):
        found[line.order_id].append(line)
    return found


def _stands_alone(lines: Sequence[OrderLine]) -> bool:
    return len(lines) == 1 and not lines[0].code and lines[0].description == whole_goods()


def _make_room(standing: Mapping[int, OrderLine], made: Mapping[int, Sequence[OrderLine]]) -> set[int]:
    """The lines that stand for all goods go; what of them travels, travels as the goods. Of which orders."""
    by_line = {line.pk: pk for pk, line in standing.items()}
    travelling = list(ShipmentLine.objects.filter(order_line__in=list(by_line)))
    instead = [
        bulk.fresh(ShipmentLine, shipment_id=one.shipment_id, order_line_id=line.pk, quantity=line.quantity)
        for one in travelling
        for line in made[by_line[one.order_line_id]]
    ]
    ShipmentLine.objects.filter(pk__in=[one.pk for one in travelling]).delete()
    bulk.insert(instead)
    OrderLine.objects.filter(pk__in=list(by_line)).delete()
    return {by_line[one.order_line_id] for one in travelling}


def _save_lines(
    orders: Sequence[Order],
    before: Mapping[int, int],
    standing: Mapping[int, OrderLine],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Save orders whose lines were added or taken away; `standing` are those that stood for all goods."""
    now = {pk: len(rows) for pk, rows in _lines_of(orders).items()}
    saved = []
    for order in orders:
        beside: dict[str, tuple[Any, Any]] = {"lines": (before[order.pk], now[order.pk])}
        if order.pk in standing:
            beside[WHOLE_GOODS] = (standing[order.pk].unit_price, None)
        saved.append(Saved(order, follow_lines(order), beside))
    save_all(saved, by=by, at=at)


@transaction.atomic
def withdraw_lines(*, ids: Sequence[int], by: User | None, at: datetime) -> int:
    """Take away lines that an import added, unless something of them was shipped or cancelled since.

    An order of which nothing is left gets back the line that stood for all goods, and its shipment it.
    """
    count = 0
    for part in batches(ids):
        going = list(OrderLine.objects.filter(pk__in=part).order_by("pk"))
        orders = list(_locked({line.order_id for line in going}))
        stored = _lines_of(orders)
        emptied = {pk for pk, rows in stored.items() if {row.pk for row in rows} <= {one.pk for one in going}}
        prices = _former_prices(emptied)
        shipped = _put_back(going, prices)
        rows = OrderLine.objects.filter(pk__in=part, shipped__isnull=True)
        count += rows.delete()[0]
        _save_lines(orders, {pk: len(rows) for pk, rows in stored.items()}, {}, by=by, at=at)
        follow_orders(order_ids=shipped, by=by, at=at)
    return count


def _former_prices(order_ids: Collection[int]) -> dict[int, Decimal]:
    entries = Entry.objects.filter(kind=ORDER_KIND, object_id__in=list(order_ids), verb="change").order_by(
        "pk"
    )
    return {
        entry.object_id: Decimal(str(entry.changes[WHOLE_GOODS][0]))
        for entry in entries
        if WHOLE_GOODS in entry.changes
    }


def _put_back(going: Sequence[OrderLine], prices: Mapping[int, Decimal]) -> set[int]:
    """Make the lines that stand for all goods again, travelling where the goods did; which orders' do."""
    standing = {
        pk: bulk.fresh(
            OrderLine, order_id=pk, quantity=Decimal(1), unit_price=price, description=whole_goods()
        )
        for pk, price in prices.items()
    }
    bulk.insert(list(standing.values()))
    of = {line.pk: line.order_id for line in going}
    goods = [pk for pk, order_id in of.items() if order_id in standing]
    rows = ShipmentLine.objects.filter(order_line__in=goods)
    first: dict[int, int] = {}
    for line_id, shipment_id in rows.order_by("shipment_id").values_list("order_line_id", "shipment_id"):
        first.setdefault(of[line_id], shipment_id)
    rows.delete()
    bulk.insert(
        [
            bulk.fresh(ShipmentLine, shipment_id=shipment, order_line_id=standing[pk].pk, quantity=Decimal(1))
            for pk, shipment in first.items()
        ]
    )
    return set(first)


@dataclass(frozen=True)
class Return:
    """Goods that a customer gave back or cancelled: what, how many, by when they had been ordered."""

    customer_id: int
    product: str
    quantity: Decimal
    day: date


def product_key(code: str, description: str) -> str:
    """By what goods of a line are known as the same: the code, else what they are called."""
    return (code or description).strip().casefold()


def left_to_return(keys: Collection[tuple[int, str]], until: date) -> dict[tuple[int, str], Decimal]:
    """How much of each product the customers ordered by a day and did not give back yet."""
    found: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    wanted = set(keys)
    for part in batches(list({customer for customer, _product in wanted})):
        rows = _returnable(part, until).order_by()
        columns = ("order__customer_id", "code", "description")
        for customer_id, code, description, left in rows.values_list(*columns).annotate(
            left=Sum(F("quantity") - F("cancelled_quantity"))
        ):
            key = (customer_id, product_key(code, description))
            if key in wanted:
                found[key] += left
    return found


def _returnable(customer_ids: Sequence[int], until: date) -> Any:
    """What may come back; of what was paid a credit note tells, and nothing else."""
    rows = OrderLine.objects.filter(
        order__customer__in=list(customer_ids), order__deleted_at__isnull=True, order__ordered_on__lte=until,
        quantity__gt=F("cancelled_quantity"), order__paid_amount=0,
    )  # fmt: skip
    return rows.exclude(order__state=ExecutionState.CANCELLED)


@transaction.atomic
def take_returns(*, returns: Sequence[Return], by: User | None, at: datetime) -> dict[int, list[int]]:
    """Net what customers gave back from what they had ordered, the last first (D-18); lines by place.

    An order of which nothing is left counts as cancelled.
    """
    by_key: dict[tuple[int, str], list[OrderLine]] = defaultdict(list)
    days = max((one.day for one in returns), default=at.date())
    for part in batches(list({one.customer_id for one in returns})):
        rows = _returnable(part, days).select_related("order")
        for line in rows.order_by("-order__ordered_on", "-order_id", "-position"):
            by_key[line.order.customer_id, product_key(line.code, line.description)].append(line)
    touched: dict[int, OrderLine] = {}
    found: dict[int, list[int]] = {}
    for place, one in enumerate(returns):
        found[place] = _take_from(by_key[one.customer_id, one.product.casefold()], one, touched)
    set_cancelled(quantities={pk: line.cancelled_quantity for pk, line in touched.items()}, by=by, at=at)
    return found


def _take_from(lines: Iterable[OrderLine], one: Return, touched: dict[int, OrderLine]) -> list[int]:
    left, taken_of = one.quantity, []
    for line in lines:
        taken = min(left, line.quantity - line.cancelled_quantity)
        if line.order.ordered_on > one.day or taken <= 0:
            continue
        line.cancelled_quantity += taken
        touched[line.pk] = line
        taken_of.append(line.pk)
        left -= taken
        if not left:
            break
    return taken_of


@transaction.atomic
def set_cancelled(*, quantities: Mapping[int, Decimal], by: User | None, at: datetime) -> int:
    """Say how much of lines, by id, is cancelled; orders cost accordingly. How many lines differed."""
    known = dict(OrderLine.objects.filter(pk__in=list(quantities)).values_list("pk", "order_id"))
    orders = list(_locked(set(known.values())))
    lines_of = _lines_of(orders)
    lines = [line for rows in lines_of.values() for line in rows if line.pk in quantities]
    moved = [line for line in lines if line.cancelled_quantity != quantities[line.pk]]
    written = []
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    by_id = {order.pk: order for order in orders}
    for line in sorted(moved, key=lambda one: one.pk):
        pair = (line.cancelled_quantity, quantities[line.pk])
        sums[line.order_id][0] += pair[0]
        sums[line.order_id][1] += pair[1]
        line.cancelled_quantity = pair[1]
        line.order = by_id[line.order_id]
        written.append(changed(line, "change", {"cancelled_quantity": pair}))
    bulk.update(moved, ["cancelled_quantity"])
    tell(written, by=by, at=at, mark=False)
    saved = []
    for pk, (old, new) in sums.items():
        order = by_id[pk]
        told = follow_lines(order)
        if all(line.quantity == line.cancelled_quantity for line in lines_of[pk]):
            told |= put(order, {"state": ExecutionState.CANCELLED, "is_open": False, "closed_at": at})
            told |= follow_nodes(order)
        saved.append(Saved(order, told, {"cancelled_quantity": (old, new)}))
    save_all(saved, by=by, at=at)
    return len(moved)
