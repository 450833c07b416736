"""How probable it is that two entries are one company, 0..100, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from genjin.rules.duplicates.contacts import domain_label, phone_key
from genjin.rules.duplicates.facts import Company
from genjin.rules.duplicates.likeness import Traits, compare_names
from genjin.rules.duplicates.names import CompanyName
from genjin.rules.duplicates.weights import WEIGHTS

SAME, PROBABLY, MAYBE = 90, 50, 20
"""From these scores on two entries are the same company, probably so, or worth a look."""
SAME_ADDRESS = 88
OTHER_ADDRESS = 55
"""Percent of likeness of two addresses' words."""
SWITCHBOARD = 3
"""So many last digits differ between the extensions of one company."""


class Verdict(StrEnum):
    """What a score means."""

    SAME = "same"
    PROBABLY = "probably"
    MAYBE = "maybe"
    DIFFERENT = "different"


REASONS: dict[str, tuple[str, ...]] = {
    # for
    "NAME_SAME": (),
    "NAME_SOUNDS_SAME": (),
    "NAME_WRITTEN_APART": (),
    "NAME_MISTYPED": (),
    "NAME_SHARES_WORDS": (),
    "NAME_ACRONYM": (),
    "NAME_ALIAS": (),
    "NAME_GENERIC": (),
    "DOMAIN_SAME": ("domain",),
    "DOMAIN_LABEL_SAME": ("label",),
    "PHONE_SAME": ("phone",),
    "PHONE_SWITCHBOARD": (),
    "ADDRESS_SAME": (),
    "CITY_SAME": (),
    # against
    "WORDS_DIFFER": (),
    "WORD_MORE": (),
    "TRADE_DIFFERS": (),
    "TOWN_DIFFERS": (),
    "NUMBER_DIFFERS": (),
    "BRANCH": (),
    "OTHER_LEGAL_PERSON": (),
    "COUNTRY_DIFFERS": (),
    "DOMAIN_DIFFERS": (),
    "PHONE_DIFFERS": (),
    "ADDRESS_DIFFERS": (),
}
"""Every code, with its parameters; domains, labels and phones as they are compared."""

_CODES = {
    "same_words": "NAME_SAME",
    "written_same": "NAME_SAME",
    "sounds_same": "NAME_SOUNDS_SAME",
    "word_sounds_same": "NAME_SOUNDS_SAME",
    "written_apart": "NAME_WRITTEN_APART",
    "typo": "NAME_MISTYPED",
    "words_shared": "NAME_SHARES_WORDS",
    "acronym": "NAME_ACRONYM",
    "by_alias": "NAME_ALIAS",
    "nothing_own": "NAME_GENERIC",
    "domain_same": "DOMAIN_SAME",
    "domain_label_same": "DOMAIN_LABEL_SAME",
    "phone_same": "PHONE_SAME",
    "phone_near": "PHONE_SWITCHBOARD",
    "address_same": "ADDRESS_SAME",
    "city_same": "CITY_SAME",
    "words_differ": "WORDS_DIFFER",
    "word_more": "WORD_MORE",
    "trades_differ": "TRADE_DIFFERS",
    "town_differs": "TOWN_DIFFERS",
    "city_differs": "TOWN_DIFFERS",
    "number_differs": "NUMBER_DIFFERS",
    "number_more": "NUMBER_DIFFERS",
    "branch": "BRANCH",
    "branch_elsewhere": "BRANCH",
    "other_characters": "WORDS_DIFFER",
    "other_syllable": "WORDS_DIFFER",
    "trade_for_soft": "TRADE_DIFFERS",
    "generic_differs": "TRADE_DIFFERS",
    "other_legal_person": "OTHER_LEGAL_PERSON",
    "form_of_other_country": "OTHER_LEGAL_PERSON",
    "country_differs": "COUNTRY_DIFFERS",
    "domain_differs": "DOMAIN_DIFFERS",
    "phone_differs": "PHONE_DIFFERS",
    "address_differs": "ADDRESS_DIFFERS",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of `REASONS` with its parameters, to be rendered in the reader's language."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """The score of two companies, 0..100, what it means, and why."""

    score: int
    verdict: Verdict
    reasons: tuple[Reason, ...]


def compare(a: Company, b: Company) -> Match:
    """Judges two companies; the same whichever comes first."""
    traits = traits_of(a, b)
    score = score_of(traits)
    return Match(score, verdict(score), _reasons(a, b, traits))


def verdict(score: float) -> Verdict:
    """What a score means."""
    if score >= SAME:
        return Verdict.SAME
    if score >= PROBABLY:
        return Verdict.PROBABLY
    return Verdict.MAYBE if score >= MAYBE else Verdict.DIFFERENT


def score_of(traits: Traits, weights: Mapping[str, float] = WEIGHTS) -> int:
    """The probability in percent; only traits that the weights know count."""
    odds = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in traits.items())
    return round(100 / (1 + math.exp(-max(-30.0, min(30.0, odds)))))


