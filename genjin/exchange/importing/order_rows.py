"""The rows of order books: those of one order together, their lines read, what came back netted.

Rows with the same order number are one order, wherever they stand in the file; a row without a number is an
order by itself. A negative quantity takes back goods of the line of the same product before it, else of
earlier orders of the customer. If one row of an order is wrong, none of it is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.exchange.importing import whose
from genjin.exchange.importing.register import Judged, Line, Run
from genjin.exchange.models import Verdict
from genjin.rules.amounts import line_amount, rounded
from genjin.sales.actions import line_imports as verbs
from genjin.sales.actions.order_drafts import NewCharge, NewLine
from genjin.sales.models import ChargeKind, Product
from genjin.sales.models.order import ORDER_KIND

LINE_KIND = "sales.orderline"
THOUSANDTH, TEN_THOUSANDTH = Decimal("0.001"), Decimal("0.0001")


@dataclass
class Group:
    """The rows of one order."""

    number: str
    rows: list[Judged] = field(default_factory=list)
    lines: list[NewLine] = field(default_factory=list)
    returned: list[tuple[Judged, str, Decimal, NewLine]] = field(default_factory=list)
    """What the rows take back and none of them before had ordered: product, how many, as a line."""
    rounding: Decimal = Decimal(0)
    """What stated amounts of lines are more than quantity times price."""

    def refuse(self, row: Judged, *reasons: str) -> None:
        """One row is wrong, so that none is taken."""
        for one in self.rows:
            if one is row:
                one.refuse(*reasons)
            elif one.verdict is not Verdict.ERROR or not one.reasons:
                one.refuse(_("Row %(row)d of the same order cannot be taken.") % {"row": row.line.number})

    def say(self, verdict: Verdict, why: str = "") -> None:
        """The same of all rows."""
        for one in self.rows:
            one.verdict = verdict
            one.reasons += [why] if why else []

    @property
    def key(self) -> str:
        """What tells it from other orders; "" without a number."""
        return self.number.casefold()

    def first(self, name: str) -> Any:
        """The first value that a row says of it."""
        return next((row.line.values[name] for row in self.rows if name in row.line.values), None)


@dataclass
class Memory:
    """What a run remembers of orders between its slices.

    `orders`: the order made for a number, 0 in a dry run. `own`: the orders that this import made. `met`: how
    many stored orders without a number, or lines, of a kind rows have not met yet. `sold`: in a dry run what
    its rows would have sold, by customer and product; `shipped`: the shipment made for a number.
    """

    orders: dict[str, int] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    met: dict[int, int] = field(default_factory=dict)
    sold: dict[tuple[int, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    shipped: dict[str, int] = field(default_factory=dict)


def together(line: Line) -> Hashable:
    """Rows in a row of which this says the same are judged together; None: with the row before."""
    if _goes_on(line):
        return None
    return str(line.values.get("order.number", "")).strip().casefold() or line.number


def _goes_on(line: Line) -> bool:
    """Whether a row has only goods, as where the cells of an order's head are merged over its lines."""
    values = line.values
    has_goods = any(name.startswith("line.") for name in values)
    has_head = "order.number" in values or "order.ordered_on" in values or whose.names_somebody(line)
    return has_goods and not has_head


