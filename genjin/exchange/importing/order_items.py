"""What the rows of one order become: an order to be placed, or changes of one that is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from genjin.exchange.importing import custom
from genjin.exchange.importing.order_rows import Group, charges_in, written_currencies
from genjin.exchange.importing.order_voyages import OLD_AFTER
from genjin.exchange.importing.register import Line, Run
from genjin.sales.actions import line_imports
from genjin.sales.actions.order_drafts import NewLine, NewOrder
from genjin.sales.models import DownstreamState, ExecutionState, Incoterm, Order, OrderKind
from genjin.sales.models.order import OPEN_STATES

TERMS = (
    "incoterm_place", "port_of_loading", "port_of_destination", "transport_mode", "payment_method",
    "payment_terms", "remarks",
)  # fmt: skip
Key = tuple[int, date, Decimal, str]
"""By what an order without a number is known: customer, day, amount, currency."""


def currencies_in(group: Group) -> set[str]:
    """The currencies of an order's rows; several are a mistake."""
    found: set[str] = set()
    for row in group.rows:
        found |= written_currencies(row.line.values) | _said_currency(row.line)
    return found


def _said_currency(line: Line) -> set[str]:
    return {str(line.values["order.currency"])} if "order.currency" in line.values else set()


def item_of(run: Run, group: Group, customer_id: int) -> NewOrder:
    """The order that rows tell of."""
    lines, state = _lines(group), _state(run, group)
    ordered_on = group.first("order.ordered_on")
    delivery_on = group.first("order.delivery_on")
    return NewOrder(
        customer_id=customer_id,
        ordered_on=ordered_on,
        delivery_on=delivery_on if delivery_on is None or delivery_on >= ordered_on else None,
        lines=lines,
        charges=charges_in(group),
        kind=group.first("order.kind") or OrderKind.BULK,
        number=group.number,
        customer_po_no=str(group.first("order.customer_po_no") or "")[:60],
        owner_id=group.first("order.owner"),
        state=state,
        downstream_state=DownstreamState.CONFIRMED if state in OPEN_STATES else DownstreamState.WAREHOUSED,
        exchange_rate=group.first("order.exchange_rate"),
        terms=terms_in(group) | {"currency": min(currencies_in(group), default="USD")},
        lines_follow=True,
        custom=custom.values_of(group.rows[0].line, "order"),
    )


def _lines(group: Group) -> list[NewLine]:
    """The lines; one for all goods where only the total is known, what came back where nothing else is."""
    total = group.first("order.amount")
    if group.lines:
        return group.lines
    if group.returned:
        return [
            NewLine(**{**vars(line), "cancelled_quantity": line.quantity})
            for _row, _product, _quantity, line in group.returned
        ]
    if total is None:
        return []
    return [NewLine(quantity=Decimal(1), unit_price=total[0], description=line_imports.whole_goods())]


def _state(run: Run, group: Group) -> str:
    """As told; what only takes back is cancelled, what is old is over."""
    if group.returned and not group.lines:
        return ExecutionState.CANCELLED
    if said := group.first("order.state"):
        return str(said)
    day = group.first("order.delivery_on") or group.first("order.ordered_on")
    return ExecutionState.CLOSED if day + OLD_AFTER < run.today else ExecutionState.CONFIRMED


def terms_in(group: Group) -> dict[str, Any]:
    """The terms of trade that rows tell, cut to the room there is."""
    found: dict[str, Any] = {}
    for name in TERMS:
        if value := group.first(f"order.{name}"):
            most = getattr(Order._meta.get_field(name), "max_length", None)
            found[name] = value[:most] if isinstance(value, str) else value
    if term := group.first("order.incoterm"):
        found["incoterm"] = Incoterm(term[0])
        if term[1]:
            found.setdefault("incoterm_place", term[1])
    return found


def changes_of(group: Group, order: Order, *, overwrites: bool) -> dict[str, Any]:
    """What of a stored order differs from what rows say, as far as it is empty or may be overwritten."""
    said = terms_in(group) | custom.values_of(group.rows[0].line, "order")
    for name in ("delivery_on", "customer_po_no"):
        if value := group.first(f"order.{name}"):
            said[name] = value
    if overwrites:
        said |= {name: value for name in ("kind", "state") if (value := group.first(f"order.{name}"))}
    if said.get("delivery_on") and said["delivery_on"] < order.ordered_on:
        del said["delivery_on"]
    held = {name: getattr(order, name, None) for name in said}
    if not order.incoterm_place:  # an Incoterm has no empty value: without its place nobody chose it
        held["incoterm"] = None if said.get("incoterm") != order.incoterm else order.incoterm
    return {
        name: value
        for name, value in said.items()
        if held[name] != value and (overwrites or held[name] in (None, ""))
    }


def stored_orders(numbers: Sequence[str]) -> dict[str, Order]:
    """Orders by their folded numbers."""
    rows, found = Order.objects.alive().select_related("customer"), {}
    for start in range(0, len(numbers), 500):
        for order in rows.filter(number__in=numbers[start : start + 500]):
            found[order.number.casefold()] = order
    return found


def key_of(order: Order) -> Key:
    """By what an order without a number is known."""
    return (order.customer_id, order.ordered_on, order.amount, order.currency)


def count_same(keys: Collection[Key], but: Collection[int]) -> dict[Key, int]:
    """How many stored orders there are of each, those of some ids left aside."""
    found: dict[Key, int] = dict.fromkeys(keys, 0)
    customers = sorted({key[0] for key in keys})
    days = {key[1] for key in keys}
    for start in range(0, len(customers), 500):
        rows = Order.objects.alive().filter(customer__in=customers[start : start + 500], ordered_on__in=days)
        columns = ("pk", "customer_id", "ordered_on", "amount", "currency")
        for pk, *key in rows.values_list(*columns):
            if tuple(key) in found and pk not in but:
                found[tuple(key)] += 1
    return found


def meet(keys: Iterable[Key], met: Mapping[int, int], but: Collection[int]) -> dict[Key, int]:
    """How many stored orders of each key no row has met yet: as remembered, else counted."""
    wanted = set(keys)
    counts = count_same({key for key in wanted if hash(key) not in met}, but)
    return {key: counts.get(key, met.get(hash(key), 0)) for key in wanted}
