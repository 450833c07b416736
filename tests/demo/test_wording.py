"""The written mails of the demo: every occasion in every language, filled and readable."""

from __future__ import annotations

import re
from random import Random

import pytest

from genjin.demo import topics, wording
from genjin.demo.words import markets

LANGUAGES = ("en", "de", "es", "fr", "zh")
COUNTRY = {"en": "GB", "de": "DE", "es": "MX", "fr": "MA", "zh": "TW"}
RNG = Random(7)


def slots(language: str) -> dict[str, str]:
    company = topics.company_of(None, RNG)
    company.country = COUNTRY[language]
    talker_deal = topics.deal_of(_letter(), None, RNG)[1]
    found = wording.slots_of(talker_deal, company, language, RNG, first="Ada")
    return {**found, "subject": "Offer", "date": "1 December 2026"}


def _letter():
    from genjin.mail.reading import read

    return read(b"Subject: PPR fittings\r\n\r\nprice USD 1.00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_filled_and_begins_its_sentences_as_one_does(language):
    known = wording.texts(language)
    for key, entry in known.items():
        if key in ("hello", "bye", "products"):
            continue
        for number in range(12):
            text = wording.body(key, language, Random(number), slots(language))
            assert not re.search(r"[{}|]", text), (key, text)
            told = text.split("\n\n", 1)[1]
            if language == "de":
                told = f"X{told[1:]}"
            assert not re.search(r"(?:\A|[.!?] |\n)[a-z]", told), (key, text)
        if "subject" in entry:
            assert not wording.subject(key, language, Random(1), slots(language))[0].islower()


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_every_product_has_a_name_in_the_languages_of_the_markets(language):
    assert set(wording.texts(language)["products"]) == set(wording.texts("de")["products"])
    assert len(wording.texts(language)["products"]) == len(set(topics._names().values()))


def test_every_occasion_of_an_answer_exists_in_every_language():
    needed = {"inquiry", "asks", "absence", "answer_offer", "answer_prospect", "answer_buyer", "answer_low"}
    for language in LANGUAGES:
        assert needed <= set(wording.texts(language)), language
    assert set(wording.LANGUAGE_OF) <= set(markets())


def test_taiwan_and_hong_kong_read_traditional_signs():
    assert wording.for_country("报价单见附件", "TW") == "報價單見附件"
    assert wording.for_country("报价单见附件", "CN") == "报价单见附件"
