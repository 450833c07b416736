"""What mails of the demo say: texts of `data/mails/`, in the language of whoever is written to."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from random import Random
from typing import Any

from babel.dates import get_month_names
from opencc import OpenCC

from genjin.demo import firm
from genjin.demo.companies import Company
from genjin.demo.talk import AFTER, Deal
from genjin.demo.words import FOLDER, Word, market, read, word

LANGUAGE_OF = {
    "DE": "de", "FR": "fr", "BE": "fr", "MA": "fr", "DZ": "fr", "ES": "es", "MX": "es", "AR": "es", "CL": "es",
    "PE": "es", "CO": "es", "TW": "zh", "HK": "zh",
}  # fmt: skip
"""In which language people of a country write to their supplier; English everywhere else."""
TRADITIONAL = frozenset(("TW", "HK"))
_BEGINNING = re.compile(r"(?:^|(?<=[.!?] )|(?<=\n))[a-zà-ÿ]")
_LATER_BEGINNING = re.compile(r"(?:(?<=[.!?] )|(?<=\n))[a-zà-ÿ]")
_LOCALES = {"zh": "zh_Hans_CN"}


@cache
def texts(language: str) -> dict[str, Any]:
    """The mails of one language."""
    with (FOLDER / "mails" / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def for_country(text: str, country: str) -> str:
    """The text as it is written there: Chinese of Taiwan and Hong Kong has the traditional signs."""
    return str(_traditional().convert(text)) if country in TRADITIONAL else text


def occasion(name: str, language: str, *, inbound: bool) -> tuple[str, str]:
    """(occasion, language) of which there are texts: English ones where a language has none."""
    for key in (name, f"{name}_{'in' if inbound else 'out'}", "positive" if inbound else "chase"):
        for one in (language, "en"):
            if key in texts(one):
                return key, one
    raise LookupError(name)


def subject(key: str, language: str, rng: Random, slots: dict[str, str]) -> str:
    """A subject of that occasion."""
    chosen: str = rng.choice(texts(language)[key].get("subject") or ["{p} {size}"]).format(**slots)
    return chosen[:1].upper() + chosen[1:]


def body(key: str, language: str, rng: Random, slots: dict[str, str]) -> str:
    """A whole text: how one is addressed, what is said, and the closing line."""
    known = texts(language)
    said = rng.choice(known[key]["text"]).strip().format(**slots)
    # A product's name begins a sentence now and then; Germans go on in small letters after the greeting.
    begins = _BEGINNING if language != "de" else _LATER_BEGINNING
    said = begins.sub(lambda match: match[0].upper(), said)
    return f"{rng.choice(known['hello']).format(**slots)}\n\n{said}\n\n{rng.choice(known['bye'])}"


def slots_of(
    deal: Deal, company: Company, language: str, rng: Random, *, first: str, beat: str = "", ordered: str = ""
) -> dict[str, str]:
    """What fills the texts: the deal in that language, and small numbers drawn for this mail."""
    goods = read("goods")

    def form(one: Word) -> str:
        return one.first if language == "zh" else one.either

    def product(one: Word) -> str:
        return str(texts(language).get("products", {}).get(one.first) or form(one))

    month = (deal.month + rng.randint(0, 2)) % 12 + 1
    port = word(market(company.country)["port"])
    return {
        "p": product(deal.product),
        "p2": product(deal.second),
        "size": form(deal.size),
        "price": deal.price,
        "n": deal.quantity,
        "pi": ordered if beat in AFTER and ordered else deal.number,
        "box": form(deal.box),
        "term": form(deal.term),
        "first": first,
        "port": port.either if language == "zh" else port.first,
        "std": firm.STANDARDS[company.region],
        "cert": form(word(rng.choice(goods[f"certs_{firm.CERTIFICATES[company.region]}"]))),
        "mon": get_month_names(locale=_LOCALES.get(language, language))[month],
        "pct": str(rng.choice((3, 4, 5, 6, 8, 9, 11, 12, 15))),
        "big": str(rng.choice((35, 40, 55, 60, 70, 80))),
        "wk": str(rng.randint(3, 8)),
        "few": str(rng.randint(2, 4)),
        "k": str(rng.randint(3, 40)),
    }


def day_text(day: date, language: str) -> str:
    """A day as it is written in a notice of absence."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    months = get_month_names(locale=_LOCALES.get(language, language))
    joiner = {"de": ". ", "es": " de "}.get(language, " ")
    return f"{day.day}{joiner}{months[day.month]}{' de' if language == 'es' else ''} {day.year}"
