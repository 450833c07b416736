"""How the demo firm's orders were shipped and paid: voyages, the steps after them, deposits and balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from genjin.customers.models import Customer
from genjin.demo.lives import ZONE
from genjin.people.models import User
from genjin.sales.actions.aftersales import answer_arrival, note_step
from genjin.sales.actions.allocations import Allocation, allocate
from genjin.sales.actions.order_changes import close_order
from genjin.sales.actions.receipts import NewReceipt, confirm, register_receipts
from genjin.sales.actions.shipment_drafts import NewShipment, ShippedLine
from genjin.sales.actions.shipments import create_shipment
from genjin.sales.models import Order, PaymentPlanLine, Receipt, Shipment

SEED = 77031
VOYAGE = {
    "EAST_ASIA": 6, "SOUTHEAST_ASIA": 9, "SOUTH_ASIA": 20, "MIDDLE_EAST": 24, "OCEANIA": 19, "EUROPE": 33,
    "CENTRAL_ASIA": 22, "AFRICA": 31, "NORTH_AMERICA": 20, "LATIN_AMERICA": 36,
}  # fmt: skip
"""Days at sea by region."""
VESSELS = ("EVER GOLDEN", "COSCO HOPE", "MSC ISABELLA", "ONE APUS", "CMA CGM LYRA", "YM WELLNESS")
CHAIN = (("eta-7", -7), ("eta+10", 10), ("eta+30", 30), ("eta+60", 60))
ARRIVAL = "eta+10"
"""The step that asks how the goods arrived."""
LATELY = timedelta(days=2)
"""What fell due within it is left for today's list."""
SOLD_AFTER = timedelta(days=75)
"""Days after the arrival at which an order is done."""
PAID_WHOLE_AFTER = timedelta(days=45)
"""Days after the departure at which an order without a plan of payment was paid."""
PAID_AFTER = timedelta(days=12)
"""Days after the last order of a quarter at which it had been paid in full."""
LATE_PAYERS = 14
"""One balance of so many is late."""
BANK = (Decimal(15), Decimal(22), Decimal(35))
"""What the bank keeps of a transfer."""


@dataclass(frozen=True)
class Voyage:
    """An order that left: when, from whom, where to."""

    order: Order
    by: User
    region: str
    at: datetime


