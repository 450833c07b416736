"""What an offer is made of before it is stored: its drafts, its amount, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import check_fields
from genjin.customers.actions.refusal import Refused
from genjin.records import bulk
from genjin.rules.amounts import LARGEST, line_amount, rounded, total
from genjin.sales.actions.order_drafts import NewCharge, NewLine
from genjin.sales.documents.words import LANGUAGES
from genjin.sales.models import Offer, OfferCharge, OfferLine, Product
from genjin.sales.models.choices import OLD_INCOTERMS
from genjin.sales.rates import KnownRates

MOST_LINES = 2000
HUNDRED = Decimal(100)
LONGEST_VALIDITY = timedelta(days=3 * 366)
EXPENSES = ("domestic", "freight", "insurance_percent", "commission_percent", "bank_charges")
"""What the profit estimate counts with: attributes of `rules.profit.Expenses`."""


@dataclass(frozen=True)
class OfferedLine(NewLine):
    """A line as it is offered: perhaps optional (003-41), perhaps from a least quantity on."""

    moq: Decimal | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class NewOffer:
    """An offer as somebody wants it. `terms` are values of `order_drafts.TERMS`, `profit` of `EXPENSES`."""

    customer_id: int
    offered_on: date
    lines: Sequence[OfferedLine]
    charges: Sequence[NewCharge] = ()
    kind: str = Offer.Kind.QUOTATION
    terms: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    contact_id: int | None = None
    valid_until: date | None = None
    language: str = "en"
    how_we_differ: str = ""
    competing_quotes: int | None = None
    profit: Mapping[str, Decimal] = field(default_factory=dict)


def draft_lines(
    lines: Sequence[OfferedLine], products: Mapping[int, Product], rates: KnownRates, on: date
) -> tuple[list[OfferLine], dict[str, str]]:
    """Unsaved lines in their order, and what is wrong by `lines-<index>-<field>`."""
    made: list[OfferLine] = []
    problems: dict[str, str] = {}
    if not any(not line.is_optional for line in lines):
        problems["lines"] = _("An offer needs at least one line that is not optional.")
    if len(lines) > MOST_LINES:
        problems["lines"] = _("An offer has at most %(count)d lines.") % {"count": MOST_LINES}
    for index, new in enumerate(lines[:MOST_LINES]):
        line = _line(new, index, products.get(new.product_id or 0), rates, on)
        made.append(line)
        for name, sentence in _line_problems(line, new.product_id).items():
            problems[f"lines-{index}-{name}"] = sentence
    return made, problems


def _line(new: OfferedLine, position: int, product: Product | None, rates: KnownRates, on: date) -> OfferLine:
    values = {name: getattr(new, name).strip() for name in ("code", "description", "spec", "model", "colour")}
    cost, moq = new.cost, new.moq
    if product is not None:
        known = {"code": product.code, "description": product.name_en or product.name_zh}
        known |= {name: getattr(product, name) for name in ("spec", "model", "colour")}
        values = {name: value or known[name] for name, value in values.items()}
        moq = product.moq if moq is None else moq
        if cost is None and product.cost is not None:
            rate = rates.on(product.cost_currency, on)
            cost = None if rate is None else (product.cost * rate).quantize(Decimal("0.0001"))
    return bulk.fresh(
        OfferLine,
        position=position,
        product_id=product.pk if product else None,
        quantity=new.quantity,
        unit=new.unit.strip() or (product.unit if product else "pcs"),
        unit_price=new.unit_price,
        cost=cost,
        below_floor_reason=new.below_floor_reason,
        moq=moq,
        is_optional=new.is_optional,
        **values,
    )


def _line_problems(line: OfferLine, product_id: int | None) -> dict[str, str]:
    problems = _column_problems(line)
    if product_id is not None and line.product_id is None:
        problems["product"] = _("There is no such product.")
    if not line.description:
        problems["description"] = _("Choose a product or describe the goods.")
    if line.quantity <= 0:
        problems["quantity"] = _("The quantity must be more than 0.")
    if line.unit_price < 0:
        problems["unit_price"] = _("The price may not be negative. Enter a discount as a charge of its own.")
    if line.moq is not None and line.moq <= 0:
        problems["moq"] = _("The minimum must be more than 0.")
    return problems


def _column_problems(record: Any) -> dict[str, str]:
    try:
        check_fields(record)
    except Refused as refused:
        return {name: str(messages[0]) for name, messages in refused.message_dict.items()}
    return {}


def draft_charges(charges: Sequence[NewCharge]) -> tuple[list[OfferCharge], dict[str, str]]:
    """Unsaved charges, and what is wrong by `charges-<index>-<field>`."""
    made, problems = [], {}
    for index, new in enumerate(charges):
        charge = bulk.fresh(
            OfferCharge, kind=new.kind, label=new.label.strip(), amount=new.amount, credit_id=new.credit_id
        )
        made.append(charge)
        for name, sentence in _column_problems(charge).items():
            problems[f"charges-{index}-{name}"] = sentence
    return made, problems


def head_problems(offer: Offer, *, was: str = "") -> dict[str, str]:
    """What is wrong with the head of an offer, by field; `was` is the Incoterm that stood there before."""
    problems = _column_problems(offer)
    problems.pop("number", None)
    if offer.currency not in list_currencies():
        problems["currency"] = _("There is no such currency.")
    if offer.language not in LANGUAGES:
        problems["language"] = _("Documents cannot be printed in this language.")
    if offer.incoterm in OLD_INCOTERMS and offer.incoterm != was:
        problems["incoterm"] = _("This Incoterm is not used any more. Choose one of Incoterms 2020.")
    if offer.valid_until is not None and offer.valid_until < offer.offered_on:
        problems["valid_until"] = _("An offer cannot end before it was made.")
    elif offer.valid_until is not None and offer.valid_until - offer.offered_on > LONGEST_VALIDITY:
        problems["valid_until"] = _("An offer is valid for three years at most.")
    if not 0 <= offer.more_or_less_percent <= HUNDRED:
        problems["more_or_less_percent"] = _("Between 0 and 100.")
    for name in ("insurance_percent", "commission_percent"):
        if not 0 <= Decimal(offer.profit.get(name, 0)) < HUNDRED:
            problems[name] = _("Between 0 and 100.")
    return problems


def amount_of(offer: Offer, lines: Sequence[OfferLine], charges: Sequence[OfferCharge]) -> Decimal:
    """Goods that are not optional, and charges."""
    goods = goods_of(offer.currency, lines)
    return total([goods, *(rounded(charge.amount, offer.currency) for charge in charges)], offer.currency)


def goods_of(currency: str, lines: Sequence[OfferLine]) -> Decimal:
    """The goods that are not optional."""
    counted = [line for line in lines if not line.is_optional]
    return total([line_amount(line.quantity, line.unit_price, currency) for line in counted], currency)


def amount_problem(amount: Decimal) -> dict[str, str]:
    """Why an offer may not come to that."""
    if amount < 0:
        return {"charges": _("Discounts and credits are more than the goods.")}
    if amount >= LARGEST:
        return {"lines": _("This amount is too large.")}
    return {}


def plain_profit(profit: Mapping[str, Decimal | None]) -> dict[str, str]:
    """What the estimate counts with, as it is stored: decimals as text, nothing for what is 0."""
    return {name: f"{profit[name]:f}" for name in EXPENSES if profit.get(name)}
