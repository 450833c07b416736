"""Terms of payment as parts of a price: what the usual sentences mean, how much, due on which day (B-17).

| trigger           | due                                                        | holds the goods |
|-------------------|------------------------------------------------------------|-----------------|
| on order          | the day of the order, plus days                            | yes             |
| before production | the day on which production starts, less days              | yes             |
| before shipment   | the day of departure, as planned until it is known, less days | yes          |
| against B/L copy  | the date of the B/L, plus days                             | yes             |
| after B/L         | the date of the B/L, plus days                             | D/P only        |
| after invoice     | the date of the commercial invoice, plus days              | no              |
| L/C               | the day on which documents were presented, plus usance     | no              |
| on a date         | that day                                                   | no              |

A due day is a promise between two companies: no holiday moves it. Until its fact is known there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from genjin.rules.amounts import rounded, share

WHOLE = Decimal(100)


class Trigger(StrEnum):
    """What makes a part of a price due."""

    ON_ORDER = "ON_ORDER"
    BEFORE_PRODUCTION = "BEFORE_PRODUCTION"
    BEFORE_SHIPMENT = "BEFORE_SHIPMENT"
    AGAINST_BL_COPY = "AGAINST_BL_COPY"
    AFTER_BL = "AFTER_BL"
    AFTER_INVOICE = "AFTER_INVOICE"
    LC = "LC"
    ON_DATE = "ON_DATE"

    @property
    def counts_back(self) -> bool:
        """Whether its days lie before what triggers it."""
        return self in (Trigger.BEFORE_PRODUCTION, Trigger.BEFORE_SHIPMENT)


HOLDING = frozenset(
    {Trigger.ON_ORDER, Trigger.BEFORE_PRODUCTION, Trigger.BEFORE_SHIPMENT, Trigger.AGAINST_BL_COPY}
)
"""Until such a part is paid, the goods or their papers are not handed over (000-51)."""


class PartKind(StrEnum):
    """What people call a part."""

    DEPOSIT = "DEPOSIT"
    BALANCE = "BALANCE"
    PART = "PART"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a price: a percentage of it, or a fixed amount."""

    trigger: Trigger
    percent: Decimal | None = None
    amount: Decimal | None = None
    days: int = 0
    on_date: date | None = None
    kind: PartKind = PartKind.BALANCE
    holds_release: bool = False

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a part is either a percentage or an amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The days of an order that make parts due; None while nobody knows them."""

    ordered_on: date | None = None
    production_on: date | None = None
    shipment_on: date | None = None
    """When it leaves: as planned, until it is known."""
    bl_on: date | None = None
    invoiced_on: date | None = None
    presented_on: date | None = None


USUAL_TERMS = (
    "30% T/T deposit, 70% against copy of B/L",
    "30% T/T deposit, 70% before shipment",
    "50% T/T deposit, 50% before shipment",
    "T/T in advance",
    "L/C at sight",
    "30% T/T deposit, 70% L/C at sight",
    "L/C 60 days after B/L",
    "D/P at sight",
    "D/A 60 days after B/L",
    "O/A 30 days after B/L",
    "O/A 60 days after B/L",
    "30 days after invoice",
)
"""What is offered to choose from; `parse` understands each."""

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_REST = re.compile(r"\bbalance\b|\bremaind?(?:er|ing)\b|\bthe rest\b|余款|尾款|余额")
_BREAK = re.compile(r"[,;，；、。+&]|\band\b|\bplus\b|\bthen\b")
_DAYS = re.compile(r"(\d+)\s*-?\s*(?:calendar\s+)?(?:days?|天|日)")
_BL = r"(?:b\s?/?\s?l\b|bill of lading|提单)"

_WORDS: tuple[tuple[Trigger, str], ...] = (
    (Trigger.LC, r"\bl\s?/?\s?c\b|letter of credit|信用证"),
    (
        Trigger.AFTER_INVOICE,
        r"(?:after|from|of)\s+(?:the\s+)?(?:date\s+of\s+)?(?:the\s+)?invoice|invoice date"
        r"|发票日?后|月结|\bnet\s*\d+",
    ),
    (
        Trigger.AFTER_BL,
        rf"(?:after|from)\s+(?:the\s+)?(?:date\s+of\s+)?(?:the\s+)?(?:{_BL}|shipment|shipping|dispatch)"
        rf"|{_BL}\s*(?:date|日期?)?\s*后|(?:发货|出货|装船|出运)后|\bd\s?/\s?a\b|承兑交单"
        r"|\bo\s?/?\s?a\b|open account|赊销",
    ),
    (
        Trigger.AGAINST_BL_COPY,
        rf"\bd\s?/\s?p\b|付款交单|(?:against|copy|scan|见|凭).*(?:{_BL}|documents|单据)",
    ),
    (
        Trigger.BEFORE_PRODUCTION,
        r"(?:before|prior to)\s+(?:the\s+)?(?:mass\s+)?production|(?:生产|开工|排产)前",
    ),
    (
        Trigger.BEFORE_SHIPMENT,
        r"(?:before|prior to)\s+(?:the\s+)?(?:shipment|shipping|delivery|loading|dispatch|departure)"
        r"|(?:发货|出货|装船|装柜|出运|交货)前",
    ),
    (
        Trigger.ON_ORDER,
        r"deposit|in advance|advance payment|prepa(?:id|yment)|down\s?payment|预付|定金|订金"
        r"|(?:with|upon|on|against)\s+(?:the\s+)?(?:order|signing|p\.?\s?/?i\b|proforma)|下单",
    ),
)
_DP = re.compile(r"\bd\s?/\s?p\b|付款交单")


def parse(text: str) -> tuple[Part, ...]:
    """The parts that a sentence of terms means; none when it is not understood as a whole.

    A sentence that leaves open when a part is due, or whose percentages do not make 100, is not understood:
    nothing is guessed.
    """
    chunks = _chunks(text.casefold())
    found: list[Part] = []
    left = WHOLE
    for place, chunk in enumerate(chunks):
        percent = _percent(chunk, left, is_only=len(chunks) == 1, is_last=place == len(chunks) - 1)
        part = None if percent is None else _part(chunk, percent)
        if percent is None or part is None:
            return ()
        found.append(part)
        left -= percent
    return _named(found) if found and left == 0 else ()


def _chunks(text: str) -> list[str]:
    """One piece of text for each part: it begins with a percentage or with "the balance"."""
    chunks: list[str] = []
    for piece in _BREAK.split(text):
        begins = bool(_PERCENT.search(piece) or _REST.search(piece))
        if chunks and (not begins or not _begun(chunks[-1])):
            chunks[-1] = f"{chunks[-1]} {piece}"
        elif piece.strip():
            chunks.append(piece)
    return chunks


def _begun(chunk: str) -> bool:
    return bool(_PERCENT.search(chunk) or _REST.search(chunk))


def _percent(chunk: str, left: Decimal, *, is_only: bool, is_last: bool) -> Decimal | None:
    found = _PERCENT.findall(chunk)
    if len(found) > 1:
        return None
    if found:
        percent = Decimal(found[0])
    elif is_only or (is_last and _REST.search(chunk)):
        percent = left
    else:
        return None
    return percent if 0 < percent <= left else None


def _part(chunk: str, percent: Decimal) -> Part | None:
    trigger = next((one for one, words in _WORDS if re.search(words, chunk)), None)
    if trigger is None:
        return None
    days = _DAYS.search(chunk) or re.search(r"\bnet\s*(\d+)", chunk)
    holds = trigger in HOLDING or bool(_DP.search(chunk))
    return Part(trigger=trigger, percent=percent, days=int(days.group(1)) if days else 0, holds_release=holds)


def _named(parts: Sequence[Part]) -> tuple[Part, ...]:
    """What is due before anything is made is a deposit, the last of the others the balance."""
    early = (Trigger.ON_ORDER, Trigger.BEFORE_PRODUCTION)
    if len(parts) == 1:
        return tuple(parts)
    late = [place for place, part in enumerate(parts) if part.trigger not in early]
    kinds = [PartKind.PART if place in late else PartKind.DEPOSIT for place in range(len(parts))]
    kinds[late[-1] if late else -1] = PartKind.BALANCE
    return tuple(replace(part, kind=kind) for part, kind in zip(parts, kinds, strict=True))


def due_on(part: Part, known: Milestones) -> date | None:
    """The day on which it is due; None while what triggers it is not known."""
    facts = {
        Trigger.ON_ORDER: known.ordered_on,
        Trigger.BEFORE_PRODUCTION: known.production_on,
        Trigger.BEFORE_SHIPMENT: known.shipment_on,
        Trigger.AGAINST_BL_COPY: known.bl_on,
        Trigger.AFTER_BL: known.bl_on,
        Trigger.AFTER_INVOICE: known.invoiced_on,
        Trigger.LC: known.presented_on,
        Trigger.ON_DATE: part.on_date,
    }
    fact = facts[part.trigger]
    if fact is None or part.trigger is Trigger.ON_DATE:
        return fact
    days = timedelta(days=part.days)
    return fact - days if part.trigger.counts_back else fact + days


class PlanFault(StrEnum):
    """Why parts do not make a price."""

    EMPTY = "EMPTY"
    PERCENTS = "PERCENTS"
    """The percentages do not make 100."""
    AMOUNTS = "AMOUNTS"
    """What the parts make is not the amount of the order."""
    NOT_POSITIVE = "NOT_POSITIVE"
    NO_DATE = "NO_DATE"
    """Due on a date, and none is given."""


def fault_of(parts: Sequence[Part], total: Decimal, currency: str) -> PlanFault | None:
    """What is wrong with a plan for a price, if anything."""
    if not parts:
        return PlanFault.EMPTY
    if any((part.amount if part.percent is None else part.percent) <= 0 for part in parts):  # type: ignore[operator]
        return PlanFault.NOT_POSITIVE
    if any(part.trigger is Trigger.ON_DATE and part.on_date is None for part in parts):
        return PlanFault.NO_DATE
    if all(part.percent is not None for part in parts):
        whole = sum((part.percent or Decimal(0) for part in parts), Decimal(0))
        return None if whole == WHOLE else PlanFault.PERCENTS
    return None if sum(amounts_of(parts, total, currency), Decimal(0)) == total else PlanFault.AMOUNTS


def amounts_of(parts: Sequence[Part], total: Decimal, currency: str) -> list[Decimal]:
    """What each part makes, to the currency's smallest coin; percentages of 100 make the price exactly."""
    found = [
        share(total, part.percent, currency) if part.percent is not None else part.amount for part in parts
    ]
    amounts = [amount or Decimal(0) for amount in found]
    if parts and sum((part.percent or Decimal(0) for part in parts), Decimal(0)) == WHOLE:
        amounts[-1] += total - sum(amounts, Decimal(0))
    return amounts


