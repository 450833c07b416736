"""What the demo firm sold: orders that follow from the talks, and those of the years before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from genjin.demo.catalogue import Catalogue
from genjin.demo.lives import ZONE
from genjin.demo.talk import Deal
from genjin.demo.voyages import Voyages, settle_past
from genjin.people.models import User
from genjin.sales.actions.many_changes import many_changes
from genjin.sales.actions.order_nodes import change_node
from genjin.sales.actions.orders import NewLine, NewOrder, place_orders
from genjin.sales.models import DownstreamState, ExecutionState, NodeKind, Order, OrderKind

if TYPE_CHECKING:
    from genjin.demo.story import Told

SEED = 51203
MAKING = 40
"""Days from the order to the departure, as agreed."""
YEARS_BEFORE = 2
INTERVALS = {"large": 47, "old": 74, "dormant": 96, "lost": 120}
"""Days between the orders of the years before, by fate."""
WORTH = {"large": 4, "old": 2}
"""How much larger than others' their orders are."""
METHODS = (("L/C", "LC"), ("D/P", "DP"), ("O/A", "OA"), ("100% T/T", "TT_ADVANCE"))
DONE = {
    "production": (NodeKind.FACTORY_PROMISED, NodeKind.MATERIAL),
    "inspect": (NodeKind.PRODUCTION, NodeKind.INSPECTION),
    "shipping": (NodeKind.BOOKING, NodeKind.CUTOFF, NodeKind.ETD),
}
"""What an occasion settles of an order."""


class Trade:
    """Orders as the talks have them; draws from a generator of its own, so that the story stays as it is."""

    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue = catalogue
        self.voyages = Voyages(now)
        self.placed: list[Order] = []
        self.past: list[Order] = []
        self.numbers: set[str] = set()
        self.running: dict[int, Order] = {}

    def happened(self, told: Told, occasion: str, deal: Deal, at: datetime) -> None:
        """What an occasion means for the customer's orders."""
        if occasion == "order":
            self._order(told, deal, at)
        elif occasion in DONE and told.customer_id in self.running:
            self._advance(told, occasion, at)
            if occasion == "shipping" and told.owner is not None:
                order = self.running[told.customer_id]
                self.voyages.leave(order, told.owner, told.life.company.region, at)

    def ship(self) -> None:
        """Ship what the talks were about."""
        self.voyages.ship(self.placed)

    def pay(self, finance: User) -> None:
        """Pay it as far as it is due, and what was ordered before the story, and close what is done."""
        with many_changes(at=self.voyages.now):
            self.voyages.pay(finance)
            settle_past(self.past, finance)

    def _order(self, told: Told, deal: Deal, at: datetime) -> None:
        day = at.astimezone(ZONE).date()
        rng = Random(SEED + told.number * 1000 + day.toordinal())  # noqa: S311 - the same story every time
        first = self.catalogue.of(deal.product, deal.size)
        second = self.catalogue.of(deal.second, deal.size)
        quantity = Decimal(deal.quantity.replace(",", ""))
        lines = [
            NewLine(quantity=quantity, unit_price=Decimal(deal.price), product_id=first.pk),
            NewLine(
                quantity=max(quantity // 4, Decimal(50)),
                unit_price=self.catalogue.prices[second.pk],
                product_id=second.pk,
            ),
        ]
        is_trial = told.life.fate == "trial" and told.customer_id not in self.running
        [order] = place_orders(
            items=[
                NewOrder(
                    customer_id=told.customer_id,
                    ordered_on=day,
                    lines=lines[: rng.choice((1, 2, 2))],
                    kind=OrderKind.TRIAL if is_trial else OrderKind.BULK,
                    terms=_terms(deal.term.either),
                    number=self._number(deal.number),
                    contact_id=told.contact_ids[0],
                    customer_po_no=f"PO-{rng.randint(10200, 98900)}",
                    delivery_on=day + timedelta(days=MAKING),
                )
            ],
            by=told.owner,
            at=at,
        )
        self.running[told.customer_id] = order
        self.placed.append(order)

    def _number(self, spoken: str) -> str:
        """The number of which one speaks; a second order of the same number gets a letter."""
        number = next(
            name for name in (spoken, *(f"{spoken}{c}" for c in "BCDEFGH")) if name not in self.numbers
        )
        self.numbers.add(number)
        return number

    def _advance(self, told: Told, occasion: str, at: datetime) -> None:
        order, day = self.running[told.customer_id], at.astimezone(ZONE).date()
        nodes = {node.kind: node for node in order.nodes.all()}
        for kind in DONE[occasion]:
            node = nodes.get(kind)
            if node is None or node.actual_on is not None:
                continue
            changes = {"actual_on": day}
            if kind == NodeKind.FACTORY_PROMISED:
                changes = {"planned_on": order.ordered_on + timedelta(days=MAKING - 6)}
            change_node(node_id=node.pk, changes=changes, by=told.owner, at=at)

    def before(self, group: Iterable[Told], at: datetime) -> None:
        """The orders of the years before, as they stood in the books: done, paid and sold."""
        items = [item for told in group for item in self._past(told, at.astimezone(ZONE).date())]
        owners = {told.customer_id: told.owner for told in group}
        if items:
            self.past += place_orders(items=items, by=next(iter(owners.values())), at=at)

    def _past(self, told: Told, today: date) -> Iterable[NewOrder]:
        days = INTERVALS.get(told.life.fate)
        if days is None or told.owner is None:
            return
        rng = Random(SEED + told.number)  # noqa: S311 - the same story every time, nothing secret
        day = today - timedelta(days=365 * YEARS_BEFORE - rng.randint(0, days))
        last = today - timedelta(days=20)
        growth = Decimal(rng.choice(("1.06", "1.04", "1.0", "0.95")))
        worth = Decimal(WORTH.get(told.life.fate, 1) * rng.choice((150, 250, 400)))
        bought = told.life.company.products
        while day < last:
            yield NewOrder(
                customer_id=told.customer_id,
                ordered_on=day,
                lines=[self._past_line(one, worth, rng) for one in bought[: rng.choice((1, 2, 3))]],
                kind=OrderKind.BULK,
                terms=_terms("30% deposit, balance against copy B/L"),
                number=self._number(f"LK{day:%y%m}{told.number % 89 + 10}"),
                contact_id=told.contact_ids[0] if told.contact_ids else None,
                delivery_on=day + timedelta(days=MAKING),
                state=ExecutionState.CLOSED,
                downstream_state=DownstreamState.REMAINING_STOCK,
            )
            worth *= growth
            day += timedelta(days=max(20, round(rng.gauss(days, days / 5))))

    def _past_line(self, spoken: object, worth: Decimal, rng: Random) -> NewLine:
        product = rng.choice(self.catalogue.products[spoken.second])  # type: ignore[attr-defined]
        quantity = Decimal(max(50, round(worth * rng.choice((8, 10, 12)) / 10 / 10) * 10))
        price = (self.catalogue.prices[product.pk] * Decimal(rng.choice(("0.95", "0.97", "0.99")))).quantize(
            Decimal("0.01")
        )
        return NewLine(quantity=quantity, unit_price=price, product_id=product.pk)


def _terms(spoken: str) -> dict[str, object]:
    method = next((code for sign, code in METHODS if sign in spoken), "TT")
    return {
        "currency": "USD", "incoterm": "FOB", "incoterm_place": "Ningbo", "port_of_loading": "Ningbo",
        "payment_method": method, "payment_terms": spoken, "delivery_terms": f"{MAKING} days after deposit",
    }  # fmt: skip
