"""Importing shipments of orders that are there: dates of the voyage, vessel, containers, B/L (002-53).

Rows with the same shipment number, or the same B/L, are one shipment; it may carry goods of several orders of
a customer, an order may have several. Without quantities everything travels that stands in no shipment yet.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import order_fields, register
from genjin.exchange.importing.order_items import stored_orders
from genjin.exchange.importing.order_voyages import as_planned, left_on, moments_of
from genjin.exchange.importing.register import ImportKind, Judged, Line, Run, Undoing
from genjin.exchange.models import Verdict
from genjin.people.models import User
from genjin.records.registry import get as kind_of
from genjin.sales.actions import shipment_imports as verbs
from genjin.sales.actions.line_imports import product_key
from genjin.sales.actions.shipment_drafts import NewShipment, ShippedLine
from genjin.sales.actions.shipments import create_shipments
from genjin.sales.models import ExecutionState, Order, OrderLine, Shipment
from genjin.sales.models.shipment import SHIPMENT_KIND

_PAPERS = ("bl_no", "awb_no", "courier_no")
"""What names a shipment where it has no number of ours."""
Line_ = tuple[int, Decimal]


@dataclass
class _Memory:
    """What a run remembers: in a dry run how much of order lines its rows would have taken (by the order's
    negative id where only its head is known); which stored shipments rows have met; the numbers they gave."""

    taken: dict[int, Decimal] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    made: dict[Hashable, int] = field(default_factory=dict)


@dataclass
class _Wish:
    """What the rows of one shipment ask for."""

    key: Hashable
    rows: list[Judged] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[int, Decimal] = field(default_factory=dict)
    shipment: Shipment | None = None
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)

    def say(self, verdict: Verdict, why: str = "") -> None:
        """The same of all rows."""
        for row in self.rows:
            row.verdict = verdict
            row.reasons += [why] if why else []

    @property
    def number(self) -> str:
        """Its own number, "" without."""
        return str(self.rows[0].line.values.get("shipment.number", "")).strip()


def _key(line: Line) -> Hashable:
    """What tells one shipment of a file from others."""
    values = line.values
    if number := str(values.get("shipment.number", "")).strip():
        return number.casefold()
    papers = next((str(values[f"shipment.{n}"]) for n in _PAPERS if f"shipment.{n}" in values), "")
    if papers:
        return ("papers", papers.casefold())
    day = values.get("shipment.atd") or values.get("shipment.etd")
    numbers = tuple(number.casefold() for number in values.get("order.numbers", ()))
    if day or "shipment.container_no" in values:
        return (numbers, day, values.get("shipment.container_no", ""), values.get("shipment.vessel", ""))
    return line.number


class _Shipments:
    """Some rows on their way to shipments."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.memory: _Memory = run.memory
        self.judged = [Judged(line, Verdict.ERROR, list(line.problems)) for line in lines]
        self.wishes: list[_Wish] = []
        self.met: set[int] = set()
        self.by_number: dict[str, Shipment] = {}
        self.taken: dict[int, Decimal] = {}
        self._group()
        self._load()
        for wish in list(self.wishes):
            if wrong := self._judge(wish):
                for row in wish.rows:
                    row.refuse(wrong)
                self.wishes.remove(wish)

    def _group(self) -> None:
        found: dict[Hashable, _Wish] = {}
        for one in self.judged:
            numbers = ", ".join(one.line.values.get("order.numbers", ()))
            one.line.title = (str(one.line.values.get("shipment.number", "")) or numbers)[:200]
            key = _key(one.line)
            found.setdefault(key, _Wish(key)).rows.append(one)
        for wish in found.values():
            wrong = next((row for row in wish.rows if row.reasons), None)
            if wrong is None:
                self.wishes.append(wish)
            else:
                for row in wish.rows:
                    row.refuse(*wrong.reasons)

    def _load(self) -> None:
        """What the rows speak of: orders, their lines, what of them is left, their shipments."""
        rows = [row for wish in self.wishes for row in wish.rows]
        names = {name for row in rows for name in row.line.values.get("order.numbers", ())}
        self.orders = stored_orders(sorted(names))
        ids = [order.pk for order in self.orders.values()]
        mine = Order.objects.editable_by(self.run.by).filter(pk__in=ids)
        self.editable = set(mine.values_list("pk", flat=True))
        self.order_lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
        for line in OrderLine.objects.filter(order__in=ids).order_by("position", "pk"):
            self.order_lines[line.order_id].append(line)
        self.left: dict[int, Decimal] = {}
        for lines in verbs.rest_of(ids).values():
            self.left |= {one.order_line_id: one.quantity for one in lines}
        self.left |= {-pk: Decimal(1) for pk, lines in self.order_lines.items() if not lines}
        for pk, taken in self.memory.taken.items():
            if pk in self.left:
                self.left[pk] -= taken
        numbers = {wish.number for wish in self.wishes} - {""}
        self.by_number = {
            one.number.casefold(): one for one in Shipment.objects.alive().filter(number__in=numbers)
        }
        self.stored: dict[int, list[Shipment]] = {pk: [] for pk in ids}
        known = Shipment.objects.alive().filter(lines__order_line__order__in=ids).distinct().in_bulk()
        pairs = Shipment.objects.alive().filter(lines__order_line__order__in=ids).order_by("pk")
        for order_id, pk in pairs.values_list("lines__order_line__order_id", "pk").distinct():
            self.stored.setdefault(order_id, []).append(known[pk])

    def _judge(self, wish: _Wish) -> str:
        """Find out what the rows ask for; what is wrong with them, as a sentence."""
        wish.values = as_planned(_values(wish), self.run.today)
        names = list(dict.fromkeys(n for row in wish.rows for n in row.line.values.get("order.numbers", ())))
        for name in names:
            if name.casefold() not in self.orders:
                return _("There is no order %(number)s. Import the orders first.") % {"number": name}
        wish.orders = [self.orders[name.casefold()] for name in names]
        if len({order.customer_id for order in wish.orders}) > 1:
            return _("These orders are of several customers.")
        for order in wish.orders:
            if order.pk not in self.editable:
                return _("“%(name)s” is not yours to change.") % {"name": order.number}
            if order.state == ExecutionState.CANCELLED:
                return _("Order %(number)s was cancelled.") % {"number": order.number}
        made = wish.key in self.memory.made
        wish.shipment = None if made else self._find(wish)
        if wish.shipment is not None:
            return self._known(wish, wish.shipment)
        if not wish.orders:
            return _("The row names no order.")
        if wrong := self._take_lines(wish) or next(iter(verbs.date_problems(wish.values)), ""):
            return wrong
        wish.is_new = not made
        wish.say(Verdict.NEW)
        for row in wish.rows:
            row.customer_id = wish.orders[0].customer_id
        return ""

    def _find(self, wish: _Wish) -> Shipment | None:
        """The stored shipment that the rows mean: by number, papers, departure, or as the only one."""
        if wish.number.casefold() in self.by_number:
            return self.by_number[wish.number.casefold()]
        left = any(self.left.get(line.pk, 0) > 0 for o in wish.orders for line in self.order_lines[o.pk])
        if wish.number and left:
            return None
        met = self.memory.met | self.met
        candidates = [s for order in wish.orders for s in self.stored[order.pk] if s.pk not in met]
        for name in _PAPERS:
            if said := wish.values.get(name):
                same = [s for s in candidates if getattr(s, name).casefold() == str(said).casefold()]
                if same:
                    return same[0]
        day = wish.values.get("atd") or wish.values.get("etd")
        vessel = str(wish.values.get("vessel", "")).casefold()
        for one in candidates:
            if (
                day in (one.atd, one.etd)
                and day
                and one.vessel.casefold() in ("", vessel or one.vessel.casefold())
            ):
                return one
        return candidates[0] if len(candidates) == 1 and not left else None

    def _known(self, wish: _Wish, shipment: Shipment) -> str:
        """A shipment that is stored: what is empty is filled, or all overwritten, as the person chose."""
        self.met.add(shipment.pk)
        option = self.run.option("existing", "fill")
        wish.changes = {
            name: value
            for name, value in wish.values.items()
            if option != "skip"
            and getattr(shipment, name) != value
            and (option == "overwrite" or getattr(shipment, name) in (None, ""))
        }
        for row in wish.rows:
            row.customer_id = shipment.customer_id
        if not wish.changes:
            wish.say(Verdict.SAME, _("This shipment is there already."))
            return ""
        now = {name: getattr(shipment, name) for name in verbs.EDITABLE} | wish.changes
        if wrong := next(iter(verbs.date_problems(now)), ""):
            return wrong
        labels = kind_of(SHIPMENT_KIND).field_labels
        wish.say(Verdict.UPDATE, ", ".join(str(labels.get(name, name)) for name in wish.changes))
        return ""

    def _take_lines(self, wish: _Wish) -> str:
        """What travels: the goods that rows name, else all that is left of their orders."""
        wanted: dict[int, Decimal] = {}
        named = [row for row in wish.rows if _names_goods(row.line)]
        for row in named:
            line = self._line(row.line)
            if line is None:
                return _("Row %(row)d: none of the order's lines fits.") % {"row": row.line.number}
            quantity = row.line.values.get("line.quantity") or self.left.get(line.pk, Decimal(0))
            wanted[line.pk] = wanted.get(line.pk, Decimal(0)) + quantity.quantize(Decimal("0.001"))
        if not named:
            keys = [line.pk for order in wish.orders for line in self.order_lines[order.pk]]
            keys += [-order.pk for order in wish.orders]
            wanted = {key: self.left[key] for key in keys if self.left.get(key, Decimal(0)) > 0}
        if not wanted or min(wanted.values()) <= 0:
            return _("Nothing of these orders is left to ship.")
        if any(quantity > self.left.get(key, Decimal(0)) for key, quantity in wanted.items()):
            return _("More than is left of the order cannot be shipped.")
        for key, quantity in wanted.items():
            self.left[key] -= quantity
            self.taken[key] = self.taken.get(key, Decimal(0)) + quantity
        wish.lines = wanted
        return ""

    def _line(self, line: Line) -> OrderLine | None:
        """The line of the row's order with these goods: one of which so much is left, else any."""
        key = product_key(str(line.values.get("line.code", "")), str(line.values.get("line.description", "")))
        names = [name.casefold() for name in line.values.get("order.numbers", ())]
        rows = [row for name in names for row in self.order_lines[self.orders[name].pk]]
        same = [row for row in rows if not key or key in (row.code.casefold(), row.description.casefold())]
        wanted = line.values.get("line.quantity") or Decimal(0)
        return next((row for row in same if self.left.get(row.pk, 0) >= wanted), same[0] if same else None)

    def prepare(self) -> None:
        """Nothing that others would wait for."""

    def write(self) -> None:
        """Make the shipments, put further lines into those made before, and change those that are there."""
        who: dict[str, Any] = {"by": self.run.by, "at": self.run.at}
        fresh = [wish for wish in self.wishes if wish.is_new]
        heads = [order.pk for wish in fresh for order in wish.orders if -order.pk in wish.lines]
        verbs.stand_for_goods(order_ids=heads, **who)
        standing = {-pk: lines[0].order_line_id for pk, lines in verbs.rest_of(heads).items()}
        items = [self._item(wish, standing) for wish in fresh]
        for wish, shipment in zip(fresh, create_shipments(items=items, **who) if items else (), strict=True):
            wish.rows[0].made.append((SHIPMENT_KIND, shipment.pk))
            wish.shipment, wish.is_new = shipment, True
        more = {
            self.memory.made[wish.key]: [ShippedLine(pk, quantity) for pk, quantity in wish.lines.items()]
            for wish in self.wishes
            if wish.lines and not wish.is_new
        }
        verbs.add_to_shipments(lines=more, **who)
        changes = {w.shipment.pk: w.changes for w in self.wishes if w.shipment and w.changes}
        differing = verbs.change_shipments(changes=changes, **who) if changes else set()
        for wish in self.wishes:
            if wish.shipment is not None and wish.shipment.pk in differing:
                wish.rows[0].changed.append((SHIPMENT_KIND, wish.shipment.pk))

    def _item(self, wish: _Wish, standing: Mapping[int, int]) -> NewShipment:
        order = wish.orders[0]
        state = min((one.state for one in wish.orders), key=lambda one: one != ExecutionState.CLOSED)
        left = left_on(wish.values, state, self.run.today)
        return NewShipment(
            customer_id=order.customer_id, number=wish.number, owner_id=order.owner_id, is_history=True,
            lines=[ShippedLine(standing.get(pk, pk), quantity) for pk, quantity in wish.lines.items()],
            values={"mode": order.transport_mode} | wish.values, **moments_of(self.run, left),
        )  # fmt: skip

    def keep(self) -> None:
        """Remember which shipments rows have met and made."""
        self.memory.met |= self.met
        for wish in self.wishes:
            if wish.is_new:
                self.memory.made[wish.key] = wish.shipment.pk if wish.shipment else 0
                self.memory.met |= {wish.shipment.pk} if wish.shipment else set()
        if self.run.is_dry:
            for key, quantity in self.taken.items():
                self.memory.taken[key] = self.memory.taken.get(key, Decimal(0)) + quantity


