"""What selects about places and money offer, named in the reader's language."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel import Locale
from django.utils.translation import get_language

CURRENCIES = (
    "CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY", "KRW", "SGD", "MYR", "THB", "VND", "IDR", "PHP", "INR",
    "AUD", "NZD", "CAD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "TRY", "AED", "SAR", "ILS", "EGP", "ZAR",
    "BRL", "MXN", "RUB", "KZT",
)  # fmt: skip
NO_COUNTRY = ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
OLD_NAMES = ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico", "Arctic")


def _locale() -> Locale:
    return Locale.parse("zh_Hans" if (get_language() or "").startswith("zh") else "en")


def currencies() -> list[tuple[str, str]]:
    """Currencies of the trade, the company's likely ones first."""
    names = _locale().currencies
    return [(code, f"{code} {names.get(code, '')}".strip()) for code in CURRENCIES]


def countries() -> list[tuple[str, str]]:
    """Every country by its ISO code in alphabetical order of its name's spelling."""
    names = _locale().territories
    rows = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((row for row in rows if row[0] not in NO_COUNTRY), key=lambda r: r[1])


@cache
def zone_names() -> tuple[str, ...]:
    """IANA zones of places, without the old aliases."""
    names = (name for name in zoneinfo.available_timezones() if "/" in name)
    return tuple(sorted(name for name in names if name.split("/")[0] not in OLD_NAMES))


def zones(empty: object = None) -> list[tuple[str, object]]:
    """Time zones; `empty` is the label of “none of its own”."""
    rows: list[tuple[str, object]] = [(name, name.replace("_", " ")) for name in zone_names()]
    return rows if empty is None else [("", empty), *rows]
