"""The lines of a price list as the page shows them before it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from genjin.rules.pricing import LastDeal, Note, State
from genjin.sales.price_lists import PriceLine
from genjin.sales.product_present import number, price


@dataclass(frozen=True)
class PriceListRow:
    """One line: its prices, the last deal, and what is to be said."""

    line: PriceLine
    prices: tuple[str, ...]
    last: str
    said: str
    tone: str
    choice: str


def price_list_rows(lines: Sequence[PriceLine], choices: Mapping[int, str]) -> list[PriceListRow]:
    """The lines, those below the last deal first."""
    rows = [
        PriceListRow(
            line=line,
            prices=tuple("—" if one is None else price(one) for one in line.prices),
            last=last_text(line.verdict.last) if line.verdict.last else "",
            said=said_of(line),
            tone=tone_of(line),
            choice=choices.get(line.product.pk, ""),
        )
        for line in lines
    ]
    return sorted(rows, key=lambda row: not row.line.is_blocked)


def tone_of(line: PriceLine) -> str:
    """The colour of what is said."""
    if not line.is_offered:
        return ""
    return {State.NEEDS_REASON: "bad", State.WARNED: "warn"}.get(line.verdict.state, "ok")


def said_of(line: PriceLine) -> str:
    """What is thought of a line, in one sentence."""
    if not line.is_offered:
        return _("No price for these terms: it is left out.")
    verdict = line.verdict
    if verdict.last is None:
        return _("Not sold to this customer yet.")
    if verdict.state is State.NEEDS_REASON:
        values = {"short": price(verdict.short), "percent": number(verdict.short_percent)}
        return _("%(short)s (%(percent)s %%) below the last deal price.") % values
    if verdict.state is State.WARNED:
        return notes_text(verdict.last)
    return _("Not below the last deal price.")


def notes_text(last: LastDeal) -> str:
    """Why a last deal cannot be compared."""
    terms = last.deal.terms
    said = []
    if Note.OTHER_INCOTERM in last.notes or Note.OTHER_UNIT in last.notes:
        values = {"incoterm": terms.incoterm, "unit": terms.unit}
        said.append(_("Terms differ: the last deal was %(incoterm)s per %(unit)s.") % values)
    if Note.NO_RATE in last.notes:
        said.append(_("No exchange rate is known for %(currency)s.") % {"currency": terms.currency})
    return " ".join(said)


def last_text(last: LastDeal) -> str:
    """The last deal price, its term and order; converted ones say from what."""
    deal = last.deal
    text = f"{last.currency} {price(last.price)} {deal.terms.incoterm}"
    if Note.CONVERTED in last.notes:
        text += f" ({deal.terms.currency} {price(deal.price)})"
    return f"{text} · {deal.number}"