def _names_goods(line: Line) -> bool:
    return any(f"line.{name}" in line.values for name in ("code", "description", "quantity"))


def _values(wish: _Wish) -> dict[str, Any]:
    """What the rows say of the shipment itself, cut to the room there is."""
    found: dict[str, Any] = {}
    for row in wish.rows:
        for name in verbs.EDITABLE:
            if (value := row.line.values.get(f"shipment.{name}")) is None or name in found:
                continue
            if name == "demurrage_rate":
                value, currency = value
                found |= {"demurrage_currency": currency} if currency else {}
                value = value.quantize(Decimal("0.01"))
            most = getattr(Shipment._meta.get_field(name), "max_length", None)
            found[name] = value[:most] if isinstance(value, str) else value
    return found


def _recall(run: Run, lines: Sequence[Line], rows: Mapping[int, Any]) -> None:
    """Shipments that were made before an interruption."""
    memory: _Memory = run.memory
    by_number = {line.number: line for line in lines}
    for number, row in rows.items():
        for kind, pk in row.made or ():
            if kind == SHIPMENT_KIND and number in by_number:
                memory.made[_key(by_number[number])] = pk
                memory.met.add(pk)


def _give_back(values: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> object:
    return verbs.change_shipments(changes=values, by=by, at=at)


def register_all() -> None:
    """Put shipments on the register."""
    register.register(
        ImportKind(
            name="shipments", label=gettext_lazy("Shipments of orders that are there"), icon="ship",
            fields=(order_fields.NUMBERS, *order_fields.SHIPMENT),
            one_of=(
                ("order.numbers", "shipment.number"),
                ("shipment.etd", "shipment.eta", "shipment.atd", "shipment.ata", "shipment.bl_no",
                 "shipment.container_no", "shipment.courier_no", "shipment.awb_no", "line.quantity"),
            ),
            match_keys=(
                gettext_lazy("Shipment number"), gettext_lazy("B/L number"),
                gettext_lazy("Order number and departure"),
            ),
            prepare=lambda run: _Memory(), judge=_Shipments, makes=(SHIPMENT_KIND,), options=("existing",),
            recall=_recall, together=_key,
        )
    )  # fmt: skip
    register.register_undoing(SHIPMENT_KIND, Undoing(verbs.withdraw_shipments, _give_back))