class Voyages:
    """Ships what was said to be shipped, and pays what was due; draws from a generator of its own."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(ZONE).date()
        self.rng = Random(SEED)  # noqa: S311 - the same story every time, nothing secret
        self.left: dict[int, Voyage] = {}
        self.orders: list[int] = []

    def leave(self, order: Order, by: User, region: str, at: datetime) -> None:
        """Remember that an order left; once for each order."""
        self.left.setdefault(order.pk, Voyage(order, by, region, at))

    def ship(self, orders: Sequence[Order]) -> None:
        """Make the shipments and the steps after them."""
        there = set(Customer.objects.alive().values_list("pk", flat=True))
        self.orders = [order.pk for order in orders if order.customer_id in there]
        self.left = {pk: one for pk, one in self.left.items() if one.order.customer_id in there}
        for voyage in self.left.values():
            shipment = self._ship(voyage)
            self._after(shipment, voyage)

    def pay(self, finance: User) -> None:
        """Say what was paid, and close what is done."""
        self._pay(self.orders, finance)
        for voyage in self.left.values():
            self._finish(voyage)

    def _ship(self, voyage: Voyage) -> Shipment:
        rng, day = self.rng, voyage.at.astimezone(ZONE).date()
        eta = day + timedelta(days=VOYAGE.get(voyage.region, 25) + rng.randint(-2, 4))
        lines = [
            ShippedLine(line.pk, line.quantity, {"cartons": max(1, int(line.quantity // 40))})
            for line in voyage.order.lines.all()
        ]
        is_old = eta + SOLD_AFTER < self.today
        return create_shipment(
            item=NewShipment(
                customer_id=voyage.order.customer_id,
                lines=lines,
                values={
                    "forwarder": "Ningbo Harbour Logistics", "vessel": rng.choice(VESSELS),
                    "voyage": f"{rng.randint(101, 989)}W", "container_type": rng.choice(("20GP", "40HQ", "LCL")),
                    "bl_no": f"NGB{rng.randint(10**6, 10**7 - 1)}", "bl_on": day, "etd": day, "atd": day,
                    "eta": eta, "free_days": rng.choice((7, 10, 14)), "demurrage_rate": Decimal(85),
                    "port_of_loading": "Ningbo",
                },
                contact_id=voyage.order.contact_id,
                shipped_at=voyage.at,
                # The one that left last still waits for its advice.
                advised_at=voyage.at if self.now - voyage.at > LATELY else None,
                is_history=is_old,
            ),
            by=voyage.by,
            at=voyage.at,
        )  # fmt: skip

    def _after(self, shipment: Shipment, voyage: Voyage) -> None:
        """The steps of the chain as far as they are over, of old voyages the arrival alone."""
        assert shipment.eta is not None
        is_old = shipment.eta + SOLD_AFTER < self.today
        for name, days in CHAIN:
            if is_old and name != ARRIVAL:
                continue
            at = _noon(shipment.eta + timedelta(days=days))
            if at > self.now - LATELY or (name == "eta-7" and at < voyage.at):
                continue
            if name == ARRIVAL:
                answer_arrival(
                    shipment_id=shipment.pk, cleared_on=shipment.eta + timedelta(days=3),
                    received_on=shipment.eta + timedelta(days=6), is_intact=True,
                    warehoused_on=shipment.eta + timedelta(days=7), by=voyage.by, at=at,
                )  # fmt: skip
            else:
                note_step(shipment_id=shipment.pk, name=name, by=voyage.by, at=at)

    def _pay(self, order_ids: Sequence[int], finance: User) -> None:
        parts = PaymentPlanLine.objects.filter(order__in=order_ids, due_on__lte=self.today)
        for part, day in list(self._payments(parts.select_related("order").order_by("due_on", "pk"))):
            self._receive(part.order, part.amount, day, part.pk, finance)
        planned = set(PaymentPlanLine.objects.filter(order__in=order_ids).values_list("order_id", flat=True))
        for voyage in self.left.values():
            day = voyage.at.astimezone(ZONE).date() + PAID_WHOLE_AFTER
            if voyage.order.pk not in planned and day < self.today:
                self._receive(voyage.order, voyage.order.amount, day, None, finance)

    def _receive(self, order: Order, amount: Decimal, day: date, part_id: int | None, finance: User) -> None:
        at = min(_noon(day), self.now)
        [receipt] = register_receipts(
            items=[
                NewReceipt(
                    received_on=day, currency=order.currency, amount_paid=amount,
                    bank_charges=min(self.rng.choice(BANK), amount), customer_id=order.customer_id,
                    reference=order.number,
                )
            ],
            by=finance,
            at=at,
        )  # fmt: skip
        if receipt.state != Receipt.State.CONFIRMED:
            confirm(receipt_ids=[receipt.pk], by=finance, at=at)
        share = Allocation(order_id=order.pk, amount=amount, part_id=part_id)
        allocate(receipt_id=receipt.pk, shares=[share], by=finance, at=at)

    def _payments(self, parts: Iterable[PaymentPlanLine]) -> Iterator[tuple[PaymentPlanLine, date]]:
        """Which parts were paid, and when: nearly all within days, some late, a few not yet."""
        for part in parts:
            assert part.due_on is not None
            late = self.rng.randrange(LATE_PAYERS) == 0
            day = part.due_on + timedelta(days=self.rng.randint(14, 40) if late else self.rng.randint(0, 6))
            if part.amount > 0 and day < self.today:
                yield part, max(day, part.order.ordered_on)

    def _finish(self, voyage: Voyage) -> None:
        """What arrived long ago and is paid is closed."""
        order = Order.objects.get(pk=voyage.order.pk)
        ends = _noon(voyage.at.date() + timedelta(days=VOYAGE.get(voyage.region, 25)) + SOLD_AFTER)
        if ends < self.now and order.paid_amount >= order.amount:
            close_order(order_id=order.pk, by=voyage.by, at=ends)


def settle_past(orders: Sequence[Order], finance: User) -> None:
    """Let each customer's orders of the years before be paid, as the books have it: a receipt a quarter."""
    parts: dict[tuple[int, str, int, int], list[PaymentPlanLine]] = defaultdict(list)
    owing = PaymentPlanLine.objects.filter(
        order__in=[order.pk for order in orders], order__customer__in=Customer.objects.alive(), amount__gt=0
    )
    for part in owing.select_related("order").order_by("order__ordered_on", "pk"):
        day = part.order.ordered_on
        key = (part.order.customer_id, part.order.currency, day.year, (day.month - 1) // 3)
        parts[key].append(part)
    items = [
        NewReceipt(
            received_on=owed[-1].order.ordered_on + PAID_AFTER, currency=key[1], customer_id=key[0],
            amount_paid=sum((part.amount for part in owed), Decimal(0)), reference=owed[-1].order.number,
        )
        for key, owed in parts.items()
    ]  # fmt: skip
    at = max((_noon(item.received_on) for item in items), default=None)
    if at is None:
        return
    made = register_receipts(items=items, by=finance, at=at)
    confirm(receipt_ids=[one.pk for one in made if one.state != Receipt.State.CONFIRMED], by=finance, at=at)
    for receipt, owed in zip(made, parts.values(), strict=True):
        shares = [Allocation(order_id=one.order_id, amount=one.amount, part_id=one.pk) for one in owed]
        allocate(receipt_id=receipt.pk, shares=shares, by=finance, at=at)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 40, tzinfo=ZONE)
