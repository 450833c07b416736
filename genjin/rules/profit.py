"""What an offer earns: export cost with refund, prices by term, exchange cost, margin (B-15, D-19).

Rates of exchange are base currency per 1 unit, never per 100. Purchase prices hold VAT; what the state gives
back is counted on the price without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO, HUNDRED = Decimal(0), Decimal(100)
INSURED = Decimal(110)
"""Percent of the CIF value that is insured, as Incoterms ask for."""
WITH_FREIGHT = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "DDU", "DAT", "DAF", "DES", "DEQ"})
WITH_INSURANCE = frozenset({"CIF", "CIP"})


def refund(purchase: Decimal, vat_rate: Decimal, refund_rate: Decimal) -> Decimal:
    """Tax given back on a purchase price that holds VAT; rates in percent."""
    return purchase / (1 + vat_rate / HUNDRED) * refund_rate / HUNDRED


def export_cost(purchase: Decimal, vat_rate: Decimal, refund_rate: Decimal) -> Decimal:
    """What goods cost when they are exported: purchase with VAT less the refund."""
    return purchase - refund(purchase, vat_rate, refund_rate)


def cfr_price(fob: Decimal, freight: Decimal) -> Decimal:
    """FOB and the main carriage."""
    return fob + freight


def cif_price(fob: Decimal, freight: Decimal, insurance_percent: Decimal) -> Decimal:
    """CFR and insurance, whose premium is counted on 110 % of the CIF value itself."""
    premium = INSURED / HUNDRED * insurance_percent / HUNDRED
    return cfr_price(fob, freight) / (1 - premium)


def premium_of(cif: Decimal, insurance_percent: Decimal) -> Decimal:
    """The insurance premium within a CIF value."""
    return cif * INSURED / HUNDRED * insurance_percent / HUNDRED


@dataclass(frozen=True)
class Goods:
    """One line: `price` in the offer's currency, `cost` a unit with VAT in the base one, None if unknown."""

    quantity: Decimal
    price: Decimal
    cost: Decimal | None = None
    vat_rate: Decimal = ZERO
    refund_rate: Decimal = ZERO


@dataclass(frozen=True)
class Expenses:
    """What selling costs beside the goods; `domestic` is in the base currency, the rest in the offer's."""

    domestic: Decimal = ZERO
    freight: Decimal = ZERO
    insurance_percent: Decimal = ZERO
    commission_percent: Decimal = ZERO
    bank_charges: Decimal = ZERO


@dataclass(frozen=True)
class Estimate:
    """What comes out; amounts in the base currency unless said otherwise."""

    revenue: Decimal
    purchase: Decimal
    refund: Decimal
    domestic: Decimal
    freight: Decimal
    insurance: Decimal
    commission: Decimal
    bank_charges: Decimal
    profit: Decimal
    margin: Decimal
    """Percent of the revenue; 0 when there is none."""
    fx_cost: Decimal | None
    """换汇成本: base currency spent for 1 unit earned net of freight, insurance, commission."""
    fob: Decimal
    """The whole at each term, in the offer's currency."""
    cfr: Decimal
    cif: Decimal
    unknown: int = 0
    """Lines whose cost is not known: then the profit is too high."""


def estimate(
    goods: Sequence[Goods], charges: Decimal, incoterm: str, rate: Decimal, expenses: Expenses
) -> Estimate:
    """The profit of an offer whose price is lines and charges by this Incoterm, at this rate of exchange."""
    price = sum((one.quantity * one.price for one in goods), charges)
    purchase = sum(((one.cost or ZERO) * one.quantity for one in goods), ZERO)
    back = sum((refund((g.cost or ZERO) * g.quantity, g.vat_rate, g.refund_rate) for g in goods), ZERO)
    freight = expenses.freight if incoterm in WITH_FREIGHT else ZERO
    insurance = premium_of(price, expenses.insurance_percent) if incoterm in WITH_INSURANCE else ZERO
    commission = price * expenses.commission_percent / HUNDRED
    fob = price - freight - insurance
    spent = purchase - back + expenses.domestic
    beside = freight + insurance + commission + expenses.bank_charges
    profit = price * rate - spent - beside * rate
    earned = fob - commission
    return Estimate(
        revenue=price * rate,
        purchase=purchase,
        refund=back,
        domestic=expenses.domestic,
        freight=freight * rate,
        insurance=insurance * rate,
        commission=commission * rate,
        bank_charges=expenses.bank_charges * rate,
        profit=profit,
        margin=percent_of(profit, price * rate),
        fx_cost=(spent / earned).quantize(Decimal("0.0001"), ROUND_HALF_UP) if earned > 0 else None,
        fob=fob,
        cfr=cfr_price(fob, expenses.freight),
        cif=cif_price(fob, expenses.freight, expenses.insurance_percent),
        unknown=sum(one.cost is None for one in goods),
    )


def line_margin(goods: Goods, rate: Decimal) -> Decimal | None:
    """Gross margin of one line in percent: its price against its export cost; None without cost."""
    if goods.cost is None:
        return None
    revenue = goods.price * rate
    return percent_of(revenue - export_cost(goods.cost, goods.vat_rate, goods.refund_rate), revenue)


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """How many percent it is, with two digits; 0 of nothing."""
    return (part / whole * HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else ZERO
