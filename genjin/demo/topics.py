"""What a mail that somebody wrote here is about, as far as its words tell: so that an answer fits it."""

from __future__ import annotations

import re
from functools import cache
from random import Random

from genjin.customers.models import Customer
from genjin.demo import firm, wording
from genjin.demo.companies import Company
from genjin.demo.talk import Deal, Talker
from genjin.demo.words import Word, markets, read, word
from genjin.mail.reading import Letter

OFFER = re.compile(
    r"quot|offer|price|报价|价格|angebot|preis|cotiza|oferta|precio|offre|prix|\bPI\b|pro ?forma", re.I
)
_PRICE = re.compile(
    r"(?:USD|US\$|\$|美元)\s?(\d{1,5}(?:[.,]\d{1,2})?)|(\d{1,5}(?:\.\d{1,2})?)\s?(?:USD|美元)"
)
_NUMBER = re.compile(r"\bLK\d{6}\b")
ELSEWHERE = "ZA"
"""A market whose port and standard do where the customer's country is none of the firm's markets."""


@cache
def _names() -> dict[str, str]:
    """Every name of a product, in any language, lower case -> its entry among the goods."""
    found = {}
    for text in read("goods")["products"]:
        chinese, english = text.split("|")[:2]
        others = [wording.texts(one).get("products", {}).get(chinese, "") for one in ("de", "es", "fr")]
        found.update({name.lower(): text for name in (chinese, english, *others) if name})
    return found


def company_of(customer: Customer | None, rng: Random) -> Company:
    """The customer as an invented company, with products that it buys."""
    code = (customer.country_id if customer else "") or ELSEWHERE
    country = customer.country if customer else None
    region = country.region if country is not None and country.region in firm.STANDARDS else "AFRICA"
    goods = [word(text) for text in rng.sample(read("goods")["products"], 4)]
    market = code if code in markets() else ELSEWHERE
    return Company(market, region, "", {}, [], "", goods, [])


def deal_of(letter: Letter, customer: Customer | None, rng: Random) -> tuple[Company, Deal]:
    """The business that a mail speaks of: its products, number and price where it names them."""
    company = company_of(customer, rng)
    text = f"{letter.subject}\n{letter.text}"
    lower = text.lower()
    named = sorted((lower.index(name), entry) for name, entry in _names().items() if name in lower)
    products = [word(entry) for entry in dict.fromkeys(entry for _place, entry in named)]
    company.products = list({one.first: one for one in (*products, *company.products)}.values())[:4]
    talker = Talker(company, Word("", ""), rng, english=1.0)
    moment = letter.date
    talker.begin_deal(moment.month if moment else 1, moment.year if moment else 2026)
    deal = talker.deal
    assert deal is not None
    if products:
        deal.product = products[0]
        deal.second = products[1] if len(products) > 1 else deal.second
    if number := _NUMBER.search(text):
        deal.number = number[0]
    if price := _PRICE.search(text):
        told = float((price[1] or price[2]).replace(",", "."))
        deal.price = f"{told * 0.95:.2f}" if told < 100 else f"{told * 0.95:.0f}"
    return company, deal
