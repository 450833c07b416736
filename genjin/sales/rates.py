"""What a currency was worth on a day, in the company's base currency."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from genjin.people.models import Organisation
from genjin.rules.amounts import rounded
from genjin.sales.models import ExchangeRate


def base_currency() -> str:
    """The company's base currency (本位币)."""
    organisation = Organisation.objects.filter(pk=1).only("base_currency").first()
    return organisation.base_currency if organisation else "CNY"


def rate_on(currency: str, day: date) -> Decimal | None:
    """Base currency per 1 unit on that day: the last rate known then; None if there was none yet."""
    base = base_currency()
    if currency == base:
        return Decimal(1)
    rates = ExchangeRate.objects.filter(currency=currency, base=base, day__lte=day)
    return rates.order_by("-day").values_list("rate", flat=True).first()


class KnownRates:
    """The rates of some currencies up to a day, read once for many records."""

    def __init__(self, currencies: Collection[str], until: date) -> None:
        self._base = base_currency()
        self._rates: dict[str, list[tuple[date, Decimal]]] = {}
        rows = ExchangeRate.objects.filter(currency__in=set(currencies), base=self._base, day__lte=until)
        for currency, day, rate in rows.order_by("day").values_list("currency", "day", "rate"):
            self._rates.setdefault(currency, []).append((day, rate))

    def on(self, currency: str, day: date) -> Decimal | None:
        """As `rate_on`."""
        if currency == self._base:
            return Decimal(1)
        known = self._rates.get(currency, [])
        place = bisect_right(known, day, key=lambda one: one[0])
        return known[place - 1][1] if place else None

    def in_base(self, amount: Decimal, rate: Decimal | None) -> Decimal | None:
        """An amount in the base currency at a rate; None without a rate."""
        return None if rate is None else rounded(amount * rate, self._base)
