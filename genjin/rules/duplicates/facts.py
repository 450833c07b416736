"""What is known of one company when it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from genjin.rules.duplicates.contacts import company_domain, phone_digits
from genjin.rules.duplicates.names import CompanyName, company_name
from genjin.rules.duplicates.scripts import pinyin, plain
from genjin.rules.duplicates.words import HAN_PLACES, PLACES

_NOTHING: frozenset[str] = frozenset()
_ALIKE = str.maketrans("", "", " .-_'")
_STREETS = re.compile(
    r"\b(street|str|strasse|straat|road|rd|avenue|ave|av|boulevard|blvd|blv|lane|ln|drive|dr|no|unit|floor|suite|ste|room|"
    r"rue|via|calle|rua|ulica|ul|sokak|cad|cd|sk|mah|of|the|and)\b"
)


@dataclass(frozen=True, slots=True)
class Company:
    """Names and whatever else may tell two companies alike or apart; empty means unknown."""

    names: tuple[CompanyName, ...]
    country: str = ""
    city: str = ""
    address: str = ""
    domains: frozenset[str] = _NOTHING
    phones: frozenset[str] = _NOTHING


def company(
    name: str,
    *,
    also: Iterable[str] = (),
    country: str = "",
    city: str = "",
    address: str = "",
    sites: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> Company:
    """A company to compare; `also` are further names, `sites` web sites and mail addresses alike."""
    town = _city(city)
    names: list[CompanyName] = []
    for known in (name, *(other for other in also if other.strip())):
        found = company_name(known)
        # The town in brackets behind a name is no other name: all of that town would have it.
        names += [found, *(other for other in found.aliases if not town or not _is_town(other, city, town))]
    return Company(
        names=tuple(dict.fromkeys(names)),
        country=country_code(country),
        city=town,
        address=_STREETS.sub(" ", plain(address)).strip(" .,") if address else "",
        domains=frozenset(filter(None, map(company_domain, sites))) or _NOTHING,
        phones=frozenset(filter(None, map(phone_digits, phones))) or _NOTHING,
    )


def _is_town(name: CompanyName, city: str, town: str) -> bool:
    return "".join(name.core) == town or name.core == company_name(city).core


@lru_cache(maxsize=2000)
def country_code(text: str) -> str:
    """A country as ISO code if it is one or a name that is known; otherwise its plain text."""
    word = plain(text).translate(_ALIKE)
    if not word:
        return ""
    place = PLACES.get(word)
    if place and not place[0]:
        return place[1]
    return word.upper() if len(word) == 2 else word


@lru_cache(maxsize=20_000)
def _city(text: str) -> str:
    """A town in Latin letters, without what kind of town it is."""
    word = re.sub(r"(?<=[\u4e00-\u9fff])[市县]$|(?<=\w) city$", "", plain(text).strip())
    if word in HAN_PLACES:
        return PLACES[word][0]
    return pinyin(word).translate(_ALIKE)


def exact_key(name: str, country: str = "") -> str:
    """Equal for two spellings that cannot be two companies of one country; empty if nothing in it is its own.

    Case, accents, umlauts, punctuation, script and legal form do not count; order, trades and towns do.
    """
    found = company_name(name)
    return f"{country_code(country)}:{found.ordered}"[:200] if found.core else ""
