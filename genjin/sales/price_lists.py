"""Price lists for a customer: the latest prices, each held against what he last paid (000-61, 000-62)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from genjin.rules.pricing import PriceTerms, State, Verdict, check_price
from genjin.sales import product_queries as queries
from genjin.sales.deal_facts import last_deals
from genjin.sales.models import BelowFloor, PriceTier, Product
from genjin.sales.rates import rate_on

LEAVE_OUT, LAST_PRICE = "LEAVE_OUT", "LAST_PRICE"
"""What anybody may do about a price below the last deal price; a manager may give a value of BelowFloor."""


@dataclass(frozen=True)
class Wish:
    """For which terms prices are wanted: one column for each quantity of `breaks`."""

    currency: str
    incoterm: str
    breaks: tuple[Decimal, ...]
    day: date


@dataclass(frozen=True)
class PriceLine:
    """One product of a price list. `prices` follow the quantities asked for; None: not offered so."""

    product: Product
    prices: tuple[Decimal | None, ...]
    verdict: Verdict

    @property
    def is_offered(self) -> bool:
        """Whether there is any price for these terms."""
        return any(price is not None for price in self.prices)

    @property
    def is_blocked(self) -> bool:
        """Whether a price lies below what the customer last paid."""
        return self.verdict.state is State.NEEDS_REASON

    def decided(self, choice: str) -> tuple[Decimal | None, ...] | None:
        """The prices that are printed under this choice; None: the line is left out."""
        if not self.is_offered:
            return None
        if not self.is_blocked or choice in BelowFloor.values:
            return self.prices
        if choice != LAST_PRICE or self.verdict.last is None:
            return None
        floor = self.verdict.last.price
        return tuple(None if price is None else max(price, floor) for price in self.prices)


def priced(tiers: Sequence[PriceTier], wish: Wish) -> tuple[Decimal | None, ...]:
    """The prices of one product for each quantity asked for."""
    found = []
    for quantity in wish.breaks:
        tier = queries.tier_price(
            tiers, quantity=quantity, currency=wish.currency, incoterm=wish.incoterm, day=wish.day
        )
        found.append(tier.price if tier else None)
    return tuple(found)


def checked(customer_id: int, products: Sequence[Product], wish: Wish) -> list[PriceLine]:
    """Every product with its prices and what is thought of the lowest of them; three questions in all."""
    tiers = queries.tiers_of([product.pk for product in products])
    rate = rate_on(wish.currency, wish.day)
    asked = {product.pk: PriceTerms(wish.currency, wish.incoterm, product.unit, rate) for product in products}
    last = last_deals(customer_id, asked)
    lines = []
    for product in products:
        prices = priced(tiers.get(product.pk, ()), wish)
        known = [price for price in prices if price is not None]
        verdict = check_price(min(known), last.get(product.pk)) if known else Verdict(State.OK)
        lines.append(PriceLine(product, prices, verdict))
    return lines


def overrides(lines: Sequence[PriceLine], choices: Mapping[int, str]) -> dict[int, str]:
    """By product the reasons for which prices below the last deal go out."""
    return {
        line.product.pk: choices[line.product.pk]
        for line in lines
        if line.is_blocked and choices.get(line.product.pk) in BelowFloor.values
    }
