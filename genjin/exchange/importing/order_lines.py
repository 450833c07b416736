"""Importing lines of orders that are there; what an order has already is not added again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.exchange.importing import order_fields, register
from genjin.exchange.importing.order_rows import LINE_KIND, Group, Memory, Rows, together
from genjin.exchange.importing.register import ImportKind, Line, Run
from genjin.exchange.models import Verdict
from genjin.sales.actions import line_imports as verbs
from genjin.sales.actions.order_drafts import NewLine
from genjin.sales.models import Order, OrderLine


@dataclass
class LineMemory(Memory):
    """Besides: by order the lines that were there before the import and no row has met yet."""

    lines: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)


class _OrderLines(Rows):
    """Some rows on their way to orders that are there."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        super().__init__(run, lines)
        numbers = [group.number for group in self.groups.values() if group.number]
        seen = Order.objects.editable_by(run.by).filter(number__in=numbers)
        self.orders = {number.casefold(): pk for number, pk in seen.values_list("number", "pk")}
        self.left = self._stored_lines()
        self.wanted: dict[str, list[NewLine]] = {}
        for key, group in self.groups.items():
            if self.is_fine(group):
                self._judge(key, group)

    def _stored_lines(self) -> dict[str, Counter[tuple[str, str]]]:
        """By order how many lines of each kind no row has met yet."""
        memory: LineMemory = self.run.memory
        known = {key: Counter(memory.lines[key]) for key in self.groups if key in memory.lines}
        fresh = {pk: key for key, pk in self.orders.items() if key in self.groups and key not in known}
        known |= {key: Counter() for key in fresh.values()}
        rows = OrderLine.objects.filter(order__in=list(fresh)).exclude(pk__in=memory.own)
        for order_id, code, description, colour in rows.values_list(
            "order_id", "code", "description", "colour"
        ):
            known[fresh[order_id]][verbs.product_key(code, description), colour.casefold()] += 1
        return known

    def _judge(self, key: str, group: Group) -> None:
        first = group.rows[0]
        if key not in self.orders:
            group.refuse(first, _("There is no order with this number. Import the orders first."))
            return
        if not group.lines:
            group.refuse(first, _("The row has no quantity."))
            return
        if group.returned:
            group.refuse(group.returned[0][0], _("Nothing before this row can be cancelled by it."))
            return
        self.wanted[key] = [line for line in group.lines if not self._is_there(key, line)]
        if self.wanted[key]:
            group.say(Verdict.NEW)
        else:
            group.say(Verdict.SAME, _("The order has these lines already."))

    def _is_there(self, key: str, line: NewLine) -> bool:
        kind = (verbs.product_key(line.code, line.description), line.colour.casefold())
        if self.left[key][kind] > 0:
            self.left[key][kind] -= 1
            return True
        return False

    def write(self) -> None:
        """Add the lines; they stand for the one that an import of heads alone made of the total."""
        lines = {self.orders[key]: some for key, some in self.wanted.items() if some}
        by_order: dict[int, list[int]] = defaultdict(list)
        for line in verbs.add_lines(lines=lines, by=self.run.by, at=self.run.at) if lines else ():
            by_order[line.order_id].append(line.pk)
        for key, group in self.groups.items():
            if self.wanted.get(key):
                group.rows[0].made += [(LINE_KIND, pk) for pk in by_order.pop(self.orders[key], [])]

    def keep(self) -> None:
        """Remember which lines rows have met."""
        memory: LineMemory = self.run.memory
        memory.lines.update({key: left for key, left in self.left.items() if key in self.orders})


def _recall(run: Run, lines: Sequence[Line], rows: Any) -> None:
    """Lines that were made before an interruption."""
    memory: LineMemory = run.memory
    memory.own |= {pk for row in rows.values() for kind, pk in (row.made or ()) if kind == LINE_KIND}


def register_all() -> None:
    """Put lines on the register."""
    register.register(
        ImportKind(
            name="order_lines", label=gettext_lazy("Lines of orders that are there"), icon="list",
            fields=(order_fields.NUMBER, *order_fields.LINE),
            one_of=(("order.number",), ("line.quantity", "line.amount")),
            match_keys=(gettext_lazy("Order number"),), prepare=lambda run: LineMemory(), judge=_OrderLines,
            makes=(LINE_KIND,), recall=_recall, together=together,
        )
    )  # fmt: skip
