"""Importing past and running orders of customers that are there: head and lines in a row, or two sheets.

Rows with the same order number are one order, wherever they stand in the file; a row without a number is an
order by itself. Negative quantities are cancellations: they are netted from the line of the same product
before them. If one row of an order is wrong, none of it is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.models import Customer
from genjin.exchange.importing import companies, custom, fields, register
from genjin.exchange.importing.matching import WHY, Match, find_matches
from genjin.exchange.importing.register import ImportField, ImportKind, Judged, Line, Run, Undoing
from genjin.exchange.importing.saying import sentences
from genjin.exchange.models import Verdict
from genjin.sales.actions import order_imports as verbs
from genjin.sales.actions.order_drafts import NewLine, NewOrder
from genjin.sales.actions.orders import place_orders
from genjin.sales.models import (
    DownstreamState,
    ExecutionState,
    Incoterm,
    Order,
    OrderKind,
    OrderLine,
    Product,
)
from genjin.sales.models.order import OPEN_STATES, ORDER_KIND

_HEAD, _ROW = gettext_lazy("Order"), gettext_lazy("Order line")
_STATE_WORDS = {
    "CANCELLED": "取消|已取消|作废|cancelled|canceled|void",
    "CLOSED": "完成|已完成|完结|已完结|closed|completed|complete|done|paid",
    "SHIPPED": "已发货|已出货|shipped",
    "DELIVERED": "已到货|已交付|delivered",
    "IN_PRODUCTION": "生产中|in production",
    "CONFIRMED": "已确认|执行中|open|confirmed|new",
}
_KIND_WORDS = {
    "SAMPLE": "样品|样品单|sample",
    "TRIAL": "试单|首单|trial|first",
    "BULK": "大货|返单|bulk|repeat",
    "PROJECT": "项目|project",
}
OLD_AFTER = timedelta(days=180)
"""An order without a state that was to be delivered, or ordered, so long ago is over."""


def _label(model: Any, name: str) -> Any:
    return model._meta.get_field(name).verbose_name


def _head(name: str, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    return ImportField(f"order.{name}", _label(Order, name), _HEAD, type_, detail, **more)


def _line(name: str, type_: str = "text") -> ImportField:
    return ImportField(f"line.{name}", _label(OrderLine, name), _ROW, type_)


NUMBER = _head("number")
HEAD = (
    NUMBER,
    _head("ordered_on", "day"),
    _head("delivery_on", "day"),
    _head("kind", "choice", (OrderKind.choices, _KIND_WORDS)),
    _head("state", "choice", (ExecutionState.choices, _STATE_WORDS)),
    _head("currency"),
    _head("incoterm", "choice", (Incoterm.choices, {})),
    _head("payment_terms"),
    _head("customer_po_no"),
    ImportField("order.amount", gettext_lazy("Order amount"), _HEAD, "decimal"),
    _head("owner", "person", right="assign_owner"),
)
LINE = (
    _line("code"),
    _line("description"),
    _line("colour"),
    _line("quantity", "decimal"),
    _line("unit"),
    _line("unit_price", "decimal"),
    ImportField("line.amount", gettext_lazy("Amount of the line"), _ROW, "decimal"),
)


@dataclass
class _Group:
    """The rows of one order."""

    number: str
    rows: list[Judged] = field(default_factory=list)
    item: NewOrder | None = None
    lines: list[NewLine] = field(default_factory=list)

    def refuse(self, row: Judged, *reasons: str) -> None:
        """One row is wrong, so that none is taken."""
        for one in self.rows:
            if one is row:
                one.refuse(*reasons)
            elif one.verdict is not Verdict.ERROR or not one.reasons:
                one.refuse(_("Row %(row)d of the same order cannot be taken.") % {"row": row.line.number})


class _Rows:
    """What both kinds do: grouping rows, reading lines."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.judged = [Judged(line, Verdict.ERROR, list(line.problems)) for line in lines]
        self.groups: dict[str, _Group] = {}
        self.fresh: dict[str, int] = {}
        for one in self.judged:
            number = str(one.line.values.get("order.number", "")).strip()
            one.line.title = number or str(one.line.values.get("customer.name", ""))[:200]
            key = number.casefold() or f"row {one.line.number}"
            self.groups.setdefault(key, _Group(number)).rows.append(one)
        codes = {str(line.values.get("line.code", "")) for line in lines}
        found = Product.objects.alive().filter(code__in=sorted(codes)).values_list("code", "pk")
        self.products = dict(found)
        for group in self.groups.values():
            wrong = next((one for one in group.rows if one.reasons), None)
            if wrong is not None:
                group.refuse(wrong, *wrong.reasons)
            else:
                self._read_lines(group)

    def is_fine(self, group: _Group) -> bool:
        """Whether none of its rows was refused."""
        return not any(one.reasons for one in group.rows)

    def _read_lines(self, group: _Group) -> None:
        for one in group.rows:
            values = one.line.values
            quantity = values.get("line.quantity")
            if quantity is None:
                continue
            if quantity < 0:
                taken = -quantity.quantize(Decimal("0.001"))
                if not self._cancel(group, str(values.get("line.code", "")), values, taken):
                    group.refuse(one, _("Nothing before this row can be cancelled by it."))
                    return
                continue
            group.lines.append(self._new_line(values, quantity))

    def _new_line(self, values: dict[str, Any], quantity: Decimal) -> NewLine:
        code = str(values.get("line.code", ""))
        price = values.get("line.unit_price")
        if price is None and values.get("line.amount") is not None and quantity:
            price = (values["line.amount"] / quantity).quantize(Decimal("0.0001"))
        return NewLine(
            quantity=quantity.quantize(Decimal("0.001")),
            unit_price=price if price is not None else Decimal(0),
            product_id=self.products.get(code),
            code=code[:60],
            description=str(values.get("line.description", ""))[:300] or code[:60] or verbs.whole_goods(),
            colour=str(values.get("line.colour", ""))[:60],
            unit=str(values.get("line.unit", ""))[:16],
        )

    def _cancel(self, group: _Group, code: str, values: dict[str, Any], quantity: Decimal) -> bool:
        """Net a cancellation from the last line of the same product that has so much left."""
        name = str(values.get("line.description", ""))
        for place in range(len(group.lines) - 1, -1, -1):
            line = group.lines[place]
            same = line.code == code if code else line.description == name
            if same and line.quantity - line.cancelled_quantity >= quantity:
                group.lines[place] = replace(line, cancelled_quantity=line.cancelled_quantity + quantity)
                return True
        return False

    def prepare(self) -> None:
        """Nothing that others would wait for."""

    def keep(self) -> None:
        """Remember which orders these rows made, for rows of the same ones that come later."""
        self.run.memory.update(self.fresh)


