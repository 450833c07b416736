"""What a base of orders consists of: everything follows from a row's number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bench.rows import NOW
from genjin.sales.models import ExecutionState, NodeKind, OrderKind

TODAY = NOW.date()
YEARS_BACK = 8
PRODUCTS = 5_000
KINDS = (*[OrderKind.BULK] * 16, OrderKind.TRIAL, OrderKind.TRIAL, OrderKind.SAMPLE, OrderKind.PROJECT)
CURRENCIES = {"USD": Decimal("7.12"), "EUR": Decimal("7.93"), "CNY": Decimal(1)}
STATES = (
    *[ExecutionState.CONFIRMED] * 6, *[ExecutionState.IN_PRODUCTION] * 6, *[ExecutionState.READY] * 2,
    ExecutionState.PARTLY_SHIPPED, *[ExecutionState.SHIPPED] * 3, *[ExecutionState.DELIVERED] * 2,
)  # fmt: skip
NODES = (
    NodeKind.FACTORY_PROMISED, NodeKind.MATERIAL, NodeKind.PRODUCTION, NodeKind.INSPECTION, NodeKind.BOOKING,
    NodeKind.CUTOFF, NodeKind.ETD,
)  # fmt: skip
DONE = {ExecutionState.CONFIRMED: 0, ExecutionState.IN_PRODUCTION: 2, ExecutionState.READY: 4}
"""So many nodes are behind an order, by its state; all of them where it has left."""
STEP = 6
"""Days between two nodes."""


@dataclass(frozen=True)
class Sizes:
    """How many: past orders come first, then those that run."""

    customers: int
    past: int
    running: int

    @property
    def orders(self) -> int:
        """All of them."""
        return self.past + self.running


@dataclass(frozen=True)
class Deal:
    """One order, from which its rows in all tables follow."""

    number: int
    customer: int
    kind: OrderKind
    state: ExecutionState
    day: date
    currency: str
    products: tuple[int, ...]
    is_open: bool
    is_late: bool
    """Its last part was not paid though it is long over."""
    nodes_done: int
    first_node_on: date

    @property
    def quantity(self) -> int:
        """Of each line."""
        return 100 + self.number * 37 % 4000

    @property
    def amount(self) -> Decimal:
        """Of the whole order."""
        return sum((price_of(one) * self.quantity for one in self.products), Decimal(0))

    @property
    def parts(self) -> tuple[tuple[int, Decimal, Decimal], ...]:
        """(position, amount, paid) of its plan: a past order was paid at once, others have a deposit."""
        if not self.is_open:
            return ((0, self.amount, Decimal(0) if self.is_late or self.is_cancelled else self.amount),)
        deposit = (self.amount * 3 / 10).quantize(Decimal("0.01"))
        return (
            (0, deposit, deposit if self.number % 3 else Decimal(0)),
            (1, self.amount - deposit, Decimal(0)),
        )

    @property
    def is_cancelled(self) -> bool:
        """Whether it came to nothing."""
        return self.state == ExecutionState.CANCELLED

    def node_on(self, place: int) -> date:
        """The planned day of its node at a place."""
        return self.first_node_on + timedelta(days=STEP * place)


def price_of(product: int) -> Decimal:
    """What one of it costs."""
    return Decimal(product * 31 % 4000 + 50) / 100


def deals(sizes: Sizes) -> Iterator[Deal]:
    """All orders by number, from 1; the oldest first. Few customers have most of them."""
    rng = Random("orders")
    first = TODAY - timedelta(days=365 * YEARS_BACK)
    span = (TODAY - timedelta(days=60) - first).days
    for number in range(1, sizes.orders + 1):
        is_open = number > sizes.past
        kind = rng.choice(KINDS)
        if is_open:
            state, day = rng.choice(STATES), TODAY - timedelta(days=rng.randrange(120))
        else:
            state = ExecutionState.CANCELLED if rng.random() < 0.06 else ExecutionState.CLOSED
            day = first + timedelta(days=span * number // sizes.past)
        yield Deal(
            number=number,
            customer=1 + int(sizes.customers * rng.random() ** 2),
            kind=kind,
            state=state,
            day=day,
            currency=rng.choice(("USD", "USD", "USD", "USD", "EUR", "CNY")),
            products=tuple(
                sorted({1 + int(PRODUCTS * rng.random() ** 2) for _ in range(2 - (kind == OrderKind.SAMPLE))})
            ),
            is_open=is_open,
            is_late=not is_open and rng.random() < 0.01,
            nodes_done=DONE.get(state, len(NODES)),
            first_node_on=TODAY + timedelta(days=rng.randrange(-20, 60) - STEP * DONE.get(state, len(NODES))),
        )  # fmt: skip


def moment(day: date) -> datetime:
    """Ten in the morning of a day."""
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=2, minute=0)


def products() -> Iterator[dict[str, Any]]:
    """The catalogue."""
    for number in range(1, PRODUCTS + 1):
        yield {
            "id": number, "code": f"P{number:05d}", "name_en": f"Ball valve {number}",
            "name_zh": f"球阀 {number}", "unit": "pcs", "cost": price_of(number) * 5,
            "created_at": moment(date(2015, 1, 5)), "supplier_id": 1 + number % 40,
            "category_id": 1 + number % 60,
        }  # fmt: skip


def orders(sizes: Sizes, owners: list[int]) -> Iterator[dict[str, Any]]:
    """The orders themselves."""
    for one in deals(sizes):
        waits = one.is_open and one.nodes_done < len(NODES)
        rate = CURRENCIES[one.currency]
        yield {
            "id": one.number, "number": f"SO{one.day:%y}-{one.number:06d}", "customer_id": one.customer,
            "owner_id": owners[one.customer % len(owners)], "kind": one.kind.value, "state": one.state.value,
            "downstream_state": "IN_PRODUCTION" if one.is_open else "REMAINING_STOCK",
            "ordered_on": one.day, "delivery_on": one.day + timedelta(days=45), "is_open": one.is_open,
            "customer_po_no": f"PO-{one.number * 7919 % 10_000_000}", "currency": one.currency,
            "exchange_rate": rate, "amount": one.amount,
            "base_amount": (one.amount * rate).quantize(Decimal("0.01")),
            "paid_amount": sum((part[2] for part in one.parts), Decimal(0)),
            "next_node_kind": NODES[one.nodes_done].value if waits else "",
            "next_node_on": one.node_on(one.nodes_done) if waits else None,
            "payment_terms": "30% deposit, balance against copy B/L", "created_at": moment(one.day),
            "closed_at": None if one.is_open else moment(one.day + timedelta(days=50)),
            "created_by_id": owners[one.customer % len(owners)],
        }  # fmt: skip


def lines(sizes: Sizes) -> Iterator[dict[str, Any]]:
    """One or two lines an order."""
    number = 0
    for one in deals(sizes):
        for place, product in enumerate(one.products):
            number += 1
            yield {
                "id": number, "order_id": one.number, "position": place, "product_id": product,
                "code": f"P{product:05d}", "description": f"Ball valve {product}", "quantity": one.quantity,
                "unit": "pcs", "unit_price": price_of(product),
                "shipped_quantity": 0 if one.is_open or one.is_cancelled else one.quantity,
            }  # fmt: skip


def nodes(sizes: Sizes) -> Iterator[dict[str, Any]]:
    """The nodes of those that run."""
    for one in deals(sizes):
        for place, kind in enumerate(NODES if one.is_open else ()):
            planned = one.node_on(place)
            yield {
                "order_id": one.number, "kind": kind.value, "position": place, "planned_on": planned,
                "actual_on": planned if place < one.nodes_done else None,
            }  # fmt: skip


def parts(sizes: Sizes) -> Iterator[dict[str, Any]]:
    """What is to be paid when."""
    number = 0
    for one in deals(sizes):
        for place, amount, paid in one.parts:
            number += 1
            yield {
                "id": number, "order_id": one.number, "position": place, "amount": amount,
                "paid_amount": paid,
                "kind": "BALANCE" if place or not one.is_open else "DEPOSIT",
                "trigger": "AGAINST_BL_COPY" if place else "ON_ORDER",
                "due_on": one.day + timedelta(days=45) if place or not one.is_open else one.day,
            }  # fmt: skip


def receipts(sizes: Sizes, by: int, owners: list[int]) -> Iterator[dict[str, Any]]:
    """One for each part that was paid."""
    number = 0
    for one in deals(sizes):
        for _place, _amount, paid in one.parts:
            if paid:
                number += 1
                day = min(TODAY, one.day + timedelta(days=3 if one.is_open else 40))
                yield {
                    "id": number, "number": f"R{number:07d}", "customer_id": one.customer, "received_on": day,
                    "currency": one.currency, "amount_paid": paid, "amount_received": paid,
                    "state": "CONFIRMED",
                    "registered_by_id": by, "registered_at": moment(day),
                    "claimed_by_id": owners[one.customer % len(owners)],
                }  # fmt: skip


def allocations(sizes: Sizes, by: int) -> Iterator[dict[str, Any]]:
    """Each receipt pays its part."""
    receipt = part = 0
    for one in deals(sizes):
        for _place, _amount, paid in one.parts:
            part += 1
            if paid:
                receipt += 1
                yield {
                    "receipt_id": receipt, "order_id": one.number, "plan_line_id": part, "amount": paid,
                    "order_amount": paid, "at": moment(min(TODAY, one.day + timedelta(days=40))), "by_id": by,
                }  # fmt: skip


EVERY_SHIPMENT = 4
"""One past order of so many has its shipment; all of those that run and have left."""


def shipped(one: Deal) -> bool:
    """Whether its goods left, and the base says by which ship."""
    if one.is_open:
        return one.state in (ExecutionState.PARTLY_SHIPPED, ExecutionState.SHIPPED, ExecutionState.DELIVERED)
    return not one.is_cancelled and one.number % EVERY_SHIPMENT == 0


def shipments(sizes: Sizes, owners: list[int]) -> Iterator[dict[str, Any]]:
    """One for each order that left, of the same number."""
    for one in deals(sizes):
        if shipped(one):
            left = min(one.day + timedelta(days=40), TODAY)
            yield {
                "id": one.number, "number": f"SH{one.number:07d}", "customer_id": one.customer,
                "owner_id": owners[one.customer % len(owners)], "vessel": "EVER GIVEN", "etd": left,
                "atd": left,
                "eta": left + timedelta(days=25), "bl_on": left, "shipped_at": moment(left),
                "advised_at": moment(left), "created_at": moment(left),
                "warehoused_on": None if one.is_open else left + timedelta(days=35),
                "downstream_state": "IN_TRANSIT" if one.is_open else "WAREHOUSED",
            }  # fmt: skip


def shipment_lines(sizes: Sizes) -> Iterator[dict[str, Any]]:
    """Every line of an order that left."""
    number = 0
    for one in deals(sizes):
        for _product in one.products:
            number += 1
            if shipped(one):
                yield {
                    "shipment_id": one.number,
                    "order_line_id": number,
                    "quantity": one.quantity,
                    "cartons": 10,
                }


EVERY_OFFER = 3
"""One order of so many came from a quotation; beside each of those that run stands one that is open."""


def offers(sizes: Sizes, owners: list[int]) -> Iterator[dict[str, Any]]:
    """Quotations that were accepted, lost, or wait for an answer."""
    for one in deals(sizes):
        if one.is_open or one.number % EVERY_OFFER == 0:
            state = "SENT" if one.is_open else ("LOST" if one.number % 2 else "ACCEPTED")
            yield {
                "id": one.number, "kind": "QUOTATION", "number": f"QU{one.number:07d}",
                "customer_id": one.customer, "owner_id": owners[one.customer % len(owners)], "state": state,
                "offered_on": one.day, "valid_until": one.day + timedelta(days=30), "currency": one.currency,
                "amount": one.amount, "created_at": moment(one.day),
            }  # fmt: skip


def offer_lines(sizes: Sizes) -> Iterator[dict[str, Any]]:
    """Their lines."""
    for one in deals(sizes):
        if one.is_open or one.number % EVERY_OFFER == 0:
            for place, product in enumerate(one.products):
                yield {
                    "offer_id": one.number, "position": place, "product_id": product,
                    "code": f"P{product:05d}", "description": f"Ball valve {product}",
                    "quantity": one.quantity, "unit_price": price_of(product),
                }  # fmt: skip
