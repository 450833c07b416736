"""What the rules need of trade: ships on their way, money that is due, orders that fell or are expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from genjin.followups.dues import Dues, dues_of
from genjin.followups.ordered import Ordered, ordered_of
from genjin.rules.offered import OfferFact
from genjin.rules.ordered import OrderNodeFact
from genjin.sales.offer_facts import unanswered
from genjin.sales.order_facts import next_nodes
from genjin.sales.shipment_facts import AfterShipping, after_shipping


@dataclass(frozen=True)
class Trade:
    """Of one customer; nothing of it for who never bought."""

    dues: Dues = field(default_factory=Dues)
    shipping: AfterShipping = field(default_factory=AfterShipping)
    ordered: Ordered = field(default_factory=Ordered)
    nodes: Sequence[OrderNodeFact] = ()
    offers: Sequence[OfferFact] = ()

    def facts(self) -> dict[str, Any]:
        """The fields of `CustomerFacts` that it fills, but for the outcomes."""
        return {
            "payments": tuple(self.dues.payments),
            "letters": tuple(self.dues.letters),
            "reminded_at": self.dues.reminded_at,
            "shipments": tuple(self.shipping.shipments),
            "promises": tuple(self.shipping.promises),
            "declines": tuple(self.ordered.declines),
            "reorder": self.ordered.reorder,
            "order_nodes": tuple(self.nodes),
            "offers": tuple(self.offers),
        }

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of duties for which what was done holds beyond a follow-up."""
        offers = (key for offer in self.offers for key in offer.keys)
        return (*self.ordered.keys, *(node.key for node in self.nodes), *offers)


NO_TRADE = Trade()


def trade_of(known: Collection[int], now: datetime | None, at: datetime | None) -> Mapping[int, Trade]:
    """By customer; `now` says how far back it is worth looking, with `at` only what was known by then."""
    ids = list(known)
    dues, shipping = dues_of(ids, at), after_shipping(ids, now or at, at)
    ordered, nodes = ordered_of(ids, at), next_nodes(ids, at)
    offers = unanswered(ids, now or at, at)
    return {
        pk: Trade(
            dues.get(pk, NO_TRADE.dues), shipping.get(pk, NO_TRADE.shipping),
            ordered.get(pk, NO_TRADE.ordered), nodes.get(pk, ()), offers.get(pk, ()),
        )
        for pk in {*dues, *shipping, *ordered, *nodes, *offers}
    }  # fmt: skip