class _Orders(_Rows):
    """Some rows on their way to orders."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        super().__init__(run, lines)
        self.customers: dict[int, Customer] = {}
        self.editable: set[int] = set()
        self._judge_all()

    def _judge_all(self) -> None:
        groups = [group for group in self.groups.values() if self.is_fine(group)]
        matches = find_matches([companies.row_keys(group.rows[0].line) for group in groups])
        ids = {match.customer_id for found in matches for match in found if match.is_sure}
        self.customers = {c.pk: c for c in Customer.objects.filter(pk__in=ids).select_related("owner")}
        editable = Customer.objects.editable_by(self.run.by).filter(pk__in=ids)
        self.editable = set(editable.values_list("pk", flat=True))
        numbers = [group.number for group in groups if group.number]
        there = {number.casefold() for number in _stored(numbers)}
        for group, found in zip(groups, matches, strict=True):
            self._judge(group, [match for match in found if match.is_sure], there)
        waiting = [group for group in groups if group.item is not None]
        items = [group.item for group in waiting if group.item is not None]
        problems = verbs.check_orders(items=items, by=self.run.by, at=self.run.at)
        for index, group in enumerate(waiting):
            if index in problems:
                group.item = None
                group.refuse(group.rows[0], *sentences(problems[index]))

    def _judge(self, group: _Group, sure: Sequence[Match], there: set[str]) -> None:
        first, key = group.rows[0], group.number.casefold()
        if group.number and key in self.run.memory:
            self._take(group, _("Further lines of order %(number)s") % {"number": group.number})
        elif group.number and key in there:
            for one in group.rows:
                one.verdict = Verdict.SAME
                one.reasons.append(_("There is already an order with this number."))
        elif "order.ordered_on" not in first.line.values:
            group.refuse(first, _("The row has no date."))
        elif not sure:
            group.refuse(first, _("None of your customers fits. Import the company first."))
        elif len(sure) > 1:
            said = [companies.sentence(m, self.customers[m.customer_id], WHY[m.why]) for m in sure[:3]]
            group.refuse(first, *said)
        elif sure[0].customer_id not in self.editable:
            name = self.customers[sure[0].customer_id]
            group.refuse(first, _("“%(name)s” is not yours to change.") % {"name": name})
        else:
            group.item = self._item(group, sure[0].customer_id)
            if group.number:
                self.fresh[key] = 0
            self._take(group, "")

    def _take(self, group: _Group, why: str) -> None:
        for one in group.rows:
            one.verdict = Verdict.NEW
            one.reasons += [why] if why else []

    def _item(self, group: _Group, customer_id: int) -> NewOrder:
        values = group.rows[0].line.values
        for one in group.rows:
            one.customer_id = customer_id
        ordered_on, delivery_on = values["order.ordered_on"], values.get("order.delivery_on")
        if delivery_on is not None and delivery_on < ordered_on:
            delivery_on = None
        is_old = (delivery_on or ordered_on) + OLD_AFTER < self.run.today
        state = values.get("order.state") or (ExecutionState.CLOSED if is_old else ExecutionState.CONFIRMED)
        is_open = state in OPEN_STATES
        terms = {
            name: values[f"order.{name}"]
            for name in ("incoterm", "payment_terms")
            if values.get(f"order.{name}")
        }
        currency = str(values.get("order.currency") or "USD").strip().upper()
        lines, total = group.lines, values.get("order.amount")
        if not lines and total is not None:
            lines = [NewLine(quantity=Decimal(1), unit_price=total, description=verbs.whole_goods())]
        return NewOrder(
            customer_id=customer_id,
            ordered_on=ordered_on,
            delivery_on=delivery_on,
            lines=lines,
            kind=values.get("order.kind") or OrderKind.BULK,
            number=group.number,
            customer_po_no=str(values.get("order.customer_po_no", ""))[:60],
            owner_id=values.get("order.owner"),
            state=state,
            downstream_state=DownstreamState.CONFIRMED if is_open else DownstreamState.WAREHOUSED,
            terms=terms | {"currency": currency},
            lines_follow=True,
            custom=custom.values_of(group.rows[0].line, "order"),
        )

    def write(self) -> None:
        """Place the orders, and add the lines of those that were placed before."""
        placed = [group for group in self.groups.values() if group.item is not None]
        items = [group.item for group in placed if group.item is not None]
        orders = place_orders(items=items, by=self.run.by, at=self.run.at)
        for group, order in zip(placed, orders, strict=True):
            group.rows[0].made.append((ORDER_KIND, order.pk))
            if group.number:
                self.fresh[group.number.casefold()] = order.pk
        later = {
            self.run.memory[group.number.casefold()]: group.lines
            for group in self.groups.values()
            if group.item is None and group.lines and self.run.memory.get(group.number.casefold())
        }
        if later:
            verbs.add_lines(lines=later, by=self.run.by, at=self.run.at)


def _stored(numbers: Sequence[str]) -> Iterable[str]:
    rows = Order.objects.alive()
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        yield from rows.filter(number__in=part).values_list("number", flat=True)


class _OrderLines(_Rows):
    """Some rows on their way to orders that are there."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        super().__init__(run, lines)
        numbers = [group.number for group in self.groups.values() if group.number]
        seen = Order.objects.editable_by(run.by).filter(number__in=numbers)
        self.orders = {number.casefold(): pk for number, pk in seen.values_list("number", "pk")}
        for key, group in self.groups.items():
            if not self.is_fine(group):
                continue
            first = group.rows[0]
            if key not in self.orders:
                group.refuse(first, _("There is no order with this number. Import the orders first."))
            elif not group.lines:
                group.refuse(first, _("The row has no quantity."))
            else:
                for one in group.rows:
                    one.verdict = Verdict.NEW

    def write(self) -> None:
        """Add the lines; they stand for the one that an import of heads alone made of the total."""
        wanted: dict[int, list[NewLine]] = defaultdict(list)
        for key, group in self.groups.items():
            if self.is_fine(group) and group.lines:
                wanted[self.orders[key]] += group.lines
        made = verbs.add_lines(lines=wanted, by=self.run.by, at=self.run.at)
        by_order: dict[int, list[int]] = defaultdict(list)
        for line in made:
            by_order[line.order_id].append(line.pk)
        for key, group in self.groups.items():
            if self.is_fine(group):
                ids = by_order.pop(self.orders[key], [])
                group.rows[0].made += [(LINE_KIND, pk) for pk in ids]


