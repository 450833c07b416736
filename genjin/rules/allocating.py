"""Which parts of which orders a receipt pays: the oldest due first, to the smallest coin (B-17, 核销)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from genjin.rules.amounts import rounded

ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """What is open of a part. `rate`: the order's currency for one unit of the receipt's."""

    part_id: int
    open: Decimal
    currency: str
    due_on: date | None = None
    order_id: int = 0
    position: int = 0
    rate: Decimal = ONE


@dataclass(frozen=True, slots=True)
class Share:
    """What a part gets: in the receipt's currency, and the same in the order's."""

    part_id: int
    amount: Decimal
    order_amount: Decimal


def spread(amount: Decimal, currency: str, parts: Iterable[Payable]) -> tuple[list[Share], Decimal]:
    """Spread what is left of a receipt; what no part takes is given back as the second value.

    What is not due yet comes after what is, by due day, order and place in its plan.
    """
    shares: list[Share] = []
    left = amount
    for part in sorted(parts, key=_urgency):
        if left <= 0:
            break
        share = _share(part, left, currency)
        if share is not None:
            shares.append(share)
            left -= share.amount
    return shares, left


def _urgency(part: Payable) -> tuple[bool, date, int, int, int]:
    return part.due_on is None, part.due_on or date.max, part.order_id, part.position, part.part_id


def _share(part: Payable, left: Decimal, currency: str) -> Share | None:
    if part.open <= 0:
        return None
    needed = rounded(part.open / part.rate, currency)
    if 0 < needed <= left:
        return Share(part.part_id, needed, part.open)
    worth = min(part.open, rounded(left * part.rate, part.currency))
    return Share(part.part_id, left, worth) if worth > 0 and needed > 0 else None
