"""Short keys of a company by which others like it are found, as text and as the numbers that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from genjin.rules.duplicates.contacts import phone_key
from genjin.rules.duplicates.facts import Company, exact_key
from genjin.rules.duplicates.names import CompanyName, company_name
from genjin.rules.duplicates.scripts import sound
from genjin.rules.remembering import Remembered

MOST_KEYS = 14
MOST_NAME_KEYS = 12


def blocking_keys(company: Company) -> list[str]:
    """A few short keys, of which two entries of one company share at least one with high probability."""
    keys: dict[str, None] = {}
    keys.update(dict.fromkeys(reach_keys(company)))
    for name in company.names:
        keys.update(dict.fromkeys(_keys_of_name(name)))
    return list(keys)[:MOST_KEYS]


def reach_keys(company: Company) -> Iterator[str]:
    """Keys of what the company is reached by: its domains and phones."""
    for domain in sorted(company.domains):
        yield f"d:{domain}"
    for phone in sorted(company.phones):
        yield f"f:{phone_key(phone)}"


def name_keys(company: Company) -> list[str]:
    """Keys of the company's names; with the country, where many in the world have the same word."""
    keys: dict[str, None] = {}
    for name in company.names:
        keys.update(dict.fromkeys(_keys_of_name(name)))
        if name.core and company.country:
            keys[f"k:{name.joined[:40]}|{company.country}"] = None
    return list(keys)[:MOST_NAME_KEYS]


@lru_cache(maxsize=4096)
def _keys_of_name(name: CompanyName) -> tuple[str, ...]:
    return tuple(_each_key(name))


def _each_key(name: CompanyName) -> Iterator[str]:
    joined = name.joined
    if len(name.whole) > 2:
        yield f"w:{name.whole[:40]}"
    if not name.core:
        yield "g:" + ",".join(sorted(name.trades))[:60]
        yield f"a:{name.initials}"
        return
    yield f"c:{joined[:40]}"
    if name.chinese and not joined.isascii():
        yield f"c:{name.chinese}"
    if len(name.core) > 1:
        for word in sorted(set(map(sound, name.core)), key=len, reverse=True)[:4]:
            if len(word) > 2:
                yield f"c:{word[:40]}"
    else:
        half = 5 if len(joined) > 8 else 4 if len(joined) > 6 else 3
        if len(joined) > half:
            yield f"p:{joined[:half]}"
            yield f"s:{joined[-half:]}"
    if len(name.initials) > 2:
        yield f"a:{name.initials}"
    if len(name.core) == 1 and 3 <= len(name.core[0]) <= 6:
        yield f"a:{name.core[0]}"


def stored_keys(company: Company) -> dict[int, None]:
    """All keys of a company as 32-bit numbers, those of the name first, in order.

    Half the room of 64 bits; two keys that meet in one number only cost a comparison more.
    """
    keys = {key_number(key): None for key in name_keys(company)}
    keys.update(dict.fromkeys(map(key_number, reach_keys(company))))
    return keys


def key_number(key: str) -> int:
    """A key as a signed number of 32 bits."""
    number = crc32(key.encode())
    return number - (1 << 32) if number >> 31 else number


@Remembered
def exact_number(name: str, country: str = "") -> int | None:
    """`facts.exact_key` as a signed number of 64 bits, of which no two keys meet; None when it is empty.

    Two names in Chinese characters that only sound alike are two companies, so the characters count; the same
    name in Latin letters is left to the score.
    """
    key = exact_key(name, country)
    if not key:
        return None
    key = f"{key}|{company_name(name).chinese}"
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)
