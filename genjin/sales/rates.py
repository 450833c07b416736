"""What a currency was worth on a day, in the company's base currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from genjin.people.models import Organisation
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