class Rows:
    """Some rows on their way to orders: grouped, their lines read."""

    def __init__(self, run: Run, lines: Sequence[Line]) -> None:
        self.run = run
        self.memory: Memory = run.memory
        self.judged = [Judged(line, Verdict.ERROR, list(line.problems)) for line in lines]
        self.groups: dict[str, Group] = {}
        group = None
        for one in self.judged:
            if group is None or not _goes_on(one.line):
                number = str(one.line.values.get("order.number", "")).strip()
                key = number.casefold() or f"row {one.line.number}"
                group = self.groups.setdefault(key, Group(number))
            one.line.title = group.number or str(one.line.values.get("customer.name", ""))[:200]
            group.rows.append(one)
        codes = {str(line.values.get("line.code", "")) for line in lines} - {""}
        found = Product.objects.alive().filter(code__in=sorted(codes)).values_list("code", "pk")
        self.products = dict(found)
        for group in self.groups.values():
            wrong = next((one for one in group.rows if one.reasons), None)
            if wrong is not None:
                group.refuse(wrong, *wrong.reasons)
            else:
                self._read_lines(group)

    def is_fine(self, group: Group) -> bool:
        """Whether none of its rows was refused."""
        return not any(one.verdict is Verdict.ERROR and one.reasons for one in group.rows)

    def _read_lines(self, group: Group) -> None:
        for one in group.rows:
            values = one.line.values
            quantity = values.get("line.quantity")
            if quantity is None:
                amount = amount_in(values, "line.amount")
                if amount is None:
                    continue
                quantity = Decimal(-1 if amount < 0 else 1)
            if quantity < 0:
                self._take_back(group, one, -quantity.quantize(THOUSANDTH))
            else:
                group.lines.append(self._new_line(group, values, quantity))

    def _new_line(self, group: Group, values: dict[str, Any], quantity: Decimal) -> NewLine:
        code = str(values.get("line.code", ""))
        amount = amount_in(values, "line.amount")
        price = amount_in(values, "line.unit_price")
        if price is None and amount is not None and quantity:
            price = (amount / quantity).quantize(TEN_THOUSANDTH)
            currency = currency_in(values)
            group.rounding += rounded(amount, currency) - line_amount(quantity, price, currency)
        elif price is not None and "line.discount" in values:
            price = (price * (1 - values["line.discount"])).quantize(TEN_THOUSANDTH)
        cancelled = values.get("line.cancelled_quantity", Decimal(0)).quantize(THOUSANDTH)
        return NewLine(
            quantity=quantity.quantize(THOUSANDTH),
            unit_price=price if price is not None else Decimal(0),
            product_id=self.products.get(code),
            code=code[:60],
            description=str(values.get("line.description", ""))[:300] or code[:60] or verbs.whole_goods(),
            spec=str(values.get("line.spec", "")),
            model=str(values.get("line.model", ""))[:80],
            colour=str(values.get("line.colour", ""))[:60],
            unit=str(values.get("line.unit", ""))[:16],
            cancelled_quantity=cancelled,
        )

    def _take_back(self, group: Group, one: Judged, quantity: Decimal) -> None:
        """Net what came back from the lines of the same product before it, the last first."""
        said = one.line.values | {"line.cancelled_quantity": Decimal(0)}
        line = self._new_line(Group(""), said, quantity)
        line = replace(line, unit_price=abs(line.unit_price))
        key = verbs.product_key(line.code, line.description)
        for place in range(len(group.lines) - 1, -1, -1):
            before = group.lines[place]
            taken = min(quantity, before.quantity - before.cancelled_quantity)
            if taken > 0 and verbs.product_key(before.code, before.description) == key:
                group.lines[place] = replace(before, cancelled_quantity=before.cancelled_quantity + taken)
                quantity -= taken
        if quantity > 0:
            group.returned.append((one, key, quantity, replace(line, quantity=quantity)))

    def prepare(self) -> None:
        """Nothing that others would wait for."""


def amount_in(values: dict[str, Any], name: str) -> Decimal | None:
    """The amount of a field, without its currency."""
    found = values.get(name)
    return None if found is None else found[0]


_PRICED = (
    "line.unit_price", "line.amount", "order.amount", "order.freight", "order.insurance", "order.discount",
    "order.other", "payment.paid", "payment.deposit", "payment.balance",
)  # fmt: skip


def written_currencies(values: dict[str, Any]) -> set[str]:
    """The currencies that stand beside the amounts of a row."""
    return {values[name][1] for name in _PRICED if name in values} - {""}


def currency_in(values: dict[str, Any]) -> str:
    """The currency of a row: of its own column, else as written beside an amount, else US dollars."""
    return str(values.get("order.currency") or min(written_currencies(values), default="USD"))


def charges_in(group: Group) -> list[NewCharge]:
    """What stands below the goods of an order; a discount has its sign however it was written."""
    found = []
    for name, kind in (
        ("freight", ChargeKind.FREIGHT),
        ("insurance", ChargeKind.INSURANCE),
        ("discount", ChargeKind.DISCOUNT),
        ("other", ChargeKind.OTHER),
    ):
        said = group.first(f"order.{name}")
        if said is not None and said[0]:
            amount = said[0].quantize(Decimal("0.01"))
            found.append(NewCharge(kind, -abs(amount) if kind == ChargeKind.DISCOUNT else amount))
    if group.rounding:
        found.append(NewCharge(ChargeKind.OTHER, group.rounding, _("Rounding")))
    return found


def recall(run: Run, lines: Sequence[Line], rows: Any) -> None:
    """Orders that were made before an interruption."""
    memory: Memory = run.memory
    numbers = {line.number: str(line.values.get("order.number", "")).strip().casefold() for line in lines}
    for number, row in rows.items():
        for kind, pk in row.made or ():
            if kind == ORDER_KIND:
                memory.own.add(pk)
                if numbers.get(number):
                    memory.orders[numbers[number]] = pk
            elif kind == "sales.shipment" and numbers.get(number):
                memory.shipped[numbers[number]] = pk