LINE_KIND = "sales.orderline"


def _memory(run: Run) -> dict[str, int]:
    """Which order was made for which number; 0 in a dry run."""
    return {}


def _recall(run: Run, lines: Sequence[Line], rows: Any) -> None:
    """Orders that were made before an interruption."""
    numbers = {str(line.values.get("order.number", "")).strip() for line in lines} - {""}
    ids = [pk for row in rows.values() for kind, pk in (row.made or ()) if kind == ORDER_KIND]
    found = Order.objects.filter(pk__in=ids, number__in=numbers).values_list("number", "pk")
    run.memory.update({number.casefold(): pk for number, pk in found})


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
            fields=(*HEAD, *LINE, *fields.IDENTITY),
            one_of=(("order.ordered_on",), ("customer.name", "customer.code", "customer.website"),
                    ("order.amount", "line.quantity", "order.number")),
            match_keys=keys, prepare=_memory, judge=_Orders, makes=(ORDER_KIND,), recall=_recall,
            further=lambda by: custom.import_fields(ORDER_KIND, "order", _HEAD, by),
        )
    )  # fmt: skip
    register.register(
        ImportKind(
            name="order_lines", label=gettext_lazy("Lines of orders that are there"), icon="list",
            fields=(NUMBER, *LINE), one_of=(("order.number",), ("line.quantity",)),
            match_keys=(gettext_lazy("Order number"),), prepare=_memory, judge=_OrderLines,
            makes=(LINE_KIND,),
        )
    )  # fmt: skip
    register.register_undoing(ORDER_KIND, Undoing(verbs.withdraw_orders))
    register.register_undoing(LINE_KIND, Undoing(verbs.withdraw_lines))
