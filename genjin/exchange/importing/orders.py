"""Importing past and running orders of customers that are there: head, lines, voyage, money in one sheet.

Lines, shipments and receipts may come in sheets of their own too (`order_lines`, `shipments`, `payments`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import custom, fields, order_fields, register, whose
from genjin.exchange.importing.order_items import (
    changes_of,
    currencies_in,
    item_of,
    key_of,
    meet,
    stored_orders,
)
from genjin.exchange.importing.order_money import Told, payments_in, receipt_of, transfers_of, unknown_ones
from genjin.exchange.importing.order_rows import (
    LINE_KIND,
    Group,
    Memory,
    Rows,
    recall,
    together,
)
from genjin.exchange.importing.order_voyages import left_on, moments_of, voyage_in
from genjin.exchange.importing.register import ImportField, ImportKind, Line, Run, Undoing
from genjin.exchange.importing.saying import sentences
from genjin.exchange.models import Verdict
from genjin.people import access
from genjin.people.models import User
from genjin.records.registry import get as kind_of
from genjin.sales.actions import line_imports, order_imports, receipt_imports, shipment_imports
from genjin.sales.actions.line_imports import Return
from genjin.sales.actions.order_drafts import Draft, NewOrder
from genjin.sales.actions.orders import place_orders
from genjin.sales.actions.shipment_drafts import NewShipment
from genjin.sales.actions.shipments import create_shipments
from genjin.sales.models import ExecutionState, Order, OrderLine, Shipment
from genjin.sales.models.money import RECEIPT_KIND
from genjin.sales.models.order import ORDER_KIND
from genjin.sales.models.shipment import SHIPMENT_KIND


@dataclass
class _Wish:
    """What the rows of one order ask for."""

    group: Group
    item: NewOrder | None = None
    order: Order | None = None
    draft: Draft | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    voyage: dict[str, Any] = field(default_factory=dict)
    payments: list[Told] = field(default_factory=list)
    due_on: date | None = None


class _Orders(Rows):
    """Some rows on their way to orders."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        super().__init__(run, lines)
        self.fresh: dict[str, int] = {}
        self.shipped: dict[str, int] = {}
        self.made: set[int] = set()
        self.met: dict[int, int] = {}
        self.further: list[Group] = []
        self.wishes: list[_Wish] = []
        self._judge_all()

    # --- verdicts

    def _judge_all(self) -> None:
        groups = [group for group in self.groups.values() if self.is_fine(group)]
        there = stored_orders([group.number for group in groups if group.number])
        answers = whose.customers_of(self.run, [group.rows[0].line for group in groups])
        waiting = []
        for group, answer in zip(groups, answers, strict=True):
            if group.number and group.key in self.memory.orders:
                group.say(Verdict.NEW, _("Further lines of order %(number)s") % {"number": group.number})
                self.further.append(group)
            elif group.number and group.key in there:
                waiting.append((group, answer, there[group.key]))
            else:
                self._new(group, answer)
        self._check_drafts()
        self._meet_unnumbered()
        self._check_returns()
        self._check_money()
        self._judge_known(waiting)

    def _new(self, group: Group, answer: whose.Answer) -> None:
        first = group.rows[0]
        if group.first("order.ordered_on") is None:
            group.refuse(first, _("The row has no date."))
        elif answer.customer_id is None:
            group.refuse(first, *answer.refusals)
        elif len(currencies_in(group)) > 1:
            group.refuse(first, _("The amounts of this order are in several currencies."))
        else:
            wish = _Wish(group, item=item_of(self.run, group, answer.customer_id))
            wish.voyage = voyage_in(group, self.run.today)
            wish.due_on = group.first("payment.due_on")
            self.wishes.append(wish)
            group.say(Verdict.NEW)
            for one in group.rows:
                one.customer_id = answer.customer_id
            if wrong := shipment_imports.date_problems(wish.voyage):
                self._refuse(wish, *wrong)

    def _refuse(self, wish: _Wish, *reasons: str) -> None:
        wish.group.refuse(wish.group.rows[0], *reasons)
        self.wishes.remove(wish)

    def _check_drafts(self) -> None:
        items = [wish.item for wish in self.wishes if wish.item is not None]
        drafts = order_imports.draft_orders(items=items, by=self.run.by, at=self.run.at)
        for wish, draft in zip(list(self.wishes), drafts, strict=True):
            wish.draft = draft
            if draft.problems:
                self._refuse(wish, *sentences(draft.problems))

    def _meet_unnumbered(self) -> None:
        """An order without a number is known by customer, day and amount; each stored one is met once."""
        waiting = [wish for wish in self.wishes if not wish.group.number and wish.draft is not None]
        if not waiting:
            return
        left = meet([key_of(w.draft.order) for w in waiting if w.draft], self.memory.met, self.memory.own)
        for wish in waiting:
            assert wish.draft is not None
            key = key_of(wish.draft.order)
            if left[key] > 0:
                left[key] -= 1
                wish.group.say(Verdict.SAME, _("There is an order of this day and amount already."))
                self.wishes.remove(wish)
        self.met = {hash(key): count for key, count in left.items()}

    def _check_returns(self) -> None:
        """What comes back must have been sold before: by rows above, or by orders that are stored."""
        asked = [(wish, one) for wish in self.wishes for one in wish.group.returned if wish.item is not None]
        keys = {(wish.item.customer_id, product) for wish, (_o, product, _q, _l) in asked if wish.item}
        known = line_imports.left_to_return(keys, self.run.today) if keys else {}
        left = {key: known.get(key, Decimal(0)) + self.memory.sold.get(key, Decimal(0)) for key in keys}
        for wish in list(self.wishes):
            assert wish.item is not None
            customer = wish.item.customer_id
            for one, product, quantity, _line in wish.group.returned:
                if left[customer, product] < quantity:
                    wish.group.refuse(one, _("Nothing before this row can be cancelled by it."))
                    self.wishes.remove(wish)
                    break
                left[customer, product] -= quantity
            else:
                for line in wish.item.lines:
                    key = (customer, line_imports.product_key(line.code, line.description))
                    rest = line.quantity - line.cancelled_quantity
                    if key in left and wish.item.state != ExecutionState.CANCELLED:
                        left[key] += rest

    def _check_money(self) -> None:
        told: list[tuple[_Wish, Any]] = []
        for wish in list(self.wishes):
            assert wish.draft is not None and wish.item is not None
            order = wish.draft.order
            wish.payments, problems = payments_in(wish.group, order.amount, wish.item.ordered_on)
            if problems:
                self._refuse(wish, *problems)
                continue
            told += [
                (wish, receipt_of(one, order.customer_id, order.currency, order.number))
                for one in wish.payments
            ]
        if not told:
            return
        wrong = receipt_imports.check_transfers(
            items=[item for _wish, item in told], by=self.run.by, at=self.run.at
        )
        for index, said in wrong.items():
            if told[index][0] in self.wishes:
                self._refuse(told[index][0], *sentences(said))

    def _judge_known(self, waiting: Sequence[tuple[Group, whose.Answer, Order]]) -> None:
        """Orders that are stored: what is empty is filled, or all overwritten, as the person chose."""
        ids = [order.pk for _g, _a, order in waiting]
        mine = set(Order.objects.editable_by(self.run.by).filter(pk__in=ids).values_list("pk", flat=True))
        has_money = any(self.run.knows(one.name) for one in order_fields.MONEY)
        known = (
            receipt_imports.known_transfers(ids, {o.customer_id for _g, _a, o in waiting})
            if has_money
            else {}
        )
        rows = Shipment.objects.alive().filter(lines__order_line__order__in=ids)
        shipped = set(rows.values_list("lines__order_line__order_id", flat=True))
        for group, answer, order in waiting:
            for one in group.rows:
                one.customer_id = order.customer_id
            if answer.customer_id not in (None, order.customer_id):
                group.refuse(group.rows[0], _("There is an order with this number of another customer."))
                continue
            wish = _Wish(group, order=order)
            option = self.run.option("existing", "fill")
            if order.pk in mine and option != "skip":
                wish.changes = changes_of(group, order, overwrites=option == "overwrite")
                wish.voyage = voyage_in(group, self.run.today) if order.pk not in shipped else {}
                told, problems = payments_in(group, order.amount, order.ordered_on)
                wish.payments = unknown_ones([] if problems else told, known, order)
                if wrong := shipment_imports.date_problems(wish.voyage):
                    group.refuse(group.rows[0], *wrong)
                    continue
            if wish.changes or wish.voyage or wish.payments:
                group.say(Verdict.UPDATE, ", ".join(_labels(wish)))
                self.wishes.append(wish)
            else:
                group.say(Verdict.SAME, _("There is already an order with this number."))

    # --- writing

    def write(self) -> None:
        """Place the orders with all that their rows tell; add the lines of those that were placed before."""
        who: dict[str, Any] = {"by": self.run.by, "at": self.run.at}
        placed = [wish for wish in self.wishes if wish.item is not None]
        items = [wish.item for wish in placed if wish.item is not None]
        for wish, order in zip(placed, place_orders(items=items, **who), strict=True):
            wish.order = order
            wish.group.rows[0].made.append((ORDER_KIND, order.pk))
            self.made.add(order.pk)
        self._add_further()
        self._take_returns()
        self._change_heads()
        due = {wish.order.pk: wish.due_on for wish in placed if wish.due_on and wish.order}
        if due:
            order_imports.set_due(days=due, **who)
        self._ship()
        self._register_money()

    def _add_further(self) -> None:
        ids = {group.key: self.memory.orders[group.key] for group in self.further}
        lines = {ids[group.key]: group.lines for group in self.further if group.lines and ids[group.key]}
        if not lines:
            return
        line_imports.add_lines(lines=lines, by=self.run.by, at=self.run.at)
        into = {ids[g.key]: self.memory.shipped[g.key] for g in self.further if g.key in self.memory.shipped}
        rest = shipment_imports.rest_of(list(into))
        shipment_imports.add_to_shipments(
            lines={into[pk]: more for pk, more in rest.items()}, by=self.run.by, at=self.run.at
        )

    def _take_returns(self) -> None:
        asked = [
            (one, Return(wish.order.customer_id, product, quantity, wish.order.ordered_on))
            for wish in self.wishes
            if wish.order is not None and wish.item is not None
            for one, product, quantity, _line in wish.group.returned
        ]
        further = [group for group in self.further if group.returned and self.memory.orders[group.key]]
        known = Order.objects.in_bulk([self.memory.orders[group.key] for group in further])
        for group in further:
            order = known[self.memory.orders[group.key]]
            asked += [
                (one, Return(order.customer_id, product, quantity, order.ordered_on))
                for one, product, quantity, _line in group.returned
            ]
        if asked:
            returns = [one for _row, one in asked]
            found = line_imports.take_returns(returns=returns, by=self.run.by, at=self.run.at)
            lines = OrderLine.objects.filter(pk__in={pk for ids in found.values() for pk in ids})
            orders = dict(lines.values_list("pk", "order_id"))
            for place, (row, _return) in enumerate(asked):
                # The order before its lines: what it costs follows from them when both are taken back.
                row.changed += [(ORDER_KIND, orders[pk]) for pk in found[place]]
                row.changed += [(LINE_KIND, pk) for pk in found[place]]

    def _change_heads(self) -> None:
        wanted = {w.order.pk: w.changes for w in self.wishes if w.item is None and w.order and w.changes}
        differing = (
            order_imports.change_heads(changes=wanted, by=self.run.by, at=self.run.at) if wanted else set()
        )
        for wish in self.wishes:
            if wish.order is not None and wish.order.pk in differing:
                wish.group.rows[0].changed.append((ORDER_KIND, wish.order.pk))

    def _ship(self) -> None:
        waiting = {
            wish.order.pk: wish
            for wish in self.wishes
            if wish.voyage and wish.order is not None and wish.order.state != ExecutionState.CANCELLED
        }
        if not waiting:
            return
        who: dict[str, Any] = {"by": self.run.by, "at": self.run.at}
        shipment_imports.stand_for_goods(order_ids=list(waiting), **who)
        rest = shipment_imports.rest_of(list(waiting))
        going = [pk for pk in waiting if rest.get(pk)]
        items = [self._shipment(waiting[pk], rest[pk]) for pk in going]
        for pk, shipment in zip(going, create_shipments(items=items, **who) if items else (), strict=True):
            group = waiting[pk].group
            group.rows[0].made.append((SHIPMENT_KIND, shipment.pk))
            if group.number:
                self.shipped[group.key] = shipment.pk

    def _shipment(self, wish: _Wish, lines: Sequence[Any]) -> NewShipment:
        assert wish.order is not None
        left = left_on(wish.voyage, wish.order.state, self.run.today)
        values = wish.voyage | {"mode": wish.order.transport_mode}
        return NewShipment(
            customer_id=wish.order.customer_id, lines=lines, values=values, owner_id=wish.order.owner_id,
            is_history=True, **moments_of(self.run, left),
        )  # fmt: skip

    def _register_money(self) -> None:
        waiting = [wish for wish in self.wishes if wish.payments and wish.order is not None]
        if not waiting:
            return
        transfers = [
            (wish, one)
            for wish in waiting
            for one in transfers_of(wish.payments, wish.order)  # type: ignore[arg-type]
        ]
        receipts = receipt_imports.bring_transfers(
            transfers=[one for _wish, one in transfers], by=self.run.by, at=self.run.at
        )
        for (wish, _one), receipt in zip(transfers, receipts, strict=True):
            wish.group.rows[0].made.append((RECEIPT_KIND, receipt.pk))

    def keep(self) -> None:
        """Remember which orders these rows made, for rows of the same ones that come later."""
        memory = self.memory
        memory.met.update(self.met)
        memory.own |= self.made
        memory.shipped.update(self.shipped)
        for wish in self.wishes:
            if wish.item is not None and wish.group.number:
                memory.orders[wish.group.key] = wish.order.pk if wish.order and not self.run.is_dry else 0
        if self.run.is_dry:
            self._keep_sold()

    def _keep_sold(self) -> None:
        for wish in self.wishes:
            if wish.item is None or wish.item.state == ExecutionState.CANCELLED:
                continue
            for line in wish.item.lines:
                key = (wish.item.customer_id, line_imports.product_key(line.code, line.description))
                self.memory.sold[key] += line.quantity - line.cancelled_quantity
            for _one, product, quantity, _line in wish.group.returned:
                self.memory.sold[wish.item.customer_id, product] -= quantity


