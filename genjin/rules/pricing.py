"""Prices: which tier holds, and what a customer must not be offered less than (000-62, C-06).

The floor of an item is the customer's last deal price for it on comparable terms: same Incoterm and unit, in
the same currency or converted at the order's frozen rate. It is a check, not a law: below it a price needs a
reason and somebody's approval. Credits are lines of their own, so a unit price need not fall for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import combinations

from genjin.rules.units import unit_code

PRICE_STEP = Decimal("0.0001")
"""Unit prices have four digits; so has a converted one, rounded half up."""


@dataclass(frozen=True)
class PriceTerms:
    """What a unit price refers to; `rate` is base currency per 1 unit of `currency`, None if unknown."""

    currency: str
    incoterm: str
    unit: str
    rate: Decimal | None = None


@dataclass(frozen=True)
class Deal:
    """One line of a counted order: what a customer really paid for one unit, at the order's frozen rate."""

    order_id: int
    number: str
    day: date
    price: Decimal
    quantity: Decimal
    terms: PriceTerms


class Note(StrEnum):
    """What stands beside a last deal price."""

    CONVERTED = "CONVERTED"
    """Another currency, converted at the order's rate: comparable."""
    OTHER_INCOTERM = "OTHER_INCOTERM"
    OTHER_UNIT = "OTHER_UNIT"
    NO_RATE = "NO_RATE"
    """Another currency, and one of the two rates is unknown."""


COMPARABLE = frozenset({Note.CONVERTED})


@dataclass(frozen=True)
class LastDeal:
    """The last deal for an item, its price in the currency asked for where that can be told."""

    deal: Deal
    price: Decimal
    currency: str
    notes: frozenset[Note] = frozenset()

    @property
    def is_comparable(self) -> bool:
        """Whether the price is a floor; otherwise terms differ and it is only shown."""
        return self.notes <= COMPARABLE


def _seen_from(deal: Deal, terms: PriceTerms) -> LastDeal:
    """The deal in the currency asked for, with what differs."""
    notes = set()
    if deal.terms.incoterm != terms.incoterm:
        notes.add(Note.OTHER_INCOTERM)
    if unit_code(deal.terms.unit) != unit_code(terms.unit):
        notes.add(Note.OTHER_UNIT)
    if deal.terms.currency == terms.currency:
        return LastDeal(deal, deal.price, terms.currency, frozenset(notes))
    if not deal.terms.rate or not terms.rate:
        return LastDeal(deal, deal.price, deal.terms.currency, frozenset({*notes, Note.NO_RATE}))
    converted = (deal.price * deal.terms.rate / terms.rate).quantize(PRICE_STEP, ROUND_HALF_UP)
    return LastDeal(deal, converted, terms.currency, frozenset({*notes, Note.CONVERTED}))


def _nearness(last: LastDeal) -> tuple[bool, int, int, Decimal]:
    """The comparable before others, then the latest, then the cheapest."""
    return (not last.is_comparable, -last.deal.day.toordinal(), -last.deal.order_id, last.price)


def last_deal_price(deals: Iterable[Deal], terms: PriceTerms) -> LastDeal | None:
    """The last deal on comparable terms, else the last one at all; None if nothing was ever sold.

    Gifts (price 0) are no deals. Of several lines of the last order the cheapest counts: the customer has
    paid no less there, and has got it for that.
    """
    seen = [_seen_from(deal, terms) for deal in deals if deal.price > 0 and deal.quantity > 0]
    if not seen:
        return None
    return min(seen, key=_nearness)


def floor_price(deals: Iterable[Deal], terms: PriceTerms) -> Decimal | None:
    """The least unit price that needs no reason, in the currency asked for; None where there is none."""
    last = last_deal_price(deals, terms)
    return last.price if last is not None and last.is_comparable else None


class State(StrEnum):
    """What becomes of a price that was checked."""

    OK = "OK"
    WARNED = "WARNED"
    """It may go out; somebody should look, since terms differ or no rate is known."""
    NEEDS_REASON = "NEEDS_REASON"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    ALLOWED = "ALLOWED"
    """Below the floor, with a reason and approved."""


@dataclass(frozen=True)
class Verdict:
    """What is thought of one price. `short` is how far it lies below the floor, per unit."""

    state: State
    last: LastDeal | None = None
    short: Decimal = Decimal(0)
    is_credit: bool = False
    """A thank-you is given as a reason: it belongs into a line of its own (C-06)."""

    @property
    def may_go_out(self) -> bool:
        """Whether nothing more is needed."""
        return self.state in (State.OK, State.WARNED, State.ALLOWED)

    @property
    def short_percent(self) -> Decimal:
        """How far below the floor, in percent of it, with one digit."""
        if not self.short or self.last is None:
            return Decimal(0)
        return (self.short / self.last.price * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def check_price(
    price: Decimal, last: LastDeal | None, *, reason: str = "", is_approved: bool = False
) -> Verdict:
    """What a unit price needs before it goes out; `reason` is a value of BelowFloor, or empty."""
    if last is None:
        return Verdict(State.OK)
    if not last.is_comparable:
        return Verdict(State.WARNED, last)
    short = last.price - price
    if short <= 0:
        return Verdict(State.OK, last)
    is_credit = reason == "THANKS"
    if not reason:
        return Verdict(State.NEEDS_REASON, last, short)
    state = State.ALLOWED if is_approved else State.NEEDS_APPROVAL
    return Verdict(state, last, short, is_credit)


@dataclass(frozen=True)
class Tier:
    """What one unit is offered at from a quantity on, within days; None: no limit on that side."""

    currency: str
    incoterm: str
    min_quantity: Decimal
    price: Decimal
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the tier is valid on that day; both ends are included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


def tier_for(
    tiers: Iterable[Tier], *, quantity: Decimal, currency: str, incoterm: str, day: date
) -> Tier | None:
    """The tier of the highest quantity reached; None if it is offered on no such terms, or not so few."""
    held = [
        tier
        for tier in tiers
        if tier.currency == currency
        and tier.incoterm == incoterm
        and tier.min_quantity <= quantity
        and tier.holds_on(day)
    ]
    return max(held, key=lambda tier: (tier.min_quantity, tier.valid_from or date.min), default=None)


def overlapping(tiers: Sequence[Tier]) -> list[tuple[int, int]]:
    """Places of tiers that say two prices for the same quantity, currency, Incoterm and day."""
    by_terms: dict[tuple[str, str, Decimal], list[int]] = {}
    for place, tier in enumerate(tiers):
        by_terms.setdefault((tier.currency, tier.incoterm, tier.min_quantity), []).append(place)
    return [
        pair
        for places in by_terms.values()
        for pair in combinations(places, 2)
        if _share_a_day(tiers[pair[0]], tiers[pair[1]])
    ]


def _share_a_day(one: Tier, other: Tier) -> bool:
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    return start <= min(one.valid_until or date.max, other.valid_until or date.max)