@dataclass(frozen=True, slots=True)
class Standing:
    """A part as it stands: what it weighs among the others, what it is now, what was paid of it."""

    weight: Decimal
    amount: Decimal
    paid: Decimal = Decimal(0)

    @property
    def is_settled(self) -> bool:
        """Everything of it was paid, and there was something to pay."""
        return 0 < self.amount <= self.paid


def re_spread(parts: Sequence[Standing], total: Decimal, currency: str) -> list[Decimal]:
    """The amounts after the price changed: what is paid stays, open parts share the rest by their weights.

    No part becomes less than was paid of it; a price below what was paid leaves an over-payment.
    """
    amounts = [part.amount for part in parts]
    is_open = [not part.is_settled for part in parts]
    while any(is_open):
        fixed = sum((amount for amount, free in zip(amounts, is_open, strict=True) if not free), Decimal(0))
        free_places = [place for place, free in enumerate(is_open) if free]
        rest = max(Decimal(0), total - fixed)
        shares = _shares(rest, [parts[place].weight for place in free_places], currency)
        below = [
            place for place, amount in zip(free_places, shares, strict=True) if amount < parts[place].paid
        ]
        for place, amount in zip(free_places, shares, strict=True):
            amounts[place] = amount
        if not below:
            break
        for place in below:
            amounts[place] = parts[place].paid
            is_open[place] = False
    return amounts


def _shares(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """A sum by weights, to the smallest coin; rounding goes step by step, so that nothing is lost."""
    whole = sum(weights, Decimal(0)) or Decimal(len(weights))
    given, reached = Decimal(0), Decimal(0)
    shares = []
    for weight in _even_if_nothing(weights):
        reached += weight
        upto = rounded(total * reached / whole, currency)
        shares.append(upto - given)
        given = upto
    return shares


def _even_if_nothing(weights: Sequence[Decimal]) -> Iterable[Decimal]:
    return weights if any(weights) else [Decimal(1)] * len(weights)