def _labels(wish: _Wish) -> list[str]:
    """What of a stored order an import changes, in words."""
    labels = kind_of(ORDER_KIND).field_labels
    found = [str(labels.get(name, name)) for name in wish.changes]
    found += [str(order_fields.SHIPMENT_GROUP)] if wish.voyage else []
    return found + ([str(order_fields.MONEY_GROUP)] if wish.payments else [])


def _further(by: User) -> Iterable[ImportField]:
    """Fields that an administrator defined, and those of money for whoever does finance."""
    yield from custom.import_fields(ORDER_KIND, "order", order_fields.HEAD_GROUP, by)
    if access.of(by).scope(RECEIPT_KIND, "edit") == "ALL":
        yield from order_fields.MONEY


def _give_back(values: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> object:
    return order_imports.change_heads(changes=values, by=by, at=at)


def _give_back_lines(values: Mapping[int, Mapping[str, Any]], by: User, at: datetime) -> object:
    quantities = {pk: row["cancelled_quantity"] for pk, row in values.items() if "cancelled_quantity" in row}
    return line_imports.set_cancelled(quantities=quantities, by=by, at=at)


def register_all() -> None:
    """Put orders on the register."""
    keys = (
        gettext_lazy("Order number"),
        gettext_lazy("Customer code"),
        gettext_lazy("Name without legal form"),
    )
    register.register(
        ImportKind(
            name="orders", label=gettext_lazy("Orders of customers that are there"), icon="file",
            fields=(*order_fields.HEAD, *order_fields.LINE, *order_fields.VOYAGE, *fields.IDENTITY),
            one_of=(("order.ordered_on",), ("customer.name", "customer.code", "customer.website"),
                    ("order.amount", "line.quantity", "order.number")),
            match_keys=keys, prepare=lambda run: Memory(), judge=_Orders, recall=recall,
            options=("existing",), makes=(RECEIPT_KIND, SHIPMENT_KIND, ORDER_KIND), further=_further,
            together=together,
        )
    )  # fmt: skip
    register.register_undoing(ORDER_KIND, Undoing(order_imports.withdraw_orders, _give_back))
    register.register_undoing(LINE_KIND, Undoing(line_imports.withdraw_lines, _give_back_lines))
