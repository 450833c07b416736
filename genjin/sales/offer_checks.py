"""Whether an offer may go out as it is: the floor of every line, its profit, who must agree (C-06, B-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from genjin.rules.pricing import PriceTerms, Verdict, check_price, last_deal_price
from genjin.rules.profit import Estimate, Expenses, Goods, estimate, line_margin
from genjin.sales.actions.offer_drafts import EXPENSES
from genjin.sales.deal_facts import deals_of
from genjin.sales.models import DocumentLayout, Offer, OfferCharge, OfferLine, Product

DEFAULT_MARGIN = Decimal(10)


@dataclass(frozen=True)
class Checks:
    """What was found. `verdicts` and `margins` follow the lines."""

    verdicts: Sequence[Verdict]
    margins: Sequence[Decimal | None] = ()
    estimate: Estimate | None = None
    least_margin: Decimal = DEFAULT_MARGIN
    below: Sequence[int] = field(default_factory=list)
    """Places of lines below their floor."""
    without_reason: Sequence[int] = field(default_factory=list)

    @property
    def is_thin(self) -> bool:
        """The margin is below the least one; unknown costs make no margin thin."""
        known = self.estimate is not None and not self.estimate.unknown
        return known and self.estimate.margin < self.least_margin  # type: ignore[union-attr]

    @property
    def needs_approval(self) -> bool:
        """Somebody else must say yes before it goes out."""
        return bool(self.below) or self.is_thin


def check(offer: Offer, lines: Sequence[OfferLine], charges: Sequence[OfferCharge]) -> Checks:
    """Look at an offer; four queries however many lines."""
    layout = DocumentLayout.objects.filter(pk=1).only("approve_below_margin").first()
    verdicts = verdicts_of(offer, lines)
    made, margins = profit_of(offer, lines, charges)
    below = [i for i, one in enumerate(verdicts) if one.short > 0]
    return Checks(
        verdicts=verdicts,
        margins=margins,
        estimate=made,
        least_margin=layout.approve_below_margin if layout else DEFAULT_MARGIN,
        below=below,
        without_reason=[i for i in below if not lines[i].below_floor_reason],
    )


def verdicts_of(offer: Offer, lines: Sequence[OfferLine]) -> list[Verdict]:
    """Each line against the customer's last deal for it on comparable terms."""
    deals = deals_of(offer.customer_id, [line.product_id for line in lines if line.product_id])
    verdicts = []
    for line in lines:
        terms = PriceTerms(offer.currency, offer.incoterm, line.unit, offer.exchange_rate)
        last = last_deal_price(deals.get(line.product_id or 0, ()), terms)
        verdicts.append(check_price(line.unit_price, last, reason=line.below_floor_reason))
    return verdicts


def profit_of(
    offer: Offer, lines: Sequence[OfferLine], charges: Sequence[OfferCharge]
) -> tuple[Estimate | None, list[Decimal | None]]:
    """The estimate of the whole, and the gross margin of each line; nothing without a rate."""
    if offer.exchange_rate is None:
        return None, [None] * len(lines)
    wanted = {line.product_id for line in lines if line.product_id}
    rows = Product.objects.filter(pk__in=wanted).values_list("pk", "vat_rate", "tax_refund_rate")
    rates = {pk: (vat, back) for pk, vat, back in rows}
    goods = [_goods(line, rates) for line in lines]
    counted = [one for one, line in zip(goods, lines, strict=True) if not line.is_optional]
    made = estimate(
        counted,
        sum((charge.amount for charge in charges), Decimal(0)),
        offer.incoterm,
        offer.exchange_rate,
        expenses_of(offer.profit),
    )
    return made, [line_margin(one, offer.exchange_rate) for one in goods]


def expenses_of(stored: Mapping[str, str]) -> Expenses:
    """What the estimate of an offer counts with."""
    return Expenses(**{name: Decimal(stored[name]) for name in EXPENSES if stored.get(name)})


def _goods(line: OfferLine, rates: Mapping[int, tuple[Decimal, Decimal]]) -> Goods:
    """Goods without a product get no refund: nobody knows their rate."""
    vat, back = rates.get(line.product_id or 0, (Decimal(0), Decimal(0)))
    return Goods(line.quantity, line.unit_price, line.cost, vat, back)
