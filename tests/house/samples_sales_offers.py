"""A quotation, a document given out and a proposed credit of the samples' customer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from genjin.sales.actions.credits import propose
from genjin.sales.actions.documents import issue_offer
from genjin.sales.actions.offer_drafts import NewOffer, OfferedLine
from genjin.sales.actions.offers import make_offer


def made(people: Any, mine: Any, moment: datetime) -> dict[str, int]:
    """One of each, of Lin's."""
    line = OfferedLine(Decimal(2), Decimal("3.5"), code="V-80", description="Valve DN80")
    item = NewOffer(customer_id=mine.pk, offered_on=moment.date(), lines=(line,))
    offer = make_offer(item=item, by=people.lin, at=moment)
    credit = propose(
        customer_id=mine.pk, reason="Video", percent=Decimal(1), by=people.lin, at=moment,
        today=moment.date(),
    )  # fmt: skip
    issued = issue_offer(offer=offer, by=people.lin, at=moment)
    return {"offers": offer.pk, "credits": credit.pk, "issued_documents": issued.pk}
