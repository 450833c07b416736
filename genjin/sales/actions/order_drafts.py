"""What an order is made of before it is stored: drafts of orders, lines and charges, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields
from genjin.customers.actions.refusal import Refused
from genjin.records import bulk
from genjin.rules.amounts import line_amount, rounded, total
from genjin.sales.models import (
    DownstreamState,
    ExecutionState,
    Order,
    OrderCharge,
    OrderKind,
    OrderLine,
    Product,
    SampleDetails,
)
from genjin.sales.models.offer import Terms
from genjin.sales.rates import KnownRates

TERMS = tuple(f.name for f in Terms._meta.concrete_fields if f.editable and f.name != "exchange_rate")
"""What an order takes over from an offer: currency, Incoterm, ports, payment terms and so on."""
MOST_LINES = 2000
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class NewLine:
    """One line: a product by its id, whose data fill what is left blank, or a description."""

    quantity: Decimal
    unit_price: Decimal
    product_id: int | None = None
    code: str = ""
    description: str = ""
    spec: str = ""
    model: str = ""
    colour: str = ""
    unit: str = ""
    cost: Decimal | None = None
    cancelled_quantity: Decimal = Decimal(0)
    below_floor_reason: str = ""
    sample_line_id: int | None = None
    spec_sheet: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewCharge:
    """What stands below the goods; its amount has its sign."""

    kind: str
    amount: Decimal
    label: str = ""
    credit_id: int | None = None


@dataclass(frozen=True)
class NewOrder:
    """One order as somebody wants it placed.

    `terms` are values of `TERMS`; the number is drawn unless given; without `exchange_rate` the one of the
    day is frozen. A past order comes with its state; an open one gets the nodes of its kind. `sample` are
    values of SampleDetails for a sample order, `shares` percents by user, which make 100.
    """

    customer_id: int
    ordered_on: date
    lines: Sequence[NewLine]
    charges: Sequence[NewCharge] = ()
    kind: str = OrderKind.BULK
    terms: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    owner_id: int | None = None
    contact_id: int | None = None
    offer_id: int | None = None
    customer_po_no: str = ""
    delivery_on: date | None = None
    exchange_rate: Decimal | None = None
    state: str = ExecutionState.CONFIRMED
    downstream_state: str = DownstreamState.CONFIRMED
    sample: Mapping[str, Any] = field(default_factory=dict)
    shares: Mapping[int, Decimal] = field(default_factory=dict)
    checklist: Mapping[str, bool] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Draft:
    """The unsaved records of one order."""

    order: Order
    lines: list[OrderLine]
    charges: list[OrderCharge]
    sample: SampleDetails | None = None
    shares: Mapping[int, Decimal] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def draft_lines(
    lines: Sequence[NewLine], products: Mapping[int, Product], rates: KnownRates, on: date
) -> tuple[list[OrderLine], dict[str, str]]:
    """Unsaved lines in their order, and what is wrong by `lines-<index>-<field>`."""
    made: list[OrderLine] = []
    problems: dict[str, str] = {}
    if len(lines) > MOST_LINES:
        problems["lines"] = _("An order has at most %(count)d lines.") % {"count": MOST_LINES}
    for index, new in enumerate(lines[:MOST_LINES]):
        line = _line(new, index, products.get(new.product_id or 0), rates, on)
        made.append(line)
        for name, sentence in line_problems(line, new.product_id).items():
            problems[f"lines-{index}-{name}"] = sentence
    return made, problems


def _line(new: NewLine, position: int, product: Product | None, rates: KnownRates, on: date) -> OrderLine:
    values = {name: getattr(new, name).strip() for name in ("code", "description", "spec", "model", "colour")}
    cost = new.cost
    if product is not None:
        known = {"code": product.code, "description": product.name_en or product.name_zh}
        known |= {name: getattr(product, name) for name in ("spec", "model", "colour")}
        values = {name: value or known[name] for name, value in values.items()}
        if cost is None and product.cost is not None:
            rate = rates.on(product.cost_currency, on)
            cost = None if rate is None else product.cost * rate
    return bulk.fresh(
        OrderLine,
        position=position,
        product_id=product.pk if product else None,
        quantity=new.quantity,
        unit=new.unit.strip() or (product.unit if product else "pcs"),
        unit_price=new.unit_price,
        cost=None if cost is None else cost.quantize(Decimal("0.0001")),
        cancelled_quantity=new.cancelled_quantity,
        below_floor_reason=new.below_floor_reason,
        sample_line_id=new.sample_line_id,
        spec_sheet={k: str(v).strip() for k, v in new.spec_sheet.items() if str(v).strip()},
        **values,
    )


def line_problems(line: OrderLine, product_id: int | None = None) -> dict[str, str]:
    """What is wrong with a line, by field."""
    problems = _column_problems(line)
    if product_id is not None and line.product_id is None:
        problems["product"] = _("There is no such product.")
    if not line.description:
        problems["description"] = _("Choose a product or describe the goods.")
    if line.quantity <= 0:
        problems["quantity"] = _("The quantity must be more than 0. To take goods off, cancel a quantity.")
    elif not 0 <= line.cancelled_quantity <= line.quantity:
        problems["quantity"] = _("Not more than was ordered can be cancelled.")
    if line.unit_price < 0:
        problems["unit_price"] = _("The price may not be negative. Enter a discount as a charge of its own.")
    return problems


def _column_problems(record: Any) -> dict[str, str]:
    try:
        check_fields(record)
    except Refused as refused:
        return {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    return {}


def draft_charges(charges: Sequence[NewCharge]) -> tuple[list[OrderCharge], dict[str, str]]:
    """Unsaved charges, and what is wrong by `charges-<index>-<field>`."""
    made, problems = [], {}
    for index, new in enumerate(charges):
        charge = bulk.fresh(
            OrderCharge, kind=new.kind, label=new.label.strip(), amount=new.amount, credit_id=new.credit_id
        )
        made.append(charge)
        for name, sentence in _column_problems(charge).items():
            problems[f"charges-{index}-{name}"] = sentence
    return made, problems


def draft_sample(values: Mapping[str, Any]) -> tuple[SampleDetails, dict[str, str]]:
    """The unsaved details of a sample, and what is wrong by `sample-<field>`."""
    sample = bulk.fresh(SampleDetails, **values)
    return sample, {f"sample-{name}": text for name, text in _column_problems(sample).items()}


def order_problems(order: Order) -> dict[str, str]:
    """What is wrong with the head of an order, by field."""
    problems = _column_problems(order)
    problems.pop("number", None)
    if order.currency not in list_currencies():
        problems["currency"] = _("There is no such currency.")
    if order.exchange_rate is not None and order.exchange_rate <= 0:
        problems["exchange_rate"] = _("The rate must be more than 0.")
    if order.delivery_on is not None and order.delivery_on < order.ordered_on:
        problems["delivery_on"] = _("The delivery cannot be before the order.")
    if not 0 <= order.more_or_less_percent <= HUNDRED:
        problems["more_or_less_percent"] = _("Between 0 and 100.")
    return problems


def share_problems(shares: Mapping[int, Decimal]) -> dict[str, str]:
    """Shares of an order make 100 percent together, each is more than nothing (B-16)."""
    if not shares:
        return {}
    if any(percent <= 0 for percent in shares.values()):
        return {"shares": _("Each share must be more than 0.")}
    if sum(shares.values()) != HUNDRED:
        return {
            "shares": _("The shares make %(sum)s %%; together they must be 100 %%.")
            % {"sum": f"{sum(shares.values(), Decimal(0)).normalize():f}"}
        }
    return {}


def amount_of(order: Order, lines: Sequence[OrderLine], charges: Sequence[OrderCharge]) -> Decimal:
    """Goods, without what is cancelled, and charges."""
    currency = order.currency
    goods = [
        line_amount(line.quantity - line.cancelled_quantity, line.unit_price, currency) for line in lines
    ]
    return total([*goods, *(rounded(charge.amount, currency) for charge in charges)], currency)


def amount_problem(order: Order) -> dict[str, str]:
    """Why an order may not cost that: less than nothing, more than can be kept, less than was paid."""
    if order.amount < 0:
        return {"charges": _("Discounts and credits are more than the goods.")}
    if order.amount >= Decimal(10) ** 14:
        return {"lines": _("This amount is too large.")}
    if order.amount < order.paid_amount:
        return {
            "lines": _(
                "%(paid)s %(currency)s were paid already; the order cannot cost less. Use a credit note."
            )
            % {"paid": order.paid_amount, "currency": order.currency}
        }
    return {}
