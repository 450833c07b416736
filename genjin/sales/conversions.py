"""What a sum in one currency is in another on a day, through the base currency; never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.customers.actions.refusal import Refused
from genjin.sales.rates import KnownRates, base_currency


def rate_between(from_: str, to: str, day: date) -> Decimal:
    """Units of `to` for one unit of `from_` on that day; `Refused` when a rate is missing."""
    if from_ == to:
        return Decimal(1)
    rates = KnownRates({from_, to}, day)
    known = {currency: rates.on(currency, day) for currency in (from_, to)}
    for currency, rate in known.items():
        if rate is None:
            raise Refused(missing_rate(currency, day))
    return known[from_] / known[to]  # type: ignore[operator]  # neither is None


def missing_rate(currency: str, day: date) -> str:
    """What is said when nobody entered a rate that holds on that day."""
    return _("There is no exchange rate from %(currency)s to %(base)s for %(day)s. Enter it first.") % {
        "currency": currency,
        "base": base_currency(),
        "day": day.isoformat(),
    }