def traits_of(a: Company, b: Company, weights: Mapping[str, float] = WEIGHTS) -> Traits:
    """Traits of the best pair of names, and of everything else that is known."""
    traits = _best_names(a, b, weights)
    _compare_country(a, b, traits)
    if a.city and b.city:
        traits["city_same" if a.city == b.city else "city_differs"] = 1.0
    if a.address and b.address:
        _compare_address(a.address, b.address, traits)
    if a.domains and b.domains:
        _compare_domains(a, b, traits)
    if a.phones and b.phones:
        _compare_phones(a.phones, b.phones, traits)
    return traits


def _best_names(a: Company, b: Company, weights: Mapping[str, float]) -> Traits:
    best = compare_names(a.names[0], b.names[0])
    if len(a.names) == len(b.names) == 1:
        return best
    best_worth = _worth(best, weights)
    for one in a.names:
        for two in b.names:
            if one is a.names[0] and two is b.names[0]:
                continue
            traits = compare_names(one, two) | {"by_alias": 1.0}
            traits.pop("trade_more", None)
            worth = _worth(traits, weights)
            if worth > best_worth:
                best, best_worth = traits, worth
    return best


def _worth(traits: Traits, weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in traits.items())


def _compare_country(a: Company, b: Company, traits: Traits) -> None:
    """The country as entered, or else as the name tells it."""
    one = {a.country} if a.country else _named(a.names)
    two = {b.country} if b.country else _named(b.names)
    if one and two:
        traits["country_same" if one & two else "country_differs"] = 1.0


def _named(names: tuple[CompanyName, ...]) -> set[str]:
    return {country for name in names for country in name.countries}


def _compare_address(one: str, two: str, traits: Traits) -> None:
    likeness = fuzz.token_set_ratio(one, two)
    numbers = [{word for word in text.replace(",", " ").split() if word.isdigit()} for text in (one, two)]
    if all(numbers) and not numbers[0] & numbers[1]:
        traits["address_differs"] = 1.0
    elif likeness >= SAME_ADDRESS:
        traits["address_same"] = 1.0
    elif likeness < OTHER_ADDRESS:
        traits["address_differs"] = 1.0


def _compare_domains(a: Company, b: Company, traits: Traits) -> None:
    if a.domains & b.domains:
        traits["domain_same"] = 1.0
    elif _labels(a) & _labels(b):
        traits["domain_label_same"] = 1.0
    else:
        traits["domain_differs"] = 1.0


def _labels(company: Company) -> set[str]:
    return {domain_label(domain) for domain in company.domains}


def _compare_phones(one: frozenset[str], two: frozenset[str], traits: Traits) -> None:
    keys = [{phone_key(number) for number in numbers} for numbers in (one, two)]
    if keys[0] & keys[1]:
        traits["phone_same"] = 1.0
        return
    starts = [{key[:-SWITCHBOARD] for key in found if len(key) == 8} for found in keys]
    traits["phone_near" if starts[0] & starts[1] else "phone_differs"] = 1.0


def _reasons(a: Company, b: Company, traits: Traits) -> tuple[Reason, ...]:
    """What spoke loudest first."""
    found: dict[str, float] = {}
    for name, value in traits.items():
        code = _CODES.get(name)
        if code and value:
            found[code] = max(found.get(code, 0.0), abs(WEIGHTS.get(name, 0.0) * value))
    return tuple(Reason(code, _params(code, a, b)) for code in sorted(found, key=lambda c: (-found[c], c)))


def _params(code: str, a: Company, b: Company) -> dict[str, str]:
    if code == "DOMAIN_SAME":
        return {"domain": min(a.domains & b.domains)}
    if code == "DOMAIN_LABEL_SAME":
        return {"label": min(_labels(a) & _labels(b))}
    if code == "PHONE_SAME":
        keys = {phone_key(number) for number in a.phones} & {phone_key(number) for number in b.phones}
        shared = sorted(number for number in a.phones | b.phones if phone_key(number) in keys)
        return {"phone": max(shared, key=len)}
    return {}
