"""Two entries judged."""

import random

import pytest

from bench.duplicates import cross_validate, read_pairs
from genjin.rules.duplicates.candidates import blocking_keys, candidates, duplicates
from genjin.rules.duplicates.contacts import company_domain, phone_digits, phone_key
from genjin.rules.duplicates.facts import company
from genjin.rules.duplicates.names import company_name
from genjin.rules.duplicates.score import PROBABLY, REASONS, Verdict, compare

PAIRS = read_pairs()


def test_the_labelled_set_is_large_and_its_halves_are_told_apart() -> None:
    assert len(PAIRS) >= 500
    assert 0.4 < sum(pair.same for pair in PAIRS) / len(PAIRS) < 0.6
    counts, _scores = cross_validate(PAIRS, splits=1)
    assert (counts["all"].figures()["f1"] or 0) >= 0.95


def test_the_order_of_two_companies_does_not_matter() -> None:
    for pair in PAIRS:
        assert compare(pair.one, pair.two) == compare(pair.two, pair.one), pair.names


def test_every_company_is_itself() -> None:
    for pair in PAIRS:
        assert compare(pair.one, pair.one).score >= 50, pair.names


def test_the_order_of_words_does_not_matter() -> None:
    dice = random.Random(4)
    for _ in range(50):
        words = [
            "Zarvatex",
            "Brindolo",
            dice.choice(["Kemmerlin", "Ostravik"]),
            dice.choice(["Tools", "Foods"]),
        ]
        mixed = dice.sample(words, len(words))
        assert compare(company(" ".join(words)), company(" ".join(mixed))).verdict is Verdict.SAME


def test_reasons_are_of_the_table_and_say_with_what() -> None:
    one = company("Meier Tools GmbH", sites=["info@meier.de", "x@gmail.com"], phones=["+49 711 555010"])
    two = company("Hans Meier", sites=["https://www.meier.de/de/"], phones=["0711 555010"])
    match = compare(one, two)
    found = {reason.code: dict(reason.params) for reason in match.reasons}
    assert found["DOMAIN_SAME"] == {"domain": "meier.de"}
    assert "PHONE_SAME" in found
    assert match.verdict is Verdict.SAME
    for pair in PAIRS:
        for reason in compare(pair.one, pair.two).reasons:
            assert set(reason.params) == set(REASONS[reason.code])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Hengtai Factory 1", "Hengtai Factory 2"),
        ("Bosch India", "Bosch Brasil"),
        ("Tata Steel", "Tata Motors"),
        ("宁波恒泰工具有限公司", "上海恒泰工具有限公司"),
        ("Ningbo Hengtai Tools", "Ningbo Hongtai Tools"),
    ],
)
def test_contradicting_names_are_two_firms(one: str, two: str) -> None:
    assert compare(company(one), company(two)).verdict in (Verdict.DIFFERENT, Verdict.MAYBE)


def test_another_country_makes_two_firms_of_one_name() -> None:
    here, there = company("Delta Pumps", country="EG"), company("Delta Pumps", country="Pakistan")
    assert compare(here, there).verdict in (Verdict.DIFFERENT, Verdict.MAYBE)
    assert "COUNTRY_DIFFERS" in {reason.code for reason in compare(here, there).reasons}


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.acme.co.uk/about", "acme.co.uk"),
        ("Sales@shop.acme.com.br", "acme.com.br"),
        ("mail.acme.de", "acme.de"),
        ("acme.com.cn", "acme.com.cn"),
        ("müller.de", "xn--mller-kva.de"),
        ("lin@qq.com", ""),
        ("a@vip.163.com", ""),
        ("x@hotmail.com", ""),
        ("acme.en.alibaba.com", ""),
        ("https://facebook.com/acme", ""),
        ("localhost", ""),
        ("192.168.0.1", ""),
        ("", ""),
    ],
)
def test_a_domain_is_the_registered_one_and_never_everybodys(text: str, domain: str) -> None:
    assert company_domain(text) == domain


def test_numbers_with_and_without_country_code_have_one_key() -> None:
    numbers = ["+49 (0)711 555 0101", "0711/5550101", "0049 711 5550101 ext. 12"]
    assert len({phone_key(phone_digits(number)) for number in numbers}) == 1
    assert phone_digits("12345") == ""


def test_nearly_all_pairs_of_one_company_share_a_key() -> None:
    same = [pair for pair in PAIRS if pair.same]
    shared = [pair for pair in same if set(blocking_keys(pair.one)) & set(blocking_keys(pair.two))]
    assert len(shared) / len(same) >= 0.97


def test_a_large_block_is_divided_instead_of_compared_pair_by_pair() -> None:
    many = [company(f"Common Common{number % 7} Word{number}") for number in range(700)]
    assert sum(1 for _ in candidates(many)) < 100_000
    copies = [company("Zarvatex Tools Ltd") for _ in range(500)]
    assert 499 <= sum(1 for _ in candidates(copies)) < 5000


def test_two_lists_are_compared_across_only() -> None:
    lists = [company("Zarvatex Ltd"), company("Zarvatex"), company("Zarvatex GmbH"), company("Brindolo")]
    found = [(pair.one, pair.two) for pair in duplicates(lists, second_from=2)]
    assert found == [(0, 2), (1, 2)]


def test_the_own_town_in_brackets_is_no_other_name_that_all_of_the_town_share():
    one = company("Coyote Tools (Las Vegas)", city="Las Vegas")
    two = company("Michael's Fasteners (Las Vegas)", city="Las Vegas")
    assert compare(one, two).score < PROBABLY
    same = company("Coyote Tools", city="Las Vegas")
    assert compare(one, same).score >= PROBABLY


def test_a_city_is_the_same_with_and_without_the_word_city():
    one, two = (company("Nordlicht Armaturen", city=city) for city in ("New York", "new york city"))
    assert "CITY_SAME" in [reason.code for reason in compare(one, two).reasons]


@pytest.mark.parametrize("name", ["g.m.b.h. Nordlicht", "Nordlicht к.д.", "Нордлихт КД", "ООО Нордлихт"])
def test_a_legal_form_is_recognised_before_and_behind_the_name_in_either_script(name):
    assert len(company_name(name).core) == len(company_name(name).forms) == 1
