"""Exchange rates by day, entered by finance (B-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.basis import changed, locked, tell
from genjin.customers.actions.refusal import Refused, RowsRefused
from genjin.people.models import User
from genjin.sales.actions.money_basis import currency_problem, future_problem, require_finance
from genjin.sales.models import ExchangeRate
from genjin.sales.rates import base_currency

LARGEST = Decimal(10) ** 6
PLACES = Decimal(1).scaleb(-8)


@dataclass(frozen=True)
class NewRate:
    """What so many units of a currency were worth in the base currency from a day on."""

    currency: str
    day: date
    rate: Decimal
    units: int = 1
    """Banks often quote for 100 units; kept is what one unit is worth."""


@transaction.atomic
def set_rates(*, items: Sequence[NewRate], by: User, at: datetime) -> int:
    """Enter rates, correcting those of the same day; how many differ now. `RowsRefused` by index."""
    require_finance(by, at)
    base = base_currency()
    problems = {index: found for index, item in enumerate(items) if (found := _problems(item, base, by, at))}
    if problems:
        raise RowsRefused(problems)
    wanted = {(item.currency, item.day): (item.rate / item.units).quantize(PLACES) for item in items}
    rows = ExchangeRate.objects.filter(base=base, currency__in={currency for currency, _day in wanted})
    known = {(row.currency, row.day): row for row in rows.select_for_update()}
    written = []
    for (currency, day), rate in wanted.items():
        row = known.get((currency, day)) or ExchangeRate(currency=currency, base=base, day=day)
        old = row.rate if row.pk else None
        if old == rate:
            continue
        row.rate = rate
        row.save()
        written.append(changed(row, "change" if old else "create", {"rate": (old, rate)}))
    tell(written, by=by, at=at)
    return len(written)


def _problems(item: NewRate, base: str, by: User, at: datetime) -> dict[str, str]:
    found = {
        "currency": currency_problem(item.currency),
        "day": future_problem(item.day, by, at),
    }
    if item.currency == base:
        found["currency"] = _("This is the base currency; it needs no rate.")
    if not item.rate.is_finite() or item.rate <= 0:
        found["rate"] = _("The rate must be more than zero.")
    elif item.units < 1 or not PLACES <= item.rate / item.units < LARGEST:
        found["rate"] = _("This rate cannot be right: it is for 1 or 100 units of the currency.")
    return {name: sentence for name, sentence in found.items() if sentence}


@transaction.atomic
def remove_rate(*, rate_id: int, by: User, at: datetime) -> None:
    """Take away a rate that was entered in error; rates frozen in orders and receipts stay."""
    require_finance(by, at)
    row = locked(ExchangeRate.objects.all(), rate_id)
    tell([changed(row, "remove", {"rate": (row.rate, None)})], by=by, at=at)
    row.delete()


def set_rate(*, item: NewRate, by: User, at: datetime) -> None:
    """Enter one rate; raises `Refused` by field."""
    try:
        set_rates(items=[item], by=by, at=at)
    except RowsRefused as refused:
        raise Refused(dict(refused.rows[0])) from None
